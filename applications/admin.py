"""Reference data of applications in the Django admin: the calls."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from applications.states import CallEvent
from core.domain import audit, clock

# Published before the opening, so fixed from then on.
FIXED_ONCE_OPEN = (
    "opens_at",
    "first_year",
    "last_year",
    "lines",
    "criteria_version",
    "division_rule",
    "decision_weeks",
)
FIRST_YEAR, LAST_YEAR = 2025, 2040
WEEKS_MOST = 52


class CallForm(forms.ModelForm[Call]):
    """A call, with what must hold between its fields."""

    class Meta:
        model = Call
        fields = ("title", "opens_at", "closes_on", "first_year", "last_year", *FIXED_ONCE_OPEN[3:])

    def clean_decision_weeks(self) -> int:
        """Keep the decision period within a year (Awb 4:13)."""
        weeks: int = self.cleaned_data["decision_weeks"]
        if not 1 <= weeks <= WEEKS_MOST:
            raise forms.ValidationError(_("A decision period is 1 to 52 weeks."))
        return weeks

    def clean(self) -> dict[str, Any]:
        """Check the years and the dates against each other."""
        values = super().clean() or {}
        first, last = (
            values.get("first_year", self.instance.first_year),
            values.get("last_year", self.instance.last_year),
        )
        if first is not None and last is not None and not FIRST_YEAR <= first <= last <= LAST_YEAR:
            self._refuse("last_year", _("The years run from the first to the last, between 2025 and 2040."))
        opens_at, closes_on = values.get("opens_at", self.instance.opens_at), values.get("closes_on")
        if opens_at and closes_on and closes_on < clock.local_date(opens_at):
            self._refuse("closes_on", _("A call can't close before it opens."))
        return values

    def _refuse(self, field: str, message: Any) -> None:
        self.add_error(field if field in self.fields else None, message)


@admin.register(Call)
class CallAdmin(admin.ModelAdmin[Call]):
    """Calls: once open, only the title and the closing date may still change."""

    form = CallForm
    list_display = ("title", "opens_at", "closes_on", "first_year", "last_year", "division_rule")
    filter_horizontal: ClassVar = ("lines",)

    def get_readonly_fields(self, request: HttpRequest, obj: Call | None = None) -> tuple[str, ...]:
        """Fix what was published when the call opened."""
        return FIXED_ONCE_OPEN if obj is not None and obj.opens_at <= clock.now() else ()

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        """Keep a call that was open or has proposals."""
        if obj is None:
            return False
        return super().has_delete_permission(request, obj) and not obj.proposals.exists() and obj.opens_at > clock.now()

    def save_model(self, request: HttpRequest, obj: Call, form: forms.ModelForm[Call], change: bool) -> None:  # noqa: FBT001
        """Save, and write down who did."""
        super().save_model(request, obj, form, change)
        event = CallEvent.CHANGED if change else CallEvent.CREATED
        changes = {"fields": list(form.changed_data)}
        audit.record(event=event, actor=request.user, about=obj, changes=changes)  # type: ignore[arg-type]
