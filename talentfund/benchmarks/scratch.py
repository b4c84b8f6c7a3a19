"""What the benchmarks stand on: one proposal of the demo, with its decision."""

from typing import NamedTuple

from django.core.management import call_command
from django.db import connection

from accounts.models import User
from budget.models import BudgetLine, Decision
from core.domain import clock
from talentfund.demo import proposals, story


class Scene(NamedTuple):
    """A decision, the line that it is booked on, and who books."""

    decision: Decision
    line: BudgetLine
    actor: User


class _Silent:
    def write(self, text: str) -> None:
        """Say nothing: the figures are the only output."""


def prepare(key: str, line: str, year: int) -> Scene:
    """Load the council's frame, tell one proposal of the demo as far as its story goes, and take a line and year."""
    said = next(said for said in proposals.read_stories() if said["key"] == key)
    with clock.set_to(story.BEGINS):
        call_command("load_programme", verbosity=0, stdout=_Silent())
    demo = story.Demo()
    demo.tell([said], alone=True)
    decision = Decision.objects.select_related("proposal").get()
    return Scene(decision, budget_line(line, year), demo.cast["finance"])


def budget_line(line: str, year: int) -> BudgetLine:
    """Return a line and year of the frame."""
    return BudgetLine.objects.select_related("line").get(line__code=line, year=year)


def use(name: str) -> None:
    """Go on in another database."""
    connection.close()
    connection.settings_dict["NAME"] = name
