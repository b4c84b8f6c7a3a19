"""What `manage.py bench report` measures is a real report with every activity in it; the clock is not looked at."""

from core.domain import clock
from reporting.domain import figures, typesetting
from reporting.states import ReportKind
from talentfund.benchmarks import by_hand, report
from tests.pdf.reading import text_of


def test_both_ways_say_every_activity(frame):
    stored = report._with_activities(figures.as_dict(figures.at(clock.now())), 6)
    html = by_hand.write(stored, title=report.TITLE)
    made = typesetting.typeset(report._rendering(stored, ReportKind.POLICY_REPORT_2), lambda _step, _page: None)
    text = text_of(made.content)
    for number in range(6):
        assert f"TF-2026-{number:04d}" in html
        assert f"TF-2026-{number:04d}" in text
    assert "Drie weekenden waren vol" in html
    assert "Drie weekenden waren vol" in text
