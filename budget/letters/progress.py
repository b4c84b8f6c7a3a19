"""Messages about progress reports."""

from django.urls import reverse

from budget.letters.mailing import mail_about
from budget.models import ProgressCheck


def mail_progress_returned(check: ProgressCheck) -> None:
    """Tell the contact that a progress report lacks something; what is missing stands on the page."""
    obligation = check.report.obligation
    proposal = obligation.decision.proposal
    mail_about(
        proposal,
        key=f"budget.progress_returned:{check.pk}",
        template="budget/letters/progress_returned",
        path=reverse("budget:progress_mine", args=[proposal.pk, obligation.pk]),
    )
