"""The steps that are tables: promised results, and the budget by year. Rows can be added without a script."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from applications.domain import amounts, call_questions, content, drafts, questions
from applications.domain.amounts import YearTotals
from applications.domain.drafts import BudgetRow, ResultRow
from applications.domain.questions import Column, Step
from applications.forms.steps import line_field
from applications.models import BudgetItem, Proposal
from applications.states import BudgetSide
from core.forms import EuroField, EuroInput
from core.templatetags.nlds import FormError, error_list

ROWS_SHOWN = 3


# How wide the columns of the budget are, in characters: a browser divides the table by it.
DESCRIPTION_SIZE, AMOUNT_SIZE = 45, 10


def column_field(column: Column, **attrs: Any) -> forms.CharField:
    """Return the field of one cell. Needed in the end, though a draft may go without."""
    widget = forms.TextInput({"aria-required": "true", **attrs})
    return line_field(column.label, column.limit, required=False, widget=widget)


class ResultRowForm(forms.Form):
    """A promised result."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in questions.RESULT_COLUMNS:
            self.fields[column.name] = column_field(column)


class BudgetRowForm(forms.Form):
    """A row of the budget: a description, and euros for each year."""

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = years
        for column in questions.BUDGET_COLUMNS:
            self.fields[column.name] = column_field(column, size=DESCRIPTION_SIZE)
        for year in years:
            widget = EuroInput({"size": AMOUNT_SIZE})
            self.fields[f"year_{year}"] = EuroField(label=str(year), required=False, widget=widget)

    def row(self) -> BudgetRow:
        """Return what was filled in; a cell that could not be read counts as nothing."""
        filled = getattr(self, "cleaned_data", {})
        typed = {year: filled.get(f"year_{year}") for year in self.years}
        return BudgetRow(
            filled.get("description", ""), {year: amount for year, amount in typed.items() if amount is not None}
        )


class TableForm:
    """A step that consists of tables. Behaves towards the view as the other steps do."""

    step: Step
    template: str
    tables: dict[str, BaseFormSet[Any]]

    def __init__(self, proposal: Proposal, data: QueryDict | None = None, shown: QueryDict | None = None) -> None:
        self.proposal = proposal
        self.refused: list[FormError] = []
        self.stored: dict[str, list[dict[str, Any]]] = {}
        self.tables = self.make_tables(data, shown or QueryDict())

    def make_tables(self, data: QueryDict | None, shown: QueryDict) -> dict[str, BaseFormSet[Any]]:
        """Return the tables by name. `shown` may say how many rows each shows at least."""
        raise TypeError

    def json(self, name: str) -> list[dict[str, Any]]:
        """Return what was filled in in a table, as a draft holds it."""
        raise TypeError

    @property
    def names(self) -> list[str]:
        """The tables of the page, in order."""
        return list(self.tables)

    def shown(self) -> dict[str, Any]:
        """Return what the page shows of the draft in every table, as a draft holds it."""
        return self.stored

    def values(self) -> dict[str, Any]:
        """Return what was filled in in every table, as a draft holds it."""
        return {name: self.json(name) for name in self.tables}

    def is_valid(self) -> bool:
        """Tell whether everything that was typed can be read."""
        return all([table.is_valid() for table in self.tables.values()])  # noqa: C419  (every table shows its errors)

    @property
    def errors(self) -> list[FormError]:
        """What is wrong, in the order of the page."""
        found = list(self.refused)
        for name, table in self.tables.items():
            label = questions.question_of(self.step, name).label
            found += [FormError(f"{label}, {error.message}", error.anchor) for error in error_list(table)]
        return found

    def refuse(self, message: str, field: str) -> None:
        """Show above the form why the rule refused a table."""
        label = f"{questions.question_of(self.step, field).label}: " if field in self.tables else ""
        self.refused.append(FormError(f"{label}{message}", row_anchor(field, 0) if label else ""))

    def named_tables(self) -> Iterator[tuple[questions.Question, BaseFormSet[Any]]]:
        """Give each table with its question, for the page."""
        for name, table in self.tables.items():
            asked = call_questions.question(self.proposal.call, name) or questions.question_of(self.step, name)
            yield asked, table


def _by_year(item: BudgetItem) -> dict[int, Decimal]:
    return {cell.year: cell.amount for cell in item.amounts.all()}


def _known(stored: list[dict[str, Any]], data: QueryDict | None) -> list[dict[str, Any]] | None:
    """Return the rows to show; none beside what was sent.

    A formset takes an added row that equals what is stored for one that nobody touched, and leaves it out: the same
    page sent twice would empty the table.
    """
    return stored if data is None else None


def _rows_to_add(shown: QueryDict, name: str, *, filled: int, most: int) -> int:
    """Return how many empty rows to show below the filled ones: one at least, unless the table is full."""
    asked = shown.get(name, "")
    rows = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len(str(most)) else ROWS_SHOWN
    return min(max(rows, filled + 1, ROWS_SHOWN), most) - min(filled, most)


class ResultsForm(TableForm):
    """The promised results."""

    step = questions.RESULTS
    template = "applications/steps/results.html"

    def make_tables(self, data: QueryDict | None, shown: QueryDict) -> dict[str, BaseFormSet[Any]]:
        name, most = "promised_results", questions.RESULT_ROWS_MOST
        stored = list(self.proposal.promised_results.values(*(column.name for column in questions.RESULT_COLUMNS)))
        self.stored[name] = stored
        extra = _rows_to_add(shown, name, filled=len(stored), most=most)
        table = formset_factory(ResultRowForm, extra=extra, max_num=most, absolute_max=most + 1, validate_max=True)
        return {name: table(data, initial=_known(stored, data), prefix=name)}

    def json(self, name: str) -> list[dict[str, Any]]:
        """Return the rows in order, without the empty ones."""
        return drafts.results_json([ResultRow(**form.cleaned_data) for form in self.tables[name]])


class BudgetForm(TableForm):
    """Costs and co-funding by year."""

    step = questions.BUDGET
    template = "applications/steps/budget.html"
    sides = {"costs": BudgetSide.COST, "co_funding": BudgetSide.CO_FUNDING}

    def make_tables(self, data: QueryDict | None, shown: QueryDict) -> dict[str, BaseFormSet[Any]]:
        years, most = list(self.proposal.call.years), questions.BUDGET_ROWS_MOST
        items = list(self.proposal.budget_items.prefetch_related("amounts"))
        made = {}
        for name, side in self.sides.items():
            rows = [(item.description, _by_year(item)) for item in items if item.side == side]
            self.stored[name] = content.budget_json(rows)
            stored = [
                {"description": text} | {f"year_{year}": amount for year, amount in by_year.items()}
                for text, by_year in rows
            ]
            extra = _rows_to_add(shown, name, filled=len(stored), most=most)
            table = formset_factory(BudgetRowForm, extra=extra, max_num=most, absolute_max=most + 1, validate_max=True)
            made[name] = table(data, initial=_known(stored, data), prefix=name, form_kwargs={"years": years})
        return made

    @property
    def years(self) -> list[int]:
        """The years of the call."""
        return list(self.proposal.call.years)

    def rows(self, name: str) -> list[BudgetRow]:
        """Return what was filled in in a table."""
        return [form.row() for form in self.tables[name]]

    def totals(self) -> list[YearTotals]:
        """Add up what stands in the form now, or what is stored when nothing was sent."""
        if not self.tables["costs"].is_bound:
            return amounts.totals_of(self.proposal)
        self.is_valid()
        return amounts.totals(years=self.years, amounts=self._cells())

    def _cells(self) -> Iterator[tuple[str, int, Decimal]]:
        for name, side in self.sides.items():
            for row in self.rows(name):
                for year, amount in row.amounts.items():
                    yield side.value, year, amount

    def unread(self) -> int:
        """Return how many cells hold something that is no amount."""
        return sum(
            1
            for table in self.tables.values()
            if table.is_bound
            for form in table
            for name in form.errors
            if name.startswith("year_")
        )

    def json(self, name: str) -> list[dict[str, Any]]:
        """Return the rows in order, without the empty ones."""
        return drafts.budget_json(self.rows(name))


def row_anchor(name: str, number: int) -> str:
    """Return the id of the first cell of a row, counted from 0."""
    first = {"promised_results": questions.RESULT_COLUMNS}.get(name, questions.BUDGET_COLUMNS)[0]
    return f"id_{name}-{number}-{first.name}"
