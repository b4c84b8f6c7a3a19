"""The timeline of a proposal for its partner: everything that happened, and what comes next.

Each source is a provider: a function that takes a proposal and gives entries. Later apps (the money) add their own
when they are loaded, so that nothing here imports them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from applications.domain import decision_clock
from applications.domain.decision_clock import DecisionClock, Move
from applications.models import ChangeNotice, Letter, Message, Proposal, StateChange, SupplementRequest
from applications.states import (
    HELD_HISTORY,
    PARTNER_HISTORY,
    POSTPONED_HISTORY,
    RECONSIDERED_HISTORY,
    UNDER_REVIEW,
    ProposalState,
    Side,
)
from core.domain import clock


@dataclass(frozen=True)
class Entry:
    """One thing that happened at a moment or on a day, or that comes: then `at` is its last day, or None.

    `url` is where to read on.
    """

    at: datetime | date | None
    title: str | Promise
    body: str | Promise = ""
    url: str = ""
    comes: bool = False

    @property
    def is_late(self) -> bool:
        """Whether its last day has passed while it still has to come."""
        return self.comes and self.at is not None and _moment(self.at) < clock.start_of_day(clock.today())


Provider = Callable[[Proposal], Iterable[Entry]]

_providers: list[Provider] = []


@dataclass(frozen=True)
class Timeline:
    """What happened, oldest first; what comes, soonest first; by when the college decides, and why that day moved."""

    past: list[Entry]
    coming: list[Entry]
    decision: DecisionClock | None

    @property
    def moves(self) -> list[Move]:
        """Each step that brought the day of the decision to another one."""
        return self.decision.history[1:] if self.decision else []


def provider(function: Provider) -> Provider:
    """Register a function that tells entries of a proposal."""
    if function not in _providers:
        _providers.append(function)
    return function


def timeline_of(proposal: Proposal) -> Timeline:
    """Return everything that a partner may know of what happened to a submitted proposal, and of what comes."""
    entries = [entry for function in _providers for entry in function(proposal)]
    decision = decision_clock.clock_of(proposal) if proposal.state in UNDER_REVIEW else None
    if decision is not None:
        entries.append(_decision(proposal, decision))
    past = [entry for entry in entries if not entry.comes]
    coming = [entry for entry in entries if entry.comes]
    return Timeline(
        past=sorted(past, key=lambda entry: _moment(entry.at)),
        coming=sorted(coming, key=lambda entry: (entry.at is None, _moment(entry.at))),
        decision=decision,
    )


def _moment(at: datetime | date | None) -> datetime:
    """Return a moment to sort by: a day counts from its beginning, no day comes last."""
    if at is None:
        return clock.start_of_day(date.max.replace(year=9000))
    return at if isinstance(at, datetime) else clock.start_of_day(at)


def _decision(proposal: Proposal, decision: DecisionClock) -> Entry:
    if decision.stands_still:
        body = _("The period stands still until your supplement is in, so this day can still change.")
    elif proposal.state == ProposalState.LISTED:
        body = _("Your proposal is with the college now.")
    else:
        body = ""
    return Entry(decision.decide_by, _("The college decides, at the latest"), body, comes=True)


@provider
def _states(proposal: Proposal) -> Iterator[Entry]:
    """Tell each state that the proposal came in, in the partner's words; a withdrawal with its reason."""
    for change in proposal.state_changes.all():
        if change.to_state == ProposalState.WITHDRAWN:
            yield Entry(change.at, _title_of(change), proposal.withdrawal.reason)
        else:
            yield Entry(change.at, _title_of(change))


def _title_of(change: StateChange) -> Promise | str:
    """Return what a partner reads of a move: of one back from the college, why it came back."""
    if change.held:
        return HELD_HISTORY
    if change.from_state == ProposalState.LISTED and change.to_state == ProposalState.ADVISED:
        return POSTPONED_HISTORY
    if change.from_state == ProposalState.ADVISED and change.to_state == ProposalState.IN_ASSESSMENT:
        return RECONSIDERED_HISTORY
    if change.from_state == ProposalState.SUPPLEMENT and change.to_state == ProposalState.SUBMITTED:
        return _("The term for the supplement is over; we go on with the check")
    return PARTNER_HISTORY[ProposalState(change.to_state)]


@provider
def _letters(proposal: Proposal) -> Iterator[Entry]:
    for letter in Letter.objects.filter(proposal=proposal).select_related("document"):
        url = reverse("applications:letter", args=[letter.document_id])
        yield Entry(letter.sent_at, _("Letter: %(title)s") % {"title": letter.document.title}, url=url)


@provider
def _supplements(proposal: Proposal) -> Iterator[Entry]:
    """Tell what was handed in on a request, and what is still awaited."""
    requests = SupplementRequest.objects.filter(proposal=proposal).select_related("supplement", "suspension")
    for request in requests.defer("before"):
        if request.is_open:
            url = reverse("applications:supplement", args=[proposal.pk])
            yield Entry(request.due_on, _("Hand in your supplement"), url=url, comes=True)
        elif hasattr(request, "supplement"):
            yield Entry(request.supplement.received_at, _("You handed in the supplement"))


@provider
def _messages(proposal: Proposal) -> Iterator[Entry]:
    """Tell that there were messages, never what they say: one entry for those of one side on one day."""
    url = reverse("applications:messages", args=[proposal.pk])
    told: set[tuple[str, date]] = set()
    for message in Message.objects.filter(proposal=proposal).order_by("at"):
        day = clock.local_date(message.at)
        if (message.side, day) not in told:
            told.add((message.side, day))
            mine = message.side == Side.PARTNER
            yield Entry(message.at, _("You wrote to the team") if mine else _("The team wrote to you"), url=url)


@provider
def _changes(proposal: Proposal) -> Iterator[Entry]:
    url = reverse("applications:changes", args=[proposal.pk])
    for notice in ChangeNotice.objects.filter(proposal=proposal):
        about = str(notice.get_subject_display())
        yield Entry(notice.at, _("You told us of a change"), about, url)
        if notice.answered_at is None:
            yield Entry(notice.answer_by, _("We answer your change notice, at the latest"), about, url, comes=True)
        else:
            yield Entry(notice.answered_at, _("We answered your change notice"), str(notice.get_state_display()), url)


@provider
def _steps_to_come(proposal: Proposal) -> Iterator[Entry]:
    """Tell the steps between receipt and decision that have no day of their own."""
    if proposal.state in (ProposalState.SUBMITTED, ProposalState.SUPPLEMENT):
        yield Entry(None, _("We check whether your proposal is complete"), comes=True)
    if proposal.state in (ProposalState.SUBMITTED, ProposalState.SUPPLEMENT, ProposalState.IN_ASSESSMENT):
        yield Entry(None, _("Two people assess it, and the team gives its advice"), comes=True)
