"""Calls in preparation, for the tests."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from applications.domain import calls
from applications.domain.calls import CeilingSaid, Terms
from applications.models import Call
from applications.states import DivisionRule
from programme.models import CriteriaVersion, Line

BEFORE = datetime(2026, 5, 1, 10, tzinfo=UTC)
OPENING = datetime(2026, 6, 1, 7, tzinfo=UTC)
WHILE_OPEN = datetime(2026, 6, 15, 10, tzinfo=UTC)


def terms_of(**over: Any) -> Terms:
    """What a call says that opens on 1 June 2026, at 09:00 in Hengelo."""
    said: dict[str, Any] = {
        "title": "Najaar 2026",
        "introduction": "Voor plannen die dit jaar nog beginnen.",
        "opens_at": OPENING,
        "closes_on": date(2026, 9, 30),
        "first_year": 2026,
        "last_year": 2027,
        "criteria_version": CriteriaVersion.objects.get(number=1),
        "division_rule": DivisionRule.RANKING,
        "decision_weeks": 13,
        "supplement_weeks": 2,
        "extension_weeks": 8,
    }
    return Terms(**{**said, **over})


def lines_of(*codes: str) -> list[Line]:
    """The lines with these codes; Leven and Wonen by default."""
    return list(Line.objects.filter(code__in=codes or ("leven", "wonen")))


def unready_call(cast: Any, **over: Any) -> Call:
    """A call in preparation, without a ceiling."""
    return calls.make(by=cast.manager, terms=terms_of(**over), lines=lines_of())


def a_ceiling(**over: Any) -> CeilingSaid:
    """A ceiling of EUR 100,000 for Leven in 2026, published on 20 April 2026."""
    said: dict[str, Any] = {
        "line": Line.objects.get(code="leven"),
        "year": 2026,
        "amount": Decimal("100000.00"),
        "published_on": date(2026, 4, 20),
        "publication": "Gemeenteblad 2026, 123456",
    }
    return CeilingSaid(**{**said, **over})


def ready_call(cast: Any, **over: Any) -> Call:
    """A call in preparation that may be published, before 1 June 2026."""
    call = unready_call(cast, **over)
    return calls.set_ceilings(call_id=call.pk, by=cast.manager, ceilings=[a_ceiling()])
