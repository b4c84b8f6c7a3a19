"""Forms of the account: what the partner fills in beside what was promised, and what the team finds of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import PromisedResult
from applications.states import BudgetSide
from budget.domain.accountability import Reported
from budget.models import Account, ReportedCost
from budget.states import AccountState
from core.domain.money import ZERO, format_euros, total
from core.forms import EuroField, EuroInput, RequestKeyField

AMOUNT_SIZE = 10
SIDES = {
    BudgetSide.COST: gettext_lazy("What it cost"),
    BudgetSide.CO_FUNDING: gettext_lazy("What others paid, and you yourself"),
}


@dataclass(frozen=True)
class ResultFields:
    """One promised result with the fields beside it."""

    promised: PromisedResult
    achieved: BoundField
    explanation: BoundField


@dataclass(frozen=True)
class CostRow:
    """One item of the budget in one year: what was budgeted, and the field for what it came to."""

    cost: ReportedCost
    field: BoundField


@dataclass(frozen=True)
class CostSide:
    """One side of the budget as a table, with the sum of each column in euros."""

    label: str
    rows: list[CostRow]
    budgeted: Decimal
    realised: Decimal


class AccountForm(forms.Form):
    """What the tier asks of the partner, and no more. A draft may leave everything open; handing in may not."""

    summary = forms.CharField(
        label=gettext_lazy("What did you do?"),
        help_text=gettext_lazy("Tell in a few sentences what you did, and what went differently from the plan."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    request_key = RequestKeyField()

    def __init__(self, data: Any = None, *, account: Account, complete: bool = False) -> None:
        """Make the fields of an account; with `complete` everything that is asked has to be there."""
        self.account = account
        self.results = list(account.results.select_related("promised_result"))
        self.costs = list(account.costs.select_related("item"))
        super().__init__(data, initial=self._initial())
        self.fields["summary"].required = complete
        for one in self.results:
            self._add_result(one.promised_result, complete=complete)
        for cost in self.costs:
            label = _("%(item)s in %(year)d") % {"item": cost.item, "year": cost.year}
            self.fields[_cost_name(cost)] = EuroField(
                label=label, required=complete, widget=EuroInput({"size": AMOUNT_SIZE, "aria-label": label})
            )

    def _add_result(self, promised: PromisedResult, *, complete: bool) -> None:
        self.fields[f"achieved_{promised.pk}"] = forms.CharField(
            label=_("What did you achieve?"),
            help_text=_("As a number if you can: you promised %(target)s.") % {"target": promised.target},
            required=complete,
            validators=[MaxLengthValidator(200)],
        )
        self.fields[f"explanation_{promised.pk}"] = forms.CharField(
            label=_("Explanation (optional)"),
            help_text=_("Why is it more or less than you promised?"),
            max_length=1500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def _initial(self) -> dict[str, Any]:
        known: dict[str, Any] = {"summary": self.account.summary, "version": self.account.version}
        for one in self.results:
            known[f"achieved_{one.promised_result_id}"] = one.achieved
            known[f"explanation_{one.promised_result_id}"] = one.explanation
        return known | {_cost_name(cost): cost.realised for cost in self.costs}

    @property
    def reported(self) -> Reported:
        """What was filled in."""
        values = self.cleaned_data
        return Reported(
            summary=values["summary"],
            results={
                pk: (values[f"achieved_{pk}"], values[f"explanation_{pk}"])
                for pk in (one.promised_result_id for one in self.results)
            },
            costs={(cost.item_id, cost.year): values[_cost_name(cost)] for cost in self.costs},
        )

    def result_fields(self) -> Iterator[ResultFields]:
        """Give each promised result with its fields."""
        for one in self.results:
            pk = one.promised_result_id
            yield ResultFields(one.promised_result, self[f"achieved_{pk}"], self[f"explanation_{pk}"])

    def sides(self) -> Iterator[CostSide]:
        """Give costs and co-funding, each with its sums; what can't be read counts as nothing."""
        typed = getattr(self, "cleaned_data", None)
        for side, label in SIDES.items():
            mine = [cost for cost in self.costs if cost.item.side == side]
            realised = [typed.get(_cost_name(cost)) if typed is not None else cost.realised for cost in mine]
            if mine:
                yield CostSide(
                    label=str(label),
                    rows=[CostRow(cost, self[_cost_name(cost)]) for cost in mine],
                    budgeted=total(cost.budgeted for cost in mine),
                    realised=total(amount or ZERO for amount in realised),
                )

    def changed_meanwhile(self) -> list[tuple[str, str]]:
        """Return label and stored text of every field in which what was typed differs from what is stored now."""
        stored = self._initial()
        shown = []
        for name, field in self.fields.items():
            if name in {"version", "request_key"}:
                continue
            typed, kept = self.cleaned_data.get(name), stored.get(name)
            if (typed or "") != (kept or ""):
                text = format_euros(kept) if isinstance(kept, Decimal) else str(kept or _("nothing"))
                shown.append((self._told(name, str(field.label)), text))
        return shown

    def _told(self, name: str, label: str) -> str:
        promised = next(
            (one.promised_result for one in self.results if name.endswith(f"_{one.promised_result_id}")), None
        )
        return f"{promised}: {label}" if promised and not name.startswith("cost_") else label


class JudgeForm(forms.Form):
    """What the team finds of an account: a remark as a whole, and one for each promised result."""

    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        help_text=gettext_lazy("Do you give the account back? Then write what is missing: the partner reads this."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, account: Account) -> None:
        super().__init__(data, initial={"version": account.version})
        self.promised = [one.promised_result for one in account.results.select_related("promised_result")]
        for result in self.promised:
            self.fields[f"result_{result.pk}"] = forms.CharField(
                label=_("Remark on “%(result)s” (optional)") % {"result": result},
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.order_fields(["version", *(f"result_{result.pk}" for result in self.promised), "remark"])

    @property
    def result_remarks(self) -> dict[int, str]:
        """A remark for each promised result that has one."""
        typed = {result.pk: self.cleaned_data[f"result_{result.pk}"] for result in self.promised}
        return {pk: text for pk, text in typed.items() if text}


class AccountsFilterForm(forms.Form):
    """Which accounts the list shows."""

    OVERDUE = "overdue"
    STATES = [
        ("", gettext_lazy("All accounts")),
        (OVERDUE, gettext_lazy("Overdue")),
        *AccountState.choices,
    ]
    show = forms.ChoiceField(label=gettext_lazy("Show"), choices=STATES, required=False)
    q = forms.CharField(label=gettext_lazy("Number, title or organisation"), max_length=100, required=False)


def _cost_name(cost: ReportedCost) -> str:
    return f"cost_{cost.item_id}_{cost.year}"
