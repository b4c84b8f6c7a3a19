"""What pages show beside a proposal: others that look like it."""

from django import template

from accounts.models import User
from applications.domain import duplicates
from applications.domain.duplicates import Found, Likeness
from applications.models import Proposal

register = template.Library()


@register.simple_tag
def own_likeness(proposal: Proposal, user: User) -> list[Likeness]:
    """Return the proposals of the same organisation with nearly the same title."""
    title = proposal.title
    return duplicates.own(user=user, organisation_id=proposal.organisation_id, title=title, leave_out=proposal.pk)


@register.simple_tag
def likeness_for_team(proposal: Proposal, user: User) -> Found:
    """Return what looks like a proposal among all that a person of the team may know of."""
    return duplicates.for_team(user=user, proposal=proposal)
