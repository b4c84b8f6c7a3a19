"""What leaves the house: the message that a report is ready."""

from core.domain import mail
from reporting.models import Report


def report_ready(report: Report) -> None:
    """Tell who asked that the report is ready. Once, however often it was rendered."""
    mail.queue(
        key=f"report-ready-{report.pk}",
        to=report.requested_by.email,
        language=report.requested_by.language,
        template="reporting/mail/report_ready",
        context={"report": report, "name": report.requested_by.full_name, "path": report.get_absolute_url()},
    )
