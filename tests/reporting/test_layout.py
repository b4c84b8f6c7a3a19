"""What a kind of report shows of its stored figures."""

import pytest

from reporting.domain import layout
from reporting.states import Outline, Years


@pytest.mark.parametrize(
    ("years", "shown"),
    [("all", [2025, 2026, 2027]), ("only", [2026]), ("up_to", [2025, 2026]), ("from", [2026, 2027])],
)
def test_a_kind_of_report_shows_its_own_years(years, shown):
    assert layout.shown_years(Outline(Years(years), ()), 2026, [2025, 2026, 2027]) == shown
