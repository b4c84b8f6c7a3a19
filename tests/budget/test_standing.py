"""What stands now, read from the balances, is what the whole ledger says."""

import pytest

from budget.domain import columns, reserve, reserved, standing
from budget.domain.columns import of_entries
from budget.models import LedgerEntry
from core.domain import clock
from tests.reporting.scenes import advised, day, euros, granted, release, spend

pytestmark = pytest.mark.django_db

NOW = day(11, 21)


@pytest.fixture(autouse=True)
def in_november():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def busy(cast, call):
    """A line with a grant that was partly realised and released, and proposals that wait."""
    one = granted(cast, call, at=day(3, 1), amounts={2026: 40_000, 2027: 10_000})
    spend(cast, one, at=day(5, 31, hour=22), amounts={2026: 12_500})
    release(cast, one, at=day(7, 1), amounts={2026: 2_500})
    granted(cast, call, at=day(4, 1), line="imago", amounts={2026: 5_000})
    advised(cast, call, at=day(9, 1), amounts={2026: 25_000})
    advised(cast, call, at=day(9, 2), amounts={2026: 5_000}, outcome="negative")
    return one


def test_every_line_and_year_stands_as_the_ledger_says(busy):
    from_ledger, waiting = columns.by_line_and_year(), reserved.by_line_and_year(reserved.at(NOW))
    rows = standing.line_years()
    assert len(rows) == len(from_ledger)
    for row in rows:
        key = (row.budget_line.line_id, row.budget_line.year)
        found, stands = from_ledger[key], row.standing
        assert (stands.budgeted, stands.granted, stands.spent) == (found.budgeted, found.granted, found.spent)
        assert (stands.committed, stands.free) == (found.committed, found.free)
        assert stands.reserved == waiting.get(key, 0)


def test_what_waits_for_the_college_is_reserved_and_a_negative_advice_is_not(busy):
    assert standing.sum_of(row.standing for row in standing.line_years()).reserved == euros(25_000)


def test_it_takes_two_queries_however_much_was_proposed(busy, cast, call, django_assert_num_queries):
    for _turn in range(5):
        granted(cast, call, at=day(3, 1), amounts={2026: 1_000})
        advised(cast, call, at=day(9, 1), amounts={2026: 1_000})
    with django_assert_num_queries(2):
        standing.line_years()


def test_each_month_of_the_reserve_is_the_sum_of_all_entries_until_then(busy):
    for month in reserve.months_until(NOW):
        end = min(clock.start_of_day(reserve._next(month.first_day)), NOW)
        sums: dict[str, object] = {}
        for entry in LedgerEntry.objects.before(end):
            sums[entry.kind] = sums.get(entry.kind, 0) + entry.amount
        whole = of_entries(sums)
        assert (month.balance, month.committed) == (euros(3_000_000) - whole.spent, whole.granted)
