"""Telling assessors by mail what changed in their work: one message for a batch, without a word about the proposals."""

from collections.abc import Iterable

from django.db import transaction

from assessment import letters
from assessment.models import Assignment, WithdrawnAssignment


def tell_assigned(*, assignment_ids: Iterable[int]) -> None:
    """Tell one assessor about assignments that were made together; those that are gone or done meanwhile don't count.

    The date is the earliest. Saying it twice is saying it once.
    """
    with transaction.atomic():
        numbers = sorted(assignment_ids)
        waiting = list(Assignment.objects.open_files().filter(pk__in=numbers).select_related("assessor"))
        if waiting:
            letters.mail_assigned(
                key=str(numbers[0]),
                to=waiting[0].assessor,
                number=len(waiting),
                due_on=min(one.due_on for one in waiting),
            )


def tell_withdrawn(*, withdrawn_id: int) -> None:
    """Tell an assessor that an assignment was taken back, unless the same proposal was assigned again meanwhile."""
    with transaction.atomic():
        withdrawn = WithdrawnAssignment.objects.select_related("assessor").get(pk=withdrawn_id)
        again = Assignment.objects.filter(proposal=withdrawn.proposal_id, assessor=withdrawn.assessor_id)
        if withdrawn.assessor.is_active and not again.exists():
            letters.mail_withdrawn(key=str(withdrawn.pk), to=withdrawn.assessor)
