"""What a proposal must say before it can be submitted (Awb 4:2; the programme's two tests)."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from applications.domain import amounts, call_questions, questions
from applications.domain.questions import Kind, Step
from applications.models import BudgetItem, PromisedResult, Proposal
from applications.states import BudgetSide
from core.domain import money
from core.domain.money import format_euros
from programme.states import WorkKind

Missing = tuple[str, str]


def missing(proposal: Proposal) -> list[Missing]:
    """Return what is missing as (slug of the step, sentence), in the order of the form; nothing when it is complete."""
    checks = (_about, _aim, _reasons, _results, _budget, _cooperation, _declarations)
    steps = questions.STEPS
    return [
        (step.slug, sentence)
        for step, check in zip(steps, checks, strict=True)
        for sentence in (*check(proposal), *_too_long(proposal, step))
    ]


def _needs(proposal: Proposal, name: str) -> bool:
    """Tell whether the call of a proposal wants an answer to a question."""
    return call_questions.is_needed(proposal.call, name)


def _too_long(proposal: Proposal, step: Step) -> Iterator[str]:
    """Say which texts are longer than the call allows: it may be stricter than the form."""
    for own in step.questions:
        asked = call_questions.question(proposal.call, own.name)
        if asked is None or asked.limit is None or asked.limit == own.limit:
            continue
        texts: list[str]
        if own.kind == Kind.CRITERIA:
            texts = list(proposal.criterion_answers.values_list("text", flat=True))
        else:
            texts = [getattr(proposal, own.name)]
        if any(len(text.replace("\r\n", "\n")) > asked.limit for text in texts):
            yield _("“%(question)s” is too long: at most %(limit)d characters.") % {
                "question": asked.label,
                "limit": asked.limit,
            }


def _about(proposal: Proposal) -> Iterator[str]:
    if not proposal.title:
        yield _("Give your proposal a title.")
    if not proposal.summary:
        yield _("Write a summary.")
    if _needs(proposal, "description") and not proposal.description:
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
    if _needs(proposal, "target_groups") and not proposal.target_groups.exists():
        yield _("Tick at least one target group.")
    if _needs(proposal, "migration_moments") and not proposal.migration_moments:
        yield _("Tick at least one moment of moving.")
    if _needs(proposal, "areas") and not proposal.areas.exists():
        yield _("Tick at least one area.")


def _reasons(proposal: Proposal) -> Iterator[str]:
    answered = set(proposal.criterion_answers.exclude(text="").values_list("criterion_id", flat=True))
    for criterion in proposal.call.criteria_version.criteria.all():
        if criterion.pk not in answered:
            yield _("Say what your proposal does for “%(criterion)s”.") % {"criterion": criterion}
    line = proposal.proposed_line
    asks_brand = line is not None and line.code == questions.BRAND_LINE and _needs(proposal, "on_brand")
    if asks_brand and not proposal.on_brand:
        yield _("Say how your proposal fits the brand of the city.")


def _results(proposal: Proposal) -> Iterator[str]:
    results = list(proposal.promised_results.all())
    if not results and proposal.work_kind == WorkKind.ACTIVITY and _needs(proposal, "promised_results"):
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
    if _needs(proposal, "partners") and not proposal.partners:
        yield _("Say with whom you work together.")
    if _needs(proposal, "afterwards") and not proposal.afterwards:
        yield _("Say what happens after the grant.")


def _declarations(proposal: Proposal) -> Iterator[str]:
    if proposal.de_minimis_aid is None:
        yield _("Fill in how much de-minimis aid you received; 0 when you received nothing.")
    else:
        explained = money.total(proposal.de_minimis_aids.values_list("amount", flat=True))
        if explained != proposal.de_minimis_aid:
            yield _(
                "You filled in %(aid)s of de-minimis aid, and %(explained)s of it is specified. "
                "Tell when you got it, from whom and how much."
            ) % {"aid": format_euros(proposal.de_minimis_aid), "explained": format_euros(explained)}
    if not proposal.declared_truth:
        yield _("Declare that you filled in the proposal truthfully.")
