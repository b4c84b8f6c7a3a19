"""Take a proposal along the road of the assessment, by the real verbs."""

from collections.abc import Mapping
from decimal import Decimal

from accounts.models import User
from applications.domain.amounts import requested_by_year
from applications.models import Call, Proposal
from assessment.domain import advice, assignments, consensus, declarations, scores
from assessment.domain.advice_content import Condition, Content, YearAdvice
from assessment.domain.consensus import Agreed
from assessment.domain.scores import Gate, Given
from assessment.models import Advice, Assignment
from core.models import OutboxMessage
from tests.applications.road import complete_proposal
from tests.conftest import Cast

# Points that lead to each outcome under the frame's rule: no 0, at least 70 %, a 1 makes it conditional.
POINTS = {
    "positive": {"talent": 3, "aantrekkelijk": 2, "lokaal": 3, "effectief": 2, "netwerk": 3, "toekomstgericht": 2},
    "conditional": {"talent": 3, "aantrekkelijk": 3, "lokaal": 3, "effectief": 1, "netwerk": 3, "toekomstgericht": 2},
    "negative": {"talent": 2, "aantrekkelijk": 2, "lokaal": 2, "effectief": 0, "netwerk": 3, "toekomstgericht": 2},
}
OPEN_GATE = Gate(passes=True, reason="Past bij de lijn")


def assigned_proposal(cast: Cast, call: Call, *, assessors: list[User] | None = None, **over: object) -> Proposal:
    """Return a proposal that two people were asked to assess; nobody has declared yet."""
    proposal = complete_proposal(cast, call, **over)
    assignments.assign_all(
        proposal_id=proposal.pk, assessors=assessors or [cast.assessor1, cast.assessor2], by=cast.manager
    )
    return proposal


def declared_proposal(cast: Cast, call: Call, **over: object) -> Proposal:
    """Return an assigned proposal whose assessors have declared to have no interest."""
    proposal = assigned_proposal(cast, call, **over)  # type: ignore[arg-type]
    for assignment in proposal.assignments.all():
        declare_none(proposal, assignment.assessor)
    return proposal


def declare_none(proposal: Proposal, person: User) -> None:
    declarations.declare(proposal_id=proposal.pk, person=person, has_interest=False, explanation="")


def given(points: Mapping[str, int | None], *, reason: str = "Omdat het klopt") -> dict[str, Given]:
    """Return scores with a reason each; None is “not applicable”."""
    return {
        code: Given(points=number, reason=f"{reason}: {code}", not_applicable=number is None)
        for code, number in points.items()
    }


def agreed(points: Mapping[str, int | None], *, discussion: str = "") -> dict[str, Agreed]:
    return {
        code: Agreed(
            points=number, reason=f"Samen gezien: {code}", not_applicable=number is None, discussion=discussion
        )
        for code, number in points.items()
    }


def score(
    proposal: Proposal, person: User, points: Mapping[str, int | None], *, reason: str = "Omdat het klopt"
) -> Assignment:
    """Save a full draft for a person who declared."""
    assignment = Assignment.objects.get(proposal=proposal, assessor=person)
    scores.save(assignment_id=assignment.pk, by=person, gate=OPEN_GATE, scores=given(points, reason=reason))
    return assignment


def hand_in(
    proposal: Proposal, person: User, points: Mapping[str, int | None], *, reason: str = "Omdat het klopt"
) -> Assignment:
    """Save and hand in for a person who declared."""
    assignment = score(proposal, person, points, reason=reason)
    scores.hand_in(assignment_id=assignment.pk, by=person)
    return assignment


def handed_in_proposal(
    cast: Cast, call: Call, *, points: Mapping[str, int | None] | None = None, **over: object
) -> Proposal:
    """Return a proposal that all its assessors have handed in, with the same points."""
    proposal = declared_proposal(cast, call, **over)
    for assignment in proposal.assignments.all():
        hand_in(proposal, assignment.assessor, points or POINTS["positive"], reason=assignment.assessor.full_name)
    return proposal


def agreed_proposal(cast: Cast, call: Call, *, outcome: str = "positive", **over: object) -> Proposal:
    """Return a proposal with a recorded consensus that leads to an outcome."""
    points = over.pop("points", POINTS[outcome])
    proposal = handed_in_proposal(cast, call, points=points, **over)  # type: ignore[arg-type]
    consensus.record(
        proposal_id=proposal.pk,
        by=cast.manager,
        gate=OPEN_GATE,
        scores=agreed(points),  # type: ignore[arg-type]
        present=[assignment.assessor for assignment in proposal.assignments.all()],
    )
    return proposal


def advised_proposal(
    cast: Cast,
    call: Call,
    *,
    outcome: str = "positive",
    amounts: Mapping[int, int | Decimal] | None = None,
    line: str = "leven",
    **over: object,
) -> Proposal:
    """Return a proposal with an advice: `amounts` euros by year, which are also requested unless told otherwise."""
    if amounts is not None:
        over.setdefault("requested", amounts)
    proposal = agreed_proposal(cast, call, outcome=outcome, line=line, **over)
    give(proposal, cast.manager, amounts=amounts)
    proposal.refresh_from_db()
    return proposal


def give(proposal: Proposal, by: User, *, amounts: Mapping[int, int | Decimal] | None = None) -> Advice:
    """Give the advice that follows; amounts are the request, nothing, or what is told."""
    outcome = advice.outcome_of(proposal.consensus).outcome
    wanted: Mapping[int, int | Decimal] = {} if outcome == "negative" else amounts or requested_by_year(proposal)
    content = Content(
        amounts={year: YearAdvice(Decimal(amount), "Zoveel past bij het plan") for year, amount in wanted.items()},
        conditions=[Condition("Eerst een sluitende begroting.")] if outcome == "conditional" else [],
        explanation="Sluit aan bij de gewenste resultaten van de lijn.",
    )
    given = advice.give(proposal_id=proposal.pk, by=by, content=content)
    # Making a PDF takes time: a test that is about the college proposal makes it itself.
    OutboxMessage.objects.filter(topic=advice.COLLEGE_PROPOSAL_TOPIC, key=str(given.pk)).delete()
    return given
