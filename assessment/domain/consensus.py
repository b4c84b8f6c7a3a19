"""What the team agrees on after everybody has handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, RoleHolding, User
from applications.models import Collaborator, Proposal, ShutFile
from applications.states import ProposalState
from assessment.access import TEAM_ROLES, lock_file, lock_item, require_runner
from assessment.domain import consensus_drafts, meetings
from assessment.domain.scores import Gate, Given, by_code, check_points, missing_from
from assessment.errors import ConsensusIncomplete, ConsensusRecorded, NotAllHandedIn, NotForAgenda, ScoreNotAllowed
from assessment.models import Assessment, Assignment, Consensus, ConsensusDraft, ConsensusScore, MeetingItem, Score
from assessment.states import AssessmentEvent, ItemState
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
    return without_interest(proposal).filter(Q(Exists(role)) | Q(Exists(lead)), is_active=True)


def without_interest(proposal: Proposal) -> QuerySet[User]:
    """Return the people who have no interest in a proposal, by name (Awb 2:4)."""
    return User.objects.filter(
        ~Exists(ShutFile.objects.filter(proposal=proposal, user=OuterRef("pk"))),
        ~Exists(Membership.objects.filter(organisation=proposal.organisation_id, user=OuterRef("pk"))),
        ~Exists(Collaborator.objects.filter(proposal=proposal, user=OuterRef("pk"))),
    ).order_by("full_name", "pk")


def may_attend(item: MeetingItem) -> QuerySet[User]:
    """Return who of a meeting can be there for an item, by name: who was asked or came, nobody with an interest.

    Somebody may come later or leave early, so who was noted as absent counts too.
    """
    return without_interest(item.proposal).filter(pk__in=item.meeting.attendance.values("person"))


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
    *,
    proposal_id: int,
    by: User,
    gate: Gate,
    scores: Mapping[str, Agreed],
    present: Iterable[User],
    item_id: int | None = None,
    seen: int | None = None,
) -> Consensus:
    """Record the team's points and reason for every criterion, once and for good. The assessors' own scores stay.

    `scores` is by the criterion's code. Where the assessors were `discuss_from_spread` points or more apart, what was
    said must be there too. `item_id` is the item of the meeting in which the team agreed, `seen` the version of its
    notes that the page showed; without an item a meeting about this proposal alone is held in one step. Raises
    NotAllHandedIn, ConsensusIncomplete with what is missing, ScoreNotAllowed, ConsensusRecorded, NotForAgenda,
    MeetingNotReady, SavedElsewhere or StepNotYours.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        require_open(proposal)
        version = proposal.call.criteria_version
        require_all_handed_in(proposal, version)
        people = list(present)
        item = _item_to_record(proposal, item_id, seen)
        spreads = spreads_of(proposal)
        allowed = may_be_present(proposal) if item is None else may_attend(item)
        _check(proposal, version, gate, scores, spreads, people, allowed)
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
        _seal(consensus, item, people, by)
        audit.record(
            event=AssessmentEvent.CONSENSUS_RECORDED,
            actor=by,
            about=proposal,
            changes={"present": sorted(person.full_name for person in people)},
        )
    return consensus


def _item_to_record(proposal: Proposal, item_id: int | None, seen: int | None) -> MeetingItem | None:
    """Lock the item of the open meeting in which the team agrees; None for a meeting about this proposal alone."""
    if item_id is None:
        waiting = MeetingItem.objects.filter(proposal=proposal, state=ItemState.WAITING).select_related("meeting")
        if (planned := waiting.first()) is not None:
            raise NotForAgenda(
                _("%(proposal)s is on the agenda of a meeting: %(meeting)s. Record it there, or take it off first.")
                % {"proposal": proposal, "meeting": planned.meeting}
            )
        return None
    item, about = lock_item(item_id)
    if about.pk != proposal.pk:
        raise NotForAgenda(_("%(proposal)s has nothing to agree on.") % {"proposal": proposal})
    consensus_drafts.require_going_on(item)
    if seen is not None:
        consensus_drafts.require_seen(item, seen)
    return item


def _seal(consensus: Consensus, item: MeetingItem | None, people: list[User], by: User) -> None:
    """Let an item of a meeting name the consensus: from here triggers refuse every change."""
    moment = consensus.recorded_at
    if item is not None:
        ConsensusDraft.objects.filter(item=item).delete()
        item.state, item.consensus, item.settled_by, item.settled_at = ItemState.RECORDED, consensus, by, moment
        item.save(update_fields=["state", "consensus", "settled_by", "settled_at"])
        return
    asked = Assignment.objects.that_count().filter(proposal=consensus.proposal).select_related("assessor")
    absent = [assignment.assessor for assignment in asked if assignment.assessor not in people]
    meeting = meetings.hold_single(by=by, present=people, absent=absent)
    MeetingItem.objects.create(
        meeting=meeting,
        proposal=consensus.proposal,
        position=1,
        state=ItemState.RECORDED,
        put_by=by,
        put_at=moment,
        consensus=consensus,
        settled_by=by,
        settled_at=moment,
    )
    meetings.close_single(meeting, by=by)


def require_open(proposal: Proposal) -> None:
    """Raise ConsensusRecorded or NotAllHandedIn unless there is something to agree on."""
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
    allowed: QuerySet[User],
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
    there = set(allowed.filter(pk__in=[person.pk for person in people]))
    for person in people:
        if person not in there:
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
