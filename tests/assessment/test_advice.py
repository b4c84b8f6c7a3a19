from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from applications.errors import MoveNotAllowed
from assessment.domain import advice
from assessment.errors import AdviceGiven, AdviceNotAllowed, StepNotYours
from assessment.models import Advice, AdvisedAmount
from core.models import AuditEntry
from tests.applications.road import complete_proposal
from tests.assessment import road

ASKED = {2026: 35_000, 2027: 30_000}
FULL = {2026: (Decimal(35000), ""), 2027: (Decimal(30000), "")}


def agreed(cast, call, outcome="positive", **over):
    return road.agreed_proposal(cast, call, outcome=outcome, requested=ASKED, **over)


def give(proposal, by, **over):
    return advice.give(
        **{
            "proposal_id": proposal.pk, "by": by, "amounts": FULL, "conditions": "", "explanation": "Past goed.", **over
        }
    )  # fmt: skip


def amounts_of(given):
    return {row.year: (row.requested, row.advised, row.reason) for row in given.amounts.all()}


def test_a_positive_advice_of_what_was_requested(cast, call):
    proposal = agreed(cast, call)
    given = give(proposal, cast.lead)
    assert (given.outcome, given.points, given.points_possible) == ("positive", 15, 18)
    assert given.percentage == Decimal("83.3")
    assert amounts_of(given) == {2026: (35000, 35000, ""), 2027: (30000, 30000, "")}
    proposal.refresh_from_db()
    assert proposal.state == "advised"
    assert AuditEntry.objects.about(proposal).filter(event="assessment.advised").count() == 1


def test_less_than_requested_needs_a_reason_by_rule_and_by_constraint(cast, call):
    proposal = agreed(cast, call)
    less = {**FULL, 2027: (Decimal("29999.99"), " ")}
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(proposal, cast.manager, amounts=less)
    assert refusal.value.field == "2027_reason"
    given = give(proposal, cast.manager, amounts={**less, 2027: (Decimal("29999.99"), "Huur is lager")})
    assert amounts_of(given)[2027] == (30000, Decimal("29999.99"), "Huur is lager")
    with pytest.raises(IntegrityError, match="assessment_less_needs_reason"), transaction.atomic():
        AdvisedAmount.objects.create(advice=given, year=2030, requested=2, advised=1)


def test_more_than_requested_or_below_zero_is_refused_by_rule_and_by_constraint(cast, call):
    proposal = agreed(cast, call)
    for amount in ("35000.01", "-1"):
        with pytest.raises(AdviceNotAllowed):
            give(proposal, cast.manager, amounts={**FULL, 2026: (Decimal(amount), "Waarom niet")})
    given = give(proposal, cast.manager)
    for amount in (-1, 3):
        with pytest.raises(IntegrityError, match="assessment_advised_within_request"), transaction.atomic():
            AdvisedAmount.objects.create(advice=given, year=2030, requested=2, advised=amount, reason="x")


def test_every_year_with_a_request_gets_an_answer_and_no_other_year_money(cast, call):
    proposal = agreed(cast, call)
    with pytest.raises(AdviceNotAllowed, match="2027"):
        give(proposal, cast.manager, amounts={2026: FULL[2026]})
    with pytest.raises(AdviceNotAllowed, match="2025"):
        give(proposal, cast.manager, amounts={**FULL, 2025: (Decimal(1), "")})


def test_a_conditional_advice_needs_conditions_and_another_has_none(cast, call):
    conditional = agreed(cast, call, "conditional")
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(conditional, cast.manager)
    assert refusal.value.field == "conditions"
    given = give(conditional, cast.manager, conditions="Eerst een begroting.")
    assert (given.outcome, given.conditions) == ("conditional", "Eerst een begroting.")
    with pytest.raises(AdviceNotAllowed):
        give(agreed(cast, call), cast.manager, conditions="Voor de zekerheid")


def test_the_constraint_wants_conditions_too(cast, call):
    proposal = agreed(cast, call)
    with pytest.raises(IntegrityError, match="assessment_conditions_when_conditional"), transaction.atomic():
        Advice.objects.create(
            proposal=proposal, consensus=proposal.consensus, outcome="conditional", points=1, points_possible=2,
            percentage=50, explanation="x", given_by=cast.manager, given_at=proposal.submitted_at,
        )  # fmt: skip


def test_a_negative_advice_has_no_money(cast, call):
    proposal = agreed(cast, call, "negative")
    with pytest.raises(AdviceNotAllowed):
        give(proposal, cast.manager)
    given = give(proposal, cast.manager, amounts={})
    assert given.outcome == "negative"
    assert {year: row[:2] for year, row in amounts_of(given).items()} == {2026: (35000, 0), 2027: (30000, 0)}
    assert all(row[2] for row in amounts_of(given).values())


def test_a_positive_advice_has_some_money(cast, call):
    nothing = {2026: (Decimal(0), "Niets"), 2027: (Decimal(0), "Niets")}
    with pytest.raises(AdviceNotAllowed):
        give(agreed(cast, call), cast.manager, amounts=nothing)


def test_the_explanation_is_needed(cast, call):
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(agreed(cast, call), cast.manager, explanation="  ")
    assert refusal.value.field == "explanation"


def test_the_advice_follows_the_consensus(cast, call):
    for proposal in (complete_proposal(cast, call), road.handed_in_proposal(cast, call)):
        with pytest.raises(AdviceNotAllowed):
            give(proposal, cast.manager)


def test_it_is_given_once_and_stays(cast, call):
    proposal = agreed(cast, call)
    give(proposal, cast.manager)
    with pytest.raises((AdviceGiven, MoveNotAllowed)):
        give(proposal, cast.manager)
    for change in (lambda: Advice.objects.update(points=0), lambda: AdvisedAmount.objects.update(advised=0)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_only_who_runs_the_assessment_gives_it(cast, call):
    proposal = agreed(cast, call)
    for by in (cast.assessor1, cast.finance, cast.college, cast.partner):
        with pytest.raises(StepNotYours):
            give(proposal, by)


def test_the_road_leads_to_each_outcome(cast, call):
    for outcome in ("positive", "conditional", "negative"):
        proposal = road.advised_proposal(cast, call, outcome=outcome, line="wonen")
        assert (proposal.state, proposal.advice.outcome) == ("advised", outcome)
    less = road.advised_proposal(cast, call, amounts={2026: 10_000}, requested={2026: 20_000})
    assert less.advice.amounts.get(year=2026).advised == 10_000
