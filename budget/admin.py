"""The administration of how files are read. Money isn't here."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin import ForAdministrators
from accounts.models import User
from budget.models import ImportMapping
from budget.states.events import BudgetEvent
from core.domain import audit


@admin.register(ImportMapping)
class ImportMappingAdmin(ForAdministrators, admin.ModelAdmin[ImportMapping]):
    """How a file of the bank or the finance package is written. What was used to read a file is never deleted."""

    list_display = ("name", "reference_column", "amount_column", "date_column")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: ImportMapping,
        form: ModelForm[ImportMapping],
        change: bool,  # noqa: FBT001
    ) -> None:
        super().save_model(request, obj, form, change)
        assert isinstance(request.user, User)  # noqa: S101  (the site lets only people in)
        changes = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        audit.record(event=BudgetEvent.IMPORT_MAPPING_CHANGED, actor=request.user, about=obj, changes=changes)
