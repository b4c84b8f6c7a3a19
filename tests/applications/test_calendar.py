"""The calendar of own deadlines: by a secret address, whole days in Amsterdam, nothing personal."""

from datetime import UTC, date, datetime

import pytest
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from applications.domain import calendars, deadlines
from applications.domain.deadlines import Deadline
from applications.models import CalendarFeed
from applications.states import CalendarEvent
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import draft_proposal


@pytest.fixture
def closing_call(call):
    call.closes_on = date(2027, 3, 28)
    call.save()
    return call


def address_of(user):
    return reverse("applications:calendar_feed", args=[calendars.secret_of(calendars.make(user=user))])


def events_at(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer, Calendar.from_ical(answer.content).walk("VEVENT")


def test_the_feed_holds_own_deadlines_as_whole_days_in_amsterdam(cast, closing_call):
    draft_proposal(cast, closing_call, title="Nachtlab, met komma; en meer")
    answer, [event] = events_at(address_of(cast.partner))
    # The night of 28 March 2027 is an hour shorter: a whole day does not notice.
    assert event.decoded("dtstart") == date(2027, 3, 28)
    assert event.decoded("dtend") == date(2027, 3, 29)
    assert b"DTSTART;VALUE=DATE:20270328" in answer.content
    assert "Nachtlab, met komma; en meer" in str(event["summary"])
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies == {}


def test_the_feed_says_nothing_personal(cast, closing_call):
    draft_proposal(cast, closing_call)
    answer, _events = events_at(address_of(cast.partner))
    text = answer.content.decode()
    for secret in (cast.partner.email, cast.partner.full_name, cast.organisation.name, cast.organisation.iban):
        assert secret not in text


def test_nobody_sees_the_deadlines_of_another_organisation(cast, closing_call):
    draft_proposal(cast, closing_call)
    assert events_at(address_of(cast.partner2))[1] == []


def test_what_any_app_adds_stands_in_it_with_the_reference(cast, monkeypatch):
    own = Deadline(date(2026, 12, 25), "Geef verantwoording", "/mijn/", "account", "TF-2026-0007")
    monkeypatch.setattr(deadlines, "_for_partner", [lambda user: [own]])
    _answer, [event] = events_at(address_of(cast.partner))
    assert str(event["summary"]) == "TF-2026-0007: Geef verantwoording"
    assert str(event["url"]).endswith("/mijn/")


def test_an_event_keeps_its_name_so_that_a_moved_day_moves_it(cast, monkeypatch):
    names = []
    address = address_of(cast.partner)
    for day in (date(2026, 5, 1), date(2026, 6, 1)):
        own = Deadline(day, "Lever aan", "/mijn/voorstel/7/", "supplement", "TF-2026-0007")
        monkeypatch.setattr(deadlines, "_for_partner", [lambda user, own=own: [own]])
        names.append(str(events_at(address)[1][0]["uid"]))
    assert names[0] == names[1]


@pytest.mark.parametrize("spoil", [lambda s: s[:-1] + ("a" if s[-1] != "a" else "b"), lambda s: "0" + s, lambda s: "x"])
def test_an_address_that_we_did_not_make_opens_nothing(cast, spoil):
    secret = calendars.secret_of(calendars.make(user=cast.partner))
    assert Client().get(reverse("applications:calendar_feed", args=[spoil(secret)])).status_code == 404


def test_who_reads_the_table_still_knows_no_address(cast):
    feed = calendars.make(user=cast.partner)
    assert Client().get(reverse("applications:calendar_feed", args=[feed.key])).status_code == 404
    forged = Signer(key="another key", salt="applications.calendar", sep=".").sign(feed.key)
    assert Client().get(reverse("applications:calendar_feed", args=[forged])).status_code == 404


def test_another_address_ends_the_old_one_and_stopping_ends_it_too(cast, client_of):
    client, page = client_of(cast.partner), reverse("applications:calendar")
    assert client.post(reverse("applications:calendar_make")).status_code == 302
    first = client.get(page).context["address"]
    client.post(reverse("applications:calendar_make"))
    second = client.get(page).context["address"]
    assert first != second
    path = {address: address.partition("//")[2].partition("/")[2] for address in (first, second)}
    assert Client().get("/" + path[first]).status_code == 404
    assert Client().get("/" + path[second]).status_code == 200
    client.post(reverse("applications:calendar_stop"))
    assert Client().get("/" + path[second]).status_code == 404
    events = AuditEntry.objects.filter(event__startswith="calendar.").order_by("pk").values_list("event", flat=True)
    assert list(events) == [CalendarEvent.MADE, CalendarEvent.MADE, CalendarEvent.STOPPED]


def test_who_may_no_longer_sign_in_has_no_calendar(cast):
    address = address_of(cast.partner)
    cast.partner.is_active = False
    cast.partner.save(update_fields=["is_active"])
    assert Client().get(address).status_code == 404


def test_a_key_is_random_hexadecimal_and_one_for_each_person(cast):
    calendars.make(user=cast.partner)
    with pytest.raises(IntegrityError, match="applications_calendar_key"), transaction.atomic():
        CalendarFeed.objects.update(key="kort")
    calendars.make(user=cast.partner)
    assert CalendarFeed.objects.filter(user=cast.partner).count() == 1


def test_the_page_lists_own_deadlines_and_says_which_have_passed(cast, closing_call, client_of):
    draft_proposal(cast, closing_call)
    with clock.set_to(datetime(2027, 3, 28, 10, tzinfo=UTC)):
        page = client_of(cast.partner).get(reverse("applications:calendar"))
        assert [deadline.days_left for deadline in page.context["deadlines"]] == [0]


def test_an_english_reader_gets_english_titles(cast, closing_call):
    draft_proposal(cast, closing_call)
    cast.partner.language = "en"
    cast.partner.save(update_fields=["language"])
    _answer, [event] = events_at(address_of(cast.partner))
    assert str(event["summary"]).startswith("Submit")
