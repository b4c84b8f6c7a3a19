"""Declaring an interest before a file opens: an adviser with an interest would void the decision (Awb 2:4)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain import shut_files
from applications.models import Proposal
from applications.states import UNDER_REVIEW
from assessment.access import lock_file, proposals_known_to, reads_as_staff, runs_assessment
from assessment.errors import DeclarationRefused, StepNotYours
from assessment.models import Assessment, Assignment, InterestDeclaration, PanelInvitation
from assessment.states import AssessmentEvent
from core.domain import audit, clock


def declare(*, proposal_id: int, person: User, has_interest: bool, explanation: str) -> InterestDeclaration:
    """Write down whether a person has an interest in a proposal. It stays with the advice.

    With an interest an explanation is needed, and in the same transaction the file shuts: from then on the proposal
    isn't there for this person, and an assessment that was handed in no longer counts. Whoever had no interest first
    may find one later; nothing follows on an interest. Whoever reads files without assessing (manager, financial
    adviser, lead of the line) may declare too. Raises DeclarationRefused, or StepNotYours for somebody who has nothing
    to do with the file.
    """
    said = explanation.strip()
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        if not _concerns(proposal, person):
            raise StepNotYours(_("You were not asked to assess this proposal."))
        before = first_of(proposal, person)
        if before is not None and not has_interest:
            raise DeclarationRefused(_("You have declared already that you have no interest."))
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
            changes={"has_interest": [None if before is None else before.has_interest, has_interest]},
        )
        if has_interest:
            shut_files.shut(proposal=proposal, person=person)
    return declaration


def first_of(proposal: Proposal, person: User) -> InterestDeclaration | None:
    """Return what a person declared first about a proposal, if anything."""
    return InterestDeclaration.objects.filter(proposal=proposal, person=person).first()


@dataclass(frozen=True)
class Declared:
    """What somebody declared, and from an interest that came late: what the person had done by then.

    `explanation` is empty for who need not know it.
    """

    declaration: InterestDeclaration
    explanation: str
    had_handed_in: bool
    had_agreed: bool


def made_about(proposal: Proposal, *, reader: User) -> list[Declared]:
    """Return what everybody declared about a proposal, oldest first; what an interest is, for who runs its assessment.

    An interest that came after the person handed in, or after the team agreed, is marked: whoever advises must weigh
    whether the advice can stand (Awb 2:4). Two queries.
    """
    is_told = bool(runs_assessment(reader, proposal))
    declarations = InterestDeclaration.objects.filter(proposal=proposal).select_related("person")
    if not is_told:  # the talent panel speaks without names: only who asked it knows who they are
        panel = PanelInvitation.objects.filter(question__proposal=proposal).values("member")
        declarations = declarations.exclude(person__in=panel)
    made = list(declarations)
    known = ("assignment__assessor", "handed_in_at", "assignment__proposal__consensus__recorded_at")
    done = list(
        Assessment.objects.filter(assignment__proposal=proposal, handed_in_at__isnull=False).values_list(*known)
    )
    handed_in = {assessor: handed_in_at for assessor, handed_in_at, _agreed_at in done}
    agreed_at = done[0][2] if done else None

    def came_after(one: InterestDeclaration, moment: datetime | None) -> bool:
        return one.has_interest and moment is not None and moment < one.declared_at

    return [
        Declared(
            declaration=one,
            explanation=one.explanation if is_told else "",
            had_handed_in=came_after(one, handed_in.get(one.person_id)),
            had_agreed=came_after(one, agreed_at),
        )
        for one in made
    ]


def _concerns(proposal: Proposal, person: User) -> bool:
    """Tell whether a person has something to do with a file: asked about it, or reading it as staff."""
    if PanelInvitation.objects.known_to(person).filter(question__proposal=proposal).exists():
        return True
    if not proposals_known_to(person).filter(pk=proposal.pk).exists():
        return False
    asked = Assignment.objects.filter(proposal=proposal, assessor=person).exists()
    return asked or bool(reads_as_staff(person, proposal))
