"""The filters of the team's list of proposals. All of them stand in the address, so that a link is a filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, Exists, F, Func, IntegerField, OrderBy, OuterRef, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.states import Role
from applications.domain.deadlines import WARN_AT
from applications.models import BudgetItemAmount, Call, Proposal
from applications.states import DECIDED, ENDED, UNDER_REVIEW, BudgetSide, ProposalState
from assessment.access import proposals_known_to
from assessment.domain import overview
from assessment.models import Assignment, SavedFilter
from assessment.states import NextStep, Outcome
from core.domain import clock, money
from core.forms import EuroField, EuroInput
from programme.models import Line

ME = "me"
LATE, SOON = "late", "soon"
SOON_DAYS = WARN_AT[0]

# States together, as people ask for them.
GROUPS: dict[str, tuple[ProposalState, ...]] = {"open": UNDER_REVIEW, "decided": DECIDED, "ended": ENDED}
STATES = [
    ("open", gettext_lazy("Everything under review")),
    ("decided", gettext_lazy("Everything that is decided")),
    ("ended", gettext_lazy("Everything that ended without a decision")),
    *((state.value, state.label) for state in ProposalState if state is not ProposalState.DRAFT),
]
DUE = [
    (LATE, gettext_lazy("The last day has passed")),
    (SOON, gettext_lazy("The last day is within two weeks, or has passed")),
]


@dataclass(frozen=True)
class Chip:
    """A filter that is on: what it is called, what it asks, and the address of the list without it."""

    label: str
    value: str
    without: str


@dataclass
class Reading:
    """What the filters must know of the fund and of the reader, asked once for a page with many filters on it."""

    user: User

    @cached_property
    def lines(self) -> list[Line]:
        """The programme lines."""
        return list(Line.objects.all())

    @cached_property
    def calls(self) -> list[Call]:
        """The calls, newest first."""
        return list(Call.objects.order_by("-opens_at", "-pk").only("title", "first_year", "last_year"))

    @property
    def years(self) -> list[int]:
        """The years that proposals can ask money for."""
        return sorted({year for call in self.calls for year in range(call.first_year, call.last_year + 1)})

    @cached_property
    def assessors(self) -> list[User]:
        """Everybody who assesses, by name."""
        people = User.objects.filter(is_active=True, role_holdings__role=Role.ASSESSOR)
        return list(people.only("full_name").order_by("full_name", "pk"))

    @cached_property
    def days(self) -> overview.Days:
        """By when the college decides on what is under review."""
        return overview.days_under_review(self.user)

    @property
    def days_asked(self) -> overview.Days | None:
        """The last days, when a filter or the order asked for them; else None."""
        return self.days if "days" in vars(self) else None

    def choices_of(self, name: str) -> list[tuple[str, Any]]:
        """Return what can be chosen for a filter that depends on what there is."""
        if name == "line":
            return [(line.code, line.name) for line in self.lines]
        if name == "call":
            return [(str(call.pk), call.title) for call in self.calls]
        if name == "year":
            return [(str(year), str(year)) for year in self.years]
        return [(ME, _("Me")), *((str(person.pk), person.full_name) for person in self.assessors)]


class Sorting(django_filters.OrderingFilter):  # type: ignore[misc]
    """Sort with what is empty at the end, and the newest first where the rest is the same."""

    def get_ordering_value(self, param: str) -> OrderBy:
        """Return the order for a value in the address."""
        name = param.removeprefix("-")
        field = F(self.param_map.get(name, name))
        return field.desc(nulls_last=True) if param.startswith("-") else field.asc(nulls_last=True)

    def filter(self, qs: QuerySet[Proposal], value: list[str] | None) -> QuerySet[Proposal]:
        """Sort a list."""
        if not value:
            return qs
        return qs.order_by(*(self.get_ordering_value(param) for param in value), "-pk")


class EuroFilter(django_filters.Filter):  # type: ignore[misc]
    """An amount in euros, typed the Dutch way."""

    field_class = EuroField


class ProposalFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrow the list, and sort it."""

    q = django_filters.CharFilter(label=gettext_lazy("Number, title or organisation"), method="search", max_length=100)
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=STATES, method="in_state", empty_label=gettext_lazy("All states")
    )
    line = django_filters.ChoiceFilter(
        label=gettext_lazy("Programme line"), field_name="line__code", empty_label=gettext_lazy("All lines")
    )
    step = django_filters.ChoiceFilter(
        label=gettext_lazy("Waits for"), choices=NextStep.choices, empty_label=gettext_lazy("All steps")
    )
    due = django_filters.ChoiceFilter(
        label=gettext_lazy("Decision period"), choices=DUE, method="is_due", empty_label=gettext_lazy("All days")
    )
    year = django_filters.ChoiceFilter(
        label=gettext_lazy("Year with costs"), method="with_costs_in", empty_label=gettext_lazy("All years")
    )
    call = django_filters.ChoiceFilter(label=gettext_lazy("Call"), empty_label=gettext_lazy("All calls"))
    organisation = django_filters.CharFilter(
        label=gettext_lazy("Organisation or KvK number"), method="by_organisation", max_length=100
    )
    assessor = django_filters.ChoiceFilter(
        label=gettext_lazy("Assessor"), method="with_assessor", empty_label=gettext_lazy("All assessors")
    )
    outcome = django_filters.ChoiceFilter(
        label=gettext_lazy("Outcome of the advice"), choices=Outcome.choices, empty_label=gettext_lazy("All outcomes")
    )
    asked_min = EuroFilter(
        label=gettext_lazy("Requested from"), field_name="requested_total", lookup_expr="gte", widget=EuroInput
    )
    asked_max = EuroFilter(
        label=gettext_lazy("Requested up to"), field_name="requested_total", lookup_expr="lte", widget=EuroInput
    )
    o = Sorting(
        fields={
            "reference": "reference",
            "title": "title",
            "organisation__name": "organisation",
            "line__position": "line",
            "submitted_at": "submitted",
            "complete_at": "complete",
            "place": "decide_by",
            "percentage": "percentage",
            "requested_total": "requested",
            "advised_total": "advised",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Proposal
        fields: ClassVar[list[str]] = []

    def __init__(self, data: QueryDict, *, reading: Reading, whole: bool = False) -> None:
        """Read an address. What can be chosen is asked for what the address names; with `whole` for all filters."""
        self.reading = reading
        super().__init__(data, queryset=overview.overview_for(reading.user).order_by("-submitted_at", "-pk"))
        for name in ("line", "call", "year", "assessor"):
            wanted = whole or name == "line" or data.get(name)
            self.filters[name].extra["choices"] = reading.choices_of(name) if wanted else []

    def filter_queryset(self, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Narrow and sort. The last days are worked out by the clock, so the database gets them as a list."""
        if any(str(param).lstrip("-") == "decide_by" for param in self.form.cleaned_data.get("o") or ()):
            days = self.reading.days
            places = Value(sorted(days, key=lambda pk: (days[pk], pk)), output_field=ArrayField(IntegerField()))
            place = Func(places, F("pk"), function="array_position", output_field=IntegerField())
            queryset = queryset.annotate(place=place)
        found: QuerySet[Proposal] = super().filter_queryset(queryset)
        return found

    def search(self, proposals: QuerySet[Proposal], _name: str, text: str) -> QuerySet[Proposal]:
        """Find a text in the reference, the title or the organisation's name."""
        return proposals.filter(
            Q(reference__icontains=text) | Q(title__icontains=text) | Q(organisation__name__icontains=text)
        )

    def in_state(self, proposals: QuerySet[Proposal], _name: str, value: str) -> QuerySet[Proposal]:
        """Keep the proposals in a state, or in one of a group of states."""
        return proposals.filter(state__in=GROUPS.get(value, (value,)))

    def is_due(self, proposals: QuerySet[Proposal], _name: str, value: str) -> QuerySet[Proposal]:
        """Keep what the college must decide on soon, or should have decided on."""
        today = clock.today()
        ahead = -1 if value == LATE else SOON_DAYS
        return proposals.filter(pk__in=[pk for pk, day in self.reading.days.items() if (day - today).days <= ahead])

    def with_costs_in(self, proposals: QuerySet[Proposal], _name: str, year: Any) -> QuerySet[Proposal]:
        """Keep the proposals that have costs in a year."""
        costs = BudgetItemAmount.objects.filter(item__proposal=OuterRef("pk"), item__side=BudgetSide.COST, year=year)
        return proposals.filter(Exists(costs))

    def by_organisation(self, proposals: QuerySet[Proposal], _name: str, text: str) -> QuerySet[Proposal]:
        """Keep the proposals of organisations with a text in their name, or with this KvK number."""
        return proposals.filter(Q(organisation__name__icontains=text) | Q(organisation__kvk_number=text.strip()))

    def with_assessor(self, proposals: QuerySet[Proposal], _name: str, value: str) -> QuerySet[Proposal]:
        """Keep what a person was asked to assess; of colleagues only where the reader may open the file."""
        person = self.reading.user.pk if value == ME else int(value)
        asked = proposals.filter(Exists(Assignment.objects.filter(proposal=OuterRef("pk"), assessor=person)))
        return asked if person == self.reading.user.pk else asked.filter(Q(is_open=True))

    @cached_property
    def asked(self) -> dict[str, str]:
        """What is asked, by filter: only what was understood, in a fixed order."""
        wrong = set(self.form.errors)  # reading them cleans what was asked
        understood = set(self.form.cleaned_data) - wrong if self.form.is_bound else set()
        said = {name: str(self.data.get(name, "")).strip() for name in self.filters if name in understood}
        return {name: value for name, value in said.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is asked."""
        return bool(set(self.asked) - {"o"})

    @property
    def is_understood(self) -> bool:
        """Whether everything in the address was understood."""
        return not self.form.errors

    def query(self, *, columns: Sequence[str] = (), without: str = "") -> str:
        """Return the list's address after the question mark: what is asked, and the columns that it shows."""
        said = {name: value for name, value in self.asked.items() if name != without}
        return urlencode(said | ({"columns": ",".join(columns)} if columns else {}), safe=",")

    def chips(self, *, columns: Sequence[str] = ()) -> list[Chip]:
        """Return the filters that are on, in words."""
        return [
            Chip(str(self.form.fields[name].label), self._in_words(name), self.query(columns=columns, without=name))
            for name in self.asked
            if name != "o"
        ]

    def _in_words(self, name: str) -> str:
        value = self.asked[name]
        choices = getattr(self.form.fields[name], "choices", None)
        if choices is not None:
            return str(dict(choices).get(value, value))
        amount = self.form.cleaned_data[name]
        return money.format_euros(amount) if isinstance(amount, Decimal) else value

    @classmethod
    def of(cls, query: str, *, reading: Reading) -> "ProposalFilter":
        """Read a saved filter, as if it stood in the address."""
        return cls(QueryDict(query), reading=reading)


def counts_of(saved: Sequence[SavedFilter], reading: Reading) -> dict[int, int]:
    """Return how many proposals each filter finds for this reader, by its primary key: one query for all of them."""
    asked = {f"number_{one.pk}": Count("pk", distinct=True, filter=Q(pk__in=_keys_of(one, reading))) for one in saved}
    found = proposals_known_to(reading.user).order_by().aggregate(**asked) if asked else {}
    return {one.pk: found[f"number_{one.pk}"] for one in saved}


def _keys_of(saved: SavedFilter, reading: Reading) -> Any:
    found: QuerySet[Proposal] = ProposalFilter.of(saved.query, reading=reading).qs
    return found.order_by().values("pk")
