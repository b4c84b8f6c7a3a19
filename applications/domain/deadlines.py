"""Deadlines of a partner and of the team, gathered from whoever keeps them.

Later apps add their own: a provider is a function that takes a person and returns deadlines. It is registered when its
app is loaded, so that this module knows none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User


@dataclass(frozen=True)
class Deadline:
    """Something that has to be done on a day at the latest. `kind` names the sort, for whoever picks some out."""

    on: date
    title: str
    url: str
    kind: str


Provider = Callable[[User], Iterable[Deadline]]

_for_team: list[Provider] = []
_for_partner: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Register a function that tells the deadlines of a partner."""
    if function not in _for_partner:
        _for_partner.append(function)
    return function


def team_provider(function: Provider) -> Provider:
    """Register a function that tells the deadlines of a person of the team."""
    if function not in _for_team:
        _for_team.append(function)
    return function


def deadlines_for_partner(user: User) -> list[Deadline]:
    """Return what a person has to do for the own organisations, the first due first."""
    return _gather(_for_partner, user)


def deadlines_for_team(user: User) -> list[Deadline]:
    """Return what a person of the team has to do, the first due first."""
    return _gather(_for_team, user)


def _gather(providers: list[Provider], user: User) -> list[Deadline]:
    found = [deadline for function in providers for deadline in function(user)]
    return sorted(found, key=lambda deadline: (deadline.on, deadline.title, deadline.url))
