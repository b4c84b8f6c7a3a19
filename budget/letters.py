"""What leaves the house about money: one function and its templates for each message."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from applications.models import Proposal
from applications.states import FundingForm
from budget.models import Account, AccountCheck, Decision, LedgerEntry, Recovery, Settlement, Tier
from budget.states import Ruling
from core.domain import documents, mail, pdf
from core.domain.money import ZERO, total
from core.models import Document

# The kind of document, and the kind under which the letter is filed with the proposal.
DECISION = "decision"
HEARING = "hearing"
SETTLEMENT = "settlement"
CONDITION = "condition_letter"
# Where objections go (Awb 6:4): the municipality's public postal address.
OBJECTION_ADDRESS = "Postbus 18, 7550 AA Hengelo"


class YearAmount(NamedTuple):
    """One year of a decision, in euros."""

    year: int
    requested: Decimal
    granted: Decimal


class YearRoom(NamedTuple):
    """What was asked and free for one line and year at the decision, in euros."""

    line: str
    year: int
    asked: Decimal
    free: Decimal


def render_decision(decision: Decision, *, moment: datetime, sent_on: date, objection_until: date) -> Document:
    """Render the letter by which a decision takes force, in the contact's language, and store it with its facts.

    `moment` is the letter's date; objection runs until and including `objection_until` (Awb 6:7, 6:8). The letter
    states what Awb 4:30 to 4:34 ask of a grant: activities, maximum amount, period, obligations, conditions.
    """
    proposal = decision.proposal
    language = proposal.contact.language
    amounts = _amounts(decision)
    with translation.override(language):
        ground = decision.get_refusal_ground_display()
    context = {
        "decision": decision,
        "proposal": proposal,
        "contact": proposal.contact,
        "advice": decision.advice,
        "is_grant": decision.ruling == Ruling.GRANT,
        "is_partial": decision.is_partial,
        "settles_at_once": _settles_at_once(decision),
        "is_subsidy": proposal.funding_form == FundingForm.SUBSIDY,
        "amounts": amounts,
        "granted_total": total(row.granted for row in amounts),
        "requested_total": total(row.requested for row in amounts),
        "results": list(proposal.promised_results.all()),
        "conditional_years": _conditional_years(decision),
        "obligations": list(decision.obligations.all()),
        "number": decision.decision_list.number,
        "room": _room(decision),
        "ground": ground,
        "replaces": decision.replaces,
        "objection": decision.objection,
        "moment": moment,
        "sent_on": sent_on,
        "objection_until": objection_until,
        "objection_address": OBJECTION_ADDRESS,
    }
    content, _html = pdf.render(template="budget/letters/decision.html", context=context, language=language)
    return documents.store(
        kind=DECISION,
        title=decision_title(decision, language),
        file_name=f"{decision.reference}.pdf",
        content=content,
        facts=_facts(decision, amounts, sent_on=sent_on, objection_until=objection_until),
    )


def decision_title(decision: Decision, language: str) -> str:
    """Return the letter's name in a list of letters."""
    with translation.override(language):
        if decision.objection is not None:
            return _("Decision %(decision)s on your objection %(objection)s") % {
                "decision": decision.reference,
                "objection": decision.objection,
            }
        return _("Decision %(decision)s on your proposal %(proposal)s") % {
            "decision": decision.reference,
            "proposal": decision.proposal.reference,
        }


def mail_decision(decision: Decision) -> None:
    """Tell the contact that the college decided, once for each decision. The letter stays behind the login."""
    proposal: Proposal = decision.proposal
    contact: User = proposal.contact
    mail.queue(
        key=f"budget.decision:{decision.pk}",
        to=contact.email,
        language=contact.language,
        template="budget/letters/decision",
        context={
            "decision": decision,
            "proposal": proposal,
            "contact": contact,
            "url": settings.SITE_URL + proposal.get_absolute_url(),
        },
    )


def filed_as(decision: Decision) -> str:
    """Return the kind under which the letter is filed: one for each decision that the partner gets."""
    return DECISION if decision.replaces_id is None else f"{DECISION}-{decision.pk}"


def _room(decision: Decision) -> list[YearRoom]:
    """Return what a refusal above the room met at the decision (Awb 4:25)."""
    return [
        YearRoom(said["line"], said["year"], Decimal(said["asked"]), max(Decimal(said["free"]), ZERO))
        for said in decision.room
    ]


def _settles_at_once(decision: Decision) -> bool:
    """Tell whether the tier of a grant asks no account: then the amount is final with the grant (Awb 4:42)."""
    tier = Tier.objects.filter(from_amount__lte=decision.granted_total).order_by("-from_amount").first()
    return tier is not None and tier.settles_at_once


def _amounts(decision: Decision) -> list[YearAmount]:
    granted = {item.budget_line.year: item.amount for item in decision.amounts.select_related("budget_line")}
    return [
        YearAmount(item.year, item.requested, granted.get(item.year, ZERO)) for item in decision.advice.amounts.all()
    ]


def _conditional_years(decision: Decision) -> list[int]:
    """Return the granted years whose budget the council still had to adopt at the decision (Awb 4:34)."""
    return sorted(decision.amounts.filter(conditional=True).values_list("budget_line__year", flat=True))


def _facts(decision: Decision, amounts: list[YearAmount], *, sent_on: date, objection_until: date) -> dict[str, Any]:
    """Return what the letter stated, for whoever asks later without opening the PDF."""
    return {
        "decision": decision.reference,
        "proposal": decision.proposal.reference,
        "ruling": decision.ruling,
        "decided_on": decision.decided_on.isoformat() if decision.decided_on else None,
        "sent_on": sent_on.isoformat(),
        "objection_until": objection_until.isoformat(),
        "granted": {str(row.year): str(row.granted) for row in amounts if row.granted},
        "conditional_years": _conditional_years(decision),
        "number": decision.decision_list.number,
        "refusal_ground": decision.refusal_ground,
        "room": decision.room,
        "obligations": [
            {"text": duty.text, "due_on": duty.due_on.isoformat() if duty.due_on else None}
            for duty in decision.obligations.all()
        ],
        "replaces": decision.replaces.reference if decision.replaces else None,
        "objection": decision.objection.reference if decision.objection else None,
        "reason": decision.reason,
        "conditions": decision.conditions,
    }


def mail_account_returned(account: Account, check: AccountCheck) -> None:
    """Tell the contact what is missing in an account, once for each time that it was given back."""
    _mail_about(
        account.decision.proposal,
        key=f"budget.account_returned:{check.pk}",
        template="budget/letters/account_returned",
        path=reverse("budget:account_mine", args=[account.decision.proposal_id]),
        account=account,
        check=check,
    )


def render_hearing(settlement: Settlement, *, moment: datetime) -> Document:
    """Render the question for a view on a settlement below the grant, and store it with its facts (Awb 4:8)."""
    return _render_about(
        settlement,
        kind=HEARING,
        title=gettext_noop("We want to settle your grant %(decision)s on a lower amount: what is your view?"),
        file_name=f"{settlement.reference}-{HEARING}.pdf",
        facts={"due_on": str(settlement.hearing_due_on)},
        moment=moment,
    )


def mail_hearing(settlement: Settlement, *, key: str) -> None:
    """Tell the contact that we ask for a view, and until when."""
    _mail_about(
        settlement.decision.proposal,
        key=f"budget.{key}",
        template="budget/letters/hearing",
        path=settlement.decision.proposal.get_absolute_url(),
        settlement=settlement,
    )


def render_settlement(
    settlement: Settlement,
    *,
    moment: datetime,
    sent_on: date,
    objection_until: date,
    to_pay: Decimal,
    claim: Recovery | None,
) -> Document:
    """Render the letter by which a settlement takes force, and store it with its facts (Awb 4:42 to 4:47).

    `to_pay` is what the partner still receives, in euros; `claim` what has to be paid back (Awb 4:57, 4:87).
    """
    return _render_about(
        settlement,
        kind=SETTLEMENT,
        title=gettext_noop("Settlement %(settlement)s of your grant %(decision)s"),
        file_name=f"{settlement.reference}.pdf",
        facts={
            "sent_on": sent_on.isoformat(),
            "objection_until": objection_until.isoformat(),
            "to_pay": str(to_pay),
            "to_claim": str(claim.amount) if claim else "0.00",
        },
        moment=moment,
        sent_on=sent_on,
        objection_until=objection_until,
        objection_address=OBJECTION_ADDRESS,
        to_pay=to_pay,
        claim=claim,
    )


def mail_settlement(settlement: Settlement) -> None:
    """Tell the contact that the final amount stands, once for each settlement. The letter stays behind the login."""
    _mail_about(
        settlement.decision.proposal,
        key=f"budget.settlement:{settlement.pk}",
        template="budget/letters/settlement",
        path=settlement.decision.proposal.get_absolute_url(),
        settlement=settlement,
    )


def render_condition(
    decision: Decision,
    lapse: LedgerEntry,
    *,
    reason: str,
    moment: datetime,
    sent_on: date,
    objection_until: date,
) -> Document:
    """Render the letter that the condition of a grant was invoked, and store it with its facts (Awb 4:34).

    `lapse` is the entry by which the amount of that year lapsed.
    """
    proposal, year = decision.proposal, lapse.budget_line.year
    language = proposal.contact.language
    context = {
        "decision": decision,
        "proposal": proposal,
        "contact": proposal.contact,
        "year": year,
        "amount": lapse.amount,
        "invoked_on": lapse.booked_at,
        "reason": reason,
        "moment": moment,
        "sent_on": sent_on,
        "objection_until": objection_until,
        "objection_address": OBJECTION_ADDRESS,
    }
    content, _html = pdf.render(template="budget/letters/condition.html", context=context, language=language)
    with translation.override(language):
        title = _("The amount for %(year)s of grant %(decision)s lapses") % {
            "year": year,
            "decision": decision.reference,
        }
    facts = {
        "decision": decision.reference,
        "proposal": proposal.reference,
        "year": year,
        "lapsed": str(lapse.amount),
        "reason": reason,
        "sent_on": sent_on.isoformat(),
        "objection_until": objection_until.isoformat(),
    }
    return documents.store(
        kind=CONDITION, title=title, file_name=f"{decision.reference}-{year}.pdf", content=content, facts=facts
    )


def mail_condition(decision: Decision, lapse: LedgerEntry) -> None:
    """Tell the contact that the amount of a year lapses, once for each year. The letter stays behind the login."""
    year = lapse.budget_line.year
    _mail_about(
        decision.proposal,
        key=f"budget.condition:{decision.pk}-{year}",
        template="budget/letters/condition",
        path=decision.proposal.get_absolute_url(),
        decision=decision,
        year=year,
    )


def _render_about(
    settlement: Settlement, *, kind: str, title: str, file_name: str, facts: dict[str, Any], **context: Any
) -> Document:
    """Render a letter about a settlement in the contact's language and store it; `title` names it in a list."""
    decision = settlement.decision
    proposal = decision.proposal
    language = proposal.contact.language
    amounts = list(settlement.amounts.all())
    content, _html = pdf.render(
        template=f"budget/letters/{kind}.html",
        context={
            "settlement": settlement,
            "decision": decision,
            "proposal": proposal,
            "contact": proposal.contact,
            "amounts": amounts,
            **context,
        },
        language=language,
    )
    with translation.override(language):
        named = _(title) % {"settlement": settlement.reference, "decision": decision.reference}
    return documents.store(
        kind=kind,
        title=named,
        file_name=file_name,
        content=content,
        facts={
            "settlement": settlement.reference,
            "decision": decision.reference,
            "proposal": proposal.reference,
            "kind": settlement.kind,
            "ground": settlement.ground,
            "reason": settlement.reason,
            "granted": {str(item.budget_line.year): str(item.granted) for item in amounts},
            "settled": {str(item.budget_line.year): str(item.settled) for item in amounts},
            **facts,
        },
    )


def _mail_about(proposal: Proposal, *, key: str, template: str, path: str, **context: Any) -> None:
    contact: User = proposal.contact
    mail.queue(
        key=key,
        to=contact.email,
        language=contact.language,
        template=template,
        context={"proposal": proposal, "contact": contact, "url": settings.SITE_URL + path, **context},
    )
