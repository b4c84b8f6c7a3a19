"""Forms of the what-if board."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.domain.best_set import ALL
from budget.domain.scenarios import LONGEST_NAME
from budget.forms.lists import ListForm
from budget.models import Scenario, ScenarioItem
from budget.states import ScenarioGoal
from core.forms import EuroField


class NameForm(forms.Form):
    """What a scenario is called."""

    name = forms.CharField(
        label=gettext_lazy("Name of the scenario"),
        help_text=gettext_lazy("So that you find it back, for example “All of Leven, half of Imago”."),
        max_length=LONGEST_NAME,
    )


class RenameForm(NameForm):
    """Another name for the scenario that the page showed in `version`."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """Put a proposal in or out."""

    proposal = forms.CharField(max_length=20)
    to = forms.ChoiceField(choices=[("in", "in"), ("out", "out")])
    version = forms.IntegerField()


class AmountsForm(forms.Form):
    """What a proposal would get in each year, as typed on the board."""

    version = forms.IntegerField()

    def __init__(self, *args: Any, item: ScenarioItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in item.amounts.all():
            self.fields[f"amount_{one.year}"] = EuroField(label=str(one.year))

    @property
    def amounts(self) -> dict[int, Any]:
        """The amounts in euros by year."""
        return {
            int(name.removeprefix("amount_")): amount
            for name, amount in self.cleaned_data.items()
            if name.startswith("amount_")
        }

    @property
    def complaint(self) -> str:
        """What is wrong with what was typed, in one text."""
        return " ".join(
            _("%(year)s: %(error)s") % {"year": self.fields[name].label, "error": error} if name != "version" else error
            for name, errors in self.errors.items()
            for error in map(str, errors)
        )


class BestForm(forms.Form):
    """What the best set is best at, and how far amounts may go down."""

    ALL_OR_NOTHING, LESS = "all", "less"

    goal = forms.ChoiceField(
        label=gettext_lazy("What should it be best at?"),
        choices=ScenarioGoal.choices,
        widget=forms.RadioSelect,
        initial=ScenarioGoal.SCORE,
    )
    amounts = forms.ChoiceField(
        label=gettext_lazy("Which amounts?"),
        choices=[
            (ALL_OR_NOTHING, gettext_lazy("All of what is advised, or nothing")),
            (LESS, gettext_lazy("Less, down to a share of what is advised")),
        ],
        widget=forms.RadioSelect,
        initial=ALL_OR_NOTHING,
    )
    least = forms.IntegerField(
        label=gettext_lazy("The smallest share"),
        help_text=gettext_lazy("Only when amounts may be less: from 1 to 99 percent, in each year."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-suffix": "%", "data-width": "short"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a share between 1 and 99 percent when amounts may be less."""
        values = super().clean() or {}
        least = values.get("least")
        may_be_less = values.get("amounts") == self.LESS and "least" not in self.errors
        if may_be_less and (least is None or not 1 <= least < ALL):
            self.add_error("least", ValidationError(_("Fill in a share from 1 to 99 percent.")))
        return values

    @property
    def share(self) -> int:
        """The smallest share in percent; 100 for all-or-nothing."""
        least: int = self.cleaned_data["least"]
        return least if self.cleaned_data["amounts"] == self.LESS else ALL


class ToListForm(ListForm):
    """The meeting that a draft list is made for, out of the scenario that the page showed in `version`."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CompareForm(forms.Form):
    """Two scenarios, side by side."""

    a = forms.ModelChoiceField(Scenario.objects.none(), label=gettext_lazy("First scenario"))
    b = forms.ModelChoiceField(Scenario.objects.none(), label=gettext_lazy("Second scenario"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("a", "b"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = Scenario.objects.order_by("-changed_at", "-pk")
