"""The small pictures of the books: in proportion, told in sentences, and readable on a telephone."""

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from budget.domain import pictures, reserve
from budget.domain.columns import Columns
from budget.domain.pictures import LineYears
from budget.domain.reserve import Month
from core.domain import clock
from tests.budget.bare import council_decides
from tests.reporting.scenes import day, euros, granted, spend

TELEPHONE = 390 - 2 * 32  # pixels inside a card


def line(budgeted, granted, spent, *, name="Wonen", year=2026):
    columns = Columns(primitive=Decimal(budgeted), granted=Decimal(granted), spent=Decimal(spent))
    return LineYears(name, "wonen", {year: columns})


def months(*balances, committed=0, first=(2025, 1)):
    year, month = first
    return [
        Month(
            date(year + (month - 1 + number) // 12, (month - 1 + number) % 12 + 1, 1),
            Decimal(balance),
            Decimal(committed),
        )
        for number, balance in enumerate(balances)
    ]


def lengths(svg):
    height = str(pictures.BAR_HEIGHT)
    return [int(rect.get("width")) for rect in ET.fromstring(svg).findall(f".//{{*}}rect[@height='{height}']")]


def burn_down(shown, last_year=2027):
    return pictures.of_reserve(shown, last_year=last_year, chart_id="r")


def test_the_bars_of_all_lines_stand_on_one_scale():
    first, second = pictures.of_lines([line(1000, 200, 300), line(500, 0, 0)], chart_id="c")
    whole = pictures.BAR_WIDTH
    assert lengths(first) == [whole, whole // 2, round(whole * 0.3)]
    assert lengths(second) == [whole // 2, 0, 0]


def test_a_picture_says_its_figures_in_a_direct_title():
    (svg,) = pictures.of_lines([line(1000, 200, 300)], chart_id="c")
    drawing = ET.fromstring(svg)
    assert drawing[0].tag.endswith("title")
    assert drawing.get("role") == "img"
    for amount in ("Wonen", "2026", "1.000", "500", "300"):
        assert amount in drawing[0].text.replace(",", ".")


@pytest.mark.parametrize("amount", [0, 1, 250_000, 9_999_999])
def test_a_picture_fits_on_a_telephone_with_the_figures_inside(amount):
    (svg,) = pictures.of_lines([line(amount, amount, 0)], chart_id="c")
    drawing = ET.fromstring(svg)
    assert int(drawing.get("width")) <= TELEPHONE
    for text in drawing.iter("{http://www.w3.org/2000/svg}text"):
        # A letter of this size is some 6.5 wide.
        assert int(text.get("x")) + len(text.text) * 6.5 <= pictures.WIDTH


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_coordinate_has_a_comma_and_nothing_has_a_style(language):
    with translation.override(language):
        drawn = [
            *pictures.of_lines([line(1_234_567, 12_345, 1)], chart_id="c"),
            burn_down(months(3_000_000, 2_999_999)),
        ]
    for svg in drawn:
        assert "style=" not in svg
        for element in ET.fromstring(svg).iter():
            for name in ("x", "y", "width", "height", "x1", "x2", "y1", "y2"):
                assert re.fullmatch(r"\d*", element.get(name, ""))


def test_ids_differ_between_the_pictures_of_a_page():
    drawn = "".join(pictures.of_lines([line(1, 0, 0), line(1, 0, 0)], chart_id="c")) + burn_down(months(1))
    ids = re.findall(r' id="([^"]+)"', drawn)
    assert len(ids) == len(set(ids)) == 3


def test_the_name_of_a_line_is_text_and_never_markup():
    (svg,) = pictures.of_lines([line(1, 0, 0, name="<script>x</script>")], chart_id="c")
    assert "<script>" not in svg


def parts(svg, kind):
    return [
        (int(rect.get("y")), int(rect.get("height"))) for rect in ET.fromstring(svg).findall(f".//*[@class='{kind}']")
    ]


def test_the_reserve_burns_down_in_proportion_and_what_is_committed_is_part_of_it():
    svg = burn_down(months(3000, 1500, committed=750))
    floor = pictures.PLOT_TOP + pictures.PLOT_HEIGHT
    (first_top, _), (second_top, _) = parts(svg, "rest")
    assert (floor - first_top, floor - second_top) == (pictures.PLOT_HEIGHT, pictures.PLOT_HEIGHT // 2)
    for (top, rest), (committed_top, committed) in zip(parts(svg, "rest"), parts(svg, "committed"), strict=True):
        assert top + rest == committed_top
        assert committed_top + committed == floor


def test_the_axis_runs_to_the_end_of_the_programme_with_a_mark_at_each_year():
    svg = burn_down(months(10, 9, 8))
    labels = [text.text for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert labels[-3:] == ["2025", "2026", "2027"]
    later = burn_down(months(10, first=(2029, 11)), last_year=2027)
    assert "2029" in later


def test_every_month_stands_inside_the_picture_however_long_it_takes():
    svg = burn_down(months(*range(200, 0, -1)), last_year=2030)
    for rect in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect"):
        assert int(rect.get("x", "0")) + int(rect.get("width")) <= pictures.WIDTH + 1


def test_the_reserve_is_told_in_sentences_with_its_last_figure():
    title = ET.fromstring(burn_down(months(3000, 2500, committed=40)))[0].text
    assert "3.000" in title.replace(",", ".")
    assert "2.500" in title.replace(",", ".")
    assert "40" in title


def test_nothing_booked_gives_no_picture_of_the_reserve():
    assert burn_down([]) is None


def test_paper_has_the_quarters_and_the_last_month():
    assert [month.first_day.month for month in pictures.quarter_ends(months(*range(8)))] == [3, 6, 8]


def test_a_month_survives_being_stored():
    (month,) = months("12.34", committed="1.10")
    assert Month.from_dict(month.as_dict()) == month


def test_the_reserve_goes_down_in_the_month_of_the_realisation(cast, call):
    decision = granted(cast, call, at=day(2, 3), amounts={2026: 90_000})
    spend(cast, decision, at=day(5, 1), amounts={2026: 33_333.33})
    with clock.set_to(day(6, 10)):
        council_decides(
            cast.finance, cast.council, {}, kind="programme_total", reserve_change=euros(100_000), number="RB-77"
        )
    found = {f"{month.first_day:%Y-%m}": month for month in reserve.months_until(clock.end_of_day(date(2026, 6, 30)))}
    assert (min(found), max(found), len(found)) == ("2025-01", "2026-06", 18)
    assert (found["2026-01"].balance, found["2026-01"].committed) == (3_000_000, 0)
    assert (found["2026-02"].balance, found["2026-02"].committed) == (3_000_000, 90_000)
    assert found["2026-05"].balance == euros(3_000_000) - euros(33_333.33)
    assert found["2026-05"].committed == euros(90_000) - euros(33_333.33)
    assert found["2026-06"].balance == found["2026-05"].balance + 100_000
    assert found["2026-06"].unpromised == found["2026-06"].balance - found["2026-06"].committed


def test_the_last_month_agrees_with_the_stand_of_the_reserve(cast, call):
    decision = granted(cast, call, at=day(2, 3), amounts={2026: 90_000})
    spend(cast, decision, at=day(5, 31, hour=22), amounts={2026: 10})
    may, june = reserve.months_until(day(6, 5))[-2:]
    # Half past ten in the evening of 31 May in London is June in Amsterdam.
    assert (may.balance, june.balance) == (3_000_000, 2_999_990)
