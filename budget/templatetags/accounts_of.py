"""What pages of earlier apps show of the money: the road only looks back, templates may look ahead."""

from django import template

from applications.models import Proposal
from budget.models import Account

register = template.Library()


@register.simple_tag
def account_of(proposal: Proposal) -> Account | None:
    """Return the account that is expected of a granted proposal, if there is one."""
    return Account.objects.standing().filter(decision__proposal=proposal).first()
