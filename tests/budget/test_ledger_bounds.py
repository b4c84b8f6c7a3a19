"""How much a grant bears of each movement, to the cent; and what an entry says of who, what and why."""

from decimal import Decimal

import pytest

from budget.domain import ledger
from budget.domain.ledger import Holding, Movement
from budget.errors import MoreThanGranted, NoRoom
from tests.budget.bare import a_document, bare_decision, budget_line

D = Decimal
CENT = D("0.01")


@pytest.fixture
def held(cast, call):
    """A grant of EUR 140 firm in 2026, of which 60 was realised and 30 paid, and 40 on condition in 2027."""
    decision = bare_decision(cast.finance, cast.organisation, call)
    line = budget_line()
    ledger.book_grant(decision, [Movement(line, D(140))], by=cast.finance)
    ledger.book_grant(decision, [Movement(budget_line(year=2027), D(40))], by=cast.finance, conditional=True)
    ledger.book_expense(decision, [Movement(line, D(60))], by=cast.finance, document=a_document())
    ledger.book_advance(decision, [Movement(line, D(30))], by=cast.finance, document=a_document())
    return decision


def test_what_is_held_is_the_sum_of_all_movements_on_that_line(held):
    assert ledger.holding(held, budget_line()) == Holding(granted=D(80), spent=D(60), paid=D(30))
    assert ledger.holding(held, budget_line(year=2027)) == Holding(granted=D(40), conditional=D(40))
    assert ledger.holding(held, budget_line(year=2025)) == Holding()
    assert ledger.granted_left(held, budget_line()) == D(80)


MOST = [
    (ledger.book_confirmation, 40, 1, 2027),
    (ledger.book_lapse, 40, 1, 2027),
    (ledger.book_confirmation, 0, 1, 2026),
    (ledger.book_expense, 0, 1, 2027),
    (ledger.book_release, 0, 1, 2027),
    (ledger.book_advance, 0, 1, 2027),
    (ledger.book_expense, 80, 1, 2026),
    (ledger.book_expense, 60, -1, 2026),
    (ledger.book_release, 80, 1, 2026),
    (ledger.book_release, 0, -1, 2026),
    (ledger.book_advance, 110, 1, 2026),
    (ledger.book_advance, 30, -1, 2026),
    (ledger.book_final_payment, 30, 1, 2026),
    (ledger.book_final_payment, 0, -1, 2026),
    (ledger.book_recovery, 30, 1, 2026),
]


@pytest.mark.parametrize(("book", "most", "sign", "year"), MOST)
def test_a_grant_bears_so_much_and_not_a_cent_more(cast, held, book, most, sign, year):
    def movement(amount):
        return [Movement(budget_line(year=year), sign * amount)]

    with pytest.raises(MoreThanGranted) as refusal:
        book(held, movement(D(most) + CENT), by=cast.finance, document=a_document())
    sentence = str(refusal.value).replace("\u00a0", " ")
    assert f"€ {most}" in sentence
    assert f"Leven {year}" in sentence
    assert "XX" not in sentence
    if most:
        [entry] = book(held, movement(D(most)), by=cast.finance, document=a_document())
        assert (entry.amount, entry.actor, entry.remark) == (sign * most, cast.finance, "")


def test_an_entry_says_who_booked_what_on_which_document_and_why(cast, held):
    document = a_document()
    [entry] = ledger.book_release(
        held, [Movement(budget_line(), D(1))], by=cast.finance, document=document, remark="Minder deelnemers"
    )
    entry.refresh_from_db()
    assert (entry.actor, entry.document, entry.remark, entry.decision) == (
        cast.finance, document, "Minder deelnemers", held,
    )  # fmt: skip
    assert held.entries.order_by("sequence").first().remark == ""
    assert held.entries.order_by("sequence").first().actor == cast.finance


def test_no_remark_is_an_empty_one(cast, held):
    [entry] = ledger.book_release(held, [Movement(budget_line(), D(1))], by=cast.finance, document=a_document())
    assert entry.remark == ""


def test_a_refusal_for_room_counts_what_is_granted_and_what_is_spent(cast, held):
    with pytest.raises(NoRoom) as refusal:
        ledger.book_grant(held, [Movement(budget_line(), D(250000))], by=cast.finance)
    [shortage] = refusal.value.shortages
    assert (shortage.free, shortage.asked, shortage.missing) == (D(249860), D(250000), D(140))
