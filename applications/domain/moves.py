"""Moving a proposal along the road."""

from django.utils.translation import gettext as _

from accounts.models import User
from applications.errors import MoveNotAllowed
from applications.models import Proposal, StateChange
from applications.states import MOVES, ProposalEvent, ProposalState
from core.domain import audit, clock


def move(
    proposal: Proposal, to: ProposalState, *, by: User, together_with: tuple[str, ...] = (), held: bool = False
) -> None:
    """Bring a proposal that the caller has locked into another state, and write the move down.

    `together_with` names fields that the caller has set and that must be saved in the same UPDATE as the state.
    `held` tells the partner that the college looked at it and decided to wait.
    Later apps call this in their own transaction. Raises MoveNotAllowed when the table of moves has no such step.
    """
    before = ProposalState(proposal.state)
    if (before, to) not in MOVES:
        raise MoveNotAllowed(
            _("%(proposal)s is now “%(state)s”, so this step is not possible. Somebody may have been before you.")
            % {"proposal": proposal, "state": before.label}
        )
    proposal.state = to
    proposal.save(update_fields=["state", *together_with])
    StateChange.objects.create(proposal=proposal, from_state=before, to_state=to, by=by, at=clock.now(), held=held)
    changes = {"state": [before, to], **({"held": True} if held else {})}
    audit.record(event=ProposalEvent.MOVED, actor=by, about=proposal, changes=changes)
