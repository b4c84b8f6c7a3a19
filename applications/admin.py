"""Calls in the Django admin: to look at. The programme team manages them in the product, by the rules."""

from django.contrib import admin
from django.http import HttpRequest

from applications.models import Call


@admin.register(Call)
class CallAdmin(admin.ModelAdmin[Call]):
    """Calls, read only."""

    list_display = ("title", "state", "opens_at", "closes_on", "first_year", "last_year", "division_rule")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Calls are prepared by the team."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        """Calls are changed by the team."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        """Calls are removed by the team."""
        return False
