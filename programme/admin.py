"""The administration of the frame: what the council and the team may put into words themselves.

Money isn't here, and a version of the criteria that is in use can only be read.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest

from accounts.admin import ForAdministrators
from accounts.models import User
from core.domain import audit
from programme.models import (
    Area,
    CriteriaVersion,
    Criterion,
    DesiredResult,
    Indicator,
    Line,
    LineLead,
    ScaleLevel,
    TargetGroup,
)
from programme.states import ProgrammeEvent


class FrameAdmin(ForAdministrators, admin.ModelAdmin[Any]):
    """Reference data: every change leaves a row in the audit trail."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if form.changed_data or not change:
            _record(
                request,
                ProgrammeEvent.FRAME_CHANGED,
                obj,
                {name: str(form.cleaned_data[name]) for name in form.changed_data},
            )

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        _record(request, ProgrammeEvent.FRAME_REMOVED, obj, {})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Any],
        formset: BaseModelFormSet[Any, Any],
        change: bool,  # noqa: FBT001
    ) -> None:
        super().save_formset(request, form, formset, change)
        for obj in formset.new_objects:
            _record(request, ProgrammeEvent.FRAME_CHANGED, obj, {})
        for obj, names in formset.changed_objects:
            _record(request, ProgrammeEvent.FRAME_CHANGED, obj, {name: str(getattr(obj, name)) for name in names})
        for obj in formset.deleted_objects:
            _record(request, ProgrammeEvent.FRAME_REMOVED, obj, {})


def _record(request: HttpRequest, event: ProgrammeEvent, obj: models.Model, changes: dict[str, str]) -> None:
    assert isinstance(request.user, User)  # noqa: S101  (the site lets only people in)
    audit.record(event=event, actor=request.user, about=obj, changes=changes)


class ResultInline(ForAdministrators, admin.TabularInline[DesiredResult, Line]):
    model = DesiredResult
    extra = 0


class LeadInline(ForAdministrators, admin.TabularInline[LineLead, Line]):
    model = LineLead
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Line)
class LineAdmin(FrameAdmin):
    """Lines come from the council's plan: their words may change, their number may not."""

    list_display = ("name", "work_kind", "budget_programme")
    readonly_fields = ("code",)
    inlines: ClassVar = [ResultInline, LeadInline]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(TargetGroup)
class TargetGroupAdmin(FrameAdmin):
    list_display = ("name", "stream", "ages", "position")


@admin.register(Area)
class AreaAdmin(FrameAdmin):
    list_display = ("name", "position")


@admin.register(Indicator)
class IndicatorAdmin(FrameAdmin):
    list_display = ("name", "unit", "baseline", "position")


class UnlessFrozen(ForAdministrators):
    """Lets a version of the criteria be read only, once it is in use; the triggers say so finally."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _is_frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_frozen(obj)


def _is_frozen(obj: Any) -> bool:
    return isinstance(obj, CriteriaVersion) and obj.frozen_at is not None


class CriterionInline(UnlessFrozen, admin.StackedInline[Criterion, CriteriaVersion]):
    model = Criterion
    extra = 0


class ScaleInline(UnlessFrozen, admin.TabularInline[ScaleLevel, CriteriaVersion]):
    model = ScaleLevel
    extra = 0


@admin.register(CriteriaVersion)
class CriteriaVersionAdmin(UnlessFrozen, FrameAdmin):
    """Versions of the criteria: written until the first score, read afterwards."""

    list_display = ("__str__", "source", "confirmed", "frozen_at")
    readonly_fields = ("frozen_at", "content_sha256")
    inlines: ClassVar = [CriterionInline, ScaleInline]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # asks no version whether it is in use
        return actions
