"""What a decision on one proposal has to be: amounts within the request, a reason, a ground for a refusal."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from applications.domain.amounts import requested_by_year
from applications.models import Proposal
from assessment.states import Outcome
from budget.errors import ListNotReady
from budget.models import Decision
from budget.states import RefusalGround, Ruling
from core.domain.money import ZERO, format_euros


def wrong_amount(proposal: Proposal, year: int, amount: Decimal, requested: Decimal) -> str | None:
    """Say what is wrong with an amount in euros for one year, with the figures; None when it can be granted.

    Never below zero, never more than was requested, and never for a year outside the call or the activity.
    """
    figures = {"year": year, "amount": format_euros(amount), "requested": format_euros(requested)}
    if amount < ZERO:
        return _("%(amount)s for %(year)d is below zero. An amount can't be below zero.") % figures
    if amount == ZERO:
        return None
    years = proposal.call.years
    if year not in years:
        return _("%(year)d lies outside the call, which is for %(first)d to %(last)d.") % {
            **figures,
            "first": years.start,
            "last": years.stop - 1,
        }
    starts, ends = proposal.starts_on, proposal.ends_on
    if starts is not None and ends is not None and not starts.year <= year <= ends.year:
        return _(
            "%(year)d lies outside the activity, which runs from %(starts)s to %(ends)s: %(amount)s can't be granted."
        ) % {**figures, "starts": f"{starts:%d-%m-%Y}", "ends": f"{ends:%d-%m-%Y}"}
    if amount > requested:
        return _("For %(year)d %(requested)s was requested; %(amount)s is more than that.") % figures
    return None


def check_amounts(proposal: Proposal, wanted: Mapping[int, Decimal]) -> None:
    """Raise ListNotReady for a grant without an amount, and for every amount that can't be."""
    if not wanted:
        raise ListNotReady(_("A grant needs an amount for at least one year."))
    requested = requested_by_year(proposal)
    wrong = [wrong_amount(proposal, year, amount, requested.get(year, ZERO)) for year, amount in wanted.items()]
    if any(wrong):
        raise ListNotReady(" ".join(filter(None, wrong)))


def check_reason(decision: Decision, ruling: Ruling, wanted: Mapping[int, Decimal], reason: str) -> None:
    """Refuse a decision without a reason, or one that differs from the advice with the advice's own reason."""
    advice = decision.advice
    advised = {item.year: item.advised for item in advice.amounts.all() if item.advised}
    as_advised = (advice.outcome == Outcome.NEGATIVE) == (ruling == Ruling.REFUSE) and wanted == (
        advised if ruling == Ruling.GRANT else {}
    )
    if not reason.strip():
        raise ListNotReady(_("Give the reason for this decision: the partner reads it in the letter."))
    if (not as_advised or ruling == Ruling.HOLD) and reason.strip() == advice.explanation.strip():
        raise ListNotReady(_("This differs from the advice. Say in the reason why."))


def ground_of(ruling: Ruling, refusal_ground: str) -> str:
    """Return the coded ground of a refusal; nothing else has one. Raises ListNotReady when it is missing."""
    if ruling != Ruling.REFUSE:
        return ""
    if refusal_ground not in RefusalGround.values:
        raise ListNotReady(_("Choose the ground of the refusal."))
    return refusal_ground


def check_replacement(decision: Decision) -> None:
    """Raise ListNotReady when a decision on an objection holds the matter: it grants or refuses (Awb 7:11)."""
    if decision.replaces_id is not None and decision.ruling == Ruling.HOLD:
        raise ListNotReady(_("This replaces a decision after an objection, so it can't be held. Grant or refuse."))
