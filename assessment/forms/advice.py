"""The advice to the college."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.domain.advice_content import CONDITION_LIMIT, Condition, Content, YearAdvice
from assessment.domain.outcomes import Result
from assessment.domain.readability import LONG_SENTENCE, words_per_sentence
from assessment.forms.fields import long_text
from assessment.states import Outcome
from core.domain import money
from core.errors import AmountNotUnderstood
from core.forms import DutchDateField, EuroField

MOST_CONDITIONS = 8
# So many rows stay open below the conditions that are there.
ROWS_AHEAD = 2
REASON_LIMIT = 300
TEXTS = ("summary", "explanation", "yields", "risks")


class AdviceForm(forms.Form):
    """What the team advises: amounts by year, conditions if the outcome asks for them, and the text for the college.

    `requested` is in euros by year, `typed` the draft. `is_draft` asks nothing to be complete.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        result: Result,
        requested: Mapping[int, Decimal],
        *,
        may_deviate: bool,
        typed: Mapping[str, str],
        data: Any = None,
        is_draft: bool = False,
    ) -> None:
        super().__init__(data)
        self.result, self.typed = result, typed
        self.outcome = _chosen(result, data if data is not None else typed) if may_deviate else result.outcome
        asked = {year: amount for year, amount in sorted(requested.items()) if amount > 0}
        self.years = {} if self.outcome == Outcome.NEGATIVE else asked
        if may_deviate:
            self._add_outcome()
        for year, amount in self.years.items():
            self._add_year(year, amount)
        self.condition_rows = self._count_conditions() if self.outcome == Outcome.CONDITIONAL else 0
        for number in range(self.condition_rows):
            self._add_condition(number)
        self._add_texts()
        for name, field in self.fields.items():
            field.initial = typed.get(name, field.initial)
            field.required = field.required and (name == "version" or not is_draft)

    def _add_outcome(self) -> None:
        choices = [
            (outcome.value, _("%(outcome)s (by the rule)") % {"outcome": outcome.label})
            if outcome == self.result.outcome
            else (outcome.value, outcome.label)
            for outcome in Outcome
        ]
        self.fields["outcome"] = forms.ChoiceField(
            label=_("Outcome"), choices=choices, initial=self.outcome, required=False, widget=forms.RadioSelect
        )
        self.fields["deviation_reason"] = long_text(_("Why another outcome than the rule says?"), limit=1000, rows=3)

    def _add_year(self, year: int, requested: Decimal) -> None:
        say = {"year": year}
        self.fields[f"eligible_{year}"] = EuroField(label=_("Eligible in %(year)d") % say, initial=requested)
        self.fields[f"amount_{year}"] = EuroField(label=_("Advised for %(year)d") % say, initial=requested)
        self.fields[f"eligible_reason_{year}"] = _reason(_("Which costs of %(year)d are not eligible, and why?") % say)
        self.fields[f"reason_{year}"] = _reason(_("Why is less advised for %(year)d?") % say)

    def _count_conditions(self) -> int:
        said: Mapping[str, Any] = self.data if self.is_bound else self.typed
        used = [
            number
            for number in range(MOST_CONDITIONS)
            if said.get(f"condition_{number}", "").strip() or said.get(f"condition_{number}_due", "").strip()
        ]
        return min(max(used, default=-1) + 1 + ROWS_AHEAD, MOST_CONDITIONS)

    def _add_condition(self, number: int) -> None:
        label = _("Condition %(number)d") % {"number": number + 1}
        self.fields[f"condition_{number}"] = long_text(label, limit=CONDITION_LIMIT, rows=2, required=number == 0)
        due = DutchDateField(label=_("To be met on or before"), required=False)
        self.fields[f"condition_{number}_due"] = due

    def _add_texts(self) -> None:
        self.fields["summary"] = long_text(_("What is it about?"), limit=1500, rows=4)
        self.fields["explanation"] = long_text(_("Why this advice?"), limit=3000, rows=6, required=True)
        self.fields["yields"] = long_text(_("What does it bring Hengelo?"), limit=1500, rows=4)
        self.fields["risks"] = long_text(_("What are the risks?"), limit=1500, rows=4)
        for name, help_text in HELP.items():
            self.fields[name].help_text = help_text
            self.fields[name].widget.attrs["data-readable"] = name

    def content(self) -> Content:
        """Return what was filled in, of a valid form."""
        said = self.cleaned_data
        return Content(
            amounts={year: self._year(year) for year in self.years},
            conditions=[
                Condition(said[f"condition_{number}"], said[f"condition_{number}_due"])
                for number in range(self.condition_rows)
            ],
            outcome=self.outcome,
            deviation_reason=said.get("deviation_reason", "") if self.outcome != self.result.outcome else "",
            **{name: said[name] for name in TEXTS},
        )

    def _year(self, year: int) -> YearAdvice:
        said = self.cleaned_data
        return YearAdvice(
            advised=said[f"amount_{year}"],
            reason=said[f"reason_{year}"],
            eligible=said[f"eligible_{year}"],
            eligible_reason=said[f"eligible_reason_{year}"],
        )

    def as_typed(self) -> dict[str, str]:
        """Return what stands in each field as it was typed, for the draft."""
        return {name: str(self.data.get(name, "")) for name in self.fields if name != "version"}

    @property
    def outcome_is_negative(self) -> bool:
        """Whether nothing is advised."""
        return self.outcome == Outcome.NEGATIVE

    def rows(self) -> list[dict[str, Any]]:
        """Return for each year the request and its fields."""
        names = ("eligible", "eligible_reason", "amount", "reason")
        return [
            {
                "year": year,
                "requested": amount,
                "plain": str(amount),
                **{name: self[f"{name}_{year}"] for name in names},
            }
            for year, amount in self.years.items()
        ]

    def conditions(self) -> list[dict[str, Any]]:
        """Return the fields of each condition."""
        return [
            {"text": self[f"condition_{number}"], "due": self[f"condition_{number}_due"]}
            for number in range(self.condition_rows)
        ]

    def sums(self) -> dict[str, Decimal]:
        """Return what was requested, is eligible and is advised over all years, in euros, as far as it can be read."""
        return {
            "requested": money.total(self.years.values()),
            "eligible": money.total(self._amount(f"eligible_{year}") for year in self.years),
            "advised": money.total(self._amount(f"amount_{year}") for year in self.years),
        }

    def _amount(self, name: str) -> Decimal:
        value = self[name].value()
        if isinstance(value, Decimal):
            return value
        try:
            return money.parse_euros(value or "")
        except AmountNotUnderstood:
            return money.ZERO

    def texts(self) -> list[dict[str, Any]]:
        """Return the fields of the text for the college, each with how many words its sentences have."""
        found = []
        for name in TEXTS:
            words = words_per_sentence(self[name].value() or "")
            found.append({"field": self[name], "words": words, "is_long": words > LONG_SENTENCE})
        return found

    def place_of(self, field: str) -> str | None:
        """Return the name of the field that a refusal of the rule is about, or None for the whole form."""
        year, _sep, part = field.partition("_")
        if year.isdigit():
            field = f"{part or 'amount'}_{year}"
        if field == "conditions":
            field = "condition_0"
        return field if field in self.fields else None


class TakeBackForm(forms.Form):
    """Why an advice is taken back."""

    reason = long_text(gettext_lazy("Why is this advice taken back?"), limit=1000, rows=4, required=True)


def _chosen(result: Result, said: Mapping[str, Any]) -> Outcome:
    """Return the outcome that was chosen, or that of the rule."""
    value = said.get("outcome", "")
    return Outcome(value) if value in Outcome.values else result.outcome


def _reason(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=REASON_LIMIT, required=False)


HELP = {
    "summary": gettext_lazy(
        "In two or three sentences. For example: “The foundation opens a workshop for three days a week. Young people "
        "build there what they thought up themselves.” Leave it empty to use the partner's own summary."
    ),
    "explanation": gettext_lazy(
        "Say it as you would to a neighbour: first the conclusion, then why. For example: “We advise to grant this. "
        "The plan fits the line, and the partners have signed.”"
    ),
    "yields": gettext_lazy("For whom, and how many? For example: “In 2027 forty young people have a place to work.”"),
    "risks": gettext_lazy(
        "What can go wrong, and what is done about it? For example: “The rent can go up. The landlord has promised not "
        "to before 2028.”"
    ),
}
