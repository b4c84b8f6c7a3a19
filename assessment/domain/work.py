"""What waits for a person of the team, and what of it is late or soon due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.domain import deadlines
from applications.models import ChangeNotice, Message, Proposal
from applications.states import ProposalState, Side
from assessment.access import proposals_known_to
from assessment.domain import panel
from assessment.models import AdviceDraft, Assignment, Consensus, Meeting, MeetingItem
from assessment.states import ItemState, MeetingState
from core.domain import clock

# A pile shows this many; the rest is in the list of proposals.
SHOWN = 10

NO_DAY = date.max

# Told among what is late, and in no pile.
LATE_ASSESSORS = "late_assessors"
# Piles whose tasks have a last day of the person's own, that nobody else tells on this page.
OWN_TERM = ("declare", "score", "panel")


@dataclass(frozen=True)
class Task:
    """Something to do: what it is about, its page, a note, and the last day for it where there is one."""

    title: str
    url: str
    note: str = ""
    on: date | None = None
    proposal: Proposal | None = None

    @property
    def days_left(self) -> int | None:
        """Days from today; 0 is the last day, below zero is too late; None when there is no last day."""
        return None if self.on is None else (self.on - clock.today()).days

    @property
    def days_late(self) -> int:
        """Days since the last day; 0 when it has not passed."""
        return max(-(self.days_left or 0), 0)


@dataclass(frozen=True)
class Pile:
    """Tasks of the same sort, the most urgent first."""

    code: str
    title: str
    tasks: list[Task]

    @property
    def proposals(self) -> list[Proposal]:
        """The proposals that they are about."""
        return [task.proposal for task in self.tasks if task.proposal is not None]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.tasks)

    @property
    def shown(self) -> list[Task]:
        """The first few."""
        return self.tasks[:SHOWN]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(self.count - SHOWN, 0)


@dataclass(frozen=True)
class Desk:
    """Everything on the first page of a person of the team: what is late, what is due soon, and what waits."""

    late: Pile
    soon: Pile
    piles: list[Pile]

    @property
    def to_do_count(self) -> int:
        """How many things wait for this person: not what waits for others."""
        return sum(pile.count for pile in self.piles if pile.code != "wait")


def desk_for(user: User) -> Desk:
    """Return what waits for a person and what of it is late: every day for it is read once."""
    due = deadlines.deadlines_for_team(user)
    waiting = [Task(one.title, one.url, on=one.on) for one in due if one.threshold is not None]
    piles = piles_for(user, last_days={one.about: one.on for one in reversed(due) if one.about})
    late_tasks = [task for task in waiting if _is_late(task)]
    soon_tasks = [task for task in waiting if not _is_late(task)]
    for pile in piles:
        if pile.code == LATE_ASSESSORS:
            late_tasks += pile.tasks
        elif pile.code in OWN_TERM:
            late_tasks += [_named(pile, task) for task in pile.tasks if _is_late(task)]
    late = Pile("late", _("Too late"), _by_urgency(late_tasks))
    soon = Pile("deadlines", _("Within two weeks"), _by_urgency(soon_tasks))
    return Desk(late, soon, _most_urgent_first(piles))


def _named(pile: Pile, task: Task) -> Task:
    """Return a task with what is to be done in its title: it stands apart from its pile."""
    return Task(f"{pile.title}: {task.title}", task.url, task.note, task.on)


def _is_late(task: Task) -> bool:
    return task.on is not None and task.on < clock.today()


def _by_urgency(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks with the first due first; those without a last day stay behind, in their own order."""
    return sorted(tasks, key=lambda task: task.on or NO_DAY)


def _most_urgent_first(piles: Iterable[Pile]) -> list[Pile]:
    """Return the piles that have something, the first due first; what waits for others comes last."""
    filled = [pile for pile in piles if pile.count and pile.code != LATE_ASSESSORS]
    return sorted(filled, key=lambda pile: (pile.code == "wait", pile.tasks[0].on or NO_DAY))


def _late_assessors(proposals: Iterable[Proposal]) -> Pile:
    """Return whose assessment should have been there, for who runs the assessments: a task each."""
    title = _("%(name)s still has to hand in: %(title)s")
    tasks = [
        Task(
            title % {"name": one["name"], "title": proposal.title},
            reverse("assessment:file", args=[proposal.reference]),
            proposal.reference or "",
            date.fromisoformat(one["due_on"]),
        )
        for proposal in proposals
        for one in vars(proposal)["late"]
    ]
    return Pile(LATE_ASSESSORS, _("Assessors who are late"), tasks)


def _run_by(user: User) -> QuerySet[Proposal]:
    """Return the proposals whose assessment a person runs: all for the manager, those of the line for a lead."""
    known = proposals_known_to(user).order_by()
    return known if user.holds(Role.PROGRAMME_MANAGER) else known.filter(line__leads__user=user)


def piles_for(user: User, last_days: Mapping[str, date] | None = None) -> list[Pile]:
    """Return what waits for a person, pile by pile: as an assessor, as who runs assessments, as financial adviser.

    `last_days` gives the last day for a proposal by its reference, where that is known.
    """
    days = last_days or {}
    piles = []
    if user.holds(Role.ASSESSOR):
        piles += _as_assessor(user)
    if user.holds(Role.TALENT):
        piles.append(_as_talent(user))
    if user.holds(Role.PROGRAMME_MANAGER) or user.leads_lines:
        running = list(waiting_for_runner(user))
        piles += [_late_assessors(running), *_from_partners(user, days), *_as_runner(running, days)]
    if user.holds(Role.FINANCIAL_ADVISER):
        advised = proposals_known_to(user).filter(state=ProposalState.ADVISED).for_team_list().order_by("pk")
        title = _("Advice ready, for a decision list")
        piles.append(_pile("list", title, "assessment:file", advised, days))
    return [*piles, _meetings(user)]


def _pile(code: str, title: str, page: str, proposals: Iterable[Proposal], days: Mapping[str, date]) -> Pile:
    """Return a pile of proposals that wait for the same step, with the name of the step's page."""
    tasks = [_task(proposal, page, days.get(proposal.reference or "")) for proposal in proposals]
    return Pile(code, title, _by_urgency(tasks))


def _task(proposal: Proposal, page: str, on: date | None, more: str = "") -> Task:
    line = proposal.line.name if proposal.line else ""
    note = " · ".join(part for part in (proposal.reference, proposal.organisation.name, line, more) if part)
    return Task(proposal.title, reverse(page, args=[proposal.reference]), note, on, proposal)


def _meetings(user: User) -> Pile:
    """Return the meetings of the team that a person was asked to come to, or still has to close. One query."""
    asked = Meeting.objects.filter(
        attendance__person=user, is_single=False, state__in=(MeetingState.PLANNED, MeetingState.OPEN)
    )
    tasks = [
        Task(
            str(meeting),
            reverse("assessment:meeting", args=[meeting.pk]),
            " · ".join(
                part for part in (formats.time_format(timezone.localtime(meeting.starts_at)), meeting.place) if part
            ),
            None if meeting.state == MeetingState.OPEN else clock.local_date(meeting.starts_at),
        )
        for meeting in asked.distinct().order_by("starts_at", "pk")
    ]
    return Pile("meetings", _("Team meeting"), tasks)


def _from_partners(user: User, days: Mapping[str, date]) -> list[Pile]:
    """Return what partners wrote or told, and nobody of the team has read or answered yet."""
    unread = Message.objects.unread_by(Side.TEAM).filter(proposal=OuterRef("pk"))
    changed = ChangeNotice.objects.waiting().filter(proposal=OuterRef("pk"))
    told = _run_by(user).annotate(has_unread=Exists(unread), has_changed=Exists(changed))
    found = list(told.filter(Q(has_unread=True) | Q(has_changed=True)).select_related("organisation", "line"))
    found.sort(key=lambda proposal: proposal.pk)
    messages = [proposal for proposal in found if vars(proposal)["has_unread"]]
    changes = [proposal for proposal in found if vars(proposal)["has_changed"]]
    return [
        _pile("messages", _("Read messages from partners"), "applications:team_messages", messages, {}),
        _pile("changes", _("Answer change notices"), "applications:team_changes", changes, days),
    ]


def waiting_for_runner(user: User) -> QuerySet[Proposal]:
    """Return what waits between receipt and advice for the manager or the lead, with how far the assessors are.

    Adds `needed`, `counting` and `done` (numbers of assessors), `has_consensus`, `has_draft` (of an advice),
    `meets_at` (the moment of the meeting that has it on its agenda) and `late` (name and last day of each assessor
    who is late, besides the person).
    """
    proposals = _run_by(user).filter(state__in=(ProposalState.SUBMITTED, ProposalState.IN_ASSESSMENT))
    agenda = MeetingItem.objects.filter(proposal=OuterRef("pk"), state=ItemState.WAITING, meeting__is_single=False)
    late = Assignment.objects.late(clock.today()).filter(proposal=OuterRef("pk")).exclude(assessor=user)
    late = late.order_by("due_on", "pk")
    counting = Assignment.objects.that_count().filter(proposal=OuterRef("pk"))
    return (
        proposals.select_related("organisation", "line")
        .annotate(
            needed=F("call__criteria_version__assessor_count"),
            counting=counting.number_by_proposal(),
            done=counting.handed_in().number_by_proposal(),
            has_consensus=Exists(Consensus.objects.filter(proposal=OuterRef("pk"))),
            has_draft=Exists(AdviceDraft.objects.filter(proposal=OuterRef("pk"))),
            late=ArraySubquery(late.values(told=JSONObject(name="assessor__full_name", due_on="due_on"))),
            meets_at=Subquery(agenda.order_by("meeting__starts_at").values("meeting__starts_at")[:1]),
        )
        .order_by("submitted_at", "pk")
    )


def _as_assessor(user: User) -> list[Pile]:
    waiting = list(Assignment.objects.waiting_for(user))
    declare = [_task(one.proposal, "assessment:declare", one.due_on) for one in waiting if not one.is_declared]
    score = [_task(one.proposal, "assessment:score", one.due_on) for one in waiting if one.is_declared]
    return [
        Pile("declare", _("Declare whether you have an interest"), _by_urgency(declare)),
        Pile("score", _("Score proposals"), _by_urgency(score)),
    ]


def _as_talent(user: User) -> Pile:
    asked = [
        Task(
            one.question.proposal.title,
            reverse("assessment:opinion", args=[one.question.proposal.reference]),
            on=one.question.last_on,
        )
        for one in panel.waiting_for(user)
    ]
    return Pile("panel", _("Give your opinion in the talent panel"), _by_urgency(asked))


def next_step(*, state: str, needed: int, counting: int, done: int, has_consensus: bool) -> str:
    """Return which step a proposal waits for on the side of whoever runs its assessment; nothing when there is none.

    `needed`, `counting` and `done` are numbers of assessors: how many the call wants, how many may assess, and how
    many of those have handed in.
    """
    if state == ProposalState.SUBMITTED:
        return "completeness"
    if state != ProposalState.IN_ASSESSMENT:
        return ""
    if has_consensus:
        return "advice"
    if counting < needed:
        return "assign"
    return "consensus" if done >= counting else "wait"


def _step_of(proposal: Proposal) -> str:
    facts = vars(proposal)
    numbers = {name: facts[name] for name in ("needed", "counting", "done", "has_consensus")}
    step = next_step(state=proposal.state, **numbers)
    return "advice_begun" if step == "advice" and facts["has_draft"] else step


def _as_runner(proposals: Iterable[Proposal], days: Mapping[str, date]) -> list[Pile]:
    found: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        found.setdefault(_step_of(proposal), []).append(proposal)
    steps = [
        ("completeness", _("Check whether it is complete"), "applications:completeness"),
        ("assign", _("Assign assessors"), "assessment:assign"),
        ("consensus", _("Record the consensus"), "assessment:consensus"),
        ("advice", _("Give the advice"), "assessment:advice"),
        ("advice_begun", _("Finish the advice that was begun"), "assessment:advice"),
        ("wait", _("With the assessors"), "assessment:file"),
    ]
    return [
        Pile(code, title, _by_urgency(_of_runner(one, page, code, days) for one in found.get(code, [])))
        for code, title, page in steps
    ]


def _of_runner(proposal: Proposal, page: str, code: str, days: Mapping[str, date]) -> Task:
    facts, more = vars(proposal), ""
    if code == "wait":
        more = _("%(done)s of %(counting)s handed in") % {"done": facts["done"], "counting": facts["counting"]}
    elif code == "consensus" and facts["meets_at"] is not None:
        more = _("on the agenda of %(day)s") % {
            "day": formats.date_format(timezone.localtime(facts["meets_at"]), "j F")
        }
    return _task(proposal, page, days.get(proposal.reference or ""), more)
