"""Asking people to assess a proposal, and taking that back."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.states import Role
from applications.models import Collaborator, Proposal, ShutFile
from applications.states import ProposalState
from assessment import letters
from assessment.access import lock_file, lock_people, require_runner
from assessment.errors import AssignmentNotAllowed
from assessment.models import Assessment, Assignment, Consensus, Score, WithdrawnAssignment
from assessment.states import AssessmentEvent
from core.domain import audit, clock, outbox, terms

LONGEST_REASON = 300


def candidates(proposal: Proposal, *, reader: User | None = None) -> QuerySet[User]:
    """Return who can be asked to assess a proposal, by name, with `open_count`: what each still has to hand in.

    Assessors only; nobody for whom the file is shut, who acts for the proposing organisation, who works or worked on
    the proposal (Awb 2:4), or who was asked already. For a reader, proposals in which the reader has an interest don't
    count in `open_count`.
    """
    unfinished = Q(
        assignments__proposal__state=ProposalState.IN_ASSESSMENT, assignments__assessment__handed_in_at__isnull=True
    )
    if reader is not None:
        hidden = Proposal.objects.of_interest_to(reader).order_by().values("pk")
        unfinished &= ~Q(assignments__proposal__in=hidden)
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


def usual_due_on() -> date:
    """Return the last day of the usual term for assessing that begins today; never in a weekend or on a holiday."""
    return terms.end_of_term(start=clock.today(), weeks=settings.ASSESSMENT_TERM_WEEKS)


def assign(*, proposal_id: int, assessor: User, by: User) -> Assignment:
    """Ask one person to assess a proposal. See `assign_all`."""
    return assign_all(proposal_id=proposal_id, assessors=[assessor], by=by)[0]


def assign_all(
    *, proposal_id: int, assessors: Iterable[User], by: User, due_on: date | None = None
) -> list[Assignment]:
    """Ask several people to assess a proposal until a day (None: the usual term), all of them or none.

    The proposal must be in assessment and without a consensus. Each gets one message. Raises AssignmentNotAllowed when
    somebody can't assess it (Awb 2:4: nobody with an interest) or the day has passed, StepNotYours when `by` neither
    manages the programme nor leads the line.
    """
    chosen = sorted(set(assessors), key=lambda person: person.pk)
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        lock_people(person.pk for person in chosen)
        made = _assign_to(proposal, chosen, by=by, due_on=due_on or usual_due_on())
        notify(made)
    return made


def assign_many(*, places: Iterable[tuple[Proposal, list[User]]], by: User, due_on: date) -> list[Assignment]:
    """Ask people to assess many proposals, all or none, with one message for each person. Raises as `assign_all`.

    Call it in a transaction that has locked the proposals and the people, in order of primary key.
    """
    made = [one for proposal, people in places for one in _assign_to(proposal, people, by=by, due_on=due_on)]
    notify(made)
    return made


def notify(made: Iterable[Assignment]) -> None:
    """Queue one message for each person about everything that was assigned to that person now."""
    by_person: dict[int, list[int]] = {}
    for assignment in made:
        by_person.setdefault(assignment.assessor_id, []).append(assignment.pk)
    for numbers in by_person.values():
        outbox.put(topic=letters.ASSIGNED_TOPIC, key=str(numbers[0]), payload={"assignments": numbers})


def _assign_to(proposal: Proposal, chosen: list[User], *, by: User, due_on: date) -> list[Assignment]:
    require_runner(by, proposal)
    _require_open(proposal)
    if due_on < clock.today():
        raise AssignmentNotAllowed(_("Choose a day that is still to come: assessing takes some time."))
    allowed = set(candidates(proposal).filter(pk__in=[person.pk for person in chosen]))
    for person in chosen:
        if person not in allowed:
            raise AssignmentNotAllowed(_refusal(proposal, person))
    return [_assign_one(proposal, person, by, due_on) for person in chosen]


def _require_open(proposal: Proposal) -> None:
    if proposal.state != ProposalState.IN_ASSESSMENT:
        raise AssignmentNotAllowed(
            _("%(proposal)s is now “%(state)s”; assessors are assigned while it is in assessment.")
            % {"proposal": proposal, "state": proposal.get_state_display()}
        )
    if Consensus.objects.filter(proposal=proposal).exists():
        raise AssignmentNotAllowed(_("The team has recorded its consensus; nobody can be added any more."))


def _assign_one(proposal: Proposal, person: User, by: User, due_on: date) -> Assignment:
    assignment = Assignment.objects.create(
        proposal=proposal, assessor=person, assigned_by=by, assigned_at=clock.now(), due_on=due_on
    )
    changes = {"assessor": [None, person.full_name], "due_on": [None, due_on.isoformat()]}
    audit.record(event=AssessmentEvent.ASSIGNED, actor=by, about=proposal, changes=changes)
    return assignment


def take_back(*, assignment_id: int, by: User, reason: str) -> WithdrawnAssignment:
    """Take an assignment back that was not handed in yet, for a reason that stays.

    What the assessor had written so far goes with it: a draft is nobody else's to read, and nobody saw it. Who
    declared about interests has declared. Somebody for whom the file is shut stays on it, as the proof of that. Raises
    AssignmentNotAllowed, StepNotYours, or Assignment.DoesNotExist.
    """
    said = reason.strip()
    proposal_id = Assignment.objects.values_list("proposal_id", flat=True).get(pk=assignment_id)
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        assignment = Assignment.objects.select_related("assessor").get(pk=assignment_id)
        _require_taken_back(proposal, assignment, said)
        withdrawn = WithdrawnAssignment.objects.create(
            proposal=proposal,
            assessor=assignment.assessor,
            assigned_at=assignment.assigned_at,
            assigned_by_id=assignment.assigned_by_id,
            withdrawn_at=clock.now(),
            withdrawn_by=by,
            reason=said,
        )
        Score.objects.filter(assessment__assignment=assignment).delete()
        Assessment.objects.filter(assignment=assignment).delete()
        assignment.delete()
        changes = {"assessor": [assignment.assessor.full_name, None], "reason": said}
        audit.record(event=AssessmentEvent.ASSIGNMENT_WITHDRAWN, actor=by, about=proposal, changes=changes)
        outbox.put(topic=letters.WITHDRAWN_TOPIC, key=str(withdrawn.pk), payload={"withdrawn_assignment": withdrawn.pk})
    return withdrawn


def may_be_taken_back(assignment: Assignment) -> bool:
    """Tell whether an assignment can be taken back: it was not handed in, and the file is not shut for the person."""
    return Assignment.objects.open_files().filter(pk=assignment.pk).exists()


def _require_taken_back(proposal: Proposal, assignment: Assignment, said: str) -> None:
    _require_open(proposal)
    names = {"person": assignment.assessor.full_name}
    if Assignment.objects.handed_in().filter(pk=assignment.pk).exists():
        raise AssignmentNotAllowed(_("%(person)s has handed in: that stays.") % names)
    if not may_be_taken_back(assignment):
        raise AssignmentNotAllowed(_("The file is shut for %(person)s: that stays with the advice.") % names)
    if not said:
        raise AssignmentNotAllowed(_("Say why you take it back."))
    if len(said) > LONGEST_REASON:
        raise AssignmentNotAllowed(_("Say it in at most %(number)d characters.") % {"number": LONGEST_REASON})


def _refusal(proposal: Proposal, person: User) -> str:
    """Return the sentence that says why a person can't assess a proposal."""
    names = {"person": person.full_name, "proposal": proposal}
    if Assignment.objects.filter(proposal=proposal, assessor=person).exists():
        return _("%(person)s was asked already to assess %(proposal)s.") % names
    if not person.is_active or not person.holds(Role.ASSESSOR):
        return _("%(person)s is not an assessor.") % names
    return _("%(person)s has an interest in %(proposal)s and can't assess it.") % names
