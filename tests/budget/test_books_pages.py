"""The controller's pages: the columns as of any day, and every figure walked back to its entries."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Proposal, ShutFile
from budget.columns import Column
from budget.domain import books, entries, ledger, reserve
from budget.domain.books import Scope
from budget.domain.ledger import Movement
from budget.models import BudgetLine, LedgerEntry
from core.domain import clock
from core.models import AuditEntry
from tests.assessment.road import advised_proposal
from tests.budget.bare import a_document, budget_line, council_decides
from tests.budget.reading import words
from tests.budget.road import decision_of, granted_proposal, listed_proposal, refused_proposal
from tests.database import count_rows
from tests.reporting.scenes import advised, day, euros, granted, release, spend

OVERVIEW = "/budget/"
ENTRIES = "/budget/posten/"
LEVEN_2026 = "/budget/regels/leven/2026/"
NOW = day(11, 21)


def columns(code="leven", year=2026, as_of=None):
    return books.line_year(budget_line(code, year), as_of).columns


@pytest.fixture
def history(cast, call):
    """A programme with every kind of column in it; what is reserved of 2027 on Leven does not fit in the budget."""
    first = granted(cast, call, line="wonen", at=day(2, 3), amounts={2026: 90_000, 2027: 10_000})
    granted(cast, call, line="leven", at=day(3, 3), amounts={2025: 1_000, 2026: 20_000.10})
    spend(cast, first, line="wonen", at=day(5, 1), amounts={2026: 33_333.33})
    release(cast, first, line="wonen", at=day(8, 1), amounts={2026: 1_000.01})
    with clock.set_to(day(6, 1)):
        ledger.book_advance(
            first, [Movement(budget_line("wonen"), euros(2_000))], by=cast.finance, document=a_document()
        )
    with clock.set_to(day(9, 1)):
        council_decides(
            cast.finance, cast.council, {("imago", 2027): euros(-5_000), ("leven", 2027): euros(5_000)}, number="RB-2"
        )
    advised(cast, call, line="leven", at=day(10, 1), amounts={2025: 400, 2026: 7_000, 2027: 300_000})
    with clock.set_to(NOW):
        yield


def test_the_table_closes_on_what_the_council_set(cast, client_of):
    text = words(client_of(cast.finance).get(OVERVIEW))
    assert "2025 1.070.000" in text
    assert "2026 1.070.000" in text
    assert "2027 860.000" in text
    assert "3.000.000" in text


def test_a_positive_advice_reserves_until_the_college_decides(cast, call, client_of):
    advised_proposal(cast, call, requested={2026: 20000}, amounts={2026: 15000})
    listed_proposal(cast, call, requested={2026: 10000})
    advised_proposal(cast, call, requested={2026: 40000}, outcome="negative")
    granted_proposal(cast, call, requested={2026: 7000})
    refused_proposal(cast, call, requested={2026: 9000})
    found = columns()
    assert (found.reserved, found.granted) == (25000, 7000)
    assert found.free == 250000 - 7000
    assert "25.000" in words(client_of(cast.finance).get(OVERVIEW))


def test_realised_and_released_stand_apart_and_the_free_room_follows(cast, call):
    decision = decision_of(granted_proposal(cast, call, requested={2026: 30000}))
    document = a_document()
    ledger.book_expense(decision, [Movement(budget_line(), Decimal(12000))], by=cast.finance, document=document)
    ledger.book_release(decision, [Movement(budget_line(), Decimal("3000.50"))], by=cast.finance, document=document)
    found = columns()
    assert (found.granted, found.spent, found.released) == (Decimal("14999.50"), 12000, Decimal("3000.50"))
    assert found.free == 250000 - Decimal("26999.50")
    whole = books.sum_of(books.line_years())
    assert whole.free == 3000000 - Decimal("26999.50")
    assert reserve.stand_at(books.moment_of(clock.today()), whole).balance == 3000000 - 12000


def test_the_forecast_takes_what_is_reserved_until_the_year_has_ended(history):
    assert (columns(year=2026).forecast, columns(year=2025).forecast) == (euros(27_000.10), 1_000)
    assert columns(year=2025).reserved == 400
    ended = columns(year=2026, as_of=clock.end_of_day(day(12, 31).date()))
    assert ended.forecast == euros(20_000.10)
    still_running = columns(year=2026, as_of=clock.end_of_day(day(12, 30).date()))
    assert still_running.forecast == euros(27_000.10)


def test_the_forecast_never_passes_the_budget_and_the_rest_is_to_be_carried_over(history):
    found = columns(year=2027)
    assert (found.budgeted, found.reserved) == (205_000, 300_000)
    assert (found.forecast, found.to_carry) == (205_000, 0)
    rows = books.line_years()
    whole = books.sum_of(rows)
    assert whole.forecast == sum(row.columns.forecast for row in rows)
    assert whole.to_carry == whole.budgeted - whole.forecast


DAYS = [day(2, 28), day(6, 30), day(10, 15)]


def test_every_figure_of_every_day_is_the_sum_of_what_is_shown_behind_it(history):
    for moment in [*DAYS, NOW]:
        as_of = books.moment_of(moment.date())
        rows = books.line_years(as_of)
        of_some = [row.scope for row in rows if row.budget_line.line.code in {"leven", "wonen"}]
        groups = [books.by_line(rows)[2], books.by_year(rows)[1], *books.by_programme(rows)[:2]]
        for scope in [*of_some, *(group.scope for group in groups), Scope()]:
            for column in Column:
                proves(rows, scope, as_of, column)


def proves(rows, scope, as_of, column):
    shown, listed = entries.behind(rows, scope, as_of, column), list(entries.booked(scope, as_of, column))
    expected = sum(getattr(row.columns, column) for row in rows if scope.holds(row.budget_line))
    assert shown.figure == expected
    assert shown.of_entries == sum((entry.counted for entry in listed), Decimal(0))
    assert shown.of_entries + shown.of_waiting + shown.beyond_budget == expected
    assert all(entry.counted for entry in listed)
    if column not in {Column.FORECAST, Column.TO_CARRY}:
        assert shown.beyond_budget == 0


def test_only_what_does_not_fit_in_the_budget_is_left_out_of_a_forecast(history):
    as_of = books.moment_of(NOW.date())
    shown = entries.behind(books.line_years(as_of), Scope("leven", 2027), as_of, Column.FORECAST)
    assert (shown.figure, shown.of_entries, shown.of_waiting) == (205_000, 0, 300_000)
    assert shown.beyond_budget == -95_000


def test_a_figure_on_the_page_opens_entries_with_the_same_sum(cast, history, client_of):
    client = client_of(cast.finance)
    tables = client.get(OVERVIEW, {"peildatum": "2026-08-15"}).context["tables"]
    for row in [tables[0].groups[2][1], tables[0].groups[0][-1], tables[1].groups[0][1], tables[2].whole]:
        for cell in row.cells[::3]:
            assert client.get(cell.url).context["behind"].figure == cell.amount, cell.url
            assert "2026-08-15" in urlsplit(cell.url).query


def test_an_earlier_day_tells_what_was_in_the_books_then(cast, history, client_of):
    client = client_of(cast.finance)
    before = words(client.get(LEVEN_2026, {"peildatum": "02-03-2026"}))
    assert "20.000,10" not in before
    assert "2 maart 2026" in before
    after = words(client.get(LEVEN_2026, {"peildatum": "03-04-2026"}))
    assert "20.000,10" in after


def test_before_the_programme_every_figure_is_zero(cast, history, client_of):
    context = client_of(cast.finance).get(OVERVIEW, {"peildatum": "2024-12-31"}).context
    assert {cell.amount for table in context["tables"] for cell in table.whole.cells} == {0}
    assert (context["stand"].programme_total, context["stand"].balance) == (0, 0)


def test_the_programme_total_is_that_of_the_moment(cast, history):
    with clock.set_to(day(10, 5)):
        council_decides(
            cast.finance, cast.council, {}, kind="programme_total", reserve_change=euros(250_000), number="RB-9"
        )
    totals = [reserve.stand_at(clock.end_of_day(day(10, on).date()), books.NOTHING).programme_total for on in (4, 5)]
    assert totals == [3_000_000, 3_250_000]


BAD = ["peildatum=xyz", "peildatum=2031-01-01", "peildatum=%00", "peildatum=9999-12-31", "peildatum=0000-00-00"]
WORSE = ["kolom=foo", "kolom=%00", "regel=%00", "regel=niets", "jaar=x", "jaar=%00", f"jaar={9**30}", "programma=%00"]


@pytest.mark.parametrize("query", BAD)
def test_nonsense_about_the_day_is_answered_kindly(cast, client_of, query):
    for page in (OVERVIEW, LEVEN_2026, ENTRIES):
        response = client_of(cast.finance).get(f"{page}?{query}")
        assert response.status_code == 422
        assert response.context["form"].errors


def test_nonsense_about_the_choice_shows_no_entries_and_no_sum(cast, client_of):
    for query in WORSE:
        response = client_of(cast.finance).get(f"{ENTRIES}?{query}")
        assert response.status_code == 422, query
        assert response.context["page_obj"].paginator.count == 0
        assert response.context["behind"] is None


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=999", "onbekend=1", "peildatum=0001-01-01"])
def test_other_nonsense_does_no_harm(cast, client_of, query):
    for page in (OVERVIEW, LEVEN_2026, ENTRIES):
        assert client_of(cast.finance).get(f"{page}?{query}").status_code == 200


def test_entries_are_narrowed_to_line_year_and_programme(cast, history, client_of):
    client = client_of(cast.finance)

    def shown(**query):
        return {entry.pk for entry in client.get(ENTRIES, query).context["page_obj"].object_list}

    lines = LedgerEntry.objects.order_by("pk")
    assert shown(regel="wonen") == set(lines.filter(budget_line__line__code="wonen").values_list("pk", flat=True))
    assert shown(jaar="2025") == set(lines.filter(budget_line__year=2025).values_list("pk", flat=True))
    of_three = lines.filter(budget_line__line__budget_programme="8").values_list("pk", flat=True)
    assert shown(programma="8") == set(of_three)
    assert 0 < len(of_three) < lines.count()


def test_a_reserved_figure_opens_the_proposals_that_make_it(cast, history, client_of):
    response = client_of(cast.manager).get(f"{LEVEN_2026}?kolom=reserved")
    proposal = Proposal.objects.get(state="advised")
    assert "7.000" in words(response)
    assert reverse("assessment:file", args=[proposal.reference]) in response.content.decode()


def test_a_figure_walks_back_to_decision_proposal_partner_and_person(cast, call, client_of):
    proposal = granted_proposal(cast, call, requested={2026: 25000})
    response = client_of(cast.manager).get(LEVEN_2026)
    text = words(response)
    entry = LedgerEntry.objects.get(decision=decision_of(proposal))
    for expected in (
        "24-NB-9.4",
        "€ 250.000",
        decision_of(proposal).reference,
        proposal.reference,
        "Stichting Makersloods",
        cast.college.full_name,
        entry.hash[:12],
    ):
        assert expected in text, expected
    body = response.content.decode()
    assert reverse("budget:decision_list", args=[decision_of(proposal).decision_list.reference]) in body
    assert reverse("assessment:file", args=[proposal.reference]) in body


def test_the_college_gets_no_link_to_a_file_that_is_shut_to_it(cast, call, client_of):
    proposal = granted_proposal(cast, call)
    body = client_of(cast.college).get(LEVEN_2026).content.decode()
    assert proposal.reference in body
    assert reverse("assessment:file", args=[proposal.reference]) not in body


def paid(cast, call):
    """A grant with a payment that rests on a document."""
    proposal = granted_proposal(cast, call, requested={2026: 30000})
    document = a_document()
    movements = [Movement(budget_line(), Decimal(12000))]
    ledger.book_advance(decision_of(proposal), movements, by=cast.finance, document=document)
    return proposal, document


def shut(proposal, person):
    ShutFile.objects.create(proposal=proposal, user=person, since=clock.now())


def test_who_has_an_interest_sees_the_amount_and_not_the_papers(cast, call, client_of):
    proposal, document = paid(cast, call)
    shut(proposal, cast.manager)
    body = client_of(cast.manager).get(LEVEN_2026).content.decode()
    assert "12.000" in body
    assert reverse("assessment:file", args=[proposal.reference]) not in body
    assert reverse("budget:document", args=[document.pk]) not in body
    assert client_of(cast.manager).get(reverse("budget:document", args=[document.pk])).status_code == 404
    assert client_of(cast.finance).get(reverse("budget:document", args=[document.pk])).status_code == 200


def test_a_reader_opens_the_document_behind_an_entry_and_that_is_written_down(cast, call, client_of):
    _proposal, document = paid(cast, call)
    address = reverse("budget:document", args=[document.pk])
    assert address in client_of(cast.college).get(LEVEN_2026).content.decode()
    response = client_of(cast.college).get(address)
    assert response.content == b"1;2\r\n"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(event="document.opened", actor=cast.college).count() == 1


def test_a_document_that_no_entry_rests_on_is_not_there(cast, client_of):
    assert client_of(cast.finance).get(reverse("budget:document", args=[a_document().pk])).status_code == 404


@pytest.mark.parametrize(
    "page", ["/budget/regels/leven/2031/", "/budget/regels/niets/2026/", f"/budget/regels/leven/{9**20}/"]
)
def test_a_line_or_year_without_budget_is_not_there(cast, client_of, page):
    assert client_of(cast.finance).get(page).status_code == 404


PAGES = (OVERVIEW, LEVEN_2026, f"{LEVEN_2026}?kolom=forecast", f"{ENTRIES}?kolom=to_carry")


def test_the_pages_ask_few_queries_with_one_and_with_fifty_entries(cast, call, client_of):
    client = client_of(cast.finance)
    few = [count_queries(client, page) for page in grown(cast, call, 1)]
    many = [count_queries(client, page) for page in grown(cast, call, 49)]
    assert many == few
    assert max(many) <= 15


def grown(cast, call, number):
    for _number in range(number):
        granted(cast, call, at=clock.now() - timedelta(days=2), amounts={2026: 100})
        advised(cast, call, at=clock.now() - timedelta(days=2), amounts={2026: 100})
    count_rows()
    return PAGES


def count_queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def test_every_line_and_year_of_the_frame_has_a_page(cast, client_of):
    client = client_of(cast.college)
    for found in BudgetLine.objects.select_related("line"):
        assert client.get(reverse("budget:line", args=[found.line.code, found.year])).status_code == 200
