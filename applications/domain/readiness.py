"""What a proposal must say before it can be submitted (Awb 4:2; the programme's two tests)."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from applications.domain import amounts, questions
from applications.models import BudgetItem, PromisedResult, Proposal
from applications.states import BudgetSide
from core.domain.money import format_euros
from programme.states import WorkKind

Missing = tuple[str, str]


def missing(proposal: Proposal) -> list[Missing]:
    """Return what is missing as (slug of the step, sentence), in the order of the form; nothing when it is complete."""
    checks = (_about, _aim, _reasons, _results, _budget, _cooperation, _declarations)
    steps = questions.STEPS
    return [(step.slug, sentence) for step, check in zip(steps, checks, strict=True) for sentence in check(proposal)]


def _about(proposal: Proposal) -> Iterator[str]:
    if not proposal.title:
        yield _("Give your proposal a title.")
    if not proposal.summary:
        yield _("Write a summary.")
    if not proposal.description:
        yield _("Describe what you are going to do.")
    if not proposal.starts_on:
        yield _("Fill in the start date.")
    if not proposal.ends_on:
        yield _("Fill in the end date.")
    if proposal.starts_on and proposal.ends_on and proposal.ends_on < proposal.starts_on:
        yield _("The end date can't be before the start date.")


def _aim(proposal: Proposal) -> Iterator[str]:
    line = proposal.proposed_line
    if line is None:
        yield _("Choose a programme line.")
    elif not proposal.call.lines.filter(pk=line.pk).exists():
        yield _("This call is not for the line %(line)s.") % {"line": line}
    elif not proposal.desired_results.filter(line=line).exists():
        yield _("Tick at least one desired result of %(line)s.") % {"line": line}
    if not proposal.target_groups.exists():
        yield _("Tick at least one target group.")
    if not proposal.migration_moments:
        yield _("Tick at least one moment of moving.")
    if not proposal.areas.exists():
        yield _("Tick at least one area.")


def _reasons(proposal: Proposal) -> Iterator[str]:
    answered = set(proposal.criterion_answers.exclude(text="").values_list("criterion_id", flat=True))
    for criterion in proposal.call.criteria_version.criteria.all():
        if criterion.pk not in answered:
            yield _("Say what your proposal does for “%(criterion)s”.") % {"criterion": criterion}
    line = proposal.proposed_line
    if line is not None and line.code == questions.BRAND_LINE and not proposal.on_brand:
        yield _("Say how your proposal fits the brand of the city.")


def _results(proposal: Proposal) -> Iterator[str]:
    results = list(proposal.promised_results.all())
    if not results and proposal.work_kind == WorkKind.ACTIVITY:
        yield _("Name at least one result that you promise.")
    for number, result in enumerate(results, start=1):
        if not _is_full(result):
            yield _("Result %(number)d: fill in all four parts.") % {"number": number}


def _is_full(result: PromisedResult) -> bool:
    return all((result.indicator, result.baseline, result.target, result.measured_by))


def _budget(proposal: Proposal) -> Iterator[str]:
    yield from _budget_rows(proposal)
    *years, whole = amounts.totals_of(proposal)
    for row in years:
        if row.requested < 0:
            yield _("In %(year)d others pay %(amount)s more than it costs.") % {
                "year": row.year,
                "amount": format_euros(-row.requested),
            }
        if row.year is not None and (row.costs or row.co_funding):
            yield from _year_fits(proposal, row.year)
    if whole.requested <= 0:
        yield _("Fill in costs: now you ask nothing from the fund.")


def _budget_rows(proposal: Proposal) -> Iterator[str]:
    names = {BudgetSide.COST: _("Costs"), BudgetSide.CO_FUNDING: _("Co-funding")}
    items: list[BudgetItem] = list(proposal.budget_items.prefetch_related("amounts"))
    for side, table in names.items():
        for number, item in enumerate((item for item in items if item.side == side), start=1):
            place = {"table": table, "number": number}
            if not item.description:
                yield _("%(table)s, row %(number)d: fill in a description.") % place
            if not item.amounts.all():
                yield _("%(table)s, row %(number)d: fill in an amount.") % place


def _year_fits(proposal: Proposal, year: int) -> Iterator[str]:
    """Say when money stands in a year that the call does not have, or in which nothing happens."""
    if year not in proposal.call.years:
        yield _("This call has no money for %(year)d.") % {"year": year}
    elif proposal.starts_on and proposal.ends_on and not _touches(year, proposal.starts_on, proposal.ends_on):
        yield _(
            "There is money in %(year)d, but your proposal runs from %(start)s to %(end)s. "
            "Change the amounts, or the dates in step 1."
        ) % {
            "year": year,
            "start": f"{proposal.starts_on:%d-%m-%Y}",
            "end": f"{proposal.ends_on:%d-%m-%Y}",
        }


def _touches(year: int, starts_on: date, ends_on: date) -> bool:
    return starts_on.year <= year <= ends_on.year


def _cooperation(proposal: Proposal) -> Iterator[str]:
    if not proposal.partners:
        yield _("Say with whom you work together.")
    if not proposal.afterwards:
        yield _("Say what happens after the grant.")


def _declarations(proposal: Proposal) -> Iterator[str]:
    if proposal.de_minimis_aid is None:
        yield _("Fill in how much de-minimis aid you received; 0 when you received nothing.")
    if not proposal.declared_truth:
        yield _("Declare that you filled in the proposal truthfully.")
