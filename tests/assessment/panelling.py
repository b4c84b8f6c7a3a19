"""Bring the talent panel along the road, by the real verbs."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

from accounts.models import User
from accounts.states import Role
from applications.models import Call, Proposal
from assessment.domain import panel_answers, panel_members, panel_questions
from assessment.models import Consensus, PanelAnswer
from core.domain import clock
from tests.assessment import road
from tests.conftest import Cast, make_person

DAYS = 10
SENTENCE = "Hier blijf ik voor in Hengelo."


def joined(person: User, *, age: int = 24) -> User:
    """Let a person join who becomes `age` this year."""
    panel_members.join(by=person, birth_year=clock.today().year - age)
    return person


def young(name: str, *, age: int = 24) -> User:
    """Return somebody of the talent panel who joined."""
    return joined(make_person(name, [Role.TALENT]), age=age)


def ask(proposals: Iterable[Proposal], members: Iterable[User], *, by: User, days: int = DAYS):
    """Ask members about proposals, until a number of days from today."""
    return panel_questions.ask(
        proposal_ids=[proposal.pk for proposal in proposals],
        members=members,
        last_on=clock.today() + timedelta(days=days),
        by=by,
        request_key=uuid4(),
    )


def asked_proposal(cast: Cast, call: Call, members: Iterable[User], **over: object) -> Proposal:
    """Return a proposal with two assessors who declared, about which members were asked who declared too."""
    proposal = road.declared_proposal(cast, call, **over)
    people = list(members)
    ask([proposal], people, by=cast.manager)
    for person in people:
        road.declare_none(proposal, person)
    return proposal


def agree(cast: Cast, proposal: Proposal) -> Consensus:
    """Let both assessors hand in and the team agree on a positive outcome."""
    for assignment in proposal.assignments.all():
        road.hand_in(proposal, assignment.assessor, road.POINTS["positive"])
    return road.consensus.record(
        proposal_id=proposal.pk,
        by=cast.manager,
        gate=road.OPEN_GATE,
        scores=road.agreed(road.POINTS["positive"]),
        present=[cast.assessor1, cast.assessor2],
    )


def panel_world(cast: Cast, call: Call) -> dict[str, dict[str, object]]:
    """What the doors of the panel are tried with: a proposal that `talent` reads, and one that waits to be declared."""
    member = joined(cast.talent)
    waits = road.assigned_proposal(cast, call, title="Wacht op het panel")
    ask([waits], [member], by=cast.manager)
    asked = asked_proposal(cast, call, [member], title="Bij het panel")
    return {"panel/asked": {"reference": asked.reference}, "panel/waits": {"reference": waits.reference}}


def marks_of(proposal: Proposal, *points: int) -> dict[str, int | None]:
    """Return marks for the criteria that concern talent, in their order; the last one goes for the rest."""
    criteria = panel_answers.criteria_for(proposal)
    return {criterion.code: points[min(at, len(points) - 1)] for at, criterion in enumerate(criteria)}


def give(proposal: Proposal, person: User, *points: int, sentence: str = SENTENCE, seen=None) -> PanelAnswer:
    """Give an opinion by a member who declared."""
    return panel_answers.give(
        proposal_id=proposal.pk, by=person, marks=marks_of(proposal, *(points or (2,))), sentence=sentence, seen=seen
    )
