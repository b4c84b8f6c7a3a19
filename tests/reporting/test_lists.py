"""The lists of a report: incidental grants, what the council changed, what is withdrawn and carried over."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.utils import translation

from accounts.states import OrganisationKind
from applications.models import Proposal
from applications.states import FundingForm
from budget.states import CouncilDecisionKind
from core.domain import clock
from reporting.domain import figures, layout_lists, lists, report_forms
from reporting.states import ReportKind
from tests.budget.bare import council_decides
from tests.reporting.scenes import day, euros, granted, listed, spend

pytestmark = pytest.mark.django_db
NOW = day(11, 21)
YEARS = [2025, 2026, 2027]


def lists_of(kind, *, year=2026, years=YEARS, at=NOW):
    with translation.override("en"):
        found = layout_lists.of_form(
            report_forms.of_kind(kind), figures.as_dict(figures.at(at)), year=year, years=years
        )  # fmt: skip
    return {one.key: one for one in found}


def test_a_form_has_the_lists_that_it_names(cast, call):
    for kind in ReportKind:
        assert tuple(lists_of(kind)) == report_forms.of_kind(kind).lists


def test_an_incidental_grant_is_named_in_the_year_that_it_is_for(cast, call):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 40_000, 2027: 5_000.50})
    listed(cast, call, at=day(3, 1), amounts={2026: 1_000})
    found = lists_of(ReportKind.ANNUAL_ACCOUNTS)["incidental"]
    [row] = found.rows
    assert decision.proposal.reference in row.head
    assert row.texts == ["Stichting Makersloods", "2 March 2026", "yes"]
    assert row.amounts == ["40,000"]
    assert not lists_of(ReportKind.ANNUAL_ACCOUNTS, year=2025)["incidental"].rows
    assert not lists_of(ReportKind.ANNUAL_ACCOUNTS, at=day(3, 2))["incidental"].rows


def change(proposal_id, **values):
    """A proposal is frozen: its triggers refuse what a test has to set up."""
    with connection.cursor() as cursor:
        # What still waits for the end of the transaction is looked at now: no table changes under it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE applications_proposal DISABLE TRIGGER USER")
        Proposal.objects.filter(pk=proposal_id).update(**values)
        cursor.execute("ALTER TABLE applications_proposal ENABLE TRIGGER USER")


def test_only_a_subsidy_is_an_incidental_grant(cast, call):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 100})
    change(decision.proposal_id, funding_form=FundingForm.ASSIGNMENT)
    assert lists.incidental_at(NOW, [decision.proposal_id], report_forms.incidental()) == []


def test_with_a_regulation_behind_them_no_grants_are_incidental(cast, call):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 100})
    rule = replace(report_forms.incidental(), regulation="Subsidieregeling talent")
    assert lists.incidental_at(NOW, [decision.proposal_id], rule) == []


def test_a_grant_that_runs_longer_than_four_years_stands_out(cast, call):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 100})
    for last, within in ((2029, True), (2030, False)):
        change(decision.proposal_id, starts_on=date(2026, 1, 1), ends_on=date(last, 12, 31))
        [row] = lists.incidental_at(NOW, [decision.proposal_id], report_forms.incidental())
        assert row["within_term"] == within


def test_residents_are_never_named_in_a_list(cast, call):
    cast.organisation.kind = OrganisationKind.RESIDENTS
    cast.organisation.name = "Jan Jansen"
    cast.organisation.save()
    granted(cast, call, at=day(3, 1), amounts={2026: 100})
    [row] = lists_of(ReportKind.ANNUAL_ACCOUNTS)["incidental"].rows
    assert row.texts[0] == "Residents"


@pytest.fixture
def decided(cast, frame):
    with clock.set_to(day(4, 1)):
        council_decides(
            cast.finance,
            cast.council,
            {("imago", 2027): euros(-5_000), ("leven", 2027): euros(5_000)},
            number="RB-2",
            kind=CouncilDecisionKind.SHIFT,
        )
    with clock.set_to(day(5, 1)):
        council_decides(
            cast.finance,
            cast.council,
            {("imago", 2025): euros(-300), ("imago", 2026): euros(300)},
            number="RB-3",
            kind=CouncilDecisionKind.CARRY_OVER,
        )


def test_what_the_council_changed_stands_by_line_and_year(decided):
    rows = lists_of(ReportKind.COLLECTED_AMENDMENT)["amendments"].rows
    told = [(row.texts[1], row.amounts[0].replace("\N{NO-BREAK SPACE}", " ")) for row in rows]
    assert told == [("Leven 2027", "+ 5,000"), ("Imago 2027", "− 5,000")]
    assert all("RB-2" in row.head for row in rows)


def test_what_was_carried_over_stands_with_what_can_be(decided):
    rows = lists_of(ReportKind.COLLECTED_AMENDMENT)["carry_overs"].rows
    told = [(row.texts[1], row.amounts[0].replace("\N{NO-BREAK SPACE}", " ")) for row in rows]
    assert told[:2] == [("Imago 2025", "− 300"), ("Imago 2026", "+ 300")]
    assert ("Wonen 2026", "250,000") in told


def test_a_list_tells_only_what_was_decided_before_the_moment(decided):
    assert not lists_of(ReportKind.COLLECTED_AMENDMENT, at=day(4, 1))["amendments"].rows
    assert lists_of(ReportKind.COLLECTED_AMENDMENT, at=day(4, 2))["amendments"].rows


def test_what_is_realised_is_to_be_withdrawn(cast, call):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 40_000})
    spend(cast, decision, at=day(5, 1), amounts={2026: 12_000})
    found = lists_of(ReportKind.COLLECTED_AMENDMENT, years=[2026])["withdrawals"]
    assert ["250,000", "12,000", "238,000"] in [row.amounts for row in found.rows if row.head == "Leven 2026"]
    assert found.rows[-1].is_total
    assert found.rows[-1].amounts[1] == "12,000"


def test_a_report_of_before_the_lists_were_stored_has_those_of_its_columns(cast, call):
    stored = figures.as_dict(figures.at(NOW))
    for key in ("incidental", "council_decisions", "indicators"):
        del stored[key]
    found = layout_lists.of_form(report_forms.of_kind(ReportKind.ANNUAL_ACCOUNTS), stored, year=2026, years=YEARS)
    assert [one.key for one in found] == ["withdrawals"]
