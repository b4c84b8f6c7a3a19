"""The forms of a draft of the criteria: small ones, each for a part, that remember what the person had on screen."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import RequestKeyField
from programme.domain import criteria
from programme.domain.criteria_comparison import CRITERION, RULE
from programme.domain.criteria_rules import CriterionSaid, RuleSaid
from programme.models import CriteriaVersion, Criterion

SHORT = {"data-width": "short", "inputmode": "numeric"}
TEXT_MOST = 2000


def number_field(label: Any, help_text: Any = "") -> forms.IntegerField:
    """Return the field of a small number; the rules say which numbers make sense."""
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, widget=forms.TextInput(attrs=SHORT))


def long_field(label: Any, *, most: int, rows: int = 3, **options: Any) -> forms.CharField:
    """Return the field of a text with a visible limit."""
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class PartForm(forms.Form):
    """A part of a draft. `seen` is the hash of that part as the page showed it, so that nobody overwrites another."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, stored: dict[str, Any], content: Any) -> None:
        self.stored = stored
        self.sha256 = criteria.sha256_of(content)
        super().__init__(data, initial={**stored, "seen": self.sha256})
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def catch_up(self) -> None:
        """Let what was typed be sent again, now that the person sees what somebody else saved."""
        self.data = {**{key: self.data.get(key) for key in self.data}, "seen": self.sha256}

    def saved_meanwhile(self) -> list[tuple[str, str]]:
        """Return what stands there now wherever it differs from what was typed: the label of the field and the text."""
        found = []
        for name, field in self.fields.items():
            now, typed = self.stored.get(name), self.cleaned_data.get(name)
            if name != "seen" and now != typed:
                found.append((str(field.label), _shown(now)))
        return found


class RuleForm(PartForm):
    """How points become an advice."""

    source = forms.CharField(
        label=gettext_lazy("Rests on"),
        help_text=gettext_lazy("The document that this version comes from, with its number or date."),
        max_length=200,
    )
    minimum_points = number_field(
        RULE["minimum_points"],
        gettext_lazy("Fewer for any criterion makes the advice negative; exactly this makes it conditional."),
    )
    threshold_percentage = number_field(RULE["threshold_percentage"])
    discuss_from_spread = number_field(
        RULE["discuss_from_spread"], gettext_lazy("From here on the team must discuss a criterion and write it down.")
    )
    assessor_count = number_field(
        RULE["assessor_count"], gettext_lazy("So many assessors hand in before the team meets.")
    )
    confirmed = forms.BooleanField(label=gettext_lazy("Hengelo confirmed the scale and this rule"), required=False)

    def __init__(self, data: QueryDict | None, version: CriteriaVersion) -> None:
        content = criteria.rule_of(version)
        super().__init__(data, stored=content, content=content)

    def said(self) -> RuleSaid:
        """Return what was filled in."""
        return RuleSaid(**{name: self.cleaned_data[name] for name in RuleSaid.__dataclass_fields__})


class ScaleForm(PartForm):
    """What the levels of the scale are called."""

    def __init__(self, data: QueryDict | None, version: CriteriaVersion) -> None:
        content = criteria.scale_of(version)
        self.points = [level["points"] for level in content]
        super().__init__(
            data, stored={f"level_{level['points']}": level["label"] for level in content}, content=content
        )
        for points in self.points:
            label = _("%(points)d points") % {"points": points} if points != 1 else _("1 point")
            self.fields[f"level_{points}"] = forms.CharField(label=label, max_length=60)

    def said(self) -> dict[int, str]:
        """Return the names of the levels, by points."""
        return {points: self.cleaned_data[f"level_{points}"] for points in self.points}


class CriterionForm(PartForm):
    """What one criterion says, with what each number of points means for it."""

    label = forms.CharField(label=CRITERION["label"], max_length=60)
    meaning = long_field(
        CRITERION["meaning"], most=300, help_text=gettext_lazy("One sentence, without a full stop at the end.")
    )
    elaboration = long_field(
        CRITERION["elaboration"],
        most=TEXT_MOST,
        rows=5,
        required=False,
        help_text=gettext_lazy("What we look at. Everybody reads this."),
    )
    conditions = long_field(
        CRITERION["conditions"],
        most=TEXT_MOST,
        required=False,
        help_text=gettext_lazy("What a proposal must meet in any case."),
    )
    weight = number_field(CRITERION["weight"], gettext_lazy("How many times the points count; 1 for all is equal."))
    may_be_not_applicable = forms.BooleanField(label=CRITERION["may_be_not_applicable"], required=False)
    concerns_talent = forms.BooleanField(label=CRITERION["concerns_talent"], required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("Hengelo confirmed this criterion with its elaboration, conditions and anchors"),
        required=False,
    )

    def __init__(self, data: QueryDict | None, criterion: Criterion) -> None:
        content = criteria.criterion_of(criterion)
        levels = criterion.version.scale.order_by("points")
        anchors = {anchor["points"]: anchor["text"] for anchor in content["anchors"]}
        self.points = [level.points for level in levels]
        written = {name: content[name] for name in CriterionSaid.__dataclass_fields__ if name != "anchors"}
        stored = {**written, **{f"anchor_{points}": anchors.get(points, "") for points in self.points}}
        super().__init__(data, stored=stored, content=content)
        for level in levels:
            self.fields[f"anchor_{level.points}"] = long_field(str(level), most=400, required=False)
        self.helper.layout = self._layout()

    def said(self) -> CriterionSaid:
        """Return what was filled in."""
        typed = self.cleaned_data
        anchors = {points: typed[f"anchor_{points}"] for points in self.points}
        names = [name for name in CriterionSaid.__dataclass_fields__ if name != "anchors"]
        return CriterionSaid(**{name: typed[name] for name in names}, anchors=anchors)

    def _layout(self) -> Layout:
        explanation = _("For an assessor who chooses between two numbers of points. All of them or none.")
        return Layout(
            "seen",
            Fieldset(_("What it means"), "label", "meaning", "elaboration", "conditions"),
            Fieldset(
                _("What the points mean"),
                HTML(f"<p>{explanation}</p>"),
                *(f"anchor_{points}" for points in self.points),
            ),
            Fieldset(_("How it counts"), "weight", "may_be_not_applicable", "concerns_talent"),
            Fieldset(_("Confirmed"), Div("confirmed")),
        )


class StartForm(forms.Form):
    """Which version a new draft is a copy of."""

    copy_of = forms.ModelChoiceField(
        CriteriaVersion.objects.none(),
        label=gettext_lazy("Start from"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose a version that is adopted.")},
    )
    request_key = RequestKeyField()

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"copy_of": CriteriaVersion.objects.in_force()})
        self.fields["copy_of"].queryset = CriteriaVersion.objects.adopted()  # type: ignore[attr-defined]


class RemoveForm(forms.Form):
    """A draft as the page showed it."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else _("(empty)")
