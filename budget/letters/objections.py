"""The letter that a decision stays as it is after an objection."""

from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from budget.letters.mailing import mail_about
from budget.models import Objection
from core.domain import documents, pdf
from core.models import Document

OBJECTION = "objection_letter"


def render_objection(objection: Objection, *, moment: datetime, sent_on: date, appeal_until: date) -> Document:
    """Render the decision on an objection that changes nothing, and store it with its facts (Awb 7:12).

    The partner can go to court until and including `appeal_until` (Awb 6:7, 8:1).
    """
    decision = objection.decision
    proposal = decision.proposal
    language = proposal.contact.language
    context = {
        "objection": objection,
        "decision": decision,
        "proposal": proposal,
        "contact": proposal.contact,
        "moment": moment,
        "sent_on": sent_on,
        "objection_until": appeal_until,
    }
    content, _html = pdf.render(template="budget/letters/objection_answer.html", context=context, language=language)
    with translation.override(language):
        title = _("Decision on your objection %(objection)s") % {"objection": objection.reference}
    facts = {
        "objection": objection.reference,
        "decision": decision.reference,
        "outcome": objection.outcome,
        "explanation": objection.explanation,
        "sent_on": sent_on.isoformat(),
        "appeal_until": appeal_until.isoformat(),
    }
    return documents.store(
        kind=OBJECTION, title=title, file_name=f"{objection.reference}.pdf", content=content, facts=facts
    )


def mail_objection(objection: Objection) -> None:
    """Tell the contact that the college decided on the objection. The letter stays behind the login."""
    mail_about(
        objection.decision.proposal,
        key=f"budget.objection:{objection.pk}",
        template="budget/letters/objection_answer",
        path=objection.decision.proposal.get_absolute_url(),
        objection=objection,
    )
