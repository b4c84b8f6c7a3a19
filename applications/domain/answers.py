"""What a proposal says, ready to be read: on the check page, in the frozen view, for the team, and in the receipt."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.states import OrganisationKind
from applications.domain import amounts, call_questions, questions, receipts
from applications.domain.questions import Step
from applications.models import Proposal
from applications.states import BudgetSide
from core.domain import money
from programme.states import MigrationMoment, WorkKind

Label = str | Promise


@dataclass(frozen=True)
class Answer:
    """A question with its answer: a text, or a list of items."""

    label: Label
    text: str = ""
    items: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class BudgetLine:
    """A row of a budget table: a description, (year, euros or None) for each year, and their sum."""

    description: str
    cells: list[tuple[int, Decimal | None]]
    total: Decimal


@dataclass(frozen=True)
class BudgetTable:
    """Costs or co-funding by year; `total` is its last row."""

    caption: Label
    years: list[int]
    lines: list[BudgetLine]
    total: BudgetLine


@dataclass(frozen=True)
class Section:
    """What a step of the form holds."""

    step: Step
    answers: list[Answer] = field(default_factory=list)
    results: list[Any] | None = None
    result_labels: list[Label] = field(default_factory=list)
    budget: list[BudgetTable] = field(default_factory=list)
    requested: BudgetTable | None = None


def sections(proposal: Proposal) -> list[Section]:
    """Return everything that a proposal says, step by step, in the active language."""
    return [
        Section(questions.ABOUT, _about(proposal)),
        Section(questions.AIM, _aim(proposal)),
        Section(questions.REASONS, _reasons(proposal)),
        Section(
            questions.RESULTS,
            results=list(proposal.promised_results.all()),
            result_labels=[column.label for column in questions.RESULT_COLUMNS],
        ),
        _budget(proposal),
        Section(questions.COOPERATION, _texts(proposal, questions.COOPERATION, ("partners", "afterwards"))),
        Section(questions.DECLARATIONS, _declarations(proposal)),
    ]


def applicant(proposal: Proposal) -> list[Answer]:
    """Return who proposes, with numbers and contact; once submitted as it was then, whatever changed since.

    Of a file that was destroyed only the organisation is left.
    """
    if proposal.purged_at is not None:
        return [Answer(_("Organisation"), proposal.organisation.name)]
    said: dict[str, Any] = (
        receipts.applicant_of(proposal) if proposal.is_draft else proposal.receipt.content["applicant"]
    )
    return [
        Answer(_("Organisation"), said["name"]),
        Answer(_("Kind of partner"), str(OrganisationKind(said["kind"]).label)),
        Answer(_("KvK number"), said["kvk_number"] or _("None")),
        Answer(_("IBAN"), said["iban"]),
        Answer(_("Contact person"), ", ".join(filter(None, (said["contact"], said["email"])))),
    ]


def _texts(proposal: Proposal, step: Step, names: tuple[str, ...]) -> list[Answer]:
    said = {name: Answer(questions.question_of(step, name).label, getattr(proposal, name)) for name in names}
    return _asked(proposal, said)


def _asked(proposal: Proposal, said: dict[str, Answer]) -> list[Answer]:
    """Leave out what the call does not ask, unless something stands there."""
    return [
        answer
        for name, answer in said.items()
        if answer.text or answer.items or call_questions.is_asked(proposal.call, name)
    ]


def _about(proposal: Proposal) -> list[Answer]:
    dates = [
        Answer(questions.question_of(questions.ABOUT, name).label, f"{day:%d-%m-%Y}" if day else "")
        for name, day in (("starts_on", proposal.starts_on), ("ends_on", proposal.ends_on))
    ]
    return [*_texts(proposal, questions.ABOUT, ("title", "summary", "description")), *dates]


def _aim(proposal: Proposal) -> list[Answer]:
    def label(name: str) -> Promise:
        return questions.question_of(questions.AIM, name).label

    line = proposal.proposed_line
    kind = str(WorkKind(proposal.work_kind).label) if proposal.work_kind else ""
    moments = [str(MigrationMoment(moment).label) for moment in proposal.migration_moments]
    groups = [str(group) for group in proposal.target_groups.all()]
    said = {
        "line": Answer(label("line"), f"{line.name} ({kind})" if line else ""),
        "desired_results": Answer(
            label("desired_results"), items=[result.text for result in proposal.desired_results.all()]
        ),
        "target_groups": Answer(label("target_groups"), items=groups),
        "migration_moments": Answer(label("migration_moments"), items=moments),
        "areas": Answer(label("areas"), items=[area.name for area in proposal.areas.all()]),
    }
    return _asked(proposal, said)


def _reasons(proposal: Proposal) -> list[Answer]:
    texts = dict(proposal.criterion_answers.values_list("criterion_id", "text"))
    criteria = proposal.call.criteria_version.criteria.all()
    found = [Answer(criterion.label, texts.get(criterion.pk, "")) for criterion in criteria]
    line = proposal.proposed_line
    if proposal.on_brand or (line and line.code == questions.BRAND_LINE):
        found += _texts(proposal, questions.REASONS, ("on_brand",))
    return found


def _de_minimis_rows(proposal: Proposal) -> list[Answer]:
    """Return the specification of the aid, and the companies that count as one; nothing when there are none."""
    rows = [
        f"{row.granted_on:%d-%m-%Y}, {row.granted_by}: {money.format_euros(row.amount)}"
        for row in proposal.de_minimis_aids.all()
    ]
    linked = [str(one) for one in proposal.linked_undertakings.all()]
    found = [(_("Specification of the de-minimis aid"), rows), (_("Companies that form one undertaking"), linked)]
    return [Answer(label, items=items) for label, items in found if items]


def _declarations(proposal: Proposal) -> list[Answer]:
    aid = proposal.de_minimis_aid
    truth = _("Declared") if proposal.declared_truth else ""
    return [
        Answer(
            questions.question_of(questions.DECLARATIONS, "de_minimis_aid").label,
            "" if aid is None else money.format_euros(aid),
        ),
        *_de_minimis_rows(proposal),
        Answer(questions.question_of(questions.DECLARATIONS, "declared_truth").label, truth),
    ]


def _budget(proposal: Proposal) -> Section:
    *by_year, whole = amounts.totals_of(proposal)
    years = [row.year for row in by_year if row.year is not None]
    items = list(proposal.budget_items.prefetch_related("amounts"))

    def line_of(description: str, by_year: dict[int, Decimal], total: Decimal) -> BudgetLine:
        return BudgetLine(description, [(year, by_year.get(year)) for year in years], total)

    def table(name: str, side: BudgetSide, total: BudgetLine) -> BudgetTable:
        label = questions.question_of(questions.BUDGET, name).label
        rows = [{amount.year: amount.amount for amount in item.amounts.all()} for item in items if item.side == side]
        names = [item.description for item in items if item.side == side]
        lines = [line_of(text, row, money.total(row.values())) for text, row in zip(names, rows, strict=True)]
        return BudgetTable(label, years, lines, total)

    costs = {row.year: row.costs for row in by_year if row.year}
    co_funding = {row.year: row.co_funding for row in by_year if row.year}
    asked = {row.year: row.requested for row in by_year if row.year}
    tables = [
        table("costs", BudgetSide.COST, line_of(_("Total"), costs, whole.costs)),
        table("co_funding", BudgetSide.CO_FUNDING, line_of(_("Total"), co_funding, whole.co_funding)),
    ]
    total = line_of(_("Requested from the fund"), asked, whole.requested)
    requested = BudgetTable(_("Requested: costs minus co-funding"), years, [], total)
    return Section(questions.BUDGET, budget=tables, requested=requested)
