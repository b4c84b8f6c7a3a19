"""Reading the talent panel's voice: who may, and what it says. It stands beside the scores and never counts in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from accounts.models import User
from applications.models import Proposal
from applications.states import ProposalState
from assessment.domain.panel_answers import criteria_for
from assessment.models import Assessment, PanelAnswer, PanelInvitation, PanelMark, PanelQuestion
from assessment.states import PANEL_LABELS
from core.domain import clock
from programme.models import Criterion


@dataclass(frozen=True)
class Level:
    """How many members gave a number of points, with the words of the scale."""

    points: int
    label: str
    count: int


@dataclass(frozen=True)
class VoiceRow:
    """The panel's marks for one criterion, from low to high, and how they are spread over the scale."""

    criterion: Criterion
    marks: list[int]
    levels: list[Level]

    @property
    def given(self) -> str:
        """The marks, like “2, 3, 3”."""
        return ", ".join(str(points) for points in self.marks)

    @property
    def chosen(self) -> list[Level]:
        """The levels that somebody chose."""
        return [level for level in self.levels if level.count]


@dataclass(frozen=True)
class PanelVoice:
    """What the panel says of a proposal: how many were asked and answered, their marks, their sentences without names.

    The sentences stand in the order of the alphabet, the marks from low to high: neither tells who gave what.
    """

    asked: int
    answered: int
    last_on: date
    is_open: bool
    rows: list[VoiceRow]
    sentences: list[str]


@dataclass(frozen=True)
class Given:
    """A proposal about which a member gave an opinion, and what became of it."""

    invitation: PanelInvitation
    became: Promise
    is_open: bool


@dataclass(frozen=True)
class PanelProgress:
    """How far the panel is with a proposal, for whoever asked it: who answered, not what."""

    question: PanelQuestion
    invitations: list[PanelInvitation]
    is_open: bool

    @property
    def answered(self) -> int:
        """How many gave their opinion."""
        return sum(one.has_answered and one.counts for one in self.invitations)  # type: ignore[attr-defined]

    @property
    def asked(self) -> int:
        """How many were asked and have no interest."""
        return sum(one.counts for one in self.invitations)  # type: ignore[attr-defined]


def voice_of(proposal: Proposal, *, reader: User) -> PanelVoice | None:
    """Return what the panel says of a proposal, or None when it was not asked or `reader` may not read it yet.

    The same rule as for scores: an assessor reads it after handing in; the manager, the financial adviser and the lead
    of the line once every assessor has; nobody with an interest.
    """
    question = PanelQuestion.objects.filter(proposal=proposal).first()
    if question is None or not _may_read(proposal, reader):
        return None
    return _voice(proposal, question)


def voice_for_member(invitation: PanelInvitation) -> PanelVoice | None:
    """Return what the whole panel said, for a member who gave an opinion and can't change it any more; else None."""
    if getattr(invitation, "answer", None) is None or is_open(invitation.question):
        return None
    return _voice(invitation.question.proposal, invitation.question)


def is_open(question: PanelQuestion) -> bool:
    """Tell whether members may still give an opinion, or change it."""
    return PanelQuestion.objects.open_on(clock.today()).filter(pk=question.pk).exists()


def asked_of(user: User) -> list[PanelInvitation]:
    """Return what a member was asked, with the proposals, the first last day first."""
    return list(PanelInvitation.objects.known_to(user).order_by("question__last_on", "pk"))


def given_in(invitations: Iterable[PanelInvitation]) -> list[Given]:
    """Return what a member gave and what became of it; who can still change it is told too. Two queries."""
    answered = list(invitations)
    questions = [invitation.question_id for invitation in answered]
    open_now = set(PanelQuestion.objects.open_on(clock.today()).filter(pk__in=questions).values_list("pk", flat=True))
    return [
        Given(invitation, became_of(invitation.question.proposal), invitation.question_id in open_now)
        for invitation in answered
    ]


def marks_in(answer: PanelAnswer) -> list[tuple[PanelMark, str]]:
    """Return a member's own marks, each with the words of the scale."""
    labels = dict(answer.invitation.question.proposal.call.criteria_version.scale.values_list("points", "label"))
    return [(mark, labels[mark.points]) for mark in answer.marks.select_related("criterion")]


def waiting_for(user: User) -> list[PanelInvitation]:
    """Return what waits for a member: still open, and not answered."""
    open_now = PanelQuestion.objects.open_on(clock.today())
    known = PanelInvitation.objects.known_to(user).filter(question__in=open_now, answer=None)
    return list(known.order_by("question__last_on", "pk"))


def became_of(proposal: Proposal) -> Promise:
    """Return what became of a proposal in words for the panel: what its partner reads, and no more."""
    return PANEL_LABELS[ProposalState(proposal.state)]


def progress_of(questions: Iterable[PanelQuestion]) -> list[PanelProgress]:
    """Return how far the panel is with proposals. The order stays; two queries, however many there are."""
    asked = list(questions)
    ids = [question.pk for question in asked]
    still_open = set(PanelQuestion.objects.open_on(clock.today()).filter(pk__in=ids).values_list("pk", flat=True))
    people: dict[int, list[PanelInvitation]] = {pk: [] for pk in ids}
    for invitation in PanelInvitation.objects.for_progress().filter(question__in=ids):
        people[invitation.question_id].append(invitation)
    return [PanelProgress(question, people[question.pk], question.pk in still_open) for question in asked]


def progress_with(proposal: Proposal) -> PanelProgress | None:
    """Return how far the panel is with one proposal, or None when it was not asked."""
    return next(iter(progress_of(PanelQuestion.objects.filter(proposal=proposal))), None)


def _may_read(proposal: Proposal, reader: User) -> bool:
    """Tell whether a person reads scores of a proposal that were handed in: not before handing in oneself."""
    visible = Assessment.objects.visible_to(reader)
    return visible.filter(assignment__proposal=proposal, handed_in_at__isnull=False).exists()


def _voice(proposal: Proposal, question: PanelQuestion) -> PanelVoice:
    counting = PanelInvitation.objects.that_count().filter(question=question)
    sentences = PanelAnswer.objects.filter(invitation__in=counting).values_list("sentence", flat=True)
    given: dict[int, list[int]] = {}
    marks = PanelMark.objects.filter(answer__invitation__in=counting).order_by("points", "pk")
    for criterion_id, points in marks.values_list("criterion_id", "points"):
        given.setdefault(criterion_id, []).append(points)
    scale = list(proposal.call.criteria_version.scale.order_by("points"))
    rows = []
    for criterion in criteria_for(proposal):
        mine = given.get(criterion.pk, [])
        levels = [Level(level.points, level.label, mine.count(level.points)) for level in scale]
        rows.append(VoiceRow(criterion, mine, levels))
    return PanelVoice(
        asked=counting.count(),
        answered=len(sentences),
        last_on=question.last_on,
        is_open=is_open(question),
        rows=rows,
        sentences=sorted(sentences, key=str.casefold),
    )
