"""The doors to a file, its assessments and its steps; who may do what, as predicates; the locks."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rules.permissions import add_perm as untyped_add_perm
from rules.predicates import predicate as untyped_predicate
from rules.rulesets import set_rule as untyped_set_rule

from accounts.models import User
from accounts.states import Role
from applications.access import FILE_IS_OPEN, READS_FILE, lock_proposal, lock_proposals
from applications.models import Call, Proposal
from applications.models.proposal import ProposalQuerySet
from assessment.errors import DeclarationNeeded, StepNotYours
from assessment.models import Assignment, InterestDeclaration, Meeting, MeetingItem, PanelInvitation, SavedFilter
from programme.models import Line, LineLead

# Who works on proposals, beside the leads of lines.
TEAM_ROLES = (Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER, Role.ASSESSOR)

# The library has no types.
predicate: Callable[[Callable[..., bool]], Any] = untyped_predicate
add_perm: Callable[[str, Any], None] = untyped_add_perm
set_rule: Callable[[str, Any], None] = untyped_set_rule


@predicate
def is_manager(user: User, proposal: Proposal | None = None) -> bool:
    """The programme manager, for every proposal."""
    return user.holds(Role.PROGRAMME_MANAGER)


@predicate
def is_financial_adviser(user: User, proposal: Proposal | None = None) -> bool:
    """The financial adviser, for every proposal."""
    return user.holds(Role.FINANCIAL_ADVISER)


@predicate
def reads_decision_lists(user: User) -> bool:
    """Whoever works on files and reads the decision lists too."""
    return user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER)


@predicate
def leads_line(user: User, proposal: Proposal) -> bool:
    """The lead of the line that the proposal is tagged with."""
    return LineLead.objects.filter(user=user, line=proposal.line).exists()


@predicate
def is_assigned(user: User, proposal: Proposal) -> bool:
    """An assessor of this proposal."""
    return Assignment.objects.filter(assessor=user, proposal=proposal).exists()


@predicate
def has_declared_no_interest(user: User, proposal: Proposal) -> bool:
    """Whoever declared to have no interest in this proposal, and found none later (Awb 2:4)."""
    declared = InterestDeclaration.objects.filter(person=user, proposal=proposal).values_list("has_interest", flat=True)
    return list(declared) == [False]


@predicate
def still_has_to_declare(user: User, proposal: Proposal) -> bool:
    """Whoever is asked to assess and has not declared yet, whatever other role the person has."""
    assignments = Assignment.objects.with_declaration().filter(assessor=user, proposal=proposal)
    return any(not assignment.is_declared for assignment in assignments)


runs_assessment = is_manager | leads_line
reads_as_staff = is_manager | is_financial_adviser | leads_line
may_score = is_assigned & has_declared_no_interest

add_perm("assessment.run", runs_assessment)
set_rule(FILE_IS_OPEN, ~still_has_to_declare)
set_rule(READS_FILE, reads_as_staff | may_score)
add_perm("assessment.read_file", reads_as_staff | may_score)
add_perm("assessment.score", may_score)


@predicate
def makes_meetings(user: User) -> bool:
    """The programme manager and the leads of lines plan meetings of the team, and preside over them."""
    return user.holds(Role.PROGRAMME_MANAGER) or LineLead.objects.filter(user=user).exists()


@predicate
def has_charge_of(user: User, meeting: Meeting) -> bool:
    """Whoever presides over a meeting or planned it."""
    return user.pk in (meeting.chair_id, meeting.made_by_id)


runs_meeting = makes_meetings & (is_manager | has_charge_of)


def is_team(user: User) -> bool:
    """Tell whether a person works on proposals: by a role, or as the lead of a line."""
    return user.holds(*TEAM_ROLES) or user.leads_lines


def team_only(user: User) -> None:
    """Let only the programme team pass. Raises PermissionDenied."""
    if not is_team(user):
        raise PermissionDenied


def assigns(user: User) -> bool:
    """Tell whether a person asks others to assess: the programme manager, and the lead of a line for that line."""
    return user.holds(Role.PROGRAMME_MANAGER) or LineLead.objects.filter(user=user).exists()


def assigners_only(user: User) -> None:
    """Let only those pass who ask others to assess. Raises PermissionDenied."""
    if not assigns(user):
        raise PermissionDenied


def runs_line(user: User, line: Line) -> bool:
    """Tell whether a person runs the assessment of a line: the programme manager, or its lead."""
    return user.holds(Role.PROGRAMME_MANAGER) or LineLead.objects.filter(user=user, line=line).exists()


def reads_rankings(user: User) -> bool:
    """Tell whether a person reads rankings: who runs assessments, and the financial adviser."""
    return user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER) or LineLead.objects.filter(user=user).exists()


def ranked_lines(user: User) -> QuerySet[Line]:
    """Return the lines whose rankings a person reads; a lead that of the own line. Others: PermissionDenied."""
    if not reads_rankings(user):
        raise PermissionDenied
    if user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER):
        return Line.objects.all()
    return Line.objects.filter(leads__user=user)


def ranking_door(user: User, call_id: int, code: str) -> tuple[Call, Line]:
    """Open the door to the ranking of a published call on one of its lines; a line of somebody else is 403."""
    lines = ranked_lines(user)
    call = get_object_or_404(Call.objects.published().select_related("criteria_version"), pk=call_id)
    line = get_object_or_404(call.lines, code=code)
    if not lines.filter(pk=line.pk).exists():
        raise PermissionDenied
    return call, line


def proposals_known_to(user: User) -> ProposalQuerySet:
    """Return the proposals that a person may know of as a member of the team, without interest (Awb 2:4)."""
    return Proposal.objects.visible_to_team(user)


def listed_for(user: User) -> ProposalQuerySet:
    """Return the proposals for the team's list, with `may_open`: whether the person may read the whole file."""
    if user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER):
        return proposals_known_to(user).for_team_list().annotate(may_open=Value(True))
    asked = Exists(Assignment.objects.filter(proposal=OuterRef("pk"), assessor=user))
    leads = Exists(LineLead.objects.filter(line=OuterRef("line"), user=user))
    return proposals_known_to(user).for_team_list().annotate(may_open=asked | leads)


def files_open_to(user: User) -> ProposalQuerySet:
    """Return the proposals whose whole file a person may read as a member of the team: those that file_for() opens.

    Not before the person declared about interests, where the person was asked to assess.
    """
    declared = InterestDeclaration.objects.filter(person=user).values("proposal")
    asked = Assignment.objects.filter(assessor=user)
    known = proposals_known_to(user).exclude(pk__in=asked.exclude(proposal__in=declared).values("proposal"))
    if user.holds(Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER):
        return known
    led = Exists(LineLead.objects.filter(line=OuterRef("line"), user=user))
    return known.filter(led | Exists(asked.filter(proposal=OuterRef("pk"))))


def known_proposal(user: User, reference: str) -> Proposal:
    """Return a proposal that the person may know of as a member of the team; for others it isn't there (404)."""
    if "\x00" in reference:
        raise Http404
    related = ("organisation", "call__criteria_version", "line", "proposed_line", "contact")
    proposal = proposals_known_to(user).select_related(*related).filter(reference=reference).first()
    if proposal is None:
        raise Http404
    return proposal


def own_assignment(user: User, proposal: Proposal) -> Assignment | None:
    """Return the person's own assignment to a proposal with its assessment and `is_declared`, or None."""
    assignments = Assignment.objects.with_declaration().select_related("assessment")
    return assignments.filter(assessor=user, proposal=proposal).first()


def own_filter(user: User, pk: int) -> SavedFilter:
    """Return a filter of the list that the person keeps; somebody else's isn't there (404), outsiders get 403."""
    team_only(user)
    return get_object_or_404(SavedFilter, pk=pk, owner=user)


def file_for(user: User, reference: str) -> tuple[Proposal, Assignment | None]:
    """Open the door to a whole file: the proposal, and the person's own assignment if there is one.

    Unknown to the person: 404. Known from the list but not the person's to read: 403. An assessor who has not yet
    declared raises DeclarationNeeded, also when the person has another role besides.
    """
    proposal = known_proposal(user, reference)
    assignment = own_assignment(user, proposal)
    if assignment is not None and not assignment.is_declared:
        raise DeclarationNeeded(_("Declare first whether you have an interest in this proposal."))
    if assignment is None and not reads_as_staff(user, proposal):
        raise PermissionDenied
    return proposal, assignment


def file_to_run(user: User, reference: str) -> Proposal:
    """Open the door for whoever runs the assessment: the programme manager or the lead of the line; else 403."""
    proposal, _assignment = file_for(user, reference)
    if not runs_assessment(user, proposal):
        raise PermissionDenied
    return proposal


def assignment_for(user: User, reference: str) -> tuple[Proposal, Assignment]:
    """Open the door for an assessor who declared to have no interest; others of the team get 403."""
    proposal, assignment = file_for(user, reference)
    if assignment is None:
        raise PermissionDenied
    return proposal, assignment


def panel_invitation_for(user: User, reference: str) -> PanelInvitation:
    """Open the door of the talent panel to a proposal that the person was asked about.

    Not asked, or with an interest (Awb 2:4): the proposal isn't there (404).
    """
    if "\x00" in reference:
        raise Http404
    known = PanelInvitation.objects.known_to(user).select_related("question__proposal__call__criteria_version")
    return get_object_or_404(known, question__proposal__reference=reference)


def meeting_for(user: User, pk: int) -> Meeting:
    """Open the door to a meeting of the team for a person of the team, or raise Http404; others get 403."""
    team_only(user)
    return get_object_or_404(Meeting.objects.known_to(user).select_related("chair", "made_by"), pk=pk)


def meeting_to_run(user: User, pk: int) -> Meeting:
    """Open the door to a meeting for whoever runs it: the manager, or a lead who presides over it or planned it."""
    meeting = meeting_for(user, pk)
    if not runs_meeting(user, meeting):
        raise PermissionDenied
    return meeting


def meeting_item_for(user: User, pk: int, reference: str) -> tuple[MeetingItem, Proposal]:
    """Open the door to an item of a meeting for whoever may read the proposal's file; see file_for()."""
    proposal, _assignment = file_for(user, reference)
    items = MeetingItem.objects.known_to(user).select_related("meeting__chair", "consensus", "postponed_to", "draft")
    return get_object_or_404(items, meeting=pk, proposal=proposal), proposal


def meeting_item_to_run(user: User, pk: int, reference: str) -> MeetingItem:
    """Open the door to an item for whoever runs the assessment of its proposal; else 403."""
    item, proposal = meeting_item_for(user, pk, reference)
    if not runs_assessment(user, proposal):
        raise PermissionDenied
    return item


def require_meeting_maker(user: User) -> None:
    """Raise StepNotYours unless the person plans meetings."""
    if not makes_meetings(user):
        raise StepNotYours(_("Only the programme manager and the leads of programme lines plan a team meeting."))


def lock_meeting(pk: int, *, by: User) -> Meeting:
    """Lock a meeting, after its proposals, for the rest of the transaction. Raises StepNotYours unless `by` runs it."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("chair", "made_by").get(pk=pk)
    if not runs_meeting(by, meeting):
        raise StepNotYours(_("Only the chair, who planned it and the programme manager run this meeting."))
    return meeting


def lock_item(item_id: int) -> tuple[MeetingItem, Proposal]:
    """Lock an item of an agenda: its proposal, then its meeting. Returns both as they are now.

    Raises MeetingItem.DoesNotExist when it was taken off the agenda.
    """
    proposal = lock_file(MeetingItem.objects.values_list("proposal", flat=True).get(pk=item_id))
    meeting = Meeting.objects.select_for_update(of=("self",)).get(items=item_id)
    item = MeetingItem.objects.select_for_update(of=("self",)).select_related("draft").get(pk=item_id)
    item.meeting = meeting
    return item, proposal


def require_runner(user: User, proposal: Proposal) -> None:
    """Raise StepNotYours unless the person is the programme manager or leads the proposal's line, without interest."""
    own = not proposals_known_to(user).filter(pk=proposal.pk).exists()
    if own or not runs_assessment(user, proposal):
        raise StepNotYours(_("Only the programme manager and the lead of the programme line can do this."))


def lock_file(proposal_id: int) -> Proposal:
    """Lock a proposal for the rest of the transaction and return it as it is now. Raises Proposal.DoesNotExist."""
    return lock_proposal(proposal_id)


def lock_files(proposal_ids: Iterable[int]) -> list[Proposal]:
    """Lock proposals for the rest of the transaction, in order of primary key, and return them as they are now."""
    return lock_proposals(proposal_ids)


def lock_people(ids: Iterable[int]) -> None:
    """Lock people for the rest of the transaction, after the proposals and in order of primary key.

    Whoever assigns to them elsewhere waits, so that nobody gets more than the person can bear.
    """
    list(User.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk").values_list("pk"))


def lock_assignment(assignment_id: int) -> Assignment | None:
    """Lock the proposal of an assignment, and with it all its assessments, for the rest of the transaction.

    Returns the assignment as it is now, or None when the file is shut for its assessor or it was taken back.
    """
    Proposal.objects.select_for_update(of=("self",)).filter(assignments=assignment_id).first()
    assignments = Assignment.objects.that_count().with_declaration()
    related = ("proposal__call__criteria_version", "assessment", "assessor")
    return assignments.select_related(*related).filter(pk=assignment_id).first()
