"""A report that is being written, for the doors of its texts and signatures."""

from datetime import date
from uuid import uuid4

from reporting.domain import collecting, reports
from reporting.states import ReportKind
from tests.reporting.signed import MANAGER, sign, write_all


def writing_world(cast):
    """A report with all its texts and the figures, signed by one of the two."""
    asked = reports.request(
        by=cast.manager,
        kind=ReportKind.ANNUAL_ACCOUNTS,
        year=2026,
        cut_off_on=date(2026, 1, 31),
        request_key=uuid4(),
    )
    report = collecting.collect(asked.pk)
    write_all(report, cast.manager)
    sign(report, cast.manager, MANAGER)
    return {
        "report/texts": {"reference": report.reference},
        "report/text": {"reference": report.reference, "section": "leven"},
    }
