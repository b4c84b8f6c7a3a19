"""What is new in the register: decisions by which something was granted or settled, the last first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from budget.models import Decision
from core.domain import clock
from core.domain.money import ZERO, format_euros
from reporting.domain import register, register_grants
from reporting.domain.register_grants import Grant

LONGEST = 50


@dataclass(frozen=True)
class News:
    """A decision in the feed, with the moment from which it was sent."""

    grant: Grant
    decision: str
    at: datetime
    is_settlement: bool

    @property
    def title(self) -> str:
        """What was decided on what."""
        if self.is_settlement:
            return _("Settled: %(title)s") % {"title": self.grant.title}
        return _("Granted: %(title)s") % {"title": self.grant.title}

    @property
    def text(self) -> str:
        """The decision in one sentence."""
        amount = self.grant.settled if self.is_settlement else self.grant.granted
        told = {
            "amount": format_euros(amount or ZERO),
            "applicant": self.grant.applicant_shown,
            "line": self.grant.line.name,
        }
        if self.is_settlement:
            return _("The grant to %(applicant)s is settled on %(amount)s (%(line)s).") % told
        return _("%(applicant)s gets %(amount)s (%(line)s).") % told


def latest() -> list[News]:
    """Return the last decisions that were sent, newest first."""
    found = [news for grant in register_grants.grants(_newest()) for news in _news_of(grant)]
    return sorted(found, key=lambda news: (news.at, news.decision), reverse=True)[:LONGEST]


def _newest() -> QuerySet[Decision]:
    """Return the grants of which a letter was sent last, of the decision or of the settlement."""
    known = register.decisions()
    granted = known.order_by("-letter__sent_on", "-pk").values_list("pk", flat=True)[:LONGEST]
    settled = known.filter(settlement__letter__isnull=False).order_by("-settlement__letter__sent_on", "-pk")
    return known.filter(pk__in={*granted, *settled.values_list("pk", flat=True)[:LONGEST]})


def _news_of(grant: Grant) -> Iterator[News]:
    yield News(grant, grant.decision, clock.start_of_day(grant.sent_on), is_settlement=False)
    if grant.settled_on:
        yield News(grant, grant.settlement, clock.start_of_day(grant.settled_on), is_settlement=True)
