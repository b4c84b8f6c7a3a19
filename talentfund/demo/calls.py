"""The calls of the demo: the one in which everybody proposes, and the next one, still in preparation."""

from datetime import date
from decimal import Decimal

from applications.domain import calls
from applications.domain.calls import CeilingSaid, Terms
from applications.models import Call
from applications.states import DivisionRule, QuestionUse
from core.domain import clock
from programme.models import CriteriaVersion, Line
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

PUBLISHED_ON = date(2025, 1, 22)
PREPARED_AT = moment("2025-01-24T10:00")
NEXT_PREPARED_AT = moment("2026-11-12T15:30")

# The most that each line divides in the three years together, in euros: what the council set aside for it.
CEILINGS = {"wonen": 700000, "werken": 700000, "leven": 700000, "imago": 700000, "samenwerking": 200000}


def open_call(cast: Cast) -> Call:
    """Prepare and publish the call of the programme's three years."""
    terms = Terms(
        title="Talent voor Hengelo 2025-2027",
        introduction=(
            "Heb je een plan waardoor jonge mensen van 18 tot 35 jaar in Hengelo blijven of hierheen komen? "
            "De gemeente betaalt mee aan wat nog mist."
        ),
        opens_at=moment("2025-02-01T09:00"),
        closes_on=None,
        first_year=2025,
        last_year=2027,
        criteria_version=CriteriaVersion.objects.get(),
        division_rule=DivisionRule.COMPLETENESS,
        decision_weeks=13,
        supplement_weeks=2,
        extension_weeks=13,
    )
    with clock.set_to(PREPARED_AT):
        call = calls.make(by=cast["manager"], terms=terms, lines=list(Line.objects.all()))
        ceilings = [
            CeilingSaid(
                line=line,
                year=None,
                amount=Decimal(CEILINGS[line.code]),
                published_on=PUBLISHED_ON,
                publication="Gemeenteblad 2025, 28411",
            )
            for line in Line.objects.all()
        ]
        calls.set_ceilings(call_id=call.pk, by=cast["manager"], ceilings=ceilings)
        return calls.publish(call_id=call.pk, by=cast["manager"]).call


def prepare_next(cast: Cast) -> None:
    """Prepare a call with a closing date and a ranking; its ceiling is not published yet."""
    lines = list(Line.objects.filter(code__in=("leven", "samenwerking")))
    terms = Terms(
        title="Jong en doen: kleine plannen voor 2027",
        introduction="Voor kleine plannen van jonge mensen zelf: een middag, een reeks of een plek voor ontmoeting.",
        opens_at=moment("2027-01-11T09:00"),
        closes_on=date(2027, 2, 26),
        first_year=2027,
        last_year=2027,
        criteria_version=CriteriaVersion.objects.get(),
        division_rule=DivisionRule.RANKING,
        decision_weeks=8,
        supplement_weeks=2,
        extension_weeks=4,
    )
    with clock.set_to(NEXT_PREPARED_AT):
        call = calls.make(by=cast["manager"], terms=terms, lines=lines)
        ceilings = [CeilingSaid(line=None, year=2027, amount=Decimal(60000))]
        calls.set_ceilings(call_id=call.pk, by=cast["manager"], ceilings=ceilings)
        calls.set_questions(
            call_id=call.pk,
            by=cast["manager"],
            rules={
                "description": {"limit": 2000, "help": {"nl": "Hou het kort: een half A4 is genoeg."}},
                "criteria": {"limit": 600},
                "migration_moments": {"use": QuestionUse.LEFT_OUT},
                "afterwards": {"use": QuestionUse.OPTIONAL},
            },
        )
