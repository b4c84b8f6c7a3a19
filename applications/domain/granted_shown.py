"""What was granted to proposals, by line and year. The money is a later app's: that registers who tells it."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from applications.models.proposal import ProposalQuerySet
from core.domain import money

# The primary key of a line, and a year.
Place = tuple[int, int]
Provider = Callable[[ProposalQuerySet], Mapping[Place, Decimal]]

_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Register who tells what was granted to proposals, by line and year."""
    _providers.append(function)
    return function


def granted_to(proposals: ProposalQuerySet) -> dict[Place, Decimal]:
    """Return the euros granted to proposals, as they stand now, by line and year; nothing when nobody keeps them."""
    found: dict[Place, Decimal] = {}
    for tell in _providers:
        for place, amount in tell(proposals).items():
            found[place] = found.get(place, money.ZERO) + amount
    return found
