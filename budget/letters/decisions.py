"""The letter by which a decision of the college takes force."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from applications.states import FundingForm
from budget.letters.mailing import OBJECTION_ADDRESS
from budget.models import Decision, Tier
from budget.states import Ruling
from core.domain import documents, mail, pdf
from core.domain.money import ZERO, total
from core.models import Document

# The kind of document, and the kind under which the letter is filed with the proposal.
DECISION = "decision"


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
