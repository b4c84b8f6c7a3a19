"""A proposal at every place of the road, on the line Leven and of `partner`: assessed by assessor1 and assessor2."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from applications.domain import processing, withdrawal
from applications.models import Call, Proposal
from assessment.domain import declarations, meetings
from assessment.models import Meeting
from core.domain import clock
from programme.models import Line, LineLead
from tests.applications.asking import ask
from tests.applications.road import complete_proposal, draft_proposal, submitted_proposal
from tests.assessment import panelling, road
from tests.budget.road import granted_proposal, listed_proposal, refused_proposal
from tests.budget.road_settlement import settled_grant
from tests.conftest import Cast, make_person

WEEKS_AGO = timedelta(weeks=4)


@dataclass(frozen=True)
class World:
    """Who acts, on what, the meeting that can take a proposal up, and what the doors said."""

    people: Mapping[str, object]
    proposals: Mapping[str, Proposal]
    meeting: Meeting
    doors: dict[object, object] = field(default_factory=dict)


def world_of(cast: Cast, call: Call) -> World:
    """Build everything once. What is tried on it is undone each time."""
    lead2 = make_person("lead2", [])
    LineLead.objects.create(line=Line.objects.get(code="wonen"), user=lead2)
    panelling.joined(cast.talent)
    names = "partner partner2 assessor1 assessor3 lead manager finance college council talent admin".split()
    people = {name: getattr(cast, name) for name in names} | {"lead2": lead2}
    proposals = {**before_assessment(cast, call), **in_assessment(cast, call), **after_assessment(cast, call)}
    meeting = meetings.plan(
        by=cast.manager,
        starts_at=clock.now() + timedelta(days=3),
        place="Kamer 1",
        chair=cast.manager,
        invited=[cast.manager],
        request_key=uuid4(),
    )
    return World(people, {name: Proposal.objects.get(pk=one.pk) for name, one in proposals.items()}, meeting)


def before_assessment(cast: Cast, call: Call) -> dict[str, Proposal]:
    """Up to the check whether it is complete."""
    supplement = submitted_proposal(cast, call, title="Aan te vullen")
    ask(supplement, cast)
    with clock.set_to(clock.now() - WEEKS_AGO):
        overdue = submitted_proposal(cast, call, title="Te laat aangevuld")
        ask(overdue, cast)
        not_processed = submitted_proposal(cast, call, title="Niet behandeld")
        ask(not_processed, cast)
    processing.not_process(proposal_id=not_processed.pk, by=cast.manager, reason="De begroting", request_key=uuid4())
    withdrawn = submitted_proposal(cast, call, title="Ingetrokken")
    withdrawal.withdraw(proposal_id=withdrawn.pk, by=cast.partner, reason="Het gaat niet door", request_key=uuid4())
    return {
        "draft": draft_proposal(cast, call, title="Concept"),
        "submitted": submitted_proposal(cast, call, title="Ontvangen"),
        "supplement": supplement,
        "overdue": overdue,
        "not_processed": not_processed,
        "withdrawn": withdrawn,
    }


def in_assessment(cast: Cast, call: Call) -> dict[str, Proposal]:
    """From nobody assigned to a consensus; the panel is asked about what its assessors declared on."""
    declared = road.declared_proposal(cast, call, title="Verklaard")
    interested = road.assigned_proposal(cast, call, title="Belang")
    declarations.declare(
        proposal_id=interested.pk, person=cast.assessor1, has_interest=True, explanation="Mijn zus werkt daar"
    )
    saved = road.declared_proposal(cast, call, title="Gescoord")
    road.score(saved, cast.assessor1, road.POINTS["positive"])
    panelling.ask([declared, saved], [cast.talent], by=cast.manager)
    road.declare_none(saved, cast.talent)
    return {
        "complete": complete_proposal(cast, call, title="Volledig"),
        "assigned": road.assigned_proposal(cast, call, title="Toegewezen"),
        "interest": interested,
        "declared": declared,
        "saved": saved,
        "handed_in": road.handed_in_proposal(cast, call, title="Ingeleverd"),
        "agreed": road.agreed_proposal(cast, call, title="Besproken"),
    }


def after_assessment(cast: Cast, call: Call) -> dict[str, Proposal]:
    """From the advice to the end."""
    return {
        "advised": road.advised_proposal(cast, call, title="Geadviseerd"),
        "listed": listed_proposal(cast, call, title="Op een lijst"),
        "granted": granted_proposal(cast, call, title="Toegekend", requested={2026: 20000}),
        "refused": refused_proposal(cast, call, title="Afgewezen"),
        "settled": settled_grant(
            cast, call, {2026: 40000}, paid={2026: 48000}, send=True, title="Vastgesteld"
        ).decision.proposal,
    }
