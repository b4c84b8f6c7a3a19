"""Reading a file: what was scored side by side, what happened when, and that somebody read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models import Proposal
from applications.states import ProposalEvent, ProposalState
from assessment.models import Assessment, Assignment, Consensus, ConsensusScore, PanelInvitation, Score
from assessment.states import AssessmentEvent
from core.domain import audit
from core.models import AuditEntry
from programme.models import CriteriaVersion, Criterion

# What a reader of the file is told of the audit trail. Never what somebody scored: the querysets decide on that.
TOLD: Mapping[str, Promise] = {
    ProposalEvent.FOUND_COMPLETE.value: _("Found complete"),
    ProposalEvent.LINE_TAGGED.value: _("Programme line tagged"),
    ProposalEvent.SUPPLEMENT_ASKED.value: _("Supplement asked"),
    ProposalEvent.SUPPLEMENT_RECEIVED.value: _("Supplement received"),
    ProposalEvent.SUPPLEMENT_CLOSED.value: _("Term for the supplement passed"),
    ProposalEvent.EXTENDED.value: _("Decision period extended"),
    ProposalEvent.NOT_PROCESSED.value: _("Decided not to process it"),
    AssessmentEvent.ASSIGNED.value: _("Assessor assigned"),
    AssessmentEvent.ASSIGNMENT_WITHDRAWN.value: _("Assignment taken back"),
    AssessmentEvent.INTEREST_DECLARED.value: _("Declaration of interest made"),
    AssessmentEvent.PANEL_ASKED.value: _("Talent panel asked"),
    AssessmentEvent.HANDED_IN.value: _("Assessment handed in"),
    AssessmentEvent.PUT_ON_AGENDA.value: _("Put on the agenda of a team meeting"),
    AssessmentEvent.POSTPONED.value: _("Postponed by the team meeting"),
    AssessmentEvent.CONSENSUS_RECORDED.value: _("Consensus recorded"),
    AssessmentEvent.ADVISED.value: _("Advice given"),
    AssessmentEvent.ADVICE_TAKEN_BACK.value: _("Advice taken back"),
    AssessmentEvent.COLLEGE_PROPOSAL_MADE.value: _("College proposal made"),
}


@dataclass(frozen=True)
class Entry:
    """Something that happened to a proposal."""

    at: datetime
    title: str
    actor: str
    body: str = ""
    current: bool = False


@dataclass(frozen=True)
class Assessor:
    """How far one assessor is. `counts` is false when the file is shut for the person."""

    assignment: Assignment
    counts: bool
    is_declared: bool
    handed_in_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """How far the assessors of a proposal are; `needed` is how many the call wants."""

    people: list[Assessor]
    needed: int

    @property
    def counting(self) -> int:
        """How many may assess."""
        return sum(one.counts for one in self.people)

    @property
    def done(self) -> int:
        """How many of those have handed in."""
        return sum(one.counts and one.handed_in_at is not None for one in self.people)

    @property
    def missing(self) -> int:
        """How many must still be asked."""
        return max(self.needed - self.counting, 0)


@dataclass(frozen=True)
class Row:
    """One criterion: what each assessor gave (None: nothing to see), how far apart they are, what the team agreed."""

    criterion: Criterion
    scores: list[Score | None]
    spread: int
    discuss: bool
    agreed: Any


@dataclass(frozen=True)
class Comparison:
    """The assessments that a person may read, side by side."""

    assessments: list[Assessment]
    rows: list[Row]

    def __bool__(self) -> bool:
        return bool(self.assessments)


def note_opening(proposal: Proposal, *, by: User) -> None:
    """Write down that somebody opened a file: it holds personal data (BIO2)."""
    audit.record(event=ProposalEvent.OPENED, actor=by, about=proposal)


def progress_of(proposal: Proposal) -> Progress:
    """Return who assesses a proposal and how far each is."""
    everybody = list(Assignment.objects.for_progress().filter(proposal=proposal))
    counting = set(Assignment.objects.that_count().filter(proposal=proposal).values_list("pk", flat=True))
    people = [Assessor(one, one.pk in counting, one.is_declared, _handed_in_at(one)) for one in everybody]
    return Progress(people, needed=proposal.call.criteria_version.assessor_count)


def _handed_in_at(assignment: Assignment) -> datetime | None:
    assessment: Assessment | None = getattr(assignment, "assessment", None)
    return None if assessment is None else assessment.handed_in_at


def compare(proposal: Proposal, *, reader: User, consensus: Consensus | None = None) -> Comparison:
    """Return the assessments that `reader` may read side by side, with the team's own scores if there are any."""
    visible = Assessment.objects.visible_to(reader).filter(assignment__proposal=proposal, handed_in_at__isnull=False)
    assessments = list(
        visible.select_related("assignment__assessor").prefetch_related("scores").order_by("assignment_id")
    )
    given = [{score.criterion_id: score for score in assessment.scores.all()} for assessment in assessments]
    agreed = {} if consensus is None else {score.criterion_id: score for score in _scores_of(consensus)}
    version: CriteriaVersion = proposal.call.criteria_version
    # A consensus has a score for every criterion, in their order.
    criteria = [score.criterion for score in agreed.values()] or version.criteria.order_by("position")
    rows = []
    for criterion in criteria:
        scores = [scores_of_one.get(criterion.pk) for scores_of_one in given]
        points = [score.points for score in scores if score is not None and score.points is not None]
        spread = max(points) - min(points) if points else 0
        discuss = spread >= version.discuss_from_spread
        rows.append(Row(criterion, scores, spread, discuss, agreed.get(criterion.pk)))
    return Comparison(assessments, rows)


def _scores_of(consensus: Consensus) -> QuerySet[ConsensusScore]:
    """Return the team's scores with their criteria, read once for each consensus."""
    prefetch_related_objects([consensus], Prefetch("scores", ConsensusScore.objects.select_related("criterion")))
    return consensus.scores.all()


def history_of(proposal: Proposal) -> list[Entry]:
    """Return what happened to a proposal, newest first: its states and the steps of the assessment.

    What happened at the same moment keeps the order in which it was written down. Who of the talent panel declared
    about interests isn't told here: with a name beside the day, an opinion would no longer be without one.
    """
    panel = PanelInvitation.objects.filter(question__proposal=proposal).values("member")
    told = AuditEntry.objects.about(proposal).filter(event__in=[ProposalEvent.MOVED, *TOLD])
    told = told.exclude(event=AssessmentEvent.INTEREST_DECLARED, actor__in=panel)
    return [
        Entry(entry.at, _title_of(entry), "" if entry.actor is None else entry.actor.full_name, _body_of(entry))
        for entry in told.order_by("-at", "-pk")
    ]


# Of a file that was destroyed.
NOBODY = ("", "")


def _title_of(entry: AuditEntry) -> str:
    """Return what happened in words: for a move the state that the proposal came in."""
    if entry.event == ProposalEvent.MOVED.value:
        _before, after = entry.changes["state"]
        return str(ProposalState(after).label)
    return str(TOLD[entry.event])


def _body_of(entry: AuditEntry) -> str:
    """Return who was assigned; of other events there is no more to tell here."""
    if entry.event == AssessmentEvent.ASSIGNED.value:
        return str(entry.changes.get("assessor", NOBODY)[1])
    if entry.event == AssessmentEvent.ASSIGNMENT_WITHDRAWN.value:
        return str(entry.changes.get("assessor", NOBODY)[0])  # why is for whoever assigns: it may be about a person
    return ""
