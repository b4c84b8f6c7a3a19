"""What a draft holds, field by field, as JSON values: reading it, judging it and writing it.

A field is a question of the form; a criterion is the field `criterion_<pk>`, a table is one field. Texts are strings,
dates `2026-03-01`, amounts `"1250.50"` (euros), choices primary keys or codes in order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from applications.domain.questions import BUDGET_ROWS_MOST, RESULT_ROWS_MOST
from applications.errors import ContentRefused
from applications.models import BudgetItem, BudgetItemAmount, CriterionAnswer, PromisedResult, Proposal
from applications.states import BudgetSide
from core.domain import money
from programme.models import Area, Criterion, DesiredResult, Line, TargetGroup

Values = dict[str, Any]

TEXTS = ("title", "summary", "description", "on_brand", "partners", "afterwards")
DATES = ("starts_on", "ends_on")
CHOICES: dict[str, type[Model]] = {"desired_results": DesiredResult, "target_groups": TargetGroup, "areas": Area}
SIDES = {"costs": BudgetSide.COST, "co_funding": BudgetSide.CO_FUNDING}
CRITERION = "criterion_"
RESULT_PARTS = ("indicator", "baseline", "target", "measured_by")


@dataclass(frozen=True)
class _Field:
    """How a field is read from a draft, and written into it."""

    read: Callable[[Proposal, str], Any]
    write: Callable[[Proposal, str, Any], Collection[str]]


def json_of(value: Any) -> Any:
    """Return what was cleaned as a value that a version can hold."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{money.round_to_cents(value):f}"
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, str | bool | int) or value is None:
        return value
    return sorted(json_of(item) for item in value)


def budget_json(rows: Iterable[tuple[str, Mapping[int, Decimal]]]) -> list[dict[str, Any]]:
    """Return the rows of a budget table as (description, euros by year), without what is empty."""
    found = [
        {
            "description": text,
            "amounts": {str(year): json_of(euros) for year, euros in sorted(by_year.items()) if euros},
        }
        for text, by_year in rows
    ]
    return [row for row in found if row["description"] or row["amounts"]]


def read(proposal: Proposal, names: Collection[str]) -> Values:
    """Return what the draft says in each of the fields."""
    found = {name: _field(name).read(proposal, name) for name in names if not name.startswith(CRITERION)}
    criteria = [_criterion(name) for name in names if name.startswith(CRITERION)]
    if criteria:
        said = dict(proposal.criterion_answers.filter(criterion__in=criteria).values_list("criterion_id", "text"))
        found |= {f"{CRITERION}{pk}": said.get(pk, "") for pk in criteria}
    return found


def check(proposal: Proposal, changes: Values) -> None:
    """Refuse what even a draft can't hold. Raises ContentRefused with the field."""
    if not changes.keys().isdisjoint(DATES):
        _check_dates(proposal, changes)
    if not changes.keys().isdisjoint({"line", "desired_results"}):
        _check_line(proposal, changes)
    _check_criteria(proposal, changes)
    _check_result_rows(changes)
    _check_aid(changes)
    for name in SIDES.keys() & changes.keys():
        _check_budget_rows(proposal, name, changes[name])


def write(proposal: Proposal, changes: Values) -> None:
    """Write fields into a draft that the caller has locked and judged."""
    touched: list[str] = []
    for name, value in changes.items():
        if not name.startswith(CRITERION):
            touched += _field(name).write(proposal, name, value)
    if touched:
        proposal.save(update_fields=touched)
    _write_criteria(proposal, {_criterion(name): text for name, text in changes.items() if name.startswith(CRITERION)})


def _field(name: str) -> _Field:
    if name not in _FIELDS:
        raise ContentRefused(_("The form has no such question."), name)
    return _FIELDS[name]


def _criterion(name: str) -> int:
    number = name.removeprefix(CRITERION)
    if not (number.isascii() and number.isdigit() and len(number) < len(str(2**63))):
        raise ContentRefused(_("The form has no such question."), name)
    return int(number)


# Reading ----------------------------------------------------------------------------------------------------------


def _read_plain(proposal: Proposal, name: str) -> Any:
    return json_of(getattr(proposal, name))


def _read_line(proposal: Proposal, _name: str) -> int | None:
    return proposal.proposed_line_id


def _read_choices(proposal: Proposal, name: str) -> list[int]:
    return sorted(getattr(proposal, name).order_by().values_list("pk", flat=True))


def _read_results(proposal: Proposal, _name: str) -> list[dict[str, str]]:
    return list(proposal.promised_results.values(*RESULT_PARTS))


def _read_budget(proposal: Proposal, name: str) -> list[dict[str, Any]]:
    items = proposal.budget_items.filter(side=SIDES[name]).prefetch_related("amounts")
    return budget_json((item.description, {cell.year: cell.amount for cell in item.amounts.all()}) for item in items)


# Judging ----------------------------------------------------------------------------------------------------------


def _check_dates(proposal: Proposal, changes: Values) -> None:
    after = {name: changes.get(name, json_of(getattr(proposal, name))) for name in DATES}
    if after["starts_on"] and after["ends_on"] and after["ends_on"] < after["starts_on"]:
        raise ContentRefused(_("The end date can't be before the start date."), "ends_on", DATES)


def _check_line(proposal: Proposal, changes: Values) -> None:
    line_id = changes.get("line", proposal.proposed_line_id)
    line = None if line_id is None else proposal.call.lines.filter(pk=line_id).first()
    if line_id is not None and line is None:
        gone = Line.objects.filter(pk=line_id).first()
        raise ContentRefused(_("This call is not for the line %(line)s.") % {"line": gone or line_id}, "line")
    chosen = changes.get("desired_results")
    results = DesiredResult.objects.filter(pk__in=chosen) if chosen is not None else proposal.desired_results.all()
    of_lines = set(results.order_by().values_list("line_id", flat=True))
    both = ("line", "desired_results")
    if line is None and of_lines:
        raise ContentRefused(_("Choose the programme line to which these results belong."), "line", both)
    if line is not None and of_lines - {line.pk}:
        raise ContentRefused(
            _("You ticked a result of another line. Tick results of %(line)s only, or choose another line.")
            % {"line": line},
            "desired_results",
            both,
        )


def _check_criteria(proposal: Proposal, changes: Values) -> None:
    asked = {_criterion(name) for name in changes if name.startswith(CRITERION)}
    if not asked:
        return
    known = set(Criterion.objects.filter(version__calls=proposal.call_id).values_list("pk", flat=True))
    if unknown := asked - known:
        raise ContentRefused(_("This criterion doesn't belong to the call."), f"{CRITERION}{min(unknown)}")


def _check_result_rows(changes: Values) -> None:
    if len(changes.get("promised_results", ())) > RESULT_ROWS_MOST:
        raise ContentRefused(_("At most %(most)d results.") % {"most": RESULT_ROWS_MOST}, "promised_results")


def _check_aid(changes: Values) -> None:
    if Decimal(changes.get("de_minimis_aid") or 0) < 0:
        raise ContentRefused(_("An amount can't be below zero."), "de_minimis_aid")


def _check_budget_rows(proposal: Proposal, name: str, rows: list[dict[str, Any]]) -> None:
    if len(rows) > BUDGET_ROWS_MOST:
        raise ContentRefused(_("At most %(most)d rows.") % {"most": BUDGET_ROWS_MOST}, name)
    together: dict[int, Decimal] = {}
    for row in rows:
        for year, amount in ((int(year), Decimal(euros)) for year, euros in row["amounts"].items()):
            if year not in proposal.call.years:
                raise ContentRefused(_("This call has no money for %(year)d.") % {"year": year}, name)
            if amount < 0:
                raise ContentRefused(_("An amount can't be below zero."), name)
            together[year] = together.get(year, money.ZERO) + amount
    for year, amount in together.items():
        if amount > money.LARGEST:
            raise ContentRefused(_("The amounts of %(year)d together are too large.") % {"year": year}, name)


# Writing ----------------------------------------------------------------------------------------------------------


def _write_plain(proposal: Proposal, name: str, value: Any) -> list[str]:
    setattr(proposal, name, value)
    return [name]


def _write_date(proposal: Proposal, name: str, value: str | None) -> list[str]:
    setattr(proposal, name, None if value is None else date.fromisoformat(value))
    return [name]


def _write_aid(proposal: Proposal, name: str, value: str | None) -> list[str]:
    proposal.de_minimis_aid = None if value is None else Decimal(value)
    return [name]


def _write_line(proposal: Proposal, _name: str, value: int | None) -> list[str]:
    """Write the line; its kind decides whether the proposal is an activity or an effort."""
    line = None if value is None else Line.objects.get(pk=value)
    proposal.proposed_line = line
    proposal.work_kind = line.work_kind if line else ""
    return ["proposed_line", "work_kind"]


def _write_choices(proposal: Proposal, name: str, value: list[int]) -> list[str]:
    getattr(proposal, name).set(CHOICES[name]._default_manager.filter(pk__in=value))
    return []


def _write_criteria(proposal: Proposal, texts: Mapping[int, str]) -> None:
    if emptied := [pk for pk, text in texts.items() if not text]:
        proposal.criterion_answers.filter(criterion__in=emptied).delete()
    CriterionAnswer.objects.bulk_create(
        [CriterionAnswer(proposal=proposal, criterion_id=pk, text=text) for pk, text in texts.items() if text],
        update_conflicts=True,
        unique_fields=["proposal", "criterion"],
        update_fields=["text"],
    )


def _write_results(proposal: Proposal, _name: str, rows: list[dict[str, str]]) -> list[str]:
    proposal.promised_results.all().delete()
    PromisedResult.objects.bulk_create(
        PromisedResult(proposal=proposal, position=position, **row) for position, row in enumerate(rows, start=1)
    )
    return []


def _write_budget(proposal: Proposal, name: str, rows: list[dict[str, Any]]) -> list[str]:
    side = SIDES[name]
    proposal.budget_items.filter(side=side).delete()
    items = BudgetItem.objects.bulk_create(
        BudgetItem(proposal=proposal, side=side, position=position, description=row["description"])
        for position, row in enumerate(rows, start=1)
    )
    BudgetItemAmount.objects.bulk_create(
        BudgetItemAmount(item=item, year=int(year), amount=Decimal(euros))
        for item, row in zip(items, rows, strict=True)
        for year, euros in row["amounts"].items()
    )
    return []


_FIELDS: dict[str, _Field] = {
    **dict.fromkeys(TEXTS, _Field(_read_plain, _write_plain)),
    **dict.fromkeys(DATES, _Field(_read_plain, _write_date)),
    "line": _Field(_read_line, _write_line),
    **dict.fromkeys(CHOICES, _Field(_read_choices, _write_choices)),
    "migration_moments": _Field(_read_plain, _write_plain),
    "promised_results": _Field(_read_results, _write_results),
    **dict.fromkeys(SIDES, _Field(_read_budget, _write_budget)),
    "de_minimis_aid": _Field(_read_plain, _write_aid),
    "declared_truth": _Field(_read_plain, _write_plain),
}
