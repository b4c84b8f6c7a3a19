from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.states import OrganisationKind
from applications.models import LineTag
from assessment.states import Outcome
from budget.domain import proof
from budget.models import BudgetLine, LedgerEntry
from core.domain import clock
from programme.models import Line
from reporting.domain import figures
from tests.budget.bare import council_decides
from tests.reporting.scenes import advised, approve, day, euros, granted, listed, release, spend, submitted

pytestmark = pytest.mark.django_db

NOW = day(11, 21)


def at(moment):
    return figures.at(moment)


def line_of(found, code):
    return next(line for line in found.lines if line.line.code == code)


@pytest.fixture
def history(cast, call):
    """A year with everything in it."""
    first = granted(cast, call, line="wonen", at=day(2, 3), amounts={2026: 90_000, 2027: 10_000})
    second = granted(cast, call, line="leven", at=day(3, 3), amounts={2026: 20_000.10})
    spend(cast, first, line="wonen", at=day(5, 1), amounts={2026: 33_333.33})
    release(cast, first, line="wonen", at=day(8, 1), amounts={2026: 1_000.01})
    spend(cast, second, line="leven", at=day(8, 2), amounts={2026: 19_999.99})
    with clock.set_to(day(9, 1)):
        council_decides(
            cast.finance,
            cast.council,
            {("imago", 2027): euros(-5_000), ("leven", 2027): euros(5_000)},
            number="RB-2",
        )
    return first, second


MOMENTS = [day(1, 1, 2025), day(2, 5), day(4, 1), day(5, 2), day(8, 3), day(9, 2), NOW]


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_line_and_year_is_what_its_last_entry_before_the_moment_says(history, moment):
    found = at(moment)
    for line in BudgetLine.objects.select_related("line"):
        last = LedgerEntry.objects.filter(budget_line=line, booked_at__lt=moment).order_by("sequence").last()
        columns = line_of(found, line.line.code).years[line.year]
        after = (last.budgeted_after, last.granted_after, last.spent_after) if last else (0, 0, 0)
        assert (columns.budgeted, columns.granted, columns.spent) == after
        assert columns.free == columns.budgeted - columns.granted - columns.spent
        assert columns.free >= 0


def test_the_columns_of_a_line_are_the_sums_of_its_bookings(history):
    wonen = line_of(at(NOW), "wonen").years[2026]
    assert wonen.primitive == euros(250_000)
    assert wonen.granted == euros(90_000) - euros(33_333.33) - euros(1_000.01)
    assert wonen.spent == euros(33_333.33)
    assert wonen.released == euros(1_000.01)
    assert wonen.free == euros(250_000) - euros(90_000) + euros(1_000.01)


def test_an_amendment_stands_apart_from_the_primitive_budget(history):
    leven = line_of(at(NOW), "leven").years[2027]
    assert (leven.primitive, leven.amendments, leven.budgeted) == (euros(200_000), euros(5_000), euros(205_000))


def test_lines_years_and_activities_add_up_to_the_same_totals(history):
    found = at(NOW)
    assert found.total == sum((line.total for line in found.lines[1:]), found.lines[0].total)
    assert found.total == sum((found.of_year(year) for year in found.years[1:]), found.of_year(found.years[0]))
    for line in found.lines:
        for column in ("reserved", "granted", "spent", "advanced", "released"):
            of_activities = sum((getattr(one.total, column) for one in line.activities), Decimal(0))
            assert of_activities == getattr(line.total, column)


def test_the_programme_closes_on_three_million(frame):
    found = at(NOW)
    assert [found.of_year(year).budgeted for year in found.years] == [
        euros(1_070_000),
        euros(1_070_000),
        euros(860_000),
    ]
    assert found.total.budgeted == euros(3_000_000)
    assert found.reserve.drawn == found.reserve.programme_total == euros(3_000_000)
    assert found.reserve.undrawn == 0


def test_the_reserve_goes_down_by_what_is_realised(history):
    reserve = at(NOW).reserve
    assert reserve.balance == euros(3_000_000) - euros(33_333.33) - euros(19_999.99)


@pytest.mark.parametrize("moment", MOMENTS[:-1])
def test_figures_of_a_moment_stay_the_same_whatever_is_booked_afterwards(cast, call, history, moment):
    before, head = figures.as_dict(at(moment)), proof.ledger_head(moment)
    late = granted(cast, call, line="wonen", at=NOW, amounts={2026: 5_000})
    spend(cast, late, line="wonen", at=NOW + timedelta(days=2), amounts={2026: 1_000})
    advised(cast, call, line="leven", at=NOW, amounts={2027: 7_000})
    assert figures.as_dict(at(moment)) == before
    assert proof.ledger_head(moment) == head
    assert proof.ledger_head(NOW + timedelta(days=3)) != head


def test_a_booking_counts_until_midnight_in_amsterdam(cast, call):
    midnight = clock.end_of_day(day(6, 30).date())
    granted(cast, call, at=day(6, 1), decided_at=midnight - timedelta(microseconds=1), amounts={2026: 100})
    granted(cast, call, at=day(6, 1), decided_at=midnight, amounts={2026: 200})
    assert line_of(at(midnight), "leven").years[2026].granted == euros(100)


def test_a_positive_advice_is_reserved_until_the_college_decides(cast, call):
    decided = day(6, 10)
    granted(cast, call, at=day(6, 1), decided_at=decided, amounts={2026: 40_000})
    waiting = line_of(at(day(6, 5)), "leven").years[2026]
    assert (waiting.reserved, waiting.granted) == (euros(40_000), 0)
    # Reserved binds nobody: it still counts as free.
    assert waiting.free == euros(250_000)
    after = line_of(at(day(6, 11)), "leven").years[2026]
    assert (after.reserved, after.granted) == (0, euros(40_000))


@pytest.mark.parametrize(("outcome", "reserved"), [("positive", 900), ("conditional", 900), ("negative", 0)])
def test_only_a_positive_advice_reserves(cast, call, outcome, reserved):
    advised(cast, call, at=day(6, 1), amounts={2027: 900}, outcome=Outcome(outcome))
    assert line_of(at(day(6, 2)), "leven").total.reserved == euros(reserved)
    assert line_of(figures.totals_at(day(6, 2)), "leven").total.reserved == euros(reserved)


def test_nothing_is_reserved_before_the_advice(cast, call):
    advised(cast, call, at=day(6, 1), amounts={2027: 900})
    assert at(day(6, 1)).total.reserved == 0


def test_a_booking_and_a_reservation_never_count_twice_within_one_approval(cast, call):
    decision = listed(cast, call, at=day(6, 1), amounts={2026: 400})
    with clock.set_to(day(6, 2)):
        approve(cast, decision, {2026: 400})
    between = at(day(6, 2) + timedelta(microseconds=1))
    assert (between.total.reserved, between.total.granted) == (0, euros(400))


def test_a_proposal_stands_on_the_line_that_it_was_tagged_with_then(cast, call):
    proposal = advised(cast, call, line="leven", at=day(6, 1), amounts={2026: 500})
    for moment, code in ((day(6, 3), "imago"), (day(6, 5), "wonen")):
        LineTag.objects.create(
            proposal=proposal, line=Line.objects.get(code=code), reason="x", tagged_by=cast.manager, tagged_at=moment
        )
    for moment, code in ((day(6, 2), "leven"), (day(6, 4), "imago"), (day(6, 6), "wonen")):
        assert line_of(at(moment), code).total.reserved == euros(500)
        assert at(moment).total.reserved == euros(500)


def test_the_state_of_an_activity_is_the_state_of_then(cast, call):
    granted(cast, call, at=day(6, 1), decided_at=day(6, 10), amounts={2026: 100})
    states = [at(moment).lines[2].activities[0].state for moment in (day(6, 1), day(6, 5), day(6, 11))]
    assert states == ["in_assessment", "listed", "granted"]


def test_a_proposal_without_money_is_counted_but_not_listed(cast, call):
    submitted(cast, call, at=day(6, 1))
    leven = next(line for line in figures.as_dict(at(day(6, 2)))["lines"] if line["code"] == "leven")
    assert leven["counts"] == {"submitted": 1}
    assert leven["activities"] == []


def test_residents_are_never_named(cast, call):
    cast.organisation.kind = OrganisationKind.RESIDENTS
    cast.organisation.name = "Jan Jansen"
    cast.organisation.save()
    granted(cast, call, at=day(6, 1), amounts={2026: 100})
    assert "Jansen" not in str(figures.as_dict(at(NOW)))


def test_amounts_are_stored_as_text_with_two_decimals(history):
    stored = figures.as_dict(at(NOW))
    assert stored["total"]["spent"] == "53333.32"
    assert stored["lines"][0]["years"][1]["amounts"]["free"] == "161000.01"


def test_the_quick_totals_are_the_same_as_the_whole_figures(cast, call, history):
    advised(cast, call, line="imago", at=day(10, 1), amounts={2026: 1_234.56})
    whole, quick = at(NOW), figures.totals_at(NOW)
    assert [line.years for line in quick.lines] == [line.years for line in whole.lines]
    assert quick.reserve == whole.reserve


def test_an_empty_database_has_empty_figures(blank):
    found = at(NOW)
    assert found.lines == ()
    assert found.years == []
    assert found.total.budgeted == 0
    assert len(proof.ledger_head(NOW)) == 64


def test_figures_take_the_same_number_of_queries_for_one_proposal_and_for_many(
    cast, call, django_assert_max_num_queries, django_assert_num_queries
):
    granted(cast, call, at=day(6, 1), amounts={2026: 100})
    advised(cast, call, at=day(6, 1), amounts={2026: 100})
    with django_assert_max_num_queries(30):
        at(NOW)
    for _turn in range(8):
        granted(cast, call, at=day(6, 1), amounts={2026: 100})
        advised(cast, call, at=day(6, 1), amounts={2026: 100})
    with django_assert_max_num_queries(30):
        at(NOW)
    with django_assert_max_num_queries(8):
        figures.totals_at(NOW)
