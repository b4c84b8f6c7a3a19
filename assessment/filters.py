"""The filters of the team's list of proposals."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import BudgetItemAmount, Call, Proposal
from applications.states import BudgetSide, ProposalState
from programme.models import Line

STATES = [(state.value, state.label) for state in ProposalState if state is not ProposalState.DRAFT]


def years_of_calls() -> list[tuple[int, str]]:
    """Return the years that proposals can ask money for."""
    span = Call.objects.aggregate(first=Min("first_year"), last=Max("last_year"))
    if span["first"] is None:
        return []
    return [(year, str(year)) for year in range(span["first"], span["last"] + 1)]


class ProposalFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrow the list by text, state, line and year, and sort it."""

    q = django_filters.CharFilter(label=_("Number, title or organisation"), method="search", max_length=100)
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("All states"))
    line = django_filters.ModelChoiceFilter(
        label=_("Programme line"), queryset=Line.objects.all(), to_field_name="code", empty_label=_("All lines")
    )
    year = django_filters.ChoiceFilter(
        label=_("Year with costs"), choices=years_of_calls, method="with_costs_in", empty_label=_("All years")
    )
    o = django_filters.OrderingFilter(
        fields={
            "reference": "reference",
            "title": "title",
            "organisation__name": "organisation",
            "line__position": "line",
            "submitted_at": "submitted",
            "requested_total": "requested",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Proposal
        fields: ClassVar[list[str]] = []

    def search(self, proposals: QuerySet[Proposal], _name: str, text: str) -> QuerySet[Proposal]:
        """Find a text in the reference, the title or the organisation's name."""
        return proposals.filter(
            Q(reference__icontains=text) | Q(title__icontains=text) | Q(organisation__name__icontains=text)
        )

    def with_costs_in(self, proposals: QuerySet[Proposal], _name: str, year: Any) -> QuerySet[Proposal]:
        """Keep the proposals that have costs in a year."""
        costs = BudgetItemAmount.objects.filter(item__proposal=OuterRef("pk"), item__side=BudgetSide.COST, year=year)
        return proposals.filter(Exists(costs))
