"""The door to a report, and the lock on it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.states import Role
from reporting.models import Report

# Who asks for reports, and who reads them.
MAKERS = (Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER)
READERS = (Role.COUNCIL, Role.COLLEGE, *MAKERS)


def report_for(user: User, reference: str) -> Report:
    """Return a report that the person may know of; for the council one that is not ready does not exist (404)."""
    if "\x00" in reference:  # PostgreSQL has no such text
        raise Http404
    reports = Report.objects.visible_to(user).select_related("document", "requested_by")
    return get_object_or_404(reports, reference=reference)


def lock_report(pk: int) -> Report:
    """Lock a report for the rest of the transaction and return it as it is now. Raises Report.DoesNotExist."""
    return Report.objects.select_for_update(of=("self",)).get(pk=pk)
