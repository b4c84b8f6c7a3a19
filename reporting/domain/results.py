"""How activities went by a moment: what was promised and reached, what the partner told, what should have come in.

Told from what is only ever added to: checks, progress reports, the audit trail of an account. What a partner writes
counts as reached once the team found the account in order, and from then on it can't be changed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from applications.models import PromisedResult, Proposal
from budget.domain.accountability import COMPLETE_WEEKS
from budget.models import Account, AccountCheck, Decision, Obligation, ProgressReport, ReportedResult
from budget.states import AccountState, AccountVerdict, ListState, Pace, Ruling
from budget.states.events import BudgetEvent
from core.domain import clock, terms
from core.models import AuditEntry
from reporting.states import Reached

# The first number in a text, in Dutch: 1.250 or 12,5.
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d+(?:,\d+)?")
# An account that the partner still has to hand in.
OPEN_ACCOUNTS = (AccountState.EXPECTED, AccountState.RETURNED)
# What a partner told of its progress is quoted up to here.
LONGEST_QUOTE = 400


@dataclass(frozen=True)
class Promised:
    """A result that a partner promised, and what came of it: empty until the team found the account in order."""

    what: str
    baseline: str
    target: str
    measured_by: str
    achieved: str = ""

    @property
    def reached(self) -> Reached:
        """Whether it was reached, by the first number in each of the texts."""
        target, achieved, baseline = (_number(text) for text in (self.target, self.achieved, self.baseline))
        if not self.achieved or target is None or achieved is None:
            return Reached.UNKNOWN
        goes_down = baseline is not None and target < baseline
        met = achieved <= target if goes_down else achieved >= target
        return Reached.YES if met else Reached.NO


@dataclass(frozen=True)
class Progress:
    """What the partner told last. `done` is quoted only when the team found the report in order."""

    told_on: date
    pace: Pace
    done: str = ""


@dataclass(frozen=True)
class Overdue:
    """Something that should have come in before the day of the moment, and did not."""

    what: str
    due_on: date
    days: int


@dataclass(frozen=True)
class Course:
    """How an activity stands in time and results at a moment."""

    starts_on: date | None = None
    ends_on: date | None = None
    decision: str = ""
    decided_on: date | None = None
    promised: tuple[Promised, ...] = ()
    progress: Progress | None = None
    overdue: tuple[Overdue, ...] = ()
    accounted: bool = False


@dataclass
class _AccountStory:
    """An account as its history tells it: by when it was due, and where it stood."""

    due_on: date | None = None
    state: AccountState = AccountState.EXPECTED


def at(as_of: datetime, proposal_ids: Iterable[int]) -> dict[int, Course]:
    """Return how each of the proposals went, by what was known before a moment (aware). Ten queries."""
    ids = list(proposal_ids)
    day = clock.local_date(as_of - timedelta(microseconds=1))
    decisions = standing_at(as_of, ids)
    achieved = _achieved(as_of, ids)
    promised = _promised(ids, achieved)
    progress = _progress(as_of, ids)
    overdue = _overdue(as_of, day, {decision.pk: proposal for proposal, decision in decisions.items()})
    planned = Proposal.objects.filter(pk__in=ids).values_list("pk", "starts_on", "ends_on")
    return {
        pk: Course(
            starts_on=starts_on,
            ends_on=ends_on,
            decision=decisions[pk].reference or "" if pk in decisions else "",
            decided_on=decisions[pk].decided_on if pk in decisions else None,
            promised=tuple(promised[pk]),
            progress=progress.get(pk),
            overdue=tuple(sorted(overdue[pk], key=lambda one: (one.due_on, one.what))),
            accounted=pk in achieved,
        )
        for pk, starts_on, ends_on in planned
    }


def standing_at(as_of: datetime, proposal_ids: list[int]) -> dict[int, Decision]:
    """Return the grant that held at a moment, for each proposal that had one: the last that was approved. One query."""
    decided = (
        Decision.objects.filter(
            proposal_id__in=proposal_ids, decision_list__state=ListState.APPROVED, decision_list__approved_at__lt=as_of
        )
        .exclude(ruling=Ruling.HOLD)
        .order_by("decision_list__approved_at", "pk")
    )
    last = {decision.proposal_id: decision for decision in decided}
    return {proposal: decision for proposal, decision in last.items() if decision.ruling == Ruling.GRANT}


def _achieved(as_of: datetime, ids: list[int]) -> dict[int, dict[int, str]]:
    """Return by proposal and promised result what came of it, of the last account that was in order by the moment."""
    checks = (
        AccountCheck.objects.filter(
            account__decision__proposal_id__in=ids, verdict=AccountVerdict.CHECKED, at__lt=as_of
        )
        .order_by("at", "pk")
        .values_list("account__decision__proposal_id", "account_id")
    )
    account_of = dict(checks)
    found: dict[int, dict[int, str]] = {proposal: {} for proposal in account_of}
    by_account = {account: proposal for proposal, account in account_of.items()}
    rows = ReportedResult.objects.filter(account_id__in=by_account).values_list(
        "account_id", "promised_result_id", "achieved"
    )
    for account, result, text in rows:
        found[by_account[account]][result] = text
    return found


def _promised(ids: list[int], achieved: dict[int, dict[int, str]]) -> dict[int, list[Promised]]:
    found: dict[int, list[Promised]] = defaultdict(list)
    for result in PromisedResult.objects.filter(proposal_id__in=ids).order_by("proposal_id", "position"):
        came = achieved.get(result.proposal_id, {}).get(result.pk, "")
        found[result.proposal_id].append(
            Promised(result.indicator, result.baseline, result.target, result.measured_by, came)
        )
    return found


def _progress(as_of: datetime, ids: list[int]) -> dict[int, Progress]:
    """Return the last progress report of each proposal before the moment."""
    reports = (
        ProgressReport.objects.filter(obligation__decision__proposal_id__in=ids, at__lt=as_of)
        .select_related("check_made", "obligation__decision")
        .order_by("at", "pk")
    )
    found: dict[int, Progress] = {}
    for report in reports:
        check = report.check_or_none
        in_order = check is not None and check.at < as_of and check.verdict == AccountVerdict.CHECKED
        done = _quote(report.done) if in_order else ""
        found[report.obligation.decision.proposal_id] = Progress(clock.local_date(report.at), Pace(report.pace), done)
    return found


def _overdue(as_of: datetime, day: date, proposals: dict[int, int]) -> dict[int, list[Overdue]]:
    """Return what is late by proposal. `proposals` maps the decisions that held to their proposals."""
    found: dict[int, list[Overdue]] = defaultdict(list)
    stories = _account_stories(as_of, list(proposals.values()))
    account_days = {(proposal, story.due_on) for proposal, story in stories.items()}
    waits = ProgressReport.objects.filter(
        Q(check_made=None) | Q(check_made__at__gte=as_of), at__lt=as_of, obligation__decision_id__in=proposals
    ).values("obligation_id")
    late = (
        Obligation.objects.filter(Q(met=None) | Q(met__at__gte=as_of), decision_id__in=proposals, due_on__lt=day)
        .exclude(pk__in=waits)
        .order_by("pk")
    )
    for one in late:
        proposal = proposals[one.decision_id]
        # The obligation to account is told by the account itself.
        if one.due_on is not None and (proposal, one.due_on) not in account_days:
            found[proposal].append(Overdue(one.text, one.due_on, (day - one.due_on).days))
    for proposal, story in stories.items():
        if story.due_on is not None and story.due_on < day and story.state in OPEN_ACCOUNTS:
            found[proposal].append(Overdue("", story.due_on, (day - story.due_on).days))
    return found


def _account_stories(as_of: datetime, proposals: list[int]) -> dict[int, _AccountStory]:
    """Tell of each proposal's last account by when it was due and where it stood, from what was written down then."""
    accounts = Account.objects.filter(decision__proposal_id__in=proposals).order_by("pk")
    proposal_of = dict(accounts.values_list("pk", "decision__proposal_id"))
    # When, in which order at one moment, which account, what: a check counts after the moves of the same moment.
    events: list[tuple[datetime, int, int, AccountState, date | None]] = []
    written = AuditEntry.objects.filter(
        object_type=Account._meta.label_lower,
        object_id__in=[str(pk) for pk in proposal_of],
        event__in=[BudgetEvent.ACCOUNT_EXPECTED, BudgetEvent.ACCOUNT_SUBMITTED],
        at__lt=as_of,
    )
    for entry in written:
        due = date.fromisoformat(entry.changes["due_on"]) if entry.event == BudgetEvent.ACCOUNT_EXPECTED else None
        state = AccountState.SUBMITTED if due is None else AccountState.EXPECTED
        events.append((entry.at, 0, int(entry.object_id), state, due))
    for check in AccountCheck.objects.filter(account_id__in=proposal_of, at__lt=as_of):
        returned = check.verdict == AccountVerdict.RETURNED
        due = terms.end_of_term(start=clock.local_date(check.at), weeks=COMPLETE_WEEKS) if returned else None
        state = AccountState.RETURNED if returned else AccountState.CHECKED
        events.append((check.at, 1, check.account_id, state, due))
    stories: dict[int, _AccountStory] = defaultdict(_AccountStory)
    for _at, _order, account, state, due in sorted(events, key=lambda event: (event[0], event[1], event[2])):
        story = stories[proposal_of[account]]
        story.state = state
        if due is not None:
            story.due_on = due if story.due_on is None else max(story.due_on, due)
    return stories


def _number(text: str) -> Decimal | None:
    found = _NUMBER.search(text)
    return Decimal(found[0].replace(".", "").replace(",", ".")) if found else None


def _quote(text: str) -> str:
    """Return the beginning of a text on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_QUOTE:
        return line
    return line[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
