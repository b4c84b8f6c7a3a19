"""What can be done with a proposal: the door that the page has, and the verb behind it, with answers that are right.

Each action names its verb, so that a verb without an action is noticed.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.states import MembershipRole
from applications.access import (
    can_decide_not_to_process,
    handlers_only,
    intake_of,
    proposal_to_edit,
    proposal_to_share,
    sent_proposal_for_partner,
)
from applications.domain import (
    attachments,
    changes,
    collaboration,
    de_minimis,
    extensions,
    intake,
    messages,
    outgoing_letters,
    processing,
    proposals,
    supplements,
    withdrawal,
)
from applications.domain.amounts import requested_by_year
from applications.models import Proposal
from applications.states import AttachmentKind, ChangeSubject, Side
from assessment.access import (
    assignment_for,
    file_for,
    file_to_run,
    known_proposal,
    meeting_to_run,
    own_assignment,
    panel_invitation_for,
    reads_as_staff,
)
from assessment.domain import (
    advice,
    advice_drafts,
    agendas,
    assignments,
    consensus,
    declarations,
    panel_answers,
    panel_questions,
    scores,
)
from assessment.domain.advice_content import Content, YearAdvice
from assessment.models import Assignment
from core.domain import clock
from core.errors import DomainError
from programme.models import Line
from tests.applications.asking import change_budget
from tests.assessment import road
from tests.assessment.actions_world import World
from tests.core.uploads import PNG

Action = Callable[[World, User, Proposal], object]
ACTIONS: dict[str, Action] = {}
VERBS: dict[str, str] = {}


def action(verb: str) -> Callable[[Action], Action]:
    """Register an action under the name of its function, with the verb that it takes."""

    def register(function: Action) -> Action:
        ACTIONS[function.__name__] = function
        VERBS[function.__name__] = verb
        return function

    return register


def through(world: World, door: Callable[..., object], person: User, *key: object, **how: object) -> object:
    """Go through a door. Each is tried once for a person and a proposal: what is tried behind it is always undone."""
    index = (door, person.pk, key, tuple(how.items()))
    if index not in world.doors:
        try:
            world.doors[index] = door(person, *key, **how)
        except (Http404, PermissionDenied, DomainError) as refusal:
            world.doors[index] = refusal
    found = world.doors[index]
    if isinstance(found, Exception):
        raise found.with_traceback(None)
    return found


def declares(person: User, reference: str) -> None:
    """The door of the page on which a person declares about interests."""
    known = known_proposal(person, reference)
    if own_assignment(person, known) is None and not reads_as_staff(person, known):
        raise PermissionDenied


# The partner's


@action("applications.drafts.save_budget")
def change_answer(world, person, proposal):
    through(world, proposal_to_edit, person, proposal.pk)
    change_budget(proposal, person)


@action("applications.attachments.add")
def add_file(world, person, proposal):
    through(world, proposal_to_edit, person, proposal.pk)
    attachments.add(
        proposal_id=proposal.pk,
        by=person,
        kind=AttachmentKind.BUDGET,
        file_name="begroting.png",
        content=PNG,
        request_key=uuid4(),
    )


@action("applications.collaboration.invite")
def invite(world, person, proposal):
    through(world, proposal_to_share, person, proposal.pk)
    collaboration.invite(
        proposal_id=proposal.pk, by=person, email="nieuw@test.example", role=MembershipRole.EDITOR, request_key=uuid4()
    )


@action("applications.de_minimis.declare")
def declare_aid(world, person, proposal):
    through(world, proposal_to_edit, person, proposal.pk)
    de_minimis.declare(proposal_id=proposal.pk, by=person, aids=[], linked=[])


@action("applications.proposals.submit")
def submit(world, person, proposal):
    through(world, proposal_to_edit, person, proposal.pk)
    proposals.submit(proposal_id=proposal.pk, by=person, request_key=uuid4())


@action("applications.supplements.hand_in")
def hand_in_supplement(world, person, proposal):
    through(world, proposal_to_edit, person, proposal.pk)
    supplements.hand_in(proposal_id=proposal.pk, by=person, answer="De huur staat er nu bij.", request_key=uuid4())


@action("applications.withdrawal.withdraw")
def withdraw(world, person, proposal):
    through(world, proposal_to_edit, person, proposal.pk)
    withdrawal.withdraw(proposal_id=proposal.pk, by=person, reason="Het gaat niet door", request_key=uuid4())


@action("applications.changes.report")
def tell_change(world, person, proposal):
    through(world, sent_proposal_for_partner, person, proposal.pk)
    changes.report(
        proposal_id=proposal.pk,
        by=person,
        subject=ChangeSubject.PLANNING,
        what="Later",
        why="Verbouwing",
        moves_money=False,
        known_on=clock.today(),
        request_key=uuid4(),
    )


@action("applications.messages.send")
def write_to_team(world, person, proposal):
    through(world, sent_proposal_for_partner, person, proposal.pk)
    messages.send(proposal_id=proposal.pk, by=person, side=Side.PARTNER, text="Dag team", request_key=uuid4())


# The team's, on receipt


@action("applications.messages.send")
def write_to_partner(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=False)
    messages.send(proposal_id=proposal.pk, by=person, side=Side.TEAM, text="Dag partner", request_key=uuid4())


@action("applications.intake.find_complete")
def find_complete(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=True)
    intake.find_complete(proposal_id=proposal.pk, by=person, points=dict.fromkeys(intake.POINTS, True), remark="")


@action("applications.intake.tag_line")
def tag_line(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=True)
    intake.tag_line(proposal_id=proposal.pk, by=person, line=Line.objects.get(code="werken"), reason="Past beter")


@action("applications.supplements.ask")
def ask_supplement(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=True)
    supplements.ask(
        proposal_id=proposal.pk, by=person, points=["budget"], steps=[], text="- De huur", request_key=uuid4()
    )


@action("applications.processing.not_process")
def not_process(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=True)
    if not can_decide_not_to_process(person):
        raise PermissionDenied
    processing.not_process(proposal_id=proposal.pk, by=person, reason="De begroting", request_key=uuid4())


@action("applications.processing.go_on")
def go_on(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=True)
    processing.go_on(proposal_id=proposal.pk, by=person, points={}, reason="Het is te volgen")


@action("applications.extensions.extend")
def extend(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=True)
    extensions.extend(proposal_id=proposal.pk, by=person, weeks=2, reason="Er is veel te lezen", request_key=uuid4())


@action("applications.de_minimis.judge")
def judge_aid(world, person, proposal):
    through(world, intake_of, person, proposal.reference or "", to_handle=True)
    de_minimis.judge(proposal_id=proposal.pk, by=person, is_aid=False, reason="Geen onderneming")


@action("applications.outgoing_letters.draft")
def begin_letter(world, person, proposal):
    known = through(world, intake_of, person, proposal.reference or "", to_handle=True)
    outgoing_letters.draft(proposal=known, template_code="general", by=person, facts={})


# The assessment


@action("assessment.dossier.note_opening")
def read_file(world, person, proposal):
    through(world, file_for, person, proposal.reference or "")


@action("assessment.assignments.assign_all")
def assign(world, person, proposal):
    through(world, file_to_run, person, proposal.reference or "")
    assignments.assign_all(proposal_id=proposal.pk, assessors=[world.people["assessor3"]], by=person)


@action("assessment.assignments.take_back")
def take_assignment_back(world, person, proposal):
    through(world, file_to_run, person, proposal.reference or "")
    assignment = get_object_or_404(Assignment, proposal=proposal, assessor__email="assessor2@test.example")
    assignments.take_back(assignment_id=assignment.pk, by=person, reason="Te druk")


@action("assessment.declarations.declare")
def declare(world, person, proposal):
    through(world, declares, person, proposal.reference or "")
    declarations.declare(proposal_id=proposal.pk, person=person, has_interest=False, explanation="")


@action("assessment.scores.save")
def save_scores(world, person, proposal):
    _proposal, assignment = through(world, assignment_for, person, proposal.reference or "")
    given = road.given(road.POINTS["negative"])
    scores.save(assignment_id=assignment.pk, by=person, gate=road.OPEN_GATE, scores=given)


@action("assessment.scores.hand_in")
def hand_in_scores(world, person, proposal):
    _proposal, assignment = through(world, assignment_for, person, proposal.reference or "")
    scores.hand_in(assignment_id=assignment.pk, by=person)


@action("assessment.agendas.put_on")
def put_on_agenda(world, person, proposal):
    through(world, meeting_to_run, person, world.meeting.pk)
    through(world, known_proposal, person, proposal.reference or "")
    agendas.put_on(meeting_id=world.meeting.pk, proposal_id=proposal.pk, by=person)


@action("assessment.consensus.record")
def record_consensus(world, person, proposal):
    through(world, file_to_run, person, proposal.reference or "")
    consensus.record(
        proposal_id=proposal.pk,
        by=person,
        gate=road.OPEN_GATE,
        scores=road.agreed(road.POINTS["positive"]),
        present=[person],
    )


@action("assessment.advice_drafts.save")
def draft_advice(world, person, proposal):
    through(world, file_to_run, person, proposal.reference or "")
    draft = advice_drafts.draft_of(proposal)
    advice_drafts.save(
        proposal_id=proposal.pk, by=person, typed={"summary": "Kort"}, seen_version=draft.version if draft else 0
    )


@action("assessment.advice.give")
def give_advice(world, person, proposal):
    through(world, file_to_run, person, proposal.reference or "")
    amounts = {year: YearAdvice(Decimal(amount)) for year, amount in requested_by_year(proposal).items() if amount > 0}
    advice.give(proposal_id=proposal.pk, by=person, content=Content(amounts=amounts, explanation="Het past."))


@action("assessment.advice.take_back")
def take_advice_back(world, person, proposal):
    through(world, file_to_run, person, proposal.reference or "")
    advice.take_back(proposal_id=proposal.pk, by=person, reason="Er stond een fout in")


@action("assessment.panel_questions.ask")
def ask_panel(world, person, proposal):
    through(world, handlers_only, person)
    panel_questions.ask(
        proposal_ids=[proposal.pk],
        members=[world.people["talent"]],
        last_on=clock.today() + timedelta(days=20),
        by=person,
        request_key=uuid4(),
    )


@action("assessment.panel_answers.give")
def give_opinion(world, person, proposal):
    invitation = through(world, panel_invitation_for, person, proposal.reference or "")
    criteria = panel_answers.criteria_for(invitation.question.proposal)
    marks = dict.fromkeys((criterion.code for criterion in criteria), 2)
    panel_answers.give(proposal_id=proposal.pk, by=person, marks=marks, sentence="Hier blijf ik voor.")
