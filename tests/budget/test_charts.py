import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from budget.domain import charts
from budget.domain.charts import Bar
from budget.domain.columns import Columns


def draw(*bars, chart_id="c"):
    return charts.draw(bars, chart_id=chart_id, heading="Begroot en toegekend")


def bar(budgeted, *, label="Wonen", **columns):
    return Bar(label, Columns(primitive=Decimal(budgeted), **{k: Decimal(v) for k, v in columns.items()}), "wonen")


def parsed(svg):
    return ET.fromstring(svg)


def widths(svg):
    return [int(rect.get("width")) for rect in parsed(svg).findall(".//{*}rect[@height='26']")]


def test_the_title_is_a_direct_child_and_says_everything_in_sentences():
    drawing = parsed(draw(bar(1000, spent=100, granted=200, reserved=300)))
    title = drawing[0]
    assert title.tag.endswith("title")
    assert "Begroot en toegekend." in title.text
    for amount in ("1.000", "100", "200", "300", "700"):
        assert amount in title.text.replace(",", ".")
    assert drawing.get("role") == "img"


def test_bars_are_in_proportion_to_the_euros():
    ground, spent, granted, reserved = widths(draw(bar(1000, spent=100, granted=200, reserved=300)))
    assert ground == charts.BAR_WIDTH
    assert [spent, granted, reserved] == [round(ground * share) for share in (0.1, 0.2, 0.3)]


def test_the_parts_of_a_bar_touch_whatever_the_rounding():
    drawing = parsed(draw(bar(997, spent=333, granted=331, reserved=333)))
    _ground, *parts = drawing.findall(".//{*}rect[@height='26']")
    for left, right in pairwise(parts):
        assert int(left.get("x")) + int(left.get("width")) == int(right.get("x"))


def test_more_asked_than_there_is_stays_inside_the_picture():
    drawing = parsed(draw(bar(100, granted=100, reserved=900)))
    for rect in drawing.findall(".//{*}rect[@height='26']"):
        assert int(rect.get("x")) + int(rect.get("width")) <= charts.LABEL_WIDTH + charts.BAR_WIDTH


def test_nothing_to_draw_gives_a_picture_all_the_same():
    assert widths(draw(bar(0))) == [0]
    assert parsed(draw()).get("height") == str(charts.HEAD_HEIGHT)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_coordinate_has_a_comma_in_any_language(language):
    with translation.override(language):
        drawing = parsed(draw(bar(1_234_567, spent=12_345)))
    for element in drawing.iter():
        for name in ("x", "y", "width", "height"):
            assert re.fullmatch(r"\d*", element.get(name, ""))


def test_the_drawing_has_no_style_attribute_and_its_own_ids():
    first, second = draw(bar(10), chart_id="a"), draw(bar(10), chart_id="b")
    assert "style=" not in first
    ids = re.findall(r' id="([^"]+)"', first + second)
    assert len(ids) == len(set(ids))


def test_a_name_is_text_and_never_markup():
    svg = draw(bar(10, label="<script>x</script>"))
    assert "<script>" not in svg
    assert "<script>x</script>" in parsed(svg)[0].text
