"""What the team agrees on after everybody has handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, RoleHolding, User
from applications.models import Proposal, ShutFile
from applications.states import ProposalState
from assessment.access import TEAM_ROLES, lock_file, require_runner
from assessment.domain.scores import Gate, Given, by_code, check_points, missing_from
from assessment.errors import ConsensusIncomplete, ConsensusRecorded, NotAllHandedIn, ScoreNotAllowed
from assessment.models import Assessment, Assignment, Consensus, ConsensusScore, Score
from assessment.states import AssessmentEvent
from core.domain import audit, clock
from programme.models import CriteriaVersion, Criterion, LineLead


@dataclass(frozen=True)
class Agreed(Given):
    """What the team agrees on for one criterion, and what was said when the assessors were far apart."""

    discussion: str = ""


def may_be_present(proposal: Proposal) -> QuerySet[User]:
    """Return who can have been in the meeting, by name: the team and the lead of the line, nobody with an interest."""
    lead = LineLead.objects.filter(line=proposal.line_id, user=OuterRef("pk"))
    role = RoleHolding.objects.filter(user=OuterRef("pk"), role__in=TEAM_ROLES)
    return User.objects.filter(
        Q(Exists(role)) | Q(Exists(lead)),
        ~Exists(ShutFile.objects.filter(proposal=proposal, user=OuterRef("pk"))),
        ~Exists(Membership.objects.filter(organisation=proposal.organisation_id, user=OuterRef("pk"))),
        is_active=True,
    ).order_by("full_name", "pk")


def require_all_handed_in(proposal: Proposal, version: CriteriaVersion) -> None:
    """Raise NotAllHandedIn, with how many are missing, unless every assessor who counts and enough of them are done."""
    counting = Assignment.objects.that_count().filter(proposal=proposal)
    done = counting.handed_in().count()
    needed = max(counting.count(), version.assessor_count)
    if done < needed:
        raise NotAllHandedIn(
            _("%(done)d of %(needed)d assessors have handed in; the team can agree after that.")
            % {"done": done, "needed": needed}
        )


def spreads_of(proposal: Proposal) -> dict[int, int]:
    """Return for each criterion (by id) the highest minus the lowest points that the assessors handed in."""
    handed_in = Assessment.objects.handed_in().filter(assignment__proposal=proposal)
    points: dict[int, list[int]] = {}
    for criterion_id, given in Score.objects.filter(assessment__in=handed_in, points__isnull=False).values_list(
        "criterion_id", "points"
    ):
        points.setdefault(criterion_id, []).append(given or 0)
    return {criterion_id: max(given) - min(given) for criterion_id, given in points.items()}


def record(
    *, proposal_id: int, by: User, gate: Gate, scores: Mapping[str, Agreed], present: Iterable[User]
) -> Consensus:
    """Record the team's points and reason for every criterion, once and for good. The assessors' own scores stay.

    `scores` is by the criterion's code. Where the assessors were `discuss_from_spread` points or more apart, what was
    said must be there too. Raises NotAllHandedIn, ConsensusIncomplete with what is missing, ScoreNotAllowed,
    ConsensusRecorded or StepNotYours.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        _require_open(proposal)
        version = proposal.call.criteria_version
        require_all_handed_in(proposal, version)
        spreads = spreads_of(proposal)
        people = list(present)
        _check(proposal, version, gate, scores, spreads, people)
        consensus = Consensus.objects.create(
            proposal=proposal,
            passes_gate=bool(gate.passes),
            gate_reason=gate.reason.strip(),
            recorded_by=by,
            recorded_at=clock.now(),
        )
        consensus.present.set(people)
        criteria = version.criteria.all()
        ConsensusScore.objects.bulk_create(
            [_row(consensus, criterion, scores[criterion.code], spreads.get(criterion.pk, 0)) for criterion in criteria]
        )
        audit.record(
            event=AssessmentEvent.CONSENSUS_RECORDED,
            actor=by,
            about=proposal,
            changes={"present": sorted(person.full_name for person in people)},
        )
    return consensus


def _require_open(proposal: Proposal) -> None:
    if Consensus.objects.filter(proposal=proposal).exists():
        raise ConsensusRecorded(_("The team has recorded its consensus on this proposal already."))
    if proposal.state != ProposalState.IN_ASSESSMENT:
        raise NotAllHandedIn(
            _("%(proposal)s is now “%(state)s”, so there is nothing to agree on.")
            % {"proposal": proposal, "state": proposal.get_state_display()}
        )


def _check(
    proposal: Proposal,
    version: CriteriaVersion,
    gate: Gate,
    scores: Mapping[str, Agreed],
    spreads: Mapping[int, int],
    people: list[User],
) -> None:
    """Raise what keeps a consensus from being recorded."""
    missing = missing_from(version, gate, scores)
    highest = version.highest_points
    for criterion in by_code(version, scores):
        agreed = scores.get(criterion.code, Agreed())
        check_points(
            criterion=criterion,
            proposal=proposal,
            points=agreed.points,
            not_applicable=agreed.not_applicable,
            highest=highest,
        )
        if spreads.get(criterion.pk, 0) >= version.discuss_from_spread and not agreed.discussion.strip():
            missing[f"{criterion.code}_discussion"] = _(
                "The assessors are %(spread)d points apart on %(criterion)s. Write down what was said."
            ) % {"spread": spreads[criterion.pk], "criterion": criterion.label}
    if not people:
        missing["present"] = _("Choose who was in the meeting.")
    if missing:
        raise ConsensusIncomplete(_("The consensus is not complete yet."), missing)
    allowed = set(may_be_present(proposal).filter(pk__in=[person.pk for person in people]))
    for person in people:
        if person not in allowed:
            raise ScoreNotAllowed(
                _("%(person)s can't take part in the meeting on this proposal.") % {"person": person.full_name}
            )


def _row(consensus: Consensus, criterion: Criterion, agreed: Agreed, spread: int) -> ConsensusScore:
    return ConsensusScore(
        consensus=consensus,
        criterion=criterion,
        points=agreed.points,
        not_applicable=agreed.not_applicable,
        reason=agreed.reason.strip(),
        spread=spread,
        discussion=agreed.discussion.strip(),
    )
