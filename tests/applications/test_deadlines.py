"""Deadlines of team and partner: who is told what, on the dashboard and by mail, once for each warning."""

from datetime import date, datetime

import pytest
from django.core import mail
from django.urls import reverse

from applications.domain import deadlines, reminders, shut_files
from applications.models import Call
from core.domain import clock
from tests.applications.asking import ask, hand_in
from tests.applications.road import complete_proposal, draft_proposal, submitted_proposal


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)


@pytest.fixture
def proposal(cast, call):
    """Received on 2 March 2026: the college decides by 1 June."""
    with clock.set_to(at("2026-03-02 12:00:00")):
        return submitted_proposal(cast, call, line="leven")


def told(people, *, day: str, team: bool = True) -> dict[str, list[str]]:
    """What each person is told on a day: the kinds of deadlines."""
    give = deadlines.deadlines_for_team if team else deadlines.deadlines_for_partner
    with clock.set_to(at(f"{day} 12:00:00")):
        return {person.email.partition("@")[0]: [found.kind for found in give(person)] for person in people}


def test_manager_and_lead_of_the_line_see_the_day_of_the_decision(cast, proposal):
    people = [cast.manager, cast.lead, cast.finance, cast.assessor1, cast.college]
    assert told(people, day="2026-03-03") == {
        "manager": ["decide"],
        "lead": ["decide"],
        "finance": [],
        "assessor1": [],
        "college": [],
    }


def test_a_shut_file_and_another_line_tell_nothing(cast, call):
    with clock.set_to(at("2026-03-02 12:00:00")):
        other, shut = submitted_proposal(cast, call, line="wonen"), submitted_proposal(cast, call, line="leven")
    shut_files.shut(proposal=shut, person=cast.manager)
    assert told([cast.manager, cast.lead], day="2026-03-03") == {"manager": ["decide"], "lead": ["decide"]}
    with clock.set_to(at("2026-03-03 12:00:00")):
        assert deadlines.deadlines_for_team(cast.manager)[0].about == other.reference
        assert deadlines.deadlines_for_team(cast.lead)[0].about == shut.reference


def test_what_is_told_follows_the_supplement(cast, proposal):
    people = [cast.manager]
    with clock.set_to(at("2026-03-10 12:00:00")):
        ask(proposal, cast)
    assert told(people, day="2026-03-11") == {"manager": ["supplement_awaited"]}
    assert told([cast.partner, cast.partner2], day="2026-03-11", team=False) == {
        "partner": ["supplement"],
        "partner2": [],
    }
    with clock.set_to(at("2026-03-17 12:00:00")):
        hand_in(proposal, cast)
        found = {deadline.kind: deadline.on for deadline in deadlines.deadlines_for_team(cast.manager)}
    assert found == {"not_process": date(2026, 4, 14), "decide": date(2026, 6, 8)}
    assert told([cast.partner], day="2026-03-18", team=False) == {"partner": []}


def test_a_partner_is_told_when_the_call_of_a_draft_closes(cast, call):
    Call.objects.filter(pk=call.pk).update(closes_on=date(2026, 3, 31))
    with clock.set_to(at("2026-03-02 12:00:00")):
        draft_proposal(cast, call)
    assert told([cast.partner], day="2026-03-31", team=False) == {"partner": ["closing"]}
    assert told([cast.partner], day="2026-04-01", team=False) == {"partner": []}


@pytest.mark.parametrize(
    ("day", "threshold"),
    [
        ("2026-05-17", None),
        ("2026-05-18", 14),
        ("2026-05-24", 14),
        ("2026-05-25", 7),
        ("2026-05-31", 7),
        ("2026-06-01", 0),
        ("2026-06-02", 0),
    ],
)
def test_a_warning_holds_from_its_day_until_the_next(cast, proposal, day, threshold):
    with clock.set_to(at(f"{day} 12:00:00")):
        (found,) = deadlines.deadlines_for_team(cast.manager)
        assert found.threshold == threshold
        assert deadlines.warnings_for_team(cast.manager) == ([] if threshold is None else [found])


def test_each_warning_is_mailed_once_to_who_handles_it(cast, proposal, deliver_all):
    deliver_all()
    mail.outbox.clear()
    for day in ("2026-05-17", "2026-05-18", "2026-05-18", "2026-05-20", "2026-05-26", "2026-05-27", "2026-06-01"):
        with clock.set_to(at(f"{day} 06:30:00")):
            reminders.send_due()
            deliver_all()
    # The line Leven has a lead, so the manager is not mailed too. The day missed (25 May) left a day later.
    assert [message.to for message in mail.outbox] == [[cast.lead.email]] * 3
    assert all(proposal.reference in message.subject for message in mail.outbox)


def test_without_a_lead_the_manager_is_mailed(cast, call, deliver_all):
    with clock.set_to(at("2026-03-02 12:00:00")):
        submitted_proposal(cast, call, line="wonen")
    deliver_all()
    mail.outbox.clear()
    with clock.set_to(at("2026-06-01 06:30:00")):
        reminders.send_due()
        deliver_all()
    assert [message.to for message in mail.outbox] == [[cast.manager.email]]


def test_what_passed_long_ago_is_not_mailed_any_more(cast, proposal, deliver_all):
    deliver_all()
    mail.outbox.clear()
    with clock.set_to(at("2026-06-10 06:30:00")):
        reminders.send_due()
        deliver_all()
    assert mail.outbox == []


def test_a_partner_is_warned_a_week_and_on_the_last_day_of_a_supplement(cast, proposal, deliver_all):
    with clock.set_to(at("2026-03-10 12:00:00")):
        ask(proposal, cast)
        deliver_all()
    mail.outbox.clear()
    for day in ("2026-03-11", "2026-03-17", "2026-03-18", "2026-03-24", "2026-03-25"):
        with clock.set_to(at(f"{day} 06:30:00")):
            reminders.send_due()
            deliver_all()
    mine = [message for message in mail.outbox if message.to == [cast.partner.email]]
    assert len(mine) == 2
    assert reverse("applications:supplement", args=[proposal.pk]) in mine[0].body


def test_the_dashboard_shows_what_is_near_and_costs_the_same_for_many(
    client_of, cast, call, proposal, django_assert_max_num_queries
):
    client, url = client_of(cast.manager), reverse("assessment:work")
    with clock.set_to(at("2026-05-26 12:00:00")):
        page = client.get(url).text
    assert proposal.reference in page
    assert 'id="deadlines"' in page
    with clock.set_to(at("2026-03-02 12:00:00")):
        for number in range(3):
            complete_proposal(cast, call, title=f"Nog een {number}")
    with clock.set_to(at("2026-05-26 12:00:00")), django_assert_max_num_queries(6):
        assert len(deadlines.deadlines_for_team(cast.manager)) == 4
