"""The end of a year: what is left, and the carry-over that the council may decide on. Nothing rolls over by itself."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from budget.domain import council, ledger, year_end
from budget.domain.council_content import Content
from budget.domain.ledger import Movement
from budget.errors import CouncilDecisionNotReady, MoreThanFree, StepNotYours
from budget.models import Balance, BudgetLine, CouncilDecision, LedgerEntry
from budget.states import CouncilDecisionKind
from budget.states import CouncilDecisionState as State
from core.domain import clock
from tests.budget.bare import a_document, approve_bare, bare_decision, budget_line
from tests.budget.reading import hidden, words

D = Decimal


def url(year=2026):
    return reverse("budget:year_end", args=[year])


@pytest.fixture
def spent(cast, call):
    """On leven 2026: granted 100,000, of which 30,000 realised and 20,000 released."""
    decision = bare_decision(cast.finance, cast.organisation, call)
    ledger.book_grant(decision, [Movement(budget_line(), D(100000))], by=cast.finance)
    approve_bare(decision, cast.college)
    ledger.book_expense(decision, [Movement(budget_line(), D(30000))], by=cast.finance, document=a_document())
    ledger.book_release(decision, [Movement(budget_line(), D(20000))], by=cast.finance, document=a_document())
    return decision


def draft(cast, amounts, **over):
    given = {"year": 2026, "by": cast.finance, "request_key": uuid.uuid4(), **over}
    return year_end.draft_carry_over(amounts=amounts, **given)


def end_of(code="leven", year=2026):
    return next(line for line in year_end.of_year(year).lines if line.budget_line.line.code == code)


def test_each_line_tells_what_is_free_granted_realised_and_released(spent):
    end = end_of()
    assert (end.columns.free, end.firm, end.columns.spent, end.columns.released) == (170000, 50000, 30000, 20000)
    assert end.available == 170000
    assert year_end.of_year(2026).total.columns.free == 1_070_000 - 80_000


def test_a_carry_over_is_a_draft_and_books_nothing(cast, spent):
    entries = LedgerEntry.objects.count()
    made = draft(cast, {"leven": D(170000), "imago": D(10000), "wonen": D(0)})
    assert (made.kind, made.state, made.net, made.number) == ("carry_over", State.DRAFT, 0, None)
    said = {(str(item.budget_line.line.code), item.budget_line.year): item.amount for item in made.amounts.all()}
    assert said == {
        ("leven", 2026): -170000,
        ("leven", 2027): 170000,
        ("imago", 2026): -10000,
        ("imago", 2027): 10000,
    }
    assert LedgerEntry.objects.count() == entries


def test_the_draft_goes_the_way_of_every_decision_of_the_council(cast, spent):
    made = draft(cast, {"leven": D(170000)})
    said = Content(
        kind=made.kind,
        title=made.title,
        amounts={("leven", 2026): D(-170000), ("leven", 2027): D(170000)},
        number="RB-1",
        decided_on=clock.today(),
        document=a_document(),
    )
    council.change(decision_id=made.pk, by=cast.finance, content=said, version=1)
    entered = council.enter(decision_id=made.pk, by=cast.finance)
    council.confirm(decision_id=made.pk, version=entered.version, by=cast.council, request_key=uuid.uuid4())
    assert Balance.objects.get(budget_line=budget_line("leven", 2027)).budgeted == 200_000 + 170_000
    assert (end_of().columns.free, end_of().under_way) == (0, 0)


def test_a_year_without_budget_gets_its_line(cast):
    draft(cast, {"leven": D(5)}, year=2027)
    assert BudgetLine.objects.filter(line__code="leven", year=2028).exists()


@pytest.mark.parametrize("amount", [D("170000.01"), D(-1)])
def test_more_than_is_free_is_refused_with_the_figure(cast, spent, amount):
    with pytest.raises(MoreThanFree, match=r"Leven 2026.*170\.000"):
        draft(cast, {"leven": amount})


def test_an_unknown_line_or_year_has_nothing_to_carry_over(cast):
    with pytest.raises(MoreThanFree):
        draft(cast, {"sport": D(1)})
    with pytest.raises(MoreThanFree):
        draft(cast, {"leven": D(1)}, year=2031)


def test_money_that_is_in_another_carry_over_is_not_carried_over_again(cast):
    draft(cast, {"leven": D(200000)})
    assert (end_of().under_way, end_of().available) == (200000, 50000)
    with pytest.raises(MoreThanFree, match=r"50\.000"):
        draft(cast, {"leven": D(50001)})
    draft(cast, {"leven": D(50000)})


def test_the_same_request_gives_the_same_draft(cast):
    key = uuid.uuid4()
    first = draft(cast, {"leven": D(250000)}, request_key=key)
    assert draft(cast, {"leven": D(250000)}, request_key=key) == first


def test_nothing_to_carry_over_and_the_wrong_person_are_refused(cast):
    with pytest.raises(CouncilDecisionNotReady):
        draft(cast, {"leven": D(0)})
    # Refused at once: not told how much is free.
    for euros in (D(1), D(900_000_000)):
        with pytest.raises(StepNotYours):
            draft(cast, {"leven": euros}, by=cast.manager)


def test_from_the_page_to_the_page_of_the_draft(cast, spent, client_of):
    client = client_of(cast.finance)
    page = client.get(url())
    assert 'name="amount_leven" value="170000"' in page.content.decode()
    given = {"amount_leven": "100.000", "request_key": hidden(page, "request_key")}
    response = client.post(url(), given)
    made = CouncilDecision.objects.get(kind="carry_over")
    assert response["Location"] == made.get_absolute_url()
    assert client.post(url(), given)["Location"] == made.get_absolute_url()
    assert made.title in words(client.get(url()))
    assert 'name="amount_leven" value="70000"' in client.get(url()).content.decode()


@pytest.mark.parametrize("typed", ["170.000,01", "-5", "veel"])
def test_a_wrong_amount_is_said_at_the_line_and_stays(cast, spent, client_of, typed):
    client = client_of(cast.finance)
    key = hidden(client.get(url()), "request_key")
    response = client.post(url(), {"amount_leven": typed, "request_key": key})
    assert response.status_code == 422
    assert f'value="{typed}"' in response.content.decode()
    assert not CouncilDecision.objects.filter(kind="carry_over").exists()


def test_an_empty_form_drafts_nothing(cast, client_of):
    client = client_of(cast.finance)
    response = client.post(url(), {"request_key": hidden(client.get(url()), "request_key")})
    assert response.status_code == 422
    assert _("Fill in an amount for at least one line.") in words(response)


def test_a_year_that_has_not_ended_gets_a_warning_and_one_that_has_does_not(cast, client_of):
    client = client_of(cast.finance)
    for day, warns in [(datetime(2026, 12, 31, 12, tzinfo=UTC), True), (datetime(2027, 1, 1, 12, tzinfo=UTC), False)]:
        with clock.set_to(day):
            found = _("%(year)s has not ended yet") % {"year": 2026} in words(client.get(url()))
        assert found == warns


def test_others_read_and_draft_nothing_and_an_unknown_year_is_not_there(cast, client_of):
    manager = client_of(cast.manager)
    assert 'name="amount_leven"' not in manager.get(url()).content.decode()
    assert manager.post(url(), {"amount_leven": "5"}).status_code == 403
    assert manager.get(url(2031)).status_code == 404


def draft_of(cast, kind, amounts):
    amounts = {key: D(amount) for key, amount in amounts.items()}
    return council.draft(by=cast.finance, content=Content(kind=kind, title="Besluit", amounts=amounts))


def test_only_carry_overs_out_of_this_very_year_are_under_way(cast):
    draft_of(cast, CouncilDecisionKind.CARRY_OVER, {("leven", 2025): -7, ("leven", 2026): 7})
    draft_of(cast, CouncilDecisionKind.SHIFT, {("leven", 2026): -9, ("imago", 2026): 9})
    assert (end_of().under_way, end_of().available) == (0, 250_000)
    assert year_end.of_year(2026).under_way == []

    out = draft_of(cast, CouncilDecisionKind.CARRY_OVER, {("leven", 2026): -11, ("leven", 2027): 11})
    assert (end_of().under_way, end_of("imago").under_way, end_of(year=2027).under_way) == (11, 0, 0)
    assert year_end.of_year(2026).under_way == [out]
    assert year_end.of_year(2026).total.under_way == 11


def test_what_is_available_is_never_below_nothing_and_adds_up_line_by_line(cast, spent):
    before = year_end.of_year(2026).available
    draft_of(cast, CouncilDecisionKind.CARRY_OVER, {("leven", 2026): -170_001, ("leven", 2027): 170_001})
    assert end_of().available == 0
    assert year_end.of_year(2026).available == before - 170_000


def test_money_on_condition_is_not_firm(cast, call):
    decision = bare_decision(cast.finance, cast.organisation, call)
    line = budget_line(year=2027)
    ledger.book_grant(decision, [Movement(line, D(5000))], by=cast.finance, conditional=True)
    end = end_of(year=2027)
    assert (end.columns.granted, end.columns.conditional, end.firm) == (5000, 5000, 0)


@pytest.mark.parametrize(
    ("moment", "has_ended"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), True),
        (datetime(2028, 1, 1, tzinfo=UTC), True),
    ],
)
def test_a_year_has_ended_at_midnight_in_amsterdam(frame, moment, has_ended):
    with clock.set_to(moment):
        assert year_end.of_year(2026).has_ended == has_ended


def test_a_year_without_lines_has_no_end_and_the_next_year_is_one_later(frame):
    assert year_end.of_year(2031) is None
    assert (year_end.years(), year_end.of_year(2026).next_year) == ([2025, 2026, 2027], 2027)
