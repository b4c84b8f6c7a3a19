"""The pages of the reconciliation."""

import io
import uuid
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from budget.models import Explanation, Reconciliation, ReconciliationRow
from core.domain import clock
from tests.budget.paying import book, file_of, give_interest, grant, line_of, order, package

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2026, 9, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def autumn():
    with clock.set_to(AUTUMN):
        yield


@pytest.fixture
def paid(cast, call):
    payment = grant(cast, call).payments.get()
    order(cast.finance, [payment])
    book(cast.finance, payment)
    return payment


def form(*lines: str, **over: object) -> dict[str, object]:
    return {
        "period_from": "01-09-2026",
        "period_until": "30-09-2026",
        "file": SimpleUploadedFile("grootboek.csv", file_of(*lines)),
        "mapping": package().pk,
        "request_key": str(uuid.uuid4()),
        **over,
    }


def stranger(number: int) -> str:
    return f"INK-{number};{number},00;02-09-2026;leven;2026;=1+1"


def lay(client, *lines: str) -> Reconciliation:
    assert client.post("/budget/aansluiting/nieuw/", form(*lines)).status_code == 302
    return Reconciliation.objects.latest("pk")


def test_an_export_is_laid_beside_the_books(cast, client_of, paid):
    client = client_of(cast.finance)

    found = lay(client, line_of(paid), stranger(7))

    page = client.get(found.get_absolute_url())
    assert page.context["difference_count"] == 1
    assert "INK-7" in page.content.decode()
    assert paid.reference not in page.content.decode().partition('id="rows"')[2]
    matched = client.get(found.get_absolute_url(), {"toon": "4_matched"}).content.decode()
    assert paid.reference in matched
    assert "grootboek.csv" in client.get("/budget/aansluiting/").content.decode()


def test_a_broken_file_is_refused_with_its_lines_and_what_was_typed(cast, client_of, paid):
    client = client_of(cast.finance)

    answer = client.post("/budget/aansluiting/nieuw/", form(line_of(paid), "kort", stranger(0)))

    assert answer.status_code == 422
    assert [problem.number for problem in answer.context["problems"]] == [3, 4]
    assert "01-09-2026" in answer.content.decode()
    assert client.post("/budget/aansluiting/nieuw/", {}).status_code == 422
    assert client.post("/budget/aansluiting/nieuw/", form(line_of(paid), period_until="01-08-2026")).status_code == 422
    assert not Reconciliation.objects.exists()


def test_a_difference_is_explained_on_its_own_page(cast, client_of, paid):
    client = client_of(cast.finance)
    found = lay(client, stranger(7))
    row = found.rows.get(number=2)
    address = f"/budget/aansluiting/{found.pk}/verschil/{row.pk}/"
    assert address in client.get(found.get_absolute_url()).content.decode()

    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "Van een ander fonds", "settled": "on"}).status_code == 302

    assert Explanation.objects.get().settled
    assert "Van een ander fonds" in client_of(cast.college).get(found.get_absolute_url()).content.decode()


def test_what_agrees_or_is_an_own_matter_has_no_page(cast, client_of, paid):
    client = client_of(cast.finance)
    found = lay(client, line_of(paid))
    row = found.rows.get()
    assert client.get(f"/budget/aansluiting/{found.pk}/verschil/{row.pk}/").status_code == 404

    empty = lay(client, stranger(7))
    ours = empty.rows.get(number=None)
    give_interest(cast.finance, paid.decision)
    assert client.get(f"/budget/aansluiting/{empty.pk}/verschil/{ours.pk}/").status_code == 404
    assert paid.reference not in client.get(empty.get_absolute_url()).content.decode()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_differences_go_to_a_spreadsheet_without_formulas(cast, client_of, paid, suffix):
    client = client_of(cast.finance)
    found = lay(client, line_of(paid), stranger(7))

    answer = client.get(f"/budget/aansluiting/{found.pk}/verschillen.{suffix}")

    assert suffix in answer["Content-Disposition"]
    if suffix == "csv":
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert ";INK-7;'=1+1;02-09-2026;7,00;;7,00;" in lines[1]
    else:
        rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows())
        assert (rows[1][3].value, rows[1][3].data_type, rows[1][5].value) == ("=1+1", "s", 7)


def test_the_pages_ask_the_database_as_often_for_many_as_for_one(cast, client_of, paid, django_assert_num_queries):
    client = client_of(cast.finance)
    found = lay(client, stranger(1))
    for address in (found.get_absolute_url(), "/budget/aansluiting/"):
        client.get(address)
    with django_assert_num_queries(10):
        client.get(found.get_absolute_url())
    many = lay(client, *map(stranger, range(1, 46)))
    explanations = [
        Explanation(row=row, text="Later", by=cast.finance, at=AUTUMN) for row in ReconciliationRow.objects.all()
    ]
    Explanation.objects.bulk_create(explanations)

    with django_assert_num_queries(10):
        client.get(many.get_absolute_url())
