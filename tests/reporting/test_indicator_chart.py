"""The line chart of an indicator: the whole sentence in its title, gaps that are gaps, no colour alone."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from programme.domain import indicator_progress, periods
from programme.domain.indicators import Baseline, IndicatorState, Measured, Target
from programme.states import Direction, Frequency
from reporting.domain import indicator_chart

NOW = datetime(2026, 3, 1, tzinfo=UTC)


BASELINE, TARGET = Baseline(Decimal(80)), Target(Decimal(85), 2027)


def state(*values, unit="%", baseline=BASELINE, target=TARGET, **over):
    said = {
        "code": "x",
        "name": "Blijfkans",
        "definition": "",
        "source": "",
        "direction": Direction.HIGHER,
        "frequency": Frequency.YEAR,
        "line": "",
    }
    measured = [Measured(periods.parse(code), Decimal(value), "CBS", NOW) for code, value in values]
    return IndicatorState(**{**said, **over}, unit=unit, baseline=baseline, target=target, values=measured)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def drawn(shown):
    svg = str(indicator_chart.draw(shown, "c"))
    return svg, ET.fromstring(svg)


def test_the_title_is_the_whole_sentence():
    svg, tree = drawn(state(("2023", "80"), ("2025", "82.5")))
    title = tree[0]
    assert title.tag.endswith("title")
    assert title.text == "Blijfkans. 2023: 80%. 2024: no value. 2025: 82.5%. Baseline: 80%. Target: 85% in 2027."
    assert 'aria-labelledby="c-title"' in svg


def test_of_many_values_the_title_tells_the_first_lowest_highest_and_last():
    shown = state(*[(f"20{year:02d}", str(50 + year)) for year in range(5, 26)])
    title = drawn(shown)[1][0].text
    assert "First value, 2005: 55%." in title
    assert "Highest value, 2025: 75%." in title
    assert "The table has all values." in title


def test_a_gap_breaks_the_line():
    svg, _tree = drawn(state(("2021", "80"), ("2022", "81"), ("2024", "82"), ("2025", "83")))
    assert svg.count("<polyline") == 2
    assert drawn(state(("2021", "80"), ("2022", "81")))[0].count("<polyline") == 1


def test_baseline_and_target_have_a_dash_and_a_name_of_their_own():
    svg, _tree = drawn(state(("2024", "81")))
    dashes = set(re.findall(r'stroke-dasharray="([^"]+)"', svg))
    assert len(dashes) == 2
    assert "Baseline: 80%" in svg
    assert "Target: 85% in 2027" in svg


def test_a_baseline_in_words_alone_draws_no_line():
    svg, _tree = drawn(state(("2024", "81"), baseline=Baseline(words="ongeveer 80"), target=None))
    assert "stroke-dasharray" not in svg
    assert "Baseline: ongeveer 80" in svg


def test_everything_stays_inside_the_picture_whatever_the_values():
    for values in (["0"], ["100"], ["-5", "9999999999"], ["0.0001", "0.0002"], ["81.25", "81.25"]):
        shown = state(
            *[(str(2000 + place), value) for place, value in enumerate(values)], baseline=Baseline(), target=None
        )
        svg, tree = drawn(shown)
        height = int(tree.get("height"))
        for circle in tree.iter("{http://www.w3.org/2000/svg}circle"):
            assert 0 <= int(circle.get("cy")) <= height
            assert 0 <= int(circle.get("cx")) <= indicator_chart.WIDTH
        assert "." not in "".join(re.findall(r'points="([^"]+)"', svg))


def test_a_share_never_has_an_axis_above_100():
    svg, _tree = drawn(state(("2024", "99"), baseline=Baseline(Decimal(95)), target=None))
    assert ">102<" not in svg
    assert ">100<" in svg


def test_without_values_there_is_no_picture_but_the_words():
    empty = indicator_chart.figure(state(), "c")
    assert empty.chart == ""
    page = render_to_string("reporting/indicators/indicator.html", {"figure": empty, "level": 3})
    assert "No value has been entered yet." in page
    assert "Baseline: 80%" in page


def test_the_table_names_what_is_missing_and_text_is_text():
    shown = state(("2022", "80"), ("2024", "81"), name="<b>Blijf</b>")
    page = render_to_string(
        "reporting/indicators/indicator.html", {"figure": indicator_chart.figure(shown, "c"), "level": 3}
    )
    assert page.count("no value") == 2  # in the table, and in the sentence of the picture
    assert "<b>" not in page
    assert "<h3" in page


PROGRESS = {
    "higher and reached": (("2025", "86"), Direction.HIGHER, "Target reached"),
    "exactly reached": (("2025", "85"), Direction.HIGHER, "Target reached"),
    "better": (("2025", "82"), Direction.HIGHER, "Better than the baseline"),
    "worse": (("2025", "79"), Direction.HIGHER, "Worse than the baseline"),
    "same": (("2025", "80"), Direction.HIGHER, "Same as the baseline"),
    "lower is better": (("2025", "79"), Direction.LOWER, "Target reached"),
    "followed": (("2025", "79"), Direction.NEITHER, "Followed"),
}


@pytest.mark.parametrize("name", PROGRESS)
def test_progress_is_told_in_words(name):
    value, direction, label = PROGRESS[name]
    assert indicator_progress.progress_of(state(value, direction=direction)).label == label


def test_progress_tells_the_distance():
    words = indicator_progress.progress_of(state(("2025", "82.5"))).words.replace("\N{NO-BREAK SPACE}", " ")
    assert words == (
        "The last value is 82.5% (2025). That is 2.5 percentage points above the baseline. "
        "Still 2.5 percentage points to go to the target of 85% in 2027."
    )


def test_without_a_target_or_a_baseline_it_is_followed():
    bare = state(("2025", "82"), baseline=Baseline(words="ongeveer 80"), target=None)
    assert indicator_progress.progress_of(bare).label == "Followed"
    assert indicator_progress.progress_of(state(("2025", "82"), baseline=Baseline())).label == "Target not reached yet"
