"""The letter by which the college invokes the condition of a grant."""

from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from budget.letters.mailing import OBJECTION_ADDRESS, mail_about
from budget.models import Decision, LedgerEntry
from core.domain import documents, pdf
from core.models import Document

CONDITION = "condition_letter"


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
    mail_about(
        decision.proposal,
        key=f"budget.condition:{decision.pk}-{year}",
        template="budget/letters/condition",
        path=decision.proposal.get_absolute_url(),
        decision=decision,
        year=year,
    )
