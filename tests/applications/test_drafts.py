"""What a draft can't hold, however it is sent."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from applications.domain import amounts, drafts, questions
from applications.domain.drafts import BudgetRow, ResultRow
from applications.errors import ContentRefused
from applications.models import BudgetItemAmount, Proposal
from applications.states import ProposalEvent
from core.models import AuditEntry
from tests.applications.pages import budget_data, results_data, step_url
from tests.applications.road import draft_proposal, empty_draft


@pytest.fixture
def draft(cast, call):
    return empty_draft(cast, call)


def save_budget(draft, cast, *, costs=(), co_funding=()):
    return drafts.save_budget(proposal_id=draft.pk, by=cast.partner, costs=costs, co_funding=co_funding)


def test_an_end_before_the_start_is_refused_twice(draft, cast):
    values = {
        "title": "T",
        "summary": "",
        "description": "",
        "starts_on": date(2026, 2, 2),
        "ends_on": date(2026, 2, 1),
    }
    with pytest.raises(ContentRefused) as refusal:
        drafts.save_about(proposal_id=draft.pk, by=cast.partner, **values)
    assert refusal.value.field == "ends_on"
    with pytest.raises(IntegrityError, match="applications_ends_after_start"), transaction.atomic():
        Proposal.objects.filter(pk=draft.pk).update(starts_on=values["starts_on"], ends_on=values["ends_on"])


def test_a_year_outside_the_call_is_refused(draft, cast):
    with pytest.raises(ContentRefused, match="2028"):
        save_budget(draft, cast, costs=[BudgetRow("Zaal", {2028: Decimal(1)})])


def test_an_amount_below_zero_is_refused_twice(draft, cast):
    with pytest.raises(ContentRefused):
        save_budget(draft, cast, costs=[BudgetRow("Zaal", {2026: Decimal(-1)})])
    save_budget(draft, cast, costs=[BudgetRow("Zaal", {2026: Decimal(1)})])
    with pytest.raises(IntegrityError, match="applications_amount_above_zero"), transaction.atomic():
        BudgetItemAmount.objects.update(amount=-1)


def test_an_aid_below_zero_is_refused(draft, cast):
    with pytest.raises(ContentRefused):
        drafts.save_declarations(proposal_id=draft.pk, by=cast.partner, declared_truth=True, de_minimis_aid=Decimal(-1))


@pytest.mark.parametrize("side", ["costs", "co_funding"])
def test_more_rows_than_the_form_has_are_refused(draft, cast, side):
    with pytest.raises(ContentRefused):
        save_budget(draft, cast, **{side: [BudgetRow("Zaal")] * (questions.BUDGET_ROWS_MOST + 1)})


def test_more_results_than_the_form_has_are_refused(draft, cast):
    rows = [ResultRow("Bezoekers")] * (questions.RESULT_ROWS_MOST + 1)
    with pytest.raises(ContentRefused):
        drafts.save_results(proposal_id=draft.pk, by=cast.partner, rows=rows)


def test_a_criterion_of_another_call_is_refused(draft, cast):
    with pytest.raises(ContentRefused):
        drafts.save_reasons(proposal_id=draft.pk, by=cast.partner, answers={0: "Tekst"}, on_brand=None)


def test_a_line_that_the_call_is_not_for_is_refused(draft, cast, call):
    line = call.lines.get(code="wonen")
    call.lines.remove(line)
    nothing = {"desired_results": [], "target_groups": [], "migration_moments": [], "areas": []}
    with pytest.raises(ContentRefused) as refusal:
        drafts.save_aim(proposal_id=draft.pk, by=cast.partner, line=line, **nothing)
    assert refusal.value.field == "line"


def test_the_kind_of_work_follows_the_line(cast, call):
    assert draft_proposal(cast, call, line="samenwerking").work_kind == "inspanning"
    assert draft_proposal(cast, call, line="wonen").work_kind == "activiteit"


def test_rows_that_are_empty_disappear_and_the_rest_keeps_its_order(draft, cast):
    rows = [BudgetRow("B", {2026: Decimal("2.50")}), BudgetRow(), BudgetRow("", {2027: Decimal(1)}), BudgetRow("A")]
    save_budget(draft, cast, costs=rows)
    assert list(draft.budget_items.values_list("position", "description")) == [(1, "B"), (2, ""), (3, "A")]
    assert amounts.requested_by_year(draft) == {2025: 0, 2026: Decimal("2.50"), 2027: 1}


def test_what_is_asked_is_costs_minus_co_funding_to_the_cent(draft, cast):
    save_budget(
        draft,
        cast,
        costs=[BudgetRow("A", {2025: Decimal("0.10"), 2026: Decimal("0.20")}), BudgetRow("B", {2025: Decimal("0.20")})],
        co_funding=[BudgetRow("C", {2025: Decimal("0.05")})],
    )
    *_years, whole = amounts.totals_of(draft)
    assert amounts.requested_by_year(draft) == {2025: Decimal("0.25"), 2026: Decimal("0.20"), 2027: 0}
    assert whole.requested == Decimal("0.45")
    assert Proposal.objects.with_requested_total().get(pk=draft.pk).requested_total == whole.requested


def test_every_save_is_written_down_and_a_save_without_a_change_is_not(draft, cast):
    def saves():
        return AuditEntry.objects.about(draft).filter(event=ProposalEvent.CHANGED).count()

    for _turn in range(2):
        drafts.save_cooperation(proposal_id=draft.pk, by=cast.partner, partners="ROC", afterwards="")
    assert saves() == 1


def test_amounts_that_are_too_large_together_are_refused(draft, cast):
    rows = [BudgetRow("Zaal", {2026: Decimal("9999999999.99")}), BudgetRow("Licht", {2026: Decimal("0.01")})]
    with pytest.raises(ContentRefused, match="2026"):
        save_budget(draft, cast, costs=rows)
    save_budget(draft, cast, costs=rows[:1], co_funding=rows[1:])


def test_a_table_that_is_sent_twice_keeps_its_rows(draft, cast, client_of):
    client = client_of(cast.partner)
    row = {"indicator": "Bezoekers", "baseline": "0", "target": "400", "measured_by": "Telling"}
    for _turn in range(2):
        client.post(step_url(draft, questions.RESULTS.slug), results_data(row))
        client.post(step_url(draft, questions.BUDGET.slug), budget_data(costs=[{"description": "Zaal"}], co_funding=[]))
    assert [result.indicator for result in draft.promised_results.all()] == ["Bezoekers"]
    assert [item.description for item in draft.budget_items.all()] == ["Zaal"]
