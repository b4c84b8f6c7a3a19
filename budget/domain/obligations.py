"""Obligations of who receives a grant (Awb 4:37 to 4:39): the usual ones, those of a decision, and that one was met."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from budget.access.lists import require_no_interest
from budget.access.obligations import lock_obligation, require_checker_of_obligations
from budget.domain import tiers
from budget.errors import ListNotReady
from budget.models import Decision, Obligation, ObligationCheck, Tier
from budget.states import InstalmentTrigger
from budget.states.events import BudgetEvent
from core.domain import audit, clock, terms

USUAL = settings.BASE_DIR / "budget" / "data" / "obligations.yaml"
# Nobody is asked for something further away than this.
FURTHEST_DUE = timedelta(days=3653)
# A progress report halfway is never asked sooner than this, also of what began before the grant.
SOONEST_REPORT = timedelta(weeks=8)


class Duty(NamedTuple):
    """One obligation: what to do, and by when if there is a day for it."""

    text: str
    due_on: date | None = None


def usual(proposal: Proposal, granted: Decimal) -> list[Duty]:
    """Return the usual obligations with a grant of `granted` euros, with their dates for this proposal."""
    tier = tiers.tier_of(granted) if Tier.objects.exists() else None
    asks_account = tier is not None and (tier.accounts_for_content or tier.accounts_for_cost)
    duties = []
    for said in _usual():
        if said["due"] == "report" and not asks_account:
            continue
        if said["due"] == "half" and not _pays_on_report(tier):
            continue
        duties.append(Duty(said["text"], _due_on(said["due"], proposal, tier)))
    return duties


def write(decision: Decision, duties: Iterable[Duty]) -> None:
    """Give a decision in preparation these obligations instead of those that it had.

    Raises ListNotReady for one that says nothing, or with a day that has been or is more than ten years away.
    """
    duties = list(duties)
    for duty in duties:
        wrong = wrong_duty(duty)
        if wrong:
            raise ListNotReady(wrong)
    decision.obligations.all().delete()
    Obligation.objects.bulk_create(
        Obligation(decision=decision, position=position, text=duty.text.strip(), due_on=duty.due_on)
        for position, duty in enumerate(duties, start=1)
    )


def wrong_duty(duty: Duty) -> str | None:
    """Say what is wrong with an obligation, or None."""
    if not duty.text.strip():
        return _("Say what the obligation is, or leave its date empty too.")
    # What replaces a decision keeps the days of the old one: those may have been.
    if duty.due_on is not None and duty.due_on > clock.today() + FURTHEST_DUE:
        return _("%(day)s is more than ten years ahead. Check the year.") % {"day": f"{duty.due_on:%d-%m-%Y}"}
    return None


def meet(*, obligation_id: int, met_on: date, remark: str, by: User) -> ObligationCheck:
    """Write down that an obligation was met, once. A repeat gives what was written down first.

    Raises ListNotReady when the decision is not final or the day is still to come, HasInterest, StepNotYours.
    """
    require_checker_of_obligations(by)
    with transaction.atomic():
        obligation = lock_obligation(obligation_id)
        decision = obligation.decision
        require_no_interest(by, [decision.proposal_id])
        before = obligation.check_or_none
        if before is not None:
            return before
        if not Decision.objects.standing().filter(pk=decision.pk).exists():
            raise ListNotReady(_("This obligation belongs to a decision that does not hold."))
        if met_on > clock.today():
            raise ListNotReady(_("This day is still to come. Fill in the day on which it was met."))
        check = ObligationCheck.objects.create(
            obligation=obligation, met_on=met_on, remark=remark, by=by, at=clock.now()
        )
        changes = {"obligation": obligation.text, "met_on": met_on.isoformat(), "remark": remark}
        audit.record(event=BudgetEvent.OBLIGATION_MET, actor=by, about=decision, changes=changes)
    return check


def _pays_on_report(tier: Tier | None) -> bool:
    """Tell whether a tier has an instalment that waits for a report on the way."""
    return tier is not None and tier.instalments.filter(trigger=InstalmentTrigger.REPORT).exists()


def _due_on(due: str, proposal: Proposal, tier: Tier | None) -> date | None:
    starts_on, ends_on = proposal.starts_on, proposal.ends_on
    if due == "none" or ends_on is None:
        return None
    if due == "half":
        half = starts_on + (ends_on - starts_on) / 2 if starts_on else ends_on
        return terms.roll_forward(max(half, clock.today() + SOONEST_REPORT))
    weeks = tier.report_weeks if due == "report" and tier is not None else 0
    return terms.end_of_term(start=ends_on, weeks=weeks)


@cache
def _usual() -> list[dict[str, str]]:
    usual: list[dict[str, str]] = yaml.safe_load(USUAL.read_text(encoding="utf-8"))
    return usual
