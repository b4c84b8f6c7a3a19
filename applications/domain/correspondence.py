"""Letters to the partner: filed once, then sent."""

from django.db import transaction
from django.utils import translation

from accounts.models import User
from applications import letters
from applications.access import lock_proposal
from applications.domain import answers
from applications.models import Letter, Proposal
from applications.states import ProposalEvent
from core.domain import audit, clock
from core.models import Document


def file_letter(*, proposal: Proposal, kind: str, title: str, document: Document, by: User | None = None) -> Letter:
    """Put a rendered letter with a proposal, where the partner finds it. One letter of each kind.

    Filing the same kind again gives the letter that was filed first.
    """
    with transaction.atomic():
        letter, is_new = Letter.objects.get_or_create(
            proposal=proposal, kind=kind, defaults={"document": document, "sent_at": clock.now()}
        )
        if is_new:
            changes = {"kind": kind, "title": title, "document": str(document.pk), "sha256": document.sha256}
            audit.record(event=ProposalEvent.LETTER_FILED, actor=by, about=proposal, changes=changes)
        return letter


def send_receipt(*, proposal_id: int) -> Letter:
    """Render the receipt once, file it, and mail it to the contact with the PDF (Wmebv: time, copy, decision date).

    Doing it again changes nothing. Raises what rendering raises; then nothing is filed or mailed.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        sent = proposal.letters.filter(kind=letters.RECEIPT).first()
        if sent is not None:
            return sent
        with translation.override(proposal.contact.language):
            sections, applicant = answers.sections(proposal), answers.applicant(proposal)
        document = letters.render_receipt(proposal.receipt, applicant=applicant, sections=sections)
        letter = file_letter(proposal=proposal, kind=letters.RECEIPT, title=document.title, document=document)
        letters.mail_receipt(proposal.receipt, document)
        audit.record(
            event=ProposalEvent.RECEIPT_SENT, actor=None, about=proposal, changes={"document": str(document.pk)}
        )
        return letter
