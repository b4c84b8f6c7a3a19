"""Values from a file: shown first, taken in whole or refused whole with every bad line, and the same file only once."""

import io
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from openpyxl import Workbook

from core.domain import clock, documents
from core.models import AuditEntry
from programme.domain import indicator_definitions, indicator_imports, indicators
from programme.domain.indicator_definitions import DefinitionSaid
from programme.errors import IndicatorChanged, IndicatorFileRefused, IndicatorNotYours
from programme.models import IndicatorImport, IndicatorValue
from programme.states import Frequency, PlannedKind
from tests.programme.measuring import HBO, corrected, defined, measured

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


HEAD = "indicator;periode;waarde;bron;reden"


def file_of(*lines, head=HEAD, encoding="utf-8"):
    return "\r\n".join([head, *lines, ""]).encode(encoding)


def take_in(content, by, **over):
    plan = indicator_imports.plan(content, by=by)
    said = {"file_name": "waarden.csv", "by": by, "seen": plan.sha256, "request_key": uuid4()}
    return indicator_imports.take_in(content=content, **{**said, **over})


def refused(content, by):
    with pytest.raises(IndicatorFileRefused) as error:
        indicator_imports.plan(content, by=by)
    return error.value


def told(code=HBO):
    state = next(state for state in indicators.at(clock.now()) if state.code == code)
    return {one.period.code: one.value for one in state.values}


def test_a_file_is_shown_and_then_taken_in_as_a_whole(cast):
    content = file_of(f"{HBO};2024;81,25;CBS;", "Blijfpercentage WO-afgestudeerden in Twente;2024;51;CBS;")
    plan = indicator_imports.plan(content, by=cast.lead)
    assert [(row.kind, row.value) for row in plan.rows] == [(PlannedKind.NEW, "81.25%"), (PlannedKind.NEW, "51%")]
    assert not IndicatorValue.objects.exists()
    made = take_in(content, cast.lead)
    assert (made.added, made.corrected, made.unchanged, made.imported_by) == (2, 0, 0, cast.lead)
    assert told() == {"2024": Decimal("81.25")}
    assert IndicatorValue.objects.filter(imported=made, entered_by=cast.lead).count() == 2
    assert documents.read(made.document) == content
    entry = AuditEntry.objects.get(event="indicator.imported")
    assert entry.changes["indicators"] == [HBO, "stayrate-wo"]


def test_the_same_file_a_second_time_does_nothing(cast):
    content = file_of(f"{HBO};2024;81;CBS;")
    first = take_in(content, cast.lead)
    assert "came in before" in str(refused(content, cast.manager))
    assert IndicatorValue.objects.count() == 1
    with pytest.raises(IntegrityError, match="sha256"), transaction.atomic():
        first.pk = None
        first.save(force_insert=True)


def test_a_double_press_takes_a_file_in_once(cast):
    content, key = file_of(f"{HBO};2024;81;CBS;"), uuid4()
    seen = indicator_imports.plan(content, by=cast.lead).sha256
    said = {"content": content, "file_name": "a.csv", "by": cast.lead, "seen": seen, "request_key": key}
    assert indicator_imports.take_in(**said) == indicator_imports.take_in(**said)
    assert IndicatorImport.objects.count() == 1


def test_what_is_there_already_stays_and_what_differs_needs_a_reason(cast):
    measured(cast.lead, "2023", 80, source="CBS")
    measured(cast.lead, "2024", 81, source="CBS")
    error = refused(file_of(f"{HBO};2023;80;CBS;", f"{HBO};2024;82;CBS;", f"{HBO};2025;83;CBS;"), cast.lead)
    assert [(problem.number, "81%" in problem.reason) for problem in error.problems] == [(3, True)]
    made = take_in(file_of(f"{HBO};2023;80;CBS;", f"{HBO};2024;82;CBS;Herzien", f"{HBO};2025;83;CBS;"), cast.lead)
    assert (made.added, made.corrected, made.unchanged) == (1, 1, 1)
    assert told() == {"2023": 80, "2024": 82, "2025": 83}
    assert IndicatorValue.objects.get(value=82).reason == "Herzien"


def test_a_file_with_nothing_new_is_not_taken_in(cast):
    measured(cast.lead, "2024", 81, source="CBS")
    content = file_of(f"{HBO};2024;81,0;CBS;")
    assert indicator_imports.plan(content, by=cast.lead).changes == []
    with pytest.raises(IndicatorFileRefused, match="nothing new"):
        take_in(content, cast.lead)


def test_a_value_that_was_taken_back_comes_again_only_with_a_reason(cast):
    corrected(measured(cast.lead, "2024", 81, source="CBS"), cast.lead, None)
    assert "taken back" in refused(file_of(f"{HBO};2024;81;CBS;"), cast.lead).problems[0].reason
    take_in(file_of(f"{HBO};2024;81;CBS;Toch goed"), cast.lead)
    assert told() == {"2024": 81}


def test_what_somebody_entered_after_the_preview_is_not_overwritten(cast):
    content = file_of(f"{HBO};2024;81;CBS;Herzien")
    seen = indicator_imports.plan(content, by=cast.lead).sha256
    measured(cast.manager, "2024", 79)
    with pytest.raises(IndicatorChanged):
        take_in(content, cast.lead, seen=seen)
    assert told() == {"2024": 79}


def test_every_line_that_is_wrong_is_named_and_nothing_is_taken_in(cast):
    error = refused(
        file_of(
            f"{HBO};2024;81;CBS;",
            "onbekend;2024;81;CBS;",
            f"{HBO};2024-K1;81;CBS;",
            f"{HBO};volgend jaar;81;CBS;",
            f"{HBO};2023;=1+1;CBS;",
            f"{HBO};2022;;CBS;",
            f"{HBO};2021;81.5;;",
            f"{HBO};2020;81",
            f"{HBO};2024;80;CBS;",
            f"{HBO};2099;80;CBS;",
            f"{HBO};2019;81;{'x' * 201};",
            "",
            f"{HBO};2018;81;CBS;{'x' * 301}",
        ),
        cast.lead,
    )
    assert [problem.number for problem in error.problems] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14]
    assert "“=1+1”" in error.problems[3].reason
    assert error.problems[5].reason.count(".") > 1  # two things are wrong with it
    assert "line 2 too" in error.problems[7].reason
    assert "11 lines" in str(error)
    assert not IndicatorValue.objects.exists()


ENCODED = {
    "with a BOM": "utf-8-sig",
    "Windows-1252": "cp1252",
    "UTF-8": "utf-8",
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_file_is_read_in_each_encoding_that_excel_saves(cast, name):
    take_in(file_of(f"{HBO};2024;81,5;Één bron – café €;", encoding=ENCODED[name]), cast.lead)
    assert IndicatorValue.objects.get().source == "Één bron – café €"


@pytest.mark.parametrize(
    "content",
    [
        f'indicator,periode,waarde,bron\n{HBO},2024,"81,5",CBS\n',
        f"indicator\tperiode\twaarde\tbron\n{HBO}\t2024\t81,5\tCBS\n",
        f"sep=;\r\nIndicator;Periode;Waarde;Bron\r\n{HBO.upper()};2024;81,5;CBS\r\n",
        f"waarde;bron;periode;indicator;;\n81,5;CBS;2024;{HBO};;\n;;;;;\n",
        f"code;period;value;source\n{HBO};2024;81,5 %;CBS",
    ],
)
def test_a_file_is_read_with_any_delimiter_and_order_of_columns(cast, content):
    take_in(content.encode(), cast.lead)
    assert told() == {"2024": Decimal("81.5")}


def a_workbook():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


NONSENSE = {
    "empty": (b"", "empty"),
    "blank": (b"\r\n \r\n", "empty"),
    "a heading alone": (HEAD.encode(), "no line"),
    "a workbook": (a_workbook(), "no CSV"),
    "UTF-16": (HEAD.encode("utf-16"), "no CSV"),
    "bytes": (bytes(range(128, 160)), "no text"),
    "a NUL": (f"{HEAD}\n{HBO};2024;81\0;CBS;\n".encode(), "1 line"),
    "no columns that we know": (b"a;b;c\n1;2;3\n", "1 line"),
    "a column twice": (b"indicator;periode;waarde;waarde\nx;2024;1;2\n", "1 line"),
    "quotation marks": (f'{HEAD}\n{HBO};2024;"81"x;CBS;\n'.encode(), "1 line"),
    "HTML": (b"<html><script>alert(1)</script></html>", "1 line"),
    "too large": (b"x" * (1024 * 1024 + 1), "1 MB"),
    "too long": (file_of(*[f"{HBO};2024;81;CBS;"] * 10_001), "10,000"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_with_a_sentence(cast, name):
    content, sentence = NONSENSE[name]
    assert sentence in str(refused(content, cast.lead))


def test_text_like_a_formula_in_a_source_stays_text(cast):
    take_in(file_of(f"{HBO};2024;81;=HYPERLINK(1);"), cast.lead)
    assert IndicatorValue.objects.get().source == "=HYPERLINK(1)"


def test_without_a_source_the_source_of_the_indicator_counts(cast):
    assert "where this value comes from" in refused(file_of(f"{HBO};2024;81;;"), cast.lead).problems[0].reason
    defined(cast.manager, source="CBS")
    take_in(file_of(f"{HBO};2024;81", head="indicator;periode;waarde"), cast.lead)
    assert IndicatorValue.objects.get().source == "CBS"


def test_ten_thousand_lines_are_taken_in(cast, django_assert_max_num_queries):
    codes = []
    for number in range(8):
        said = DefinitionSaid(name=f"Telling {number}", unit="personen", frequency=Frequency.MONTH)
        codes.append(indicator_definitions.add(by=cast.manager, said=said, request_key=uuid4()).code)
    months = [f"{year}-{month:02d}" for year in range(1990, 2026) for month in range(1, 13)]
    lines = [f"{code};{month};{place};Telling;" for code in codes for place, month in enumerate(months)]
    assert len(lines) == 3456
    with django_assert_max_num_queries(40):
        made = take_in(file_of(*lines), cast.manager)
    assert made.added == len(lines)
    bad = refused(file_of(*[f"{HBO};2024;x{number};CBS;" for number in range(10_000)]), cast.manager)
    assert len(bad.problems) == 10_000


@pytest.mark.parametrize("who", ["assessor1", "finance", "college", "council", "partner"])
def test_nobody_else_reads_a_file_in(cast, who):
    with pytest.raises(IndicatorNotYours):
        indicator_imports.plan(file_of(f"{HBO};2024;81;CBS;"), by=getattr(cast, who))
    with pytest.raises(IndicatorNotYours):
        indicator_imports.take_in(content=b"", file_name="a", by=getattr(cast, who), seen="", request_key=uuid4())


def test_the_template_names_the_next_period_of_each_indicator_and_is_read_back(cast):
    measured(cast.lead, "2023", 80)
    defined(cast.manager, code="stayrate-wo", followed=False)
    lines = indicator_imports.template().decode("utf-8-sig").splitlines()
    assert lines[:2] == [HEAD, f"{HBO};2024;;;"]
    assert not any("stayrate-wo" in line for line in lines)
    filled = "\r\n".join([lines[0], lines[1].replace(";;;", ";82;CBS;")])
    take_in(filled.encode(), cast.lead)
    assert told() == {"2023": 80, "2024": 82}
