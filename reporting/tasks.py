"""Background work of the reports."""

from core.domain import outbox
from core.domain.outbox import Payload
from reporting.domain import reports


@outbox.handles(reports.TOPIC)
def render_report(payload: Payload) -> None:
    """Make the report that the message names."""
    reports.render(payload["report"])
