"""Asking people to assess a proposal."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.states import Role
from applications.models import Collaborator, Proposal, ShutFile
from applications.states import ProposalState
from assessment.access import lock_file, require_runner
from assessment.errors import AssignmentNotAllowed
from assessment.models import Assignment, Consensus
from assessment.states import AssessmentEvent
from core.domain import audit, clock


def candidates(proposal: Proposal) -> QuerySet[User]:
    """Return who can be asked to assess a proposal, by name, with `open_count`: what each still has to hand in.

    Assessors only; nobody for whom the file is shut, who acts for the proposing organisation, who works or worked on
    the proposal (Awb 2:4), or who was asked already.
    """
    unfinished = Q(
        assignments__proposal__state=ProposalState.IN_ASSESSMENT, assignments__assessment__handed_in_at__isnull=True
    )
    return (
        User.objects.filter(
            Exists(User.objects.filter(pk=OuterRef("pk"), role_holdings__role=Role.ASSESSOR)),
            ~Exists(ShutFile.objects.filter(proposal=proposal, user=OuterRef("pk"))),
            ~Exists(Membership.objects.filter(organisation=proposal.organisation_id, user=OuterRef("pk"))),
            ~Exists(Collaborator.objects.filter(proposal=proposal, user=OuterRef("pk"))),
            ~Exists(Assignment.objects.filter(proposal=proposal, assessor=OuterRef("pk"))),
            is_active=True,
        )
        .annotate(open_count=Count("assignments", filter=unfinished, distinct=True))
        .order_by("full_name", "pk")
    )


def assign(*, proposal_id: int, assessor: User, by: User) -> Assignment:
    """Ask one person to assess a proposal. See `assign_all`."""
    return assign_all(proposal_id=proposal_id, assessors=[assessor], by=by)[0]


def assign_all(*, proposal_id: int, assessors: Iterable[User], by: User) -> list[Assignment]:
    """Ask several people to assess a proposal, all of them or none.

    The proposal must be in assessment and without a consensus. Raises AssignmentNotAllowed when somebody can't
    assess it (Awb 2:4: nobody with an interest), StepNotYours when `by` neither manages the programme nor leads the
    line.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        if proposal.state != ProposalState.IN_ASSESSMENT:
            raise AssignmentNotAllowed(
                _("%(proposal)s is now “%(state)s”; assessors are assigned while it is in assessment.")
                % {"proposal": proposal, "state": proposal.get_state_display()}
            )
        if Consensus.objects.filter(proposal=proposal).exists():
            raise AssignmentNotAllowed(_("The team has recorded its consensus; nobody can be added any more."))
        chosen = sorted(set(assessors), key=lambda person: person.pk)
        allowed = set(candidates(proposal).filter(pk__in=[person.pk for person in chosen]))
        for person in chosen:
            if person not in allowed:
                raise AssignmentNotAllowed(_refusal(proposal, person))
        return [_assign_one(proposal, person, by) for person in chosen]


def _assign_one(proposal: Proposal, person: User, by: User) -> Assignment:
    assignment = Assignment.objects.create(proposal=proposal, assessor=person, assigned_by=by, assigned_at=clock.now())
    audit.record(
        event=AssessmentEvent.ASSIGNED, actor=by, about=proposal, changes={"assessor": [None, person.full_name]}
    )
    return assignment


def _refusal(proposal: Proposal, person: User) -> str:
    """Return the sentence that says why a person can't assess a proposal."""
    names = {"person": person.full_name, "proposal": proposal}
    if Assignment.objects.filter(proposal=proposal, assessor=person).exists():
        return _("%(person)s was asked already to assess %(proposal)s.") % names
    if not person.is_active or not person.holds(Role.ASSESSOR):
        return _("%(person)s is not an assessor.") % names
    return _("%(person)s has an interest in %(proposal)s and can't assess it.") % names
