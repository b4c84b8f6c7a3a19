"""What waits for a person of the team."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.models import ChangeNotice, Message, Proposal
from applications.states import ProposalState, Side
from assessment.access import proposals_known_to
from assessment.models import Assignment, Consensus

# A pile shows this many; the rest is in the list of proposals.
SHOWN = 10


@dataclass(frozen=True)
class Pile:
    """Proposals that wait for the same step: the name of the step's page, and the proposals, oldest first."""

    code: str
    title: str
    step: str
    proposals: list[Proposal]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.proposals)

    @property
    def shown(self) -> list[Proposal]:
        """The first few."""
        return self.proposals[:SHOWN]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(self.count - SHOWN, 0)


def piles_for(user: User) -> list[Pile]:
    """Return what waits for a person, pile by pile: as an assessor, as who runs assessments, as financial adviser."""
    piles = []
    if user.holds(Role.ASSESSOR):
        piles += _as_assessor(user)
    if user.holds(Role.PROGRAMME_MANAGER) or user.led_lines.exists():
        piles += _from_partners(user)
        piles += _as_runner(waiting_for_runner(user))
    if user.holds(Role.FINANCIAL_ADVISER):
        advised = proposals_known_to(user).filter(state=ProposalState.ADVISED).for_team_list().order_by("pk")
        piles.append(Pile("list", _("Advice ready, for a decision list"), "assessment:file", list(advised)))
    return piles


def _from_partners(user: User) -> list[Pile]:
    """Return what partners wrote or told, and nobody of the team has read or answered yet."""
    mine = proposals_known_to(user).select_related("organisation", "line")
    if not user.holds(Role.PROGRAMME_MANAGER):
        mine = mine.filter(line__leads__user=user)
    unread = mine.filter(Exists(Message.objects.unread_by(Side.TEAM).filter(proposal=OuterRef("pk")))).order_by("pk")
    changed = mine.filter(Exists(ChangeNotice.objects.waiting().filter(proposal=OuterRef("pk")))).order_by("pk")
    return [
        Pile("messages", _("Read messages from partners"), "applications:team_messages", list(unread)),
        Pile("changes", _("Answer change notices"), "applications:team_changes", list(changed)),
    ]


def waiting_for_runner(user: User) -> QuerySet[Proposal]:
    """Return what waits between receipt and advice for the manager or the lead, with how far the assessors are.

    Adds `needed`, `counting` and `done` (numbers of assessors) and `has_consensus`.
    """
    proposals = proposals_known_to(user).filter(state__in=(ProposalState.SUBMITTED, ProposalState.IN_ASSESSMENT))
    if not user.holds(Role.PROGRAMME_MANAGER):
        proposals = proposals.filter(line__leads__user=user)
    counting = Assignment.objects.that_count().filter(proposal=OuterRef("pk"))
    return (
        proposals.select_related("organisation", "line")
        .annotate(
            needed=F("call__criteria_version__assessor_count"),
            counting=counting.number_by_proposal(),
            done=counting.handed_in().number_by_proposal(),
            has_consensus=Exists(Consensus.objects.filter(proposal=OuterRef("pk"))),
        )
        .order_by("submitted_at", "pk")
    )


def _as_assessor(user: User) -> list[Pile]:
    waiting = list(Assignment.objects.waiting_for(user))
    undeclared = [assignment.proposal for assignment in waiting if not assignment.is_declared]
    unscored = [assignment.proposal for assignment in waiting if assignment.is_declared]
    return [
        Pile("declare", _("Declare whether you have an interest"), "assessment:declare", undeclared),
        Pile("score", _("Score proposals"), "assessment:score", unscored),
    ]


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
    return next_step(state=proposal.state, **numbers)


def _as_runner(proposals: Iterable[Proposal]) -> list[Pile]:
    found: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        found.setdefault(_step_of(proposal), []).append(proposal)
    steps = [
        ("completeness", _("Check whether it is complete"), "applications:completeness"),
        ("assign", _("Assign assessors"), "assessment:assign"),
        ("consensus", _("Record the consensus"), "assessment:consensus"),
        ("advice", _("Give the advice"), "assessment:advice"),
        ("wait", _("With the assessors"), "assessment:file"),
    ]
    return [Pile(code, title, page, found.get(code, [])) for code, title, page in steps]
