"""An outage shortly before a call closes lets it close later."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications.domain import outages, proposals
from applications.errors import CallClosed, OutageRefused, TextNeeded
from applications.models import Call, MovedClosing, Outage
from applications.states import CallEvent
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import draft_proposal, submitted_proposal


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)


# The closing day, from when to when the site was down, and the new closing day (none: it stays).
HITS = {
    "in the last hours": ("2026-03-31", "2026-03-31 20:00:00", "2026-03-31 22:00:00", "2026-04-01"),
    "at the closing itself": ("2026-03-31", "2026-03-31 23:30:00", "2026-04-01 09:00:00", "2026-04-02"),
    "in the last quarter of an hour": ("2026-03-31", "2026-03-31 23:45:00", "2026-04-01 00:00:00", "2026-04-02"),
    "too short": ("2026-03-31", "2026-03-31 23:46:00", "2026-04-01 00:00:00", None),
    "the day before, over by then": ("2026-03-31", "2026-03-30 20:00:00", "2026-03-31 00:00:00", None),
    "the day before, and on": ("2026-03-31", "2026-03-30 20:00:00", "2026-03-31 00:30:00", "2026-04-01"),
    "after the closing": ("2026-03-31", "2026-04-01 00:00:00", "2026-04-01 09:00:00", None),
    "before Easter": ("2026-04-02", "2026-04-02 20:00:00", "2026-04-02 23:00:00", "2026-04-07"),
    "a closing on Friday": ("2026-06-12", "2026-06-12 20:00:00", "2026-06-12 23:00:00", "2026-06-15"),
    "in the night of 23 hours": ("2026-03-29", "2026-03-29 00:10:00", "2026-03-29 03:10:00", "2026-03-30"),
    "in the night of 25 hours": ("2026-10-25", "2026-10-24 22:00:00", "2026-10-25 00:30:00", "2026-10-26"),
    "over the turn of the year": ("2026-12-31", "2026-12-31 22:00:00", "2027-01-01 01:00:00", "2027-01-04"),
}


@pytest.mark.parametrize("case", HITS)
def test_an_outage(case):
    closes_on, began_at, ended_at, expected = HITS[case]
    found = outages.closes_anew(closes_on=date.fromisoformat(closes_on), began_at=at(began_at), ended_at=at(ended_at))
    assert found == (None if expected is None else date.fromisoformat(expected))


def record(cast, began_at="2026-03-31 20:00:00", ended_at="2026-03-31 23:00:00", what="Niets werkte.", key=None):
    return outages.record(
        by=cast.manager, began_at=at(began_at), ended_at=at(ended_at), what=what, request_key=key or uuid4()
    )


@pytest.fixture
def closing(call):
    Call.objects.filter(pk=call.pk).update(closes_on=date(2026, 3, 31))
    return Call.objects.get(pk=call.pk)


def test_a_call_that_an_outage_hit_takes_proposals_a_working_day_longer(cast, closing):
    with clock.set_to(at("2026-03-31 19:00:00")):
        submitted_proposal(cast, closing)
        draft = draft_proposal(cast, closing)
    with clock.set_to(at("2026-04-01 09:00:00")):
        with pytest.raises(CallClosed):
            proposals.submit(proposal_id=draft.pk, by=cast.partner, request_key=uuid4())
        record(cast)
    with clock.set_to(at("2026-04-01 23:59:59")):
        proposals.submit(proposal_id=draft.pk, by=cast.partner, request_key=uuid4())
    moved = MovedClosing.objects.get()
    assert (moved.closed_on, moved.closes_on) == (date(2026, 3, 31), date(2026, 4, 1))
    assert AuditEntry.objects.about(closing).filter(event=CallEvent.CLOSING_MOVED).count() == 1


def test_the_same_key_records_once(cast, closing):
    key = uuid4()
    with clock.set_to(at("2026-04-01 09:00:00")):
        assert record(cast, key=key) == record(cast, key=key)
    assert Outage.objects.count() == MovedClosing.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"what": " "}, TextNeeded),
        ({"ended_at": "2026-03-31 20:00:00"}, OutageRefused),
        ({"ended_at": "2026-04-01 10:00:00"}, OutageRefused),
        ({"began_at": "2026-03-01 10:00:00"}, OutageRefused),
    ],
)
def test_an_outage_that_can_not_be_is_refused(cast, closing, wrong, error):
    with clock.set_to(at("2026-04-01 09:00:00")), pytest.raises(error):
        record(cast, **wrong)
    assert not Outage.objects.exists()


def test_the_database_keeps_an_outage_as_it_was_recorded(cast, closing):
    with clock.set_to(at("2026-04-01 09:00:00")):
        record(cast)
    for change in (
        lambda: Outage.objects.update(what="Anders"),
        lambda: MovedClosing.objects.update(closes_on=date(2030, 1, 1)),
        lambda: Outage.objects.create(
            began_at=at("2026-03-31 20:00:00"),
            ended_at=at("2026-03-31 20:00:00"),
            what="Geen duur",
            recorded_at=at("2026-04-01 09:00:00"),
            recorded_by=cast.manager,
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_page_records_an_outage_in_dutch_time(client_of, cast, closing):
    client, url = client_of(cast.manager), reverse("applications:outages")
    with clock.set_to(at("2026-04-01 09:00:00")):
        data = {
            "began_on": "31-03-2026",
            "began_time": "20:00",
            "ended_on": "31-03-2026",
            "ended_time": "23:00",
            "what": "De site gaf een fout.",
            "request_key": uuid4(),
        }
        assert client.post(url, data | {"ended_time": "laat"}).status_code == 422
        assert client.post(url, data).url == url
        page = client.get(url).text
    assert Outage.objects.get().began_at == at("2026-03-31 20:00:00")
    assert closing.title in page
