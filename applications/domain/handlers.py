"""Who of the team handles a proposal, and so hears of what its partner does."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.states import Role
from applications.models import Proposal


def handlers_of(proposal: Proposal) -> list[User]:
    """Return the leads of a proposal's line, or the programme managers when nobody leads it.

    Never somebody for whom the file does not exist because of an interest (Awb 2:4).
    """
    active = User.objects.filter(is_active=True).distinct().order_by("pk")
    leads = _without_interest(active.filter(led_lines__line=proposal.line_id), proposal)
    return leads or _without_interest(active.filter(role_holdings__role=Role.PROGRAMME_MANAGER), proposal)


def _without_interest(people: QuerySet[User], proposal: Proposal) -> list[User]:
    """Return those of the people who may know of the proposal: a handful, so one question each."""
    return [user for user in people if Proposal.objects.visible_to_team(user).filter(pk=proposal.pk).exists()]
