"""How files are read is data: loaded once, and edited in the administration."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from budget.domain import import_files, import_mappings
from budget.errors import ImportRefused
from budget.models import ImportMapping
from budget.states.events import BudgetEvent
from core.domain import clock, documents
from core.models import AuditEntry
from tests.budget.paying import package

pytestmark = pytest.mark.django_db


def test_loading_again_keeps_what_was_edited(cast):
    ImportMapping.objects.filter(pk=package().pk).update(amount_column="Euro")
    before = ImportMapping.objects.count()

    import_mappings.load()

    assert ImportMapping.objects.count() == before
    assert package().amount_column == "Euro"


def test_the_administrator_edits_a_mapping_and_it_stays_in_the_trail(cast, client_of):
    mapping, client = package(), client_of(cast.admin)
    address = f"/beheer/budget/importmapping/{mapping.pk}/change/"
    names = [field.name for field in ImportMapping._meta.fields if field.name not in {"id", "paid_is_negative"}]
    form = {**{name: getattr(mapping, name) for name in names}, "amount_column": "Euro"}

    assert client.post(address, form).status_code == 302

    assert package().amount_column == "Euro"
    entry = AuditEntry.objects.about(mapping).get(event=BudgetEvent.IMPORT_MAPPING_CHANGED)
    assert entry.changes == {"amount_column": "Euro"}


def test_a_mapping_is_never_deleted_and_nobody_else_edits_it(cast, client_of):
    address = f"/beheer/budget/importmapping/{package().pk}"

    assert client_of(cast.admin).post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert client_of(cast.finance).get(f"{address}/change/").status_code in {302, 403}
    assert ImportMapping.objects.filter(pk=package().pk).exists()


TODAY = datetime(2026, 9, 18, 22, 30, tzinfo=UTC)  # half past midnight on the 19th, in Amsterdam


def mapping(**over):
    """Return a mapping with every column, kept nowhere."""
    said = {
        "name": "Proef",
        "delimiter": ";",
        "encoding": "utf-8-sig",
        "decimal_sign": ",",
        "date_format": "%d-%m-%Y",
        "reference_column": "K",
        "amount_column": "B",
        "date_column": "D",
        "line_column": "L",
        "year_column": "J",
        "description_column": "O",
    }
    return ImportMapping(**{**said, **over})


def read(*rows, **over):
    with clock.set_to(TODAY):
        return import_files.read("\n".join(["K;B;D;L;J;O", *rows]).encode(), mapping(**over))


def row(**over):
    return ";".join({"k": "P-1", "b": "1,00", "d": "19-09-2026", "l": "Leven", "j": "2026", "o": "x", **over}.values())


def bad_lines(*rows, **over):
    with pytest.raises(ImportRefused) as refusal:
        read(*rows, **over)
    return [problem.number for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("0,01", "0.01"),
        ("-0,01", "-0.01"),
        ("7", "7.00"),
        ("1.234", "1234.00"),
        ("1.234.567,89", "1234567.89"),
        ("1234567,89", "1234567.89"),
        ("9.999.999.999,99", "9999999999.99"),
    ],
)
def test_an_amount_is_read_to_the_cent(text, euros):
    assert read(row(b=text))[0].amount == Decimal(euros)
    assert read(row(b=text), paid_is_negative=True)[0].amount == -Decimal(euros)


@pytest.mark.parametrize(
    "text",
    ["", "0", "-0,00", "1,0", "1,000", "1.00", "1.2345", "12345678901", "10.000.000.000,00", "1 000", "+1", "€1"],
)
def test_what_is_no_amount_of_money_is_refused(text):
    assert bad_lines(row(b=text)) == [2]


def test_another_decimal_sign_has_another_mark_for_thousands():
    assert read(row(b="1,234.50"), decimal_sign=".")[0].amount == Decimal("1234.50")
    assert bad_lines(row(b="1.234,50"), decimal_sign=".") == [2]


@pytest.mark.parametrize(("day", "is_read"), [("19-09-2026", True), ("20-09-2026", False), ("1-9-2026", False)])
def test_a_day_is_today_in_amsterdam_at_the_latest_and_written_in_full(day, is_read):
    if is_read:
        assert read(row(d=day))[0].on == date(2026, 9, 19)
    else:
        assert bad_lines(row(d=day)) == [2]


@pytest.mark.parametrize("year", ["1999", "2100", "20", "20266", ""])
def test_a_year_lies_in_this_century(year):
    assert [read(row(j=text))[0].year for text in ("2000", "2099")] == [2000, 2099]
    assert bad_lines(row(j=year)) == [2]


def test_columns_that_are_not_named_are_not_read():
    (line,) = read(row(j="veel"), line_column="", year_column="", description_column="")
    assert (line.line, line.year, line.description) == ("", None, "")


def test_a_reference_has_80_signs_at_most_and_a_description_keeps_200():
    (line,) = read(row(k="x" * 80, o="y" * 201, l="LEVEN"))
    assert (len(line.reference), len(line.description), line.line) == (80, 200, "leven")
    assert bad_lines(row(k="x" * 81), row(k="")) == [2, 3]


def test_lines_keep_their_number_in_the_file_past_empty_ones_and_through_quotation_marks():
    numbers = [line.number for line in read("", row(), " ; ; ; ; ; ", row(o='"op twee\nregels"'), row())]
    assert numbers == [3, 5, 7]


def test_a_line_with_more_wrong_than_one_thing_is_one_bad_line():
    with pytest.raises(ImportRefused) as refusal:
        read(row(k="", b="veel", d="ooit"), row())
    (problem,) = refusal.value.problems
    assert "veel" in problem.reason
    assert "ooit" in problem.reason


def test_a_file_may_be_exactly_as_large_as_the_limit(monkeypatch):
    content = f"K;B;D;L;J;O\n{row()}\n{row()}".encode()
    monkeypatch.setattr(import_files, "MOST_BYTES", len(content))
    monkeypatch.setattr(import_files, "MOST_LINES", 3)
    with clock.set_to(TODAY):
        assert len(import_files.read(content, mapping())) == 2
        with pytest.raises(ImportRefused):
            import_files.read(content + b"\n", mapping())
        monkeypatch.setattr(import_files, "MOST_BYTES", len(content) + 99)
        with pytest.raises(ImportRefused):
            import_files.read(content + f"\n{row()}".encode(), mapping())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:/map/bank.csv", "bank.csv"),
        ("C:\\map\\bank.csv", "bank.csv"),
        ("a b?.csv", "a b.csv"),
        ("/", "import.csv"),
        ("bank", "bank.csv"),
        ("bank." + "x" * 120, "bank.csv"),
        ("x" * 130 + ".csv", "x" * 100 + ".csv"),
    ],
)
def test_a_file_is_kept_as_it_came_under_a_name_without_its_folder(cast, name, kept):
    document = import_files.keep(kind="proof", title="Bank", file_name=name, content=b"1;2", mapping=package(), count=7)
    assert (document.file_name, documents.read(document)) == (kept, b"1;2")
    assert document.facts == {"mapping": package().name, "lines": 7}
