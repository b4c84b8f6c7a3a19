"""The administration of how files are read. Money is here to look at only: the books change by their own rules."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import ForAdministrators, OnlyToLookAt
from accounts.models import User
from budget.models import BudgetLine, ImportMapping, Tier
from budget.states.events import BudgetEvent
from core.domain import audit
from core.domain.money import format_euros


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


@admin.register(Tier)
class TierAdmin(OnlyToLookAt, admin.ModelAdmin[Tier]):
    """The rules for grants from an amount on: they are money, so they come from the municipality's regulation."""

    list_display = ("name", "from_amount", "advance_percentage", "report_weeks", "confirmed")


@admin.register(BudgetLine)
class BudgetLineAdmin(OnlyToLookAt, admin.ModelAdmin[BudgetLine]):
    """What each programme line has in each year, and what is left of it, as the books say now."""

    list_display = ("__str__", "budgeted", "granted", "spent", "free")
    fields = ("line", "year", "budgeted", "granted", "spent", "free")
    readonly_fields = ("budgeted", "granted", "spent", "free")
    list_filter = ("year", "line")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BudgetLine]:
        return super().get_queryset(request).select_related("line", "balance")

    @admin.display(description=_("budgeted"))
    def budgeted(self, line: BudgetLine) -> str:
        return format_euros(line.balance.budgeted)

    @admin.display(description=_("granted"))
    def granted(self, line: BudgetLine) -> str:
        return format_euros(line.balance.granted)

    @admin.display(description=_("spent"))
    def spent(self, line: BudgetLine) -> str:
        return format_euros(line.balance.spent)

    @admin.display(description=_("free"))
    def free(self, line: BudgetLine) -> str:
        left: Decimal = line.balance.budgeted - line.balance.granted - line.balance.spent
        return format_euros(left)
