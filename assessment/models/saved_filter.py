from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from accounts.models import User


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def offered_to(self, user: "User") -> "SavedFilterQuerySet":
        """Return a person's own filters and what colleagues share, own ones first, by name."""
        return (
            self.filter(Q(owner=user) | Q(is_shared=True))
            .select_related("owner")
            .annotate(is_own=Q(owner=user))
            .order_by(F("is_own").desc(), "name", "pk")
        )


class SavedFilter(models.Model):
    """A way to look at the list of proposals, kept under a name. It holds a question, never an answer."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, help_text="The part of the address after the question mark")
    is_shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False, help_text="The owner's list opens with it")
    saved_at = models.DateTimeField()

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="assessment_filter_name_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_default=True), name="assessment_filter_one_default"
            ),
            models.CheckConstraint(name="assessment_filter_says_something", condition=~Q(name="") & ~Q(query="")),
        ]

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """The columns that a person chose for the list of proposals, by their codes."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_columns")
    codes = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="assessment_list_has_columns", condition=~Q(codes="")),
        ]

    def __str__(self) -> str:
        return str(self.person)
