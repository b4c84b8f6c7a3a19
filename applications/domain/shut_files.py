"""Files that are shut for a person who has an interest (Awb 2:4)."""

from django.db import transaction

from accounts.models import User
from applications.models import Proposal, ShutFile
from applications.states import ProposalEvent
from core.domain import audit, clock


def shut(*, proposal: Proposal, person: User) -> None:
    """Let a proposal no longer exist for a person with an interest, declared or by working on it. Twice is once."""
    with transaction.atomic():
        shut_file, is_new = ShutFile.objects.get_or_create(
            proposal=proposal, user=person, defaults={"since": clock.now()}
        )
        if is_new:
            audit.record(
                event=ProposalEvent.SHUT_FOR_PERSON,
                actor=person,
                about=proposal,
                changes={"person": person.pk, "since": shut_file.since.isoformat()},
            )
