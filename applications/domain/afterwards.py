"""What partner and team can still do with a proposal that was sent."""

from dataclasses import dataclass

from accounts.models import User
from applications.access import can_edit, reads_messages
from applications.models import ChangeNotice, Message, Proposal
from applications.states import MAY_BE_WITHDRAWN, MAY_CHANGE_AFTERWARDS, ProposalState, Side


@dataclass(frozen=True)
class Afterwards:
    """The messages that nobody of the partner has read, and which steps are open to the person at the screen."""

    unread: int
    may_withdraw: bool
    may_change: bool


@dataclass(frozen=True)
class FromPartner:
    """What a partner wrote and told: unread messages, change notices, and those that still wait for an answer."""

    unread: int
    changes: int
    open_changes: int


def for_team(proposal: Proposal, user: User) -> FromPartner | None:
    """Return what the partner wrote and told about a proposal, or None for whoever may not read that."""
    if not reads_messages(user, proposal):
        return None
    notices = ChangeNotice.objects.filter(proposal=proposal)
    return FromPartner(
        unread=Message.objects.filter(proposal=proposal).unread_by(Side.TEAM).count(),
        changes=notices.count(),
        open_changes=notices.waiting().count(),
    )


def for_partner(proposal: Proposal, user: User) -> Afterwards:
    """Return what a person can do with a submitted proposal.

    The way to withdraw stays visible while the college has it, so that its page can say why that is too late.
    """
    may_edit = bool(can_edit(user, proposal))
    return Afterwards(
        unread=Message.objects.filter(proposal=proposal).unread_by(Side.PARTNER).count(),
        may_withdraw=may_edit and proposal.state in (*MAY_BE_WITHDRAWN, ProposalState.LISTED),
        may_change=proposal.state in MAY_CHANGE_AFTERWARDS or proposal.change_notices.exists(),
    )
