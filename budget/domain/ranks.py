"""In which order proposals stand: on the board by score, as the ranking of their call says; on a list by turn."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from applications.domain.completeness import complete_since
from applications.models import Proposal
from assessment.domain import ranking


class _OfProposal(Protocol):
    @property
    def proposal(self) -> Proposal: ...


Item = TypeVar("Item", bound=_OfProposal)


def in_order(items: Iterable[Item]) -> list[Item]:
    """Return what is about advised proposals by their score, exactly; a lottery that was drawn decides equal scores."""
    listed = list(items)
    order = ranking.order_among(item.proposal for item in listed)
    return sorted(listed, key=lambda item: order[item.proposal.pk])


def in_turn(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return proposals in the order in which they were complete, whenever the team found out.

    Needs `supplemented_at` of each, see `access.lists.waiting_for`.
    """

    def turn(proposal: Proposal) -> tuple[bool, datetime | None, int]:
        complete = complete_since(proposal, vars(proposal)["supplemented_at"])
        return complete is None, complete, proposal.pk

    return sorted(proposals, key=turn)
