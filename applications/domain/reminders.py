"""Warnings of deadlines by mail: at 14, 7 and 0 days to who handles a file, at 7 and 0 to partners and the panel."""

import hashlib

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from accounts.models import User
from accounts.states import Role
from applications import letters
from applications.domain import deadlines
from applications.domain.deadlines import Deadline
from applications.domain.handlers import handlers_of
from applications.models import Proposal
from applications.states import ProposalState

# A warning that could not leave on its own day leaves on the next; what is later than this is no news any more.
DAYS_AFTER = 3
# The letter that sets a term was the first warning to a partner, and the question that to the panel.
WARN_AT_LAST = (7, 0)

WHAT_LENGTH = 24


def send_due() -> int:
    """Queue every warning that is due today and was not sent before. Returns how many were looked at.

    One mail for each deadline, each warning and each person, whatever how often this runs: the key says so.
    """
    return _warn_team() + _warn_partners() + _warn_panel()


def _warn_team() -> int:
    roles = (Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER)
    team = User.objects.filter(Q(role_holdings__role__in=roles) | Q(led_lines__isnull=False), is_active=True)
    seen = 0
    for user in team.distinct().order_by("pk"):
        with translation.override(user.language):
            found = deadlines.warnings_for_team(user)
        for deadline in found:
            if deadline.days_left >= -DAYS_AFTER and _is_for(user, deadline):
                _warn(user, deadline)
                seen += 1
    return seen


def _is_for(user: User, deadline: Deadline) -> bool:
    """Tell whether a person handles what a deadline is about, and so is the one to be warned of it."""
    proposal = Proposal.objects.filter(reference=deadline.about).first() if deadline.about else None
    if proposal is None or user in handlers_of(proposal):
        return True
    waits_for_list = proposal.state in (ProposalState.ADVISED, ProposalState.LISTED)
    return waits_for_list and user.holds(Role.FINANCIAL_ADVISER)


def _warn_partners() -> int:
    seen = 0
    takes_part = Q(memberships__isnull=False) | Q(collaborations__isnull=False, collaborations__until=None)
    for user in User.objects.filter(takes_part, is_active=True).distinct().order_by("pk"):
        with translation.override(user.language):
            found = deadlines.deadlines_for_partner(user)
        for deadline in found:
            if deadline.threshold in WARN_AT_LAST and deadline.days_left >= 0:
                _warn(user, deadline)
                seen += 1
    return seen


def _warn_panel() -> int:
    seen = 0
    for user in User.objects.filter(role_holdings__role=Role.TALENT, is_active=True).order_by("pk"):
        with translation.override(user.language):
            found = deadlines.deadlines_for_panel(user)
        for deadline in found:
            if deadline.threshold in WARN_AT_LAST and deadline.days_left >= 0:
                _warn(user, deadline)
                seen += 1
    return seen


def _warn(user: User, deadline: Deadline) -> None:
    what = hashlib.sha256(f"{deadline.kind} {deadline.url} {deadline.on}".encode()).hexdigest()[:WHAT_LENGTH]
    key = f"applications.deadline:{user.pk}:{what}:{deadline.threshold}"
    with transaction.atomic():
        letters.mail_deadline(
            key=key,
            to=user,
            title=deadline.title,
            on=deadline.on,
            days_left=deadline.days_left,
            path=deadline.url,
        )
