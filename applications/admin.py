"""Calls in the Django admin: to look at. The programme team manages them in the product, by the rules.

Proposals aren't here: who may read one is decided per person, by its own door.
"""

from django.contrib import admin

from accounts.admin import OnlyToLookAt
from applications.models import Call


@admin.register(Call)
class CallAdmin(OnlyToLookAt, admin.ModelAdmin[Call]):
    """Calls, prepared and changed by the team."""

    list_display = ("title", "state", "opens_at", "closes_on", "first_year", "last_year", "division_rule")
