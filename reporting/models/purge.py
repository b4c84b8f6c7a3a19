from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from reporting.states import FileOutcome, PurgeState

if TYPE_CHECKING:
    from django.utils.functional import Promise


class PurgeOrderQuerySet(models.QuerySet["PurgeOrder"]):
    def open(self) -> "PurgeOrderQuerySet":
        """Return the orders that are not carried out and not withdrawn."""
        return self.filter(state__in=[PurgeState.PREPARED, PurgeState.SIGNED])

    def for_list(self) -> "PurgeOrderQuerySet":
        """Return orders with what their list shows of each, the last first."""
        counted = self.annotate(file_count=Count("files"))  # type: ignore[no-redef]
        return counted.select_related("prepared_by", "signed_by").order_by("-pk")


class PurgeOrder(models.Model):
    """An order to destroy files whose term is over: prepared by one, signed by another, carried out by the owner.

    What it is about is fixed by a hash over its list of files; the database works that out again when it is signed.
    """

    # Added by for_list(), and only there after it.
    file_count: int

    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    files_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=PurgeState, default=PurgeState.PREPARED)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    objects = PurgeOrderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="reporting_purge_state_known", condition=Q(state__in=PurgeState.values)),
            models.CheckConstraint(name="reporting_purge_sha256", condition=Q(files_sha256__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="reporting_purge_two_signatures", condition=Q(signed_by=None) | ~Q(signed_by=F("prepared_by"))
            ),
            models.CheckConstraint(
                name="reporting_purge_state_is_whole",
                condition=Q(state=PurgeState.PREPARED, signed_by=None, signed_at=None, done_at=None, withdrawn_by=None)
                | Q(
                    state=PurgeState.SIGNED,
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    done_at=None,
                    withdrawn_by=None,
                )
                | Q(
                    state=PurgeState.DONE,
                    signed_by__isnull=False,
                    signed_at__isnull=False,
                    done_at__isnull=False,
                    withdrawn_by=None,
                )
                | Q(state=PurgeState.WITHDRAWN, withdrawn_by__isnull=False, done_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def state_kind(self) -> str:
        """How the state looks, beside its words."""
        kinds = {PurgeState.PREPARED: "warning", PurgeState.SIGNED: "info", PurgeState.DONE: "ok"}
        return kinds.get(PurgeState(self.state), "neutral")


class PurgeFile(models.Model):
    """One file on an order. It names the proposal by number: of a draft nothing else is left to point to."""

    order = models.ForeignKey(PurgeOrder, on_delete=models.PROTECT, related_name="files")
    proposal_number = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=20, blank=True, help_text="Empty for a draft that was never sent")
    outcome = models.CharField(max_length=14, choices=FileOutcome)
    ended_on = models.DateField()
    destroy_from = models.DateField()
    purged_at = models.DateTimeField(null=True)
    # Where its bytes stood, below the store. They go after the commit; a run that was stopped finds them here again.
    paths = models.JSONField(default=list)
    bytes_removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "proposal_number"], name="reporting_purge_file_once"),
            models.UniqueConstraint(
                fields=["proposal_number"], condition=Q(purged_at__isnull=False), name="reporting_purged_once"
            ),
            models.CheckConstraint(name="reporting_purge_is_due", condition=Q(destroy_from__gt=F("ended_on"))),
            models.CheckConstraint(
                name="reporting_bytes_after_rows", condition=Q(bytes_removed_at=None) | Q(purged_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.proposal_number)

    @property
    def outcome_label(self) -> "str | Promise":
        """How the file ended, in words."""
        return FileOutcome(self.outcome).label
