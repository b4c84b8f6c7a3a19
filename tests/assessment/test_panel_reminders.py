"""A member of the talent panel is reminded before the last day, once."""

from datetime import UTC, datetime, timedelta

import pytest

from applications import tasks
from applications.domain import deadlines
from assessment.domain import panel_members
from core.domain import clock
from core.models import OutboxMessage
from tests.assessment import panelling

ASKED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def asked(cast, call):
    with clock.set_to(ASKED):
        members = [panelling.joined(cast.talent), panelling.young("bo")]
        return panelling.asked_proposal(cast, call, members), members


def reminded():
    mails = OutboxMessage.objects.filter(key__startswith="applications.deadline:")
    return sorted(mail.payload["to"] for mail in mails if "/talent/" in mail.payload["body"])


def warn_on(day):
    with clock.set_to(ASKED + timedelta(days=day)):
        tasks.warn_of_deadlines()


def test_a_week_before_and_on_the_last_day_who_has_not_answered_gets_one_mail(asked):
    proposal, (first, _second) = asked
    warn_on(0)
    assert reminded() == []
    warn_on(panelling.DAYS - 7)
    warn_on(panelling.DAYS - 6)
    assert reminded() == ["bo@test.example", "talent@test.example"]
    with clock.set_to(ASKED + timedelta(days=4)):
        panelling.give(proposal, first)
    warn_on(panelling.DAYS)
    assert reminded() == ["bo@test.example", "bo@test.example", "talent@test.example"]
    warn_on(panelling.DAYS + 1)
    assert len(reminded()) == 3


def test_several_proposals_with_one_last_day_are_one_reminder(cast, call, asked):
    _proposal, members = asked
    with clock.set_to(ASKED):
        panelling.asked_proposal(cast, call, members, title="Nog een plan")
        found = deadlines.deadlines_for_panel(members[0])
        assert [deadline.days_left for deadline in found] == [panelling.DAYS]
        assert "2" in found[0].title


def test_who_left_hears_nothing(asked):
    _proposal, (first, second) = asked
    panel_members.leave(by=first)
    warn_on(panelling.DAYS)
    assert reminded() == [second.email]
