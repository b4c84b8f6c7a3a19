"""What leaves the house about a proposal: one function and its templates for each message."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from applications.models import Receipt
from core.domain import documents, mail, pdf
from core.models import Document

RECEIPT = "receipt"
RECEIPT_TOPIC = "applications.receipt"


def render_receipt(receipt: Receipt, *, applicant: Sequence[Any], sections: Sequence[Any]) -> Document:
    """Render the confirmation of receipt with a copy of the proposal as PDF, in the contact's language, and store it.

    `applicant` and `sections` are what `domain.answers` gives, read in that language.
    """
    proposal = receipt.proposal
    language = proposal.contact.language
    context = {
        "proposal": proposal,
        "receipt": receipt,
        "moment": receipt.received_at,
        "applicant": applicant,
        "sections": sections,
    }
    content, _html = pdf.render(template="applications/letters/receipt.html", context=context, language=language)
    with translation.override(language):
        title = _("Confirmation of receipt %(reference)s") % {"reference": proposal.reference}
    return documents.store(
        kind=RECEIPT_TOPIC,
        title=title,
        file_name=f"{proposal.reference}-{RECEIPT}.pdf",
        content=content,
        facts={
            "reference": proposal.reference,
            "received_at": receipt.received_at.isoformat(),
            "decide_by": receipt.decide_by.isoformat(),
            "content_sha256": receipt.content_sha256,
        },
    )


def mail_receipt(receipt: Receipt, document: Document) -> None:
    """Tell the contact that the proposal was received, with the PDF: once for each proposal."""
    proposal = receipt.proposal
    contact = proposal.contact
    mail.queue(
        key=f"{RECEIPT_TOPIC}:{proposal.pk}",
        to=contact.email,
        language=contact.language,
        template="applications/letters/receipt",
        context={
            "proposal": proposal,
            "receipt": receipt,
            "contact": contact,
            "url": settings.SITE_URL + reverse("applications:proposal", args=[proposal.pk]),
        },
        attachments=(document,),
    )
