"""The team's figures as tables for a spreadsheet: what the page shows, no more."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.domain.asked import LineYear
from assessment.domain.funnel import Step
from assessment.domain.score_figures import Distribution, Severity, Spread
from core.domain.spreadsheets import Number, Value

Table = tuple[list[Value], list[list[Value]]]


def of_funnel(steps: Iterable[Step]) -> Table:
    """Return the steps with their numbers, and amounts in euros."""
    header: list[Value] = [
        _("Step"), _("Proposals"), _("Stands here now"), _("Asked"), _("Advised"), _("Granted"),
    ]  # fmt: skip
    return header, [
        [step.label, step.reached, step.here, step.asked, step.advised, step.granted] for step in steps
    ]  # fmt: skip


def of_distributions(shown: Iterable[Distribution]) -> Table:
    """Return how often each score was given for each criterion, and the mean."""
    header: list[Value] = [_("Criterion"), "0", "1", "2", "3", _("n.a."), _("Scores"), _("Mean")]
    return header, [[one.label, *one.counts, one.not_applicable, one.total, _number(one.mean)] for one in shown]


def of_spreads(shown: Iterable[Spread]) -> Table:
    """Return how often assessors were so many points apart on each criterion, and the mean."""
    apart = [_("%(points)s apart") % {"points": points} for points in (1, 2, 3)]
    header: list[Value] = [_("Criterion"), _("equal"), *apart, _("Proposals"), _("Mean")]
    return header, [[one.label, *one.counts, one.total, _number(one.mean)] for one in shown]


def of_severities(shown: Iterable[Severity]) -> Table:
    """Return for each person the differences from the others, with over how many proposals and whether that is few."""
    header: list[Value] = [
        _("Assessor"), _("Proposals"), _("Mean difference"), _("Lowest"), _("Highest"),
        _("Middle half from"), _("Middle half to"), _("Too few to read much into it"),
    ]  # fmt: skip
    return header, [[one.name, one.proposals, *(Number(gap) for gap in _gaps(one)), one.is_few] for one in shown]


def of_room(rows: Iterable[LineYear]) -> Table:
    """Return budget, room and what is asked, advised and granted for each line and year, in euros."""
    header: list[Value] = [
        _("Programme line"), _("Year"), _("Budget"), _("Asked in all"), _("Granted"), _("Free room"),
        _("Asked, not decided"), _("Of which advised"), _("Left if all is granted"),
    ]  # fmt: skip
    return header, [
        [
            row.line.name, row.year, row.budgeted, row.asked, row.granted, row.free, row.waiting, row.advised, row.left,
        ]
        for row in rows
    ]  # fmt: skip


def _number(mean: Decimal | None) -> Number | None:
    return None if mean is None else Number(mean)


def _gaps(one: Severity) -> tuple[Decimal, ...]:
    return one.mean, one.lowest, one.highest, one.lower, one.upper
