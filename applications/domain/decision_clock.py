"""The clock of a decision: from when it runs, when it stood still, and by when the college decides.

The period counts in weeks from the day of receipt (Awb 4:13). It stands still from the day after a request for a
supplement until the day of completion, or until the term for it has passed (Awb 4:15). It can be extended once, told
before it ends (Awb 4:14). Where the days run out on a Saturday, Sunday or public holiday, the next working day counts
(Algemene termijnenwet). So the clock is a list of intervals, and the day of the decision follows from them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Extension, Proposal, SupplementRequest
from applications.states import SuspensionEnd
from core.domain import clock, terms

DAY = timedelta(days=1)
DAYS_IN_WEEK = 7


class Phase(StrEnum):
    """What the clock does on a day."""

    RUNS = "runs"
    STANDS_STILL = "stands_still"
    EXTENDED = "extended"
    ROLLED = "rolled"


PHASE_LABELS: dict[Phase, Promise] = {
    Phase.RUNS: _("The period runs"),
    Phase.STANDS_STILL: _("Stands still"),
    Phase.EXTENDED: _("The extension runs"),
    Phase.ROLLED: _("Up to the next working day"),
}


@dataclass(frozen=True)
class Pause:
    """Days that don't count: from the first up to the day on which the clock runs again, that one not included."""

    starts_on: date
    resumes_on: date

    @property
    def days(self) -> int:
        """How many days the clock stands still."""
        return max((self.resumes_on - self.starts_on).days, 0)


@dataclass(frozen=True)
class Interval:
    """A run of days, the last one included, on which the clock does one thing; `why` says why."""

    first: date
    last: date
    kind: Phase
    why: Promise | str = ""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> Promise:
        """What the clock does, in words."""
        return PHASE_LABELS[self.kind]


@dataclass(frozen=True)
class Move:
    """A change of the day by which the college decides; `before` is None for the first."""

    at: datetime
    before: date | None
    after: date
    why: Promise | str
    reason: str = ""


@dataclass(frozen=True)
class DecisionClock:
    """By when the college decides, and how that day came about."""

    decide_by: date
    intervals: list[Interval] = field(default_factory=list)
    history: list[Move] = field(default_factory=list)
    stands_still: bool = False

    @property
    def first_decide_by(self) -> date:
        """The day that the confirmation of receipt named."""
        return self.history[0].after

    @property
    def has_moved(self) -> bool:
        """Whether it is another day than the confirmation of receipt named."""
        return self.decide_by != self.first_decide_by

    @property
    def days_left(self) -> int:
        """Days from today to the last day; below zero when it has passed."""
        return (self.decide_by - clock.today()).days


def last_day(*, received_on: date, weeks: int, pauses: Iterable[Pause] = (), extra_weeks: int = 0) -> date:
    """Return the last day of a period of `weeks` weeks from the day after receipt, with what moves it.

    A pause that begins after the period has ended moves nothing. The sum of days is rolled to a working day once, at
    the end (Algemene termijnenwet art. 1): rolling never adds up.
    """
    return terms.roll_forward(_unrolled(received_on, weeks + extra_weeks, pauses))


def _unrolled(received_on: date, weeks: int, pauses: Iterable[Pause]) -> date:
    end = received_on + timedelta(weeks=weeks)
    for pause in sorted(pauses, key=lambda pause: pause.starts_on):
        rolled = terms.roll_forward(end)
        if pause.starts_on > rolled:
            continue
        # Between the days running out and the working day that counts the period still runs.
        end = (rolled if pause.starts_on > end else end) + pause.days * DAY
    return end


def clock_of(proposal: Proposal) -> DecisionClock:
    """Return the clock of a proposal that was submitted. Three queries, the proposal's call among them."""
    return clocks_of([proposal])[proposal.pk]


def clocks_of(proposals: Sequence[Proposal]) -> dict[int, DecisionClock]:
    """Return the clocks of submitted proposals by primary key, in two queries when their calls are there already."""
    requests: dict[int, list[SupplementRequest]] = {}
    found = SupplementRequest.objects.select_related("suspension").defer("before", "text")
    for request in found.filter(proposal__in=proposals).order_by("proposal_id", "number"):
        requests.setdefault(request.proposal_id, []).append(request)
    extensions = {row.proposal_id: row for row in Extension.objects.filter(proposal__in=proposals)}
    return {
        proposal.pk: _clock(proposal, requests.get(proposal.pk, []), extensions.get(proposal.pk))
        for proposal in proposals
        if proposal.submitted_at is not None
    }


def if_extended(proposal: Proposal, *, weeks: int) -> date:
    """Return by when the college would decide if the period of a proposal were extended by a number of weeks."""
    requests = SupplementRequest.objects.select_related("suspension").defer("before", "text").filter(proposal=proposal)
    return last_day(
        received_on=clock.local_date(proposal.submitted_at or clock.now()),
        weeks=proposal.call.decision_weeks,
        pauses=[pause_of(request) for request in requests],
        extra_weeks=weeks,
    )


def pause_of(request: SupplementRequest) -> Pause:
    """Return the days for which a request stops the clock: as it was, or at most while it is still open."""
    if request.is_open:
        return Pause(clock.local_date(request.asked_at) + DAY, request.due_on + DAY)
    return Pause(request.suspension.starts_on, request.suspension.resumes_on)


def _clock(proposal: Proposal, requests: list[SupplementRequest], extension: Extension | None) -> DecisionClock:
    if proposal.submitted_at is None:
        raise ValueError(proposal)
    received_on = clock.local_date(proposal.submitted_at)
    weeks, extra = proposal.call.decision_weeks, extension.weeks if extension else 0
    pauses = [pause_of(request) for request in requests]
    return DecisionClock(
        decide_by=last_day(received_on=received_on, weeks=weeks, pauses=pauses, extra_weeks=extra),
        intervals=intervals_of(received_on=received_on, weeks=weeks, pauses=pauses, extra_weeks=extra),
        history=_history(proposal, received_on, requests, extension),
        stands_still=any(request.is_open for request in requests),
    )


def intervals_of(
    *, received_on: date, weeks: int, pauses: Iterable[Pause] = (), extra_weeks: int = 0
) -> list[Interval]:
    """Return what the clock does on each day from the day after receipt to the last day, in order, without gaps."""
    pauses = list(pauses)
    unrolled = _unrolled(received_on, weeks + extra_weeks, pauses)
    end = terms.roll_forward(unrolled)
    own_days = weeks * DAYS_IN_WEEK
    found: list[Interval] = []
    cursor, ran = received_on + DAY, 0
    for pause in sorted(pauses, key=lambda pause: pause.starts_on):
        if pause.days and pause.starts_on <= end:
            found += _running(cursor, pause.starts_on - DAY, ran, own_days)
            ran += (pause.starts_on - cursor).days
            found.append(Interval(pause.starts_on, pause.resumes_on - DAY, Phase.STANDS_STILL, _WHY_STILL))
            cursor = pause.resumes_on
    found += _running(cursor, unrolled, ran, own_days)
    if end > unrolled:
        found.append(Interval(max(unrolled + DAY, cursor), end, Phase.ROLLED, _WHY_ROLLED))
    return found


_WHY_STILL = _("We asked for a supplement (Awb 4:15).")
_WHY_ROLLED = _("A term that ends on a Saturday, Sunday or public holiday runs on (Algemene termijnenwet).")


def _running(first: date, last: date, ran: int, own_days: int) -> list[Interval]:
    """Return days on which the clock runs, split where its own period ends and the extension begins."""
    if last < first:
        return []
    turn = first + max(own_days - ran, 0) * DAY
    own = Interval(first, min(last, turn - DAY), Phase.RUNS)
    extra = Interval(max(first, turn), last, Phase.EXTENDED, _("The period was extended (Awb 4:14)."))
    return [part for part in (own, extra) if part.first <= part.last]


def _history(
    proposal: Proposal, received_on: date, requests: list[SupplementRequest], extension: Extension | None
) -> list[Move]:
    """Replay what happened in order of time, and keep each step that moved the day."""
    steps: list[tuple[datetime, Move]] = []
    pauses: dict[int, Pause] = {}
    extra = 0
    weeks = proposal.call.decision_weeks

    def end() -> date:
        return last_day(received_on=received_on, weeks=weeks, pauses=pauses.values(), extra_weeks=extra)

    moments: list[tuple[datetime, str, SupplementRequest | Extension]] = []
    for request in requests:
        moments.append((request.asked_at, "asked", request))
        if not request.is_open:
            moments.append((request.suspension.closed_at, "closed", request))
    if extension is not None:
        moments.append((extension.extended_at, "extended", extension))
    day = end()
    first = Move(proposal.submitted_at or moments[0][0], None, day, _("We received the proposal."))
    steps.append((first.at, first))
    for at, what, row in sorted(moments, key=lambda moment: moment[0]):
        why, reason = _WHY[what], ""
        if isinstance(row, Extension):
            extra, reason = row.weeks, row.reason
        elif what == "asked":
            pauses[row.pk] = Pause(clock.local_date(row.asked_at) + DAY, row.due_on + DAY)
        else:
            pauses[row.pk] = pause_of(row)
            why = _WHY_CLOSED[SuspensionEnd(row.suspension.ended)]
        move = Move(at, day, end(), why, reason)
        day = move.after
        steps.append((at, move))
    moves = [move for _at, move in steps]
    return [moves[0], *(move for move in moves[1:] if move.before != move.after)]


_WHY: dict[str, Promise] = {
    "asked": _("We asked for a supplement. The period stands still until it is in, at most until its term has passed."),
    "closed": _("The period runs again."),
    "extended": _("The college takes more time and told so."),
}
_WHY_CLOSED: dict[SuspensionEnd, Promise] = {
    SuspensionEnd.SUPPLIED: _("The supplement came in before the end of its term. The period runs again."),
    SuspensionEnd.TERM_PASSED: _("The term for the supplement has passed. The period runs again."),
    SuspensionEnd.WITHDRAWN: _("The proposal was withdrawn."),
}
