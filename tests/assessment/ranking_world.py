"""A call that ranks, with proposals that have their advice, for the tests of the ranking and its doors."""

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from applications.models import Call
from applications.states import DivisionRule
from core.domain import clock
from programme.models import CriteriaVersion, Line
from tests.assessment.road import advised_proposal
from tests.conftest import Cast

# All of 18 points: 14 and 15.
LOW = {"talent": 3, "aantrekkelijk": 2, "lokaal": 3, "effectief": 2, "netwerk": 2, "toekomstgericht": 2}
HIGH = {**LOW, "talent": 3, "aantrekkelijk": 3}


def ranked_call(title: str = "Ronde met een rangorde") -> Call:
    """A published call that ranks and is still open."""
    call = Call.objects.create(
        title=title,
        opens_at=datetime(2025, 1, 1, tzinfo=UTC),
        closes_on=clock.today() + timedelta(days=30),
        first_year=2025,
        last_year=2027,
        criteria_version=CriteriaVersion.objects.get(),
        division_rule=DivisionRule.RANKING,
    )
    call.lines.set(Line.objects.all())
    return call


def close(call: Call) -> Call:
    """Let the closing date of a call be over, as time does: the trigger that keeps a closing date looks away."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE applications_call DISABLE TRIGGER USER")
        Call.objects.filter(pk=call.pk).update(closes_on=clock.today() - timedelta(days=1))
        cursor.execute("ALTER TABLE applications_call ENABLE TRIGGER USER")
    call.refresh_from_db()
    return call


def ranking_world(cast: Cast, _call: Call) -> dict[str, dict[str, object]]:
    """The ranking of a call on the line Leven, with two equal scores; one of its proposals is of `partner`."""
    call = ranked_call("Ronde voor de deuren")
    for title in ("Gelijk een", "Gelijk twee"):
        advised_proposal(cast, call, title=title, points=LOW)
    return {
        "ranking": {"call": call.pk, "line": "leven"},
        "ranking/wonen": {"call": call.pk, "line": "wonen"},
        "ranking/csv": {"call": call.pk, "line": "leven", "suffix": "csv"},
    }
