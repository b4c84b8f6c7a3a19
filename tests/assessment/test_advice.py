from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from applications.errors import MoveNotAllowed
from assessment.domain import advice
from assessment.domain.advice_content import Condition, Content, YearAdvice
from assessment.errors import AdviceGiven, AdviceNotAllowed, StepNotYours
from assessment.models import Advice, AdviceCondition, AdvisedAmount
from assessment.states import Outcome
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import complete_proposal
from tests.assessment import road

ASKED = {2026: 35_000, 2027: 30_000}
FULL = {2026: YearAdvice(Decimal(35000)), 2027: YearAdvice(Decimal(30000))}


def agreed(cast, call, outcome="positive", **over):
    return road.agreed_proposal(cast, call, outcome=outcome, requested=ASKED, **over)


def give(proposal, by, **over):
    content = Content(**{"amounts": FULL, "explanation": "Past goed.", **over})
    return advice.give(proposal_id=proposal.pk, by=by, content=content)


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


def year(advised, reason="", eligible=None, eligible_reason=""):
    """What is advised for 2027, beside all of 2026."""
    may = None if eligible is None else Decimal(eligible)
    return {**FULL, 2027: YearAdvice(Decimal(advised), reason, may, eligible_reason)}


def test_less_than_eligible_needs_a_reason_by_rule_and_by_constraint(cast, call):
    proposal = agreed(cast, call)
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(proposal, cast.manager, amounts=year("29999.99", " "))
    assert refusal.value.field == "2027_reason"
    given = give(proposal, cast.manager, amounts=year("29999.99", "Huur is lager"))
    assert amounts_of(given)[2027] == (30000, Decimal("29999.99"), "Huur is lager")
    with pytest.raises(IntegrityError, match="assessment_less_needs_reason"), transaction.atomic():
        AdvisedAmount.objects.create(advice=given, year=2030, requested=2, eligible=2, advised=1)


def test_less_eligible_than_requested_needs_a_reason_by_rule_and_by_constraint(cast, call):
    proposal = agreed(cast, call)
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(proposal, cast.manager, amounts=year(25000, eligible=25000, eligible_reason=" "))
    assert refusal.value.field == "2027_eligible_reason"
    given = give(proposal, cast.manager, amounts=year(25000, "", 25000, "De btw krijgt de partner terug"))
    row = given.amounts.get(year=2027)
    assert (row.eligible, row.eligible_reason, row.advised, row.reason) == (
        25000, "De btw krijgt de partner terug", 25000, "",
    )  # fmt: skip
    assert (given.requested_total, given.eligible_total, given.advised_total) == (65000, 60000, 60000)
    with pytest.raises(IntegrityError, match="assessment_ineligible_needs_reason"), transaction.atomic():
        AdvisedAmount.objects.create(advice=given, year=2030, requested=2, eligible=1, advised=1)


def test_advised_stays_within_eligible_and_eligible_within_the_request(cast, call):
    proposal = agreed(cast, call)
    wrong = {"2027": ("30000.01", None), "2027_eligible": ("1", "30000.01"), "2027 ": ("-1", None)}
    wrong |= {"2027  ": ("20000.01", "20000"), "2027_eligible ": ("0", "-1")}
    for field, (advised, eligible) in wrong.items():
        with pytest.raises(AdviceNotAllowed) as refusal:
            give(proposal, cast.manager, amounts=year(advised, "Waarom niet", eligible, "Daarom"))
        assert refusal.value.field == field.strip()
    given = give(proposal, cast.manager)
    for eligible, advised in ((2, -1), (2, 3), (3, 1), (-1, -1)):
        with pytest.raises(IntegrityError, match="assessment_advised_within_request"), transaction.atomic():
            AdvisedAmount.objects.create(
                advice=given,
                year=2030,
                requested=2,
                eligible=eligible,
                advised=advised,
                reason="x",
                eligible_reason="x",
            )


def test_every_year_with_a_request_gets_an_answer_and_no_other_year_money(cast, call):
    proposal = agreed(cast, call)
    with pytest.raises(AdviceNotAllowed, match="2027"):
        give(proposal, cast.manager, amounts={2026: FULL[2026]})
    with pytest.raises(AdviceNotAllowed, match="2025"):
        give(proposal, cast.manager, amounts={**FULL, 2025: YearAdvice(Decimal(1))})


def test_a_conditional_advice_needs_conditions_and_another_has_none(cast, call):
    conditional = agreed(cast, call, "conditional")
    for nothing in ([], [Condition("  ")]):
        with pytest.raises(AdviceNotAllowed) as refusal:
            give(conditional, cast.manager, conditions=nothing)
        assert refusal.value.field == "conditions"
    given = give(conditional, cast.manager, conditions=[Condition("Eerst een begroting. ")])
    assert (given.outcome, given.conditions) == ("conditional", "Eerst een begroting.")
    with pytest.raises(AdviceNotAllowed):
        give(agreed(cast, call), cast.manager, conditions=[Condition("Voor de zekerheid")])


def test_conditions_stand_one_by_one_and_as_one_text_for_the_decision(cast, call):
    proposal = agreed(cast, call, "conditional")
    with clock.set_to(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        said = [Condition("Een sluitende begroting.", date(2026, 12, 1)), Condition(""), Condition("Drie partners.")]
        given = give(proposal, cast.manager, conditions=said)
    assert list(given.condition_rows.values_list("position", "text", "due_on")) == [
        (1, "Een sluitende begroting.", date(2026, 12, 1)),
        (2, "Drie partners.", None),
    ]
    assert given.conditions.startswith("1. Een sluitende begroting. (")
    assert "1 december 2026" in given.conditions
    assert given.conditions.endswith("2. Drie partners.")
    with pytest.raises(IntegrityError, match="assessment_condition_has_text"), transaction.atomic():
        AdviceCondition.objects.create(advice=given, position=9, text="")


def test_a_condition_has_words_and_a_day_to_come(cast, call):
    proposal = agreed(cast, call, "conditional")
    yesterday, tomorrow = clock.today() - timedelta(days=1), clock.today() + timedelta(days=1)
    for said, field in ((Condition("Klaar", yesterday), "condition_0_due"), (Condition(" ", tomorrow), "condition_0")):
        with pytest.raises(AdviceNotAllowed) as refusal:
            give(proposal, cast.manager, conditions=[said])
        assert refusal.value.field == field
    assert give(proposal, cast.manager, conditions=[Condition("Klaar", clock.today())])


def test_the_conditions_together_fit_in_a_decision(cast, call):
    proposal = agreed(cast, call, "conditional")
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(proposal, cast.manager, conditions=[Condition("a" * 600)] * 5)
    assert refusal.value.field == "conditions"


def test_the_constraint_wants_conditions_too(cast, call):
    proposal = agreed(cast, call)
    with pytest.raises(IntegrityError, match="assessment_conditions_when_conditional"), transaction.atomic():
        bare(proposal, cast, outcome="conditional", outcome_by_rule="conditional")


def bare(proposal, cast, **over):
    """An advice past every rule."""
    said = {"outcome": "positive", "outcome_by_rule": "positive", "points": 1, "points_possible": 2, "percentage": 50}
    said |= {"explanation": "x", "given_by": cast.manager, "given_at": proposal.submitted_at, **over}
    return Advice.objects.create(proposal=proposal, about=proposal, consensus=proposal.consensus, **said)


def test_the_manager_advises_another_outcome_only_with_a_reason(cast, call):
    proposal = agreed(cast, call, "negative")
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(proposal, cast.manager, outcome=Outcome.POSITIVE, deviation_reason="  ")
    assert refusal.value.field == "deviation_reason"
    given = give(proposal, cast.manager, outcome=Outcome.POSITIVE, deviation_reason="De nul rust op een misverstand.")
    assert (given.outcome, given.outcome_by_rule, given.deviates) == ("positive", "negative", True)
    assert given.deviation_reason == "De nul rust op een misverstand."
    assert given.advised_total == 65000
    told = AuditEntry.objects.about(proposal).get(event="assessment.advised").changes
    assert (told["by_rule"], told["deviation"]) == ("negative", "De nul rust op een misverstand.")


def test_the_outcome_of_the_rule_by_hand_is_no_deviation(cast, call):
    given = give(agreed(cast, call), cast.lead, outcome=Outcome.POSITIVE, deviation_reason="Zomaar")
    assert (given.deviates, given.deviation_reason) == (False, "")


def test_the_lead_of_the_line_does_not_deviate(cast, call):
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(agreed(cast, call), cast.lead, outcome=Outcome.NEGATIVE, amounts={}, deviation_reason="Ik vind van niet")
    assert refusal.value.field == "outcome"


def test_the_constraint_wants_a_reason_for_a_deviation_and_for_nothing_else(cast, call):
    proposal = agreed(cast, call)
    for said in ({"outcome_by_rule": "negative"}, {"deviation_reason": "Zomaar"}):
        with pytest.raises(IntegrityError, match="assessment_deviation_has_reason"), transaction.atomic():
            bare(proposal, cast, **said)


def test_outside_the_scope_nobody_advises_money_by_rule_and_by_trigger(cast, call):
    proposal = road.handed_in_proposal(cast, call, requested=ASKED)
    road.consensus.record(
        proposal_id=proposal.pk, by=cast.manager, gate=road.Gate(passes=False, reason="Buiten de lijnen"),
        scores=road.agreed(road.POINTS["positive"]), present=[cast.manager],
    )  # fmt: skip
    with pytest.raises(AdviceNotAllowed) as refusal:
        give(proposal, cast.manager, outcome=Outcome.POSITIVE, deviation_reason="Toch mooi")
    assert refusal.value.field == "outcome"
    with pytest.raises(IntegrityError, match="outside the scope"), transaction.atomic():
        bare(proposal, cast, outcome_by_rule="negative", deviation_reason="Toch mooi")
    assert give(proposal, cast.manager, amounts={}).outcome == "negative"


def test_a_negative_advice_has_no_money(cast, call):
    proposal = agreed(cast, call, "negative")
    with pytest.raises(AdviceNotAllowed):
        give(proposal, cast.manager)
    given = give(proposal, cast.manager, amounts={})
    assert given.outcome == "negative"
    assert {year: row[:2] for year, row in amounts_of(given).items()} == {2026: (35000, 0), 2027: (30000, 0)}
    assert all(row[2] for row in amounts_of(given).values())


def test_a_positive_advice_has_some_money(cast, call):
    nothing = {2026: YearAdvice(Decimal(0), "Niets"), 2027: YearAdvice(Decimal(0), "Niets")}
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
    proposal = agreed(cast, call, "conditional")
    give(proposal, cast.manager, conditions=[Condition("Mits")])
    with pytest.raises((AdviceGiven, MoveNotAllowed)):
        give(proposal, cast.manager, conditions=[Condition("Mits")])
    given = Advice.objects.get()
    for change in (
        lambda: Advice.objects.update(points=0),
        lambda: Advice.objects.update(proposal=None),
        lambda: Advice.objects.update(explanation="Anders"),
        lambda: AdvisedAmount.objects.update(advised=0),
        lambda: AdviceCondition.objects.update(text="Anders"),
        lambda: AdviceCondition.objects.all().delete(),
        lambda: AdvisedAmount.objects.all().delete(),
        lambda: Advice.objects.filter(pk=given.pk)._raw_delete("default"),
    ):
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
