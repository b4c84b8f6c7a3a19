"""Money goes in the order in which proposals were complete, whenever the team found out (domain: assessment, 5)."""

from datetime import timedelta

import pytest

from applications.models import Proposal
from budget.access.lists import waiting_for
from budget.domain import ranks, room
from core.domain import clock
from tests.assessment.road import advised_proposal
from tests.budget.road import empty_list, put
from tests.conftest import NOON


@pytest.fixture
def two(cast, call):
    """Two proposals that don't fit together; the team checked the one that came first after the other."""
    with clock.set_to(NOON):
        first = advised_proposal(cast, call, title="Eerst", requested={2026: 150000})
    with clock.set_to(NOON + timedelta(hours=1)):
        second = advised_proposal(cast, call, title="Later", requested={2026: 150000})
    Proposal.objects.filter(pk=first.pk).update(complete_at=NOON + timedelta(hours=2))
    return first, second


def test_who_was_complete_later_meets_the_shortage(cast, two):
    made = empty_list(cast)
    first, second = (put(cast, made, proposal) for proposal in two)
    decisions = made.decisions.for_list_page().select_related("decision_list")
    short = room.shortages_by_decision(room.now(decision_list=made), decisions)
    assert short[first.pk] == []
    assert [(one.line, one.year) for one in short[second.pk]] == [("Leven", 2026)]


def test_what_waits_for_a_list_stands_in_turn(cast, two):
    assert [proposal.pk for proposal in ranks.in_turn(waiting_for(cast.finance))] == [proposal.pk for proposal in two]
