"""What pages of earlier apps show of de-minimis aid: the road only looks back, templates may look ahead."""

from django import template

from applications.models import Proposal
from budget.domain import de_minimis
from budget.domain.de_minimis import Picture

register = template.Library()


@register.simple_tag
def de_minimis_of(proposal: Proposal) -> Picture:
    """Return how a partner's proposal stands to the ceiling, from its own words and what this fund granted."""
    return de_minimis.picture_for_partner(proposal)
