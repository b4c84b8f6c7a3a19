"""The administration of the frame: what the council and the team may put into words themselves.

Money isn't here, and versions of the criteria can only be read: they have pages of their own.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest

from accounts.admin import ForAdministrators, OnlyToLookAt
from accounts.models import User
from core.domain import audit
from programme.models import (
    Area,
    CriteriaVersion,
    Criterion,
    DesiredResult,
    Indicator,
    IndicatorDefinition,
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


# One above the other, because Django gives the fields of a table no label that a screen reader can find.
class ResultInline(ForAdministrators, admin.StackedInline[DesiredResult, Line]):
    model = DesiredResult
    extra = 0


class LeadInline(ForAdministrators, admin.StackedInline[LineLead, Line]):
    model = LineLead
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Line)
class LineAdmin(FrameAdmin):
    """Lines come from the council's plan: their words may change, their number may not."""

    list_display = ("name", "work_kind", "budget_programme", "task_field", "task_field_confirmed")
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


class DefinitionInline(OnlyToLookAt, admin.StackedInline[IndicatorDefinition, Indicator]):
    model = IndicatorDefinition


@admin.register(Indicator)
class IndicatorAdmin(OnlyToLookAt, admin.ModelAdmin[Indicator]):
    """What an indicator means changes on the team's own page, with a reason, and keeps its history."""

    list_display = ("code", "position")
    inlines = (DefinitionInline,)


class CriterionInline(OnlyToLookAt, admin.StackedInline[Criterion, CriteriaVersion]):
    model = Criterion


class ScaleInline(OnlyToLookAt, admin.TabularInline[ScaleLevel, CriteriaVersion]):
    model = ScaleLevel


@admin.register(CriteriaVersion)
class CriteriaVersionAdmin(OnlyToLookAt, admin.ModelAdmin[CriteriaVersion]):
    """Versions of the criteria: the programme manager writes and adopts them on pages of their own."""

    list_display = ("__str__", "state", "source", "confirmed", "adopted_on", "frozen_at")
    fields = (
        *("number", "state", "source", "minimum_points", "threshold_percentage", "discuss_from_spread"),
        *("assessor_count", "confirmed", "adopted_on", "frozen_at", "content_sha256"),
    )
    inlines: ClassVar = [CriterionInline, ScaleInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CriteriaVersion]:
        return CriteriaVersion.objects.adopted()
