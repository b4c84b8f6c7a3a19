"""What leaves the house about a proposal: one function and its templates for each message."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from applications.models import (
    Attachment,
    ChangeNotice,
    Invitation,
    Message,
    OutgoingLetter,
    PaperIntake,
    Proposal,
    Receipt,
    Supplement,
    SupplementRequest,
    Withdrawal,
)
from applications.states import Side
from core.domain import documents, mail, markup, pdf
from core.models import Document

RECEIPT = "receipt"
RECEIPT_TOPIC = "applications.receipt"
WITHDRAWAL = "withdrawal"
WITHDRAWAL_TOPIC = "applications.withdrawal"
CHANGE_TOPIC = "applications.change_answer"
OUTGOING_TOPIC = "applications.outgoing_letter"
SUPPLEMENT_TOPIC = "applications.supplement"


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


def render_outgoing(letter: OutgoingLetter, *, subject: str, body: str, moment: datetime) -> tuple[bytes, str]:
    """Render a letter from a template as PDF, with a text as given. A draft says that it is one."""
    context = {
        "proposal": letter.proposal,
        "subject": markup.plain(subject),
        "text": markup.to_html(body),
        "address": markup.lines_to_html(address_of(letter)),
        "moment": moment,
        "is_draft": letter.is_draft,
    }
    language = letter.template.language
    return pdf.render(template="applications/letters/outgoing.html", context=context, language=language)


def address_of(letter: OutgoingLetter) -> list[str]:
    """Return the lines of the address: organisation, contact, and the postal address or the e-mail address."""
    contact = letter.proposal.contact
    intake = PaperIntake.objects.filter(proposal=letter.proposal_id).first()
    by_post = intake.postal_address.splitlines() if intake else []
    where = [contact.email] if contact.has_email else by_post
    return [letter.proposal.organisation.name, contact.full_name, *(line for line in where if line.strip())]


def store_outgoing(letter: OutgoingLetter) -> Document:
    """Render a letter that was sent, dated on the day of sending, and store it."""
    assert letter.sent_at is not None  # noqa: S101  (a constraint says so)
    content, _html = render_outgoing(letter, subject=letter.subject, body=letter.body, moment=letter.sent_at)
    return documents.store(
        kind=OUTGOING_TOPIC,
        title=markup.plain(letter.subject)[:200],
        file_name=f"{letter.proposal.reference}-brief-{letter.pk}.pdf",
        content=content,
        facts={
            "reference": letter.proposal.reference,
            "code": letter.template.code,
            "template_version": letter.template.version,
            "sent_at": letter.sent_at.isoformat(),
            "fields": letter.facts,
        },
    )


def mail_outgoing(letter: OutgoingLetter) -> None:
    """Tell the contact that a letter waits behind the login: once for each letter, without the letter itself."""
    proposal = letter.proposal
    mail.queue(
        key=f"{OUTGOING_TOPIC}:{letter.pk}",
        to=proposal.contact.email,
        language=letter.template.language,
        template="applications/letters/outgoing",
        context={
            "proposal": proposal,
            "subject": markup.plain(letter.subject),
            "contact": proposal.contact,
            "url": settings.SITE_URL + reverse("applications:proposal", args=[proposal.pk]),
        },
    )


def mail_invitation(invitation: Invitation, token: str, *, language: str) -> None:
    """Send the link of an invitation to work on a proposal; the text is wiped once it was sent."""
    mail.queue(
        key=f"applications.invitation:{invitation.pk}",
        to=invitation.email,
        language=language,
        template="applications/letters/invitation",
        context={
            "invitation": invitation,
            "proposal": invitation.proposal,
            "url": settings.SITE_URL + reverse("applications:invitation", args=[token]),
        },
        wipe=True,
    )


def mail_message(message: Message, *, to: User) -> None:
    """Tell somebody of the other side that there is a message: once for each message and reader, never what it says."""
    proposal = message.proposal
    if message.side == Side.PARTNER:
        path = reverse("applications:team_messages", args=[proposal.reference])
    else:
        path = reverse("applications:messages", args=[proposal.pk])
    _mail_link(to, key=f"applications.message:{message.pk}:{to.pk}", template="message", path=path, message=message)


def render_withdrawal(withdrawal: Withdrawal) -> Document:
    """Render the confirmation that a proposal was withdrawn, in the contact's language, and store it with its facts."""
    return _render(
        withdrawal.proposal,
        kind=WITHDRAWAL,
        title=gettext_noop("Confirmation of withdrawal %(reference)s"),
        moment=withdrawal.at,
        facts={"withdrawn_at": withdrawal.at.isoformat(), "reason": withdrawal.reason},
        withdrawal=withdrawal,
    )


def mail_withdrawal(withdrawal: Withdrawal) -> None:
    """Tell the contact that the confirmation of a withdrawal is there: once for each proposal."""
    proposal = withdrawal.proposal
    key = f"{WITHDRAWAL_TOPIC}:{proposal.pk}"
    _mail_link(proposal.contact, key=key, template="withdrawal", path=proposal.get_absolute_url(), proposal=proposal)


def mail_withdrawn_to_team(withdrawal: Withdrawal, *, to: User) -> None:
    """Tell somebody of the team that a partner withdrew a proposal: once for each reader."""
    proposal = withdrawal.proposal
    path = reverse("assessment:file", args=[proposal.reference])
    key = f"{WITHDRAWAL_TOPIC}:{proposal.pk}:{to.pk}"
    _mail_link(to, key=key, template="withdrawn_team", path=path, proposal=proposal)


def change_kind(notice: ChangeNotice) -> str:
    """Return the kind of the letter that answers a change notice: a proposal can have several."""
    return f"change-{notice.pk}"


def render_change_answer(notice: ChangeNotice) -> Document:
    """Render the team's answer to a change notice, in the contact's language, and store it with its facts."""
    return _render(
        notice.proposal,
        kind=change_kind(notice),
        title=gettext_noop("Our answer to your change notice about %(reference)s"),
        moment=notice.answered_at or notice.at,
        template="change_answer",
        facts={"notice": notice.pk, "state": notice.state, "answer": notice.answer, "what": notice.what},
        notice=notice,
    )


def mail_change_answered(notice: ChangeNotice) -> None:
    """Tell the contact that the answer to a change notice is there: once for each notice."""
    proposal = notice.proposal
    path = reverse("applications:changes", args=[proposal.pk])
    key = f"{CHANGE_TOPIC}:{notice.pk}"
    _mail_link(proposal.contact, key=key, template="change_answered", path=path, proposal=proposal)


def mail_change_to_team(notice: ChangeNotice, *, to: User) -> None:
    """Tell somebody of the team that a partner reported a change: once for each notice and reader."""
    path = reverse("applications:change_answer", args=[notice.proposal.reference, notice.pk])
    key = f"applications.change:{notice.pk}:{to.pk}"
    _mail_link(to, key=key, template="change_team", path=path, proposal=notice.proposal, notice=notice)


def mail_attachment_refused(attachment: Attachment) -> None:
    """Tell whoever sent a file that a virus was found in it: once for each file."""
    path = reverse("applications:attachments", args=[attachment.proposal_id])
    key = f"applications.attachment_refused:{attachment.pk}"
    said = {"proposal": attachment.proposal, "attachment": attachment}
    _mail_link(attachment.uploaded_by, key=key, template="attachment_refused", path=path, **said)


def _mail_link(to: User, *, key: str, template: str, path: str, **context: Any) -> None:
    """Queue a short mail with a link, in the reader's language; who has no address finds it on paper."""
    if not to.has_email:
        return
    mail.queue(
        key=key,
        to=to.email,
        language=to.language,
        template=f"applications/letters/{template}",
        context={"reader": to, "url": settings.SITE_URL + path, **context},
    )


def _render(
    proposal: Proposal,
    *,
    kind: str,
    title: str,
    moment: datetime,
    facts: dict[str, Any],
    template: str = "",
    **context: Any,
) -> Document:
    """Render a letter about a proposal in the contact's language and store it; `title` names it in a list."""
    language = proposal.contact.language
    content, _html = pdf.render(
        template=f"applications/letters/{template or kind}.html",
        context={"proposal": proposal, "moment": moment, **context},
        language=language,
    )
    with translation.override(language):
        named = _(title) % {"reference": proposal.reference}
    return documents.store(
        kind=kind,
        title=named,
        file_name=f"{proposal.reference}-{kind}.pdf",
        content=content,
        facts={"reference": proposal.reference, **facts},
    )


def supplement_kind(supplement: Supplement) -> str:
    """Return the kind of the letter that confirms a supplement: one for each request."""
    return f"supplement-{supplement.request.number}"


def render_supplement(
    supplement: Supplement, *, decide_by: date, applicant: Sequence[Any], sections: Sequence[Any]
) -> Document:
    """Render the confirmation of a supplement with a copy of the proposal as it is now, and store it."""
    return _render(
        supplement.request.proposal,
        kind=supplement_kind(supplement),
        title=gettext_noop("Confirmation of your supplement %(reference)s"),
        moment=supplement.received_at,
        template="supplement",
        facts={
            "received_at": supplement.received_at.isoformat(),
            "decide_by": decide_by.isoformat(),
            "content_sha256": supplement.content_sha256,
        },
        supplement=supplement,
        decide_by=decide_by,
        applicant=applicant,
        sections=sections,
    )


def mail_supplement(supplement: Supplement, *, decide_by: date) -> None:
    """Tell the contact that the supplement was received, and where the confirmation is: once for each supplement."""
    proposal = supplement.request.proposal
    path = reverse("applications:proposal", args=[proposal.pk])
    said = {"proposal": proposal, "supplement": supplement, "decide_by": decide_by}
    key = f"{SUPPLEMENT_TOPIC}:{supplement.pk}"
    _mail_link(proposal.contact, key=key, template="supplement", path=path, **said)


def mail_supplement_to_team(supplement: Supplement, *, to: User) -> None:
    """Tell who handles a proposal that its supplement came in: once for each supplement and reader."""
    proposal = supplement.request.proposal
    path = reverse("applications:supplement_request", args=[proposal.reference])
    key = f"{SUPPLEMENT_TOPIC}.team:{supplement.pk}:{to.pk}"
    _mail_link(to, key=key, template="supplement_team", path=path, proposal=proposal)


def mail_term_passed_to_team(request: SupplementRequest, *, to: User) -> None:
    """Tell who handles a proposal that the term for its supplement has passed: once for each request and reader."""
    proposal = request.proposal
    path = reverse("applications:not_process", args=[proposal.reference])
    key = f"applications.term_passed:{request.pk}:{to.pk}"
    _mail_link(to, key=key, template="term_passed", path=path, proposal=proposal, request=request)


def mail_deadline(*, key: str, to: User, title: str, on: date, days_left: int, path: str) -> None:
    """Warn a person of a deadline: once for each key, so once for each deadline and each warning."""
    _mail_link(to, key=key, template="deadline", path=path, title=title, on=on, days_left=days_left)
