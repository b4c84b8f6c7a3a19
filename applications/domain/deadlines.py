"""Deadlines of a partner and of the team, gathered from whoever keeps them.

Later apps add their own: a provider is a function that takes a person and returns deadlines. It is registered when its
app is loaded, so that this module knows none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from core.domain import clock

# Days before a deadline at which people are warned, on the dashboard and by mail.
WARN_AT = (14, 7, 0)


@dataclass(frozen=True)
class Deadline:
    """Something that has to be done on a day at the latest. `kind` names the sort, for whoever picks some out.

    `about` is the reference of the proposal, where there is one.
    """

    on: date
    title: str
    url: str
    kind: str
    about: str = ""

    @property
    def days_left(self) -> int:
        """Days from today; 0 is the last day, below zero is too late."""
        return (self.on - clock.today()).days

    @property
    def threshold(self) -> int | None:
        """The warning that holds now: the smallest of `WARN_AT` within which the day lies, or None."""
        return min((days for days in WARN_AT if self.days_left <= days), default=None)


Provider = Callable[[User], Iterable[Deadline]]

_for_team: list[Provider] = []
_for_partner: list[Provider] = []
_for_panel: list[Provider] = []


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


def panel_provider(function: Provider) -> Provider:
    """Register a function that tells the deadlines of a member of the talent panel."""
    if function not in _for_panel:
        _for_panel.append(function)
    return function


def deadlines_for_panel(user: User) -> list[Deadline]:
    """Return what a member of the talent panel has to do, the first due first."""
    return _gather(_for_panel, user)


def deadlines_for_partner(user: User) -> list[Deadline]:
    """Return what a person has to do for the own organisations, the first due first."""
    return _gather(_for_partner, user)


def deadlines_for_team(user: User) -> list[Deadline]:
    """Return what a person of the team has to do, the first due first."""
    return _gather(_for_team, user)


def warnings_for_team(user: User) -> list[Deadline]:
    """Return the deadlines of the team that lie within the first warning, or have passed."""
    return [deadline for deadline in deadlines_for_team(user) if deadline.threshold is not None]


def _gather(providers: list[Provider], user: User) -> list[Deadline]:
    found = [deadline for function in providers for deadline in function(user)]
    return sorted(found, key=lambda deadline: (deadline.on, deadline.title, deadline.url))
