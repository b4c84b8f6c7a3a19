"""The door to a proposal, and the locks on it."""

from collections.abc import Iterable

from django.shortcuts import get_object_or_404

from accounts.models import User
from applications.models import Proposal


def proposal_for_partner(user: User, pk: int) -> Proposal:
    """Return a proposal of an organisation that the person acts for; for everybody else it does not exist (404)."""
    return get_object_or_404(Proposal.objects.of_partner(user).select_related("organisation", "call", "line"), pk=pk)


def proposal_for_team(user: User, reference: str) -> Proposal:
    """Return a submitted proposal that the person may know of as a member of the team; else 404."""
    proposals = Proposal.objects.visible_to_team(user).select_related("organisation", "call", "line", "proposed_line")
    return get_object_or_404(proposals, reference=reference)


def lock_proposals(ids: Iterable[int]) -> list[Proposal]:
    """Lock proposals for the rest of the transaction, in order of primary key, and return them as they are now."""
    return list(Proposal.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk"))


def lock_proposal(pk: int) -> Proposal:
    """Lock one proposal for the rest of the transaction and return it as it is now. Raises Proposal.DoesNotExist."""
    return Proposal.objects.select_for_update(of=("self",)).get(pk=pk)
