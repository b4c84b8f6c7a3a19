"""Declaring an interest before a file opens: an adviser with an interest would void the decision (Awb 2:4)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain import shut_files
from applications.models import Proposal
from applications.states import UNDER_REVIEW
from assessment.access import lock_file, proposals_known_to, reads_as_staff
from assessment.errors import DeclarationRefused, StepNotYours
from assessment.models import Assignment, InterestDeclaration, PanelInvitation
from assessment.states import AssessmentEvent
from core.domain import audit, clock


def declare(*, proposal_id: int, person: User, has_interest: bool, explanation: str) -> InterestDeclaration:
    """Write down whether a person has an interest in a proposal, once and for good.

    With an interest an explanation is needed, and in the same transaction the file shuts: from then on the proposal
    isn't there for this person. Whoever reads files without assessing (manager, financial adviser, lead of the line)
    may declare too. Raises DeclarationRefused, or StepNotYours for somebody who has nothing to do with the file.
    """
    said = explanation.strip()
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        if not _concerns(proposal, person):
            raise StepNotYours(_("You were not asked to assess this proposal."))
        if InterestDeclaration.objects.filter(proposal=proposal, person=person).exists():
            raise DeclarationRefused(
                _("You have declared already. Ask the programme manager when it is no longer right.")
            )
        if proposal.state not in UNDER_REVIEW:
            raise DeclarationRefused(
                _("%(proposal)s is now “%(state)s”; interests are declared before the decision.")
                % {"proposal": proposal, "state": proposal.get_state_display()}
            )
        if has_interest and not said:
            raise DeclarationRefused(_("Explain in a few words what your interest is."))
        declaration = InterestDeclaration.objects.create(
            proposal=proposal, person=person, has_interest=has_interest, explanation=said, declared_at=clock.now()
        )
        audit.record(
            event=AssessmentEvent.INTEREST_DECLARED,
            actor=person,
            about=proposal,
            changes={"has_interest": [None, has_interest]},
        )
        if has_interest:
            shut_files.shut(proposal=proposal, person=person)
    return declaration


def _concerns(proposal: Proposal, person: User) -> bool:
    """Tell whether a person has something to do with a file: asked about it, or reading it as staff."""
    if PanelInvitation.objects.known_to(person).filter(question__proposal=proposal).exists():
        return True
    if not proposals_known_to(person).filter(pk=proposal.pk).exists():
        return False
    asked = Assignment.objects.filter(proposal=proposal, assessor=person).exists()
    return asked or bool(reads_as_staff(person, proposal))
