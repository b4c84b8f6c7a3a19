"""What leaves the house: the messages that a report is ready, or could not be made."""

from core.domain import mail
from reporting.models import Rendering
from reporting.states import Purpose


def rendering_ready(rendering: Rendering) -> None:
    """Tell who asked that the PDF is ready. Once for each rendering: it is ready once."""
    _tell(rendering, f"rendering-{rendering.pk}-ready", "reporting/mail/report_ready")


def rendering_failed(rendering: Rendering, *, attempt: str) -> None:
    """Tell who asked that the PDF could not be made. Once for each attempt (any text that names it)."""
    _tell(rendering, f"rendering-{rendering.pk}-failed-{attempt}", "reporting/mail/report_failed")


def _tell(rendering: Rendering, key: str, template: str) -> None:
    report, person = rendering.report, rendering.requested_by
    mail.queue(
        key=key,
        to=person.email,
        language=person.language,
        template=template,
        context={
            "report": report,
            "is_final": rendering.purpose == Purpose.FINAL,
            "step": rendering.get_step_display() if rendering.step else "",
            "name": person.full_name,
            "path": report.get_absolute_url(),
        },
    )
