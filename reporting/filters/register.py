"""The filters of the public register. All of them stand in the address, so that a link is a selection."""

from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import F, OrderBy, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.states import FundingForm
from budget.models import DecisionAmount
from core.domain import money
from core.forms import EuroField, EuroInput
from programme.models import Line
from reporting.domain import register
from reporting.states import GrantState

LONGEST = 100
# What the page shows at once; the rest unfolds.
FIRST = ("q", "jaar", "lijn", "stand")


class Chip(NamedTuple):
    """A filter that is on: what it is called, what it asks, and the address of the register without it."""

    label: str
    value: str
    without: str


class Sorting(django_filters.OrderingFilter):  # type: ignore[misc]
    """Sort with what is empty at the end, and in a fixed order where the rest is the same."""

    def filter(self, qs: QuerySet[DecisionAmount], value: list[str] | None) -> QuerySet[DecisionAmount]:
        """Sort the rows."""
        orders = [self._order(param) for param in value or ["-jaar"]]
        return qs.order_by(*orders, "-decision__decided_on", "-decision__proposal__reference", "-budget_line__year")

    def _order(self, param: str) -> OrderBy:
        name = param.removeprefix("-")
        field = F(self.param_map.get(name, name))
        return field.desc(nulls_last=True) if param.startswith("-") else field.asc(nulls_last=True)


class EuroFilter(django_filters.Filter):  # type: ignore[misc]
    """An amount in euros, typed the Dutch way."""

    field_class = EuroField


class RegisterFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrow the register, and sort it."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=LONGEST)
    jaar = django_filters.ChoiceFilter(label=_("Year"), field_name="budget_line__year", empty_label=_("All years"))
    lijn = django_filters.ChoiceFilter(
        label=_("Programme line"), field_name="budget_line__line__code", empty_label=_("All lines")
    )
    stand = django_filters.ChoiceFilter(
        label=_("State"), choices=GrantState.choices, method="in_state", empty_label=_("All states")
    )
    aanvrager = django_filters.CharFilter(label=_("Applicant or KvK number"), method="by_applicant", max_length=LONGEST)
    taakveld = django_filters.ChoiceFilter(
        label=_("Task field"), method="in_task_field", empty_label=_("All task fields")
    )
    soort = django_filters.ChoiceFilter(
        label=_("Kind"),
        choices=FundingForm.choices,
        field_name="decision__proposal__funding_form",
        empty_label=_("All kinds"),
    )
    vanaf = EuroFilter(label=_("Granted from"), field_name="granted", lookup_expr="gte", widget=EuroInput)
    tot = EuroFilter(label=_("Granted up to"), field_name="granted", lookup_expr="lte", widget=EuroInput)
    o = Sorting(
        fields={
            "budget_line__year": "jaar",
            "budget_line__line__position": "lijn",
            "applicant": "aanvrager",
            "decision__proposal__reference": "kenmerk",
            "requested": "aangevraagd",
            "granted": "verleend",
            "settled": "vastgesteld",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = DecisionAmount
        fields: ClassVar[list[str]] = []

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, queryset=register.published())
        self.lines = list(Line.objects.all())
        self.filters["jaar"].extra["choices"] = [(str(year), str(year)) for year in register.years()]
        self.filters["lijn"].extra["choices"] = [(line.code, line.name) for line in self.lines]
        fields = register.task_fields(self.lines)
        self.filters["taakveld"].extra["choices"] = [(name.partition(" ")[0], name) for name in fields]

    def search(self, rows: QuerySet[DecisionAmount], _name: str, text: str) -> QuerySet[DecisionAmount]:
        """Find a text in reference, title or organisation."""
        return register.search(rows, text)

    def by_applicant(self, rows: QuerySet[DecisionAmount], _name: str, text: str) -> QuerySet[DecisionAmount]:
        """Keep the rows of an organisation."""
        return register.by_applicant(rows, text)

    def in_task_field(self, rows: QuerySet[DecisionAmount], _name: str, code: str) -> QuerySet[DecisionAmount]:
        """Keep the rows of the lines under a task field."""
        under = [line.pk for line in self.lines if line.task_field_code == code]
        return rows.filter(budget_line__line__in=under)

    def in_state(self, rows: QuerySet[DecisionAmount], _name: str, state: str) -> QuerySet[DecisionAmount]:
        """Keep the rows in a state."""
        if state == GrantState.SETTLED:
            return rows.filter(Q(settled__isnull=False))
        waiting = rows.filter(Q(settled__isnull=True))
        return waiting.filter(Q(open_condition__gt=0)) if state == GrantState.CONDITIONAL else waiting

    @cached_property
    def asked(self) -> dict[str, str]:
        """What is asked, by filter: only what was understood, in a fixed order."""
        wrong = set(self.form.errors)  # reading them cleans what was asked
        said = {name: str(self.data.get(name, "")).strip() for name in self.filters if name not in wrong}
        return {name: value for name, value in said.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is asked."""
        return bool(set(self.asked) - {"o"})

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """What was not understood, in words: the filter and what is wrong with it."""
        errors = self.form.errors
        return [
            (str(self.form.fields[name].label), str(error))
            for name in errors
            if name in self.filters and name != "o"
            for error in errors[name]
        ]

    def query(self, *, without: str = "") -> str:
        """Return the address after the question mark."""
        return urlencode({name: value for name, value in self.asked.items() if name != without})

    def chips(self) -> list[Chip]:
        """Return the filters that are on, in words."""
        return [
            Chip(str(self.form.fields[name].label), self._in_words(name), self.query(without=name))
            for name in self.asked
            if name != "o"
        ]

    def _in_words(self, name: str) -> str:
        value = self.asked[name]
        choices = getattr(self.form.fields[name], "choices", None)
        if choices is not None:
            return str(dict(choices).get(value, value))
        amount: Any = self.form.cleaned_data[name]
        return money.format_euros(amount) if isinstance(amount, Decimal) else value
