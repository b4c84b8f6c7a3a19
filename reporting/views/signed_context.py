"""What a report's own page shows of its signatures, and of what changed."""

from django.utils.translation import gettext as _

from reporting.domain import comparison, signatures, texts
from reporting.models import Report


def signed_context(found: Report) -> dict[str, object]:
    """Return who signed, and what changed since the last final report."""
    stands = signatures.of(found)
    return {
        "signing": stands,
        "stuck": _stuck(found, stands),
        "changes": comparison.since_previous(found) if found.figures is not None else None,
    }


def _stuck(found: Report, stands: signatures.Signing) -> str:
    """Tell that both signed and that the final report is not there and not on its way."""
    if stands.is_complete and not texts.why_closed(found):
        return _("Both signed, but the final PDF was not made. Try again on the page of the report.")
    return ""
