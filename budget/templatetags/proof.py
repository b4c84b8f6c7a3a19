"""When the books were last proven, for the pages of who works with them."""

from typing import Any

from django import template

from budget.models import ProofRun

register = template.Library()


@register.inclusion_tag("budget/parts/last_proof.html")
def last_proof() -> dict[str, Any]:
    """Show when the books were last proven, over how many entries, and their state in one hash. One query."""
    return {"proven": ProofRun.objects.clean().last()}
