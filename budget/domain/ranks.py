"""In which order proposals stand on the board: by score, equal scores as the ranking of their call says."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

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
