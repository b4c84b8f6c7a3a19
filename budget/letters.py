"""What leaves the house about money: one function and its templates for each message."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from applications.states import FundingForm
from budget.models import Decision
from budget.states import Ruling
from core.domain import documents, mail, pdf
from core.domain.money import ZERO, total
from core.models import Document

# The kind of document, and the kind under which the letter is filed with the proposal.
DECISION = "decision"
# Where objections go (Awb 6:4): the municipality's public postal address.
OBJECTION_ADDRESS = "Postbus 18, 7550 AA Hengelo"


class YearAmount(NamedTuple):
    """One year of a decision, in euros."""

    year: int
    requested: Decimal
    granted: Decimal


def render_decision(decision: Decision, *, moment: datetime, sent_on: date, objection_until: date) -> Document:
    """Render the letter by which a decision takes force, in the contact's language, and store it with its facts.

    `moment` is the letter's date; objection runs until and including `objection_until` (Awb 6:7, 6:8). The letter
    states what Awb 4:30 to 4:34 ask of a grant: activities, maximum amount, period, obligations, conditions.
    """
    proposal = decision.proposal
    language = proposal.contact.language
    amounts = _amounts(decision)
    context = {
        "decision": decision,
        "proposal": proposal,
        "contact": proposal.contact,
        "advice": decision.advice,
        "is_grant": decision.ruling == Ruling.GRANT,
        "is_subsidy": proposal.funding_form == FundingForm.SUBSIDY,
        "amounts": amounts,
        "granted_total": total(row.granted for row in amounts),
        "requested_total": total(row.requested for row in amounts),
        "results": list(proposal.promised_results.all()),
        "conditional_years": _conditional_years(decision),
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
        "reason": decision.reason,
        "conditions": decision.conditions,
    }
