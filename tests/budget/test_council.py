"""The council's frame and decisions: the figures of the programme plan, and nothing above the reserve."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import Sum

from budget.domain import ledger, proof
from budget.domain.ledger import Movement
from budget.errors import AboveReserve, BelowCommitted
from budget.models import Balance, CouncilDecision, LedgerEntry, Reserve
from tests.budget.bare import approve_bare, bare_decision, budget_line, council_decides

D = Decimal


@pytest.mark.parametrize(("year", "euros"), [(2025, 1_070_000), (2026, 1_070_000), (2027, 860_000)])
def test_each_year_of_the_frame_adds_up_to_what_the_council_decided(frame, year, euros):
    year_total = Balance.objects.filter(budget_line__year=year).aggregate(total=Sum("budgeted"))["total"]
    assert year_total == euros


def test_the_frame_adds_up_to_three_million(frame):
    assert Balance.objects.aggregate(total=Sum("budgeted"))["total"] == 3_000_000
    reserve = Reserve.objects.get()
    assert (reserve.original, reserve.assigned_earlier, reserve.programme_total, reserve.drawn) == (
        5_000_000,
        2_000_000,
        3_000_000,
        3_000_000,
    )
    assert list(proof.check()) == []


def test_every_amount_of_the_frame_rests_on_a_council_decision_with_a_document(frame):
    assert LedgerEntry.objects.count() == 15
    decision = CouncilDecision.objects.get(kind="primitive")
    assert LedgerEntry.objects.filter(council_decision=decision).count() == 15
    with decision.document.file.open("rb") as file:
        assert b"leven;2026;250000.00" in file.read()


def test_loading_the_frame_twice_changes_nothing(frame):
    before = list(LedgerEntry.objects.values_list("hash", flat=True))
    call_command("load_programme")
    assert list(LedgerEntry.objects.values_list("hash", flat=True)) == before


def enter(amounts, cast):
    return council_decides(cast.finance, cast.council, amounts)


def test_the_council_moves_budget_from_one_line_to_another(cast):
    enter({("imago", 2026): D(-20000), ("leven", 2026): D(20000)}, cast)
    assert Balance.objects.get(budget_line=budget_line()).budgeted == 270_000
    assert Balance.objects.get(budget_line=budget_line("imago")).budgeted == 230_000
    assert list(proof.check()) == []


def test_more_than_the_reserve_holds_is_refused_with_both_figures(cast):
    with pytest.raises(AboveReserve, match=r"3\.000\.001.*3\.000\.000"):
        enter({("leven", 2026): D(1)}, cast)


def test_the_database_refuses_more_than_the_reserve_holds(frame):
    with pytest.raises(IntegrityError, match="budget_reserve_not_overdrawn"), transaction.atomic():
        Reserve.objects.update(drawn=D("3000000.01"))


def test_a_line_never_goes_below_what_is_granted_on_it(cast, call):
    decision = bare_decision(cast.finance, cast.organisation, call)
    ledger.book_grant(decision, [Movement(budget_line(), D(240000))], by=cast.finance)
    approve_bare(decision, cast.college)
    with pytest.raises(BelowCommitted, match=r"240\.000"):
        enter({("leven", 2026): D(-10001)}, cast)
    enter({("leven", 2026): D(-10000)}, cast)
    assert list(proof.check()) == []
