"""The door to a report, the lock on it, and the locks on what it tells."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.states import Role
from applications.access import lock_proposals
from applications.models import Proposal
from applications.states import DECIDED
from budget.access.books import lock_balances
from budget.models import Balance
from programme.access import lock_indicators
from reporting.models import Rendering, Report
from reporting.states import Purpose, RenderingState

# Who asks for reports, and who reads them.
MAKERS = (Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER)
READERS = (Role.COUNCIL, Role.COLLEGE, *MAKERS)


def report_for(user: User, reference: str) -> Report:
    """Return a report that the person may know of; for the council one that is not final does not exist (404)."""
    if "\x00" in reference:  # PostgreSQL has no such text
        raise Http404
    reports = (
        Report.objects.visible_to(user)
        .select_related("requested_by")
        .prefetch_related("renderings__document", "renderings__requested_by")
    )
    return get_object_or_404(reports, reference=reference)


def require_writer(user: User) -> None:
    """Raise PermissionDenied (403) unless the person writes in reports: the makers, and the leads of the lines."""
    if not (user.holds(*MAKERS) or user.leads_lines):
        raise PermissionDenied


def report_to_write(user: User, reference: str) -> Report:
    """Return a report for somebody who writes in reports, final ones to read; others are refused (403)."""
    require_writer(user)
    if "\x00" in reference:
        raise Http404
    return get_object_or_404(Report.objects.select_related("requested_by"), reference=reference)


def lock_report(pk: int) -> Report:
    """Lock a report for the rest of the transaction and return it as it is now. Raises Report.DoesNotExist."""
    return Report.objects.select_for_update(of=("self",)).get(pk=pk)


def rendering_for(user: User, reference: str, pk: int) -> Rendering:
    """Return a rendering of a report: its makers open every one, the council what is final and ready (404)."""
    report = report_for(user, reference)
    renderings = report.renderings.select_related("document", "requested_by")
    if not user.holds(*MAKERS):
        renderings = renderings.filter(purpose=Purpose.FINAL, state=RenderingState.READY)
    return get_object_or_404(renderings, pk=pk)


def lock_rendering(pk: int) -> Rendering:
    """Lock a rendering and its report, the report first, until the commit. Raises Rendering.DoesNotExist."""
    report = lock_report(Rendering.objects.values_list("report_id", flat=True).get(pk=pk))
    rendering = Rendering.objects.select_for_update(of=("self",)).get(pk=pk)
    rendering.report = report
    return rendering


def lock_what_moves() -> None:
    """Wait for who is at work on an open proposal, a budget line or an indicator; let nobody begin until the commit.

    Times are written down before the commit: without this an approval at 23:59:59 that commits a second later would
    be missing today from a report that shows it tomorrow. Order: proposals, lines, indicators by primary key.
    """
    lock_proposals(Proposal.objects.exclude(state__in=DECIDED).values_list("pk", flat=True))
    lock_balances(Balance.objects.values_list("pk", flat=True))
    lock_indicators()
