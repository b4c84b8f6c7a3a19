"""Letters to the partner from a template: drafted with merge fields, edited, sent once, and then fixed.

Another verb that needs a letter calls `draft`, so that somebody can still edit it, or `draft_and_send`, so that it
leaves with the verb's own transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from applications import letters
from applications.access import lock_proposal
from applications.domain import correspondence, letter_templates, merge_fields
from applications.errors import FieldsOpen, LetterFrozen, MoveNotAllowed, TextChanged
from applications.models import OutgoingLetter, Proposal
from applications.states import LetterEvent, LetterState
from core.domain import audit, clock, markup, outbox, requests


def draft(*, proposal: Proposal, template_code: str, by: User, facts: Mapping[str, Any]) -> OutgoingLetter:
    """Begin a letter about a proposal that was received, in the language of its contact.

    `template_code` is a value of TemplateCode. `facts` fills the fields that the proposal doesn't know by itself (see
    `merge_fields.FIELDS`): texts, dates, or lists of texts. A field that gets no value stays open in the text, and the
    letter can't be sent until it is filled in or taken out. Raises FieldUnknown for a fact that the template has no
    field for, MoveNotAllowed for a proposal that was not submitted, TemplateMissing.
    """
    merge_fields.check_known(template_code, list(facts))
    if proposal.is_draft:
        raise MoveNotAllowed(_("A letter can be written once the proposal was submitted."))
    language = proposal.contact.language
    with transaction.atomic():
        template = letter_templates.newest(template_code, language)
        values = merge_fields.values_of(proposal, language=language, facts=facts)
        moment = clock.now()
        letter = OutgoingLetter.objects.create(
            proposal=proposal,
            template=template,
            facts=values,
            subject=merge_fields.fill(template.title, values),
            body=merge_fields.fill(template.body, values),
            made_by=by,
            made_at=moment,
            changed_by=by,
            changed_at=moment,
        )
        changes = {"letter": letter.pk, "code": template.code, "template_version": template.version}
        audit.record(event=LetterEvent.DRAFTED, actor=by, about=proposal, changes=changes)
        return letter


def edit(*, letter_id: int, by: User, subject: str, body: str, seen_version: int) -> OutgoingLetter:
    """Save the text of a draft; fields of which the value is known are filled in.

    `seen_version` is the version that was on the screen. Raises TextChanged when somebody saved it since, LetterFrozen
    once it was sent, FieldUnknown for a field that the letter does not have.
    """
    with transaction.atomic():
        letter = lock_draft(letter_id, seen_version=seen_version)
        code = letter.template.code
        subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip() + "\n"
        merge_fields.check_known(code, merge_fields.standing_in(f"{subject}\n{body}"))
        subject, body = (merge_fields.fill(text, letter.facts) for text in (subject, body))
        if (letter.subject, letter.body) == (subject, body):
            return letter
        letter.subject, letter.body = subject, body
        letter.version += 1
        letter.changed_by, letter.changed_at = by, clock.now()
        letter.save(update_fields=["subject", "body", "version", "changed_by", "changed_at"])
        changes = {"letter": letter.pk, "version": letter.version}
        audit.record(event=LetterEvent.CHANGED, actor=by, about=letter.proposal, changes=changes)
        return letter


def discard(*, letter_id: int, by: User, seen_version: int) -> None:
    """Throw a draft away. Raises LetterFrozen once it was sent, TextChanged when somebody saved it since."""
    with transaction.atomic():
        letter = lock_draft(letter_id, seen_version=seen_version)
        changes = {"letter": letter.pk, "code": letter.template.code, "subject": letter.subject, "body": letter.body}
        audit.record(event=LetterEvent.DISCARDED, actor=by, about=letter.proposal, changes=changes)
        letter.delete()


def open_fields(letter: OutgoingLetter) -> list[str]:
    """Return the names of the fields that must be filled in or taken out before a letter can be sent."""
    standing = merge_fields.standing_in(f"{letter.subject}\n{letter.body}")
    return [name for name in standing if name not in merge_fields.WHEN_SENT]


def as_if_sent(letter: OutgoingLetter) -> tuple[str, str]:
    """Return subject and text with the fields of the day of sending filled in, as if it were sent today."""
    values = merge_fields.values_when_sent(letter.template.code, language=letter.template.language)
    return merge_fields.fill(letter.subject, values), merge_fields.fill(letter.body, values)


@dataclass(frozen=True)
class Reading:
    """How a letter reads: its subject, its text as HTML, and the fields that are open or unknown."""

    subject: str
    html: SafeString
    open_fields: list[str]


def reading_of(letter: OutgoingLetter, *, subject: str | None = None, body: str | None = None) -> Reading:
    """Return how a letter would read if it were sent today, with another subject and text when they are given."""
    code, language = letter.template.code, letter.template.language
    values = {**letter.facts, **merge_fields.values_when_sent(code, language=language)}
    filled = [
        merge_fields.fill(text, values)
        for text in (letter.subject if subject is None else subject, letter.body if body is None else body)
    ]
    standing = merge_fields.standing_in("\n".join(filled))
    return Reading(markup.plain(filled[0]), markup.to_html(filled[1]), standing)


def preview(letter: OutgoingLetter) -> bytes:
    """Render the PDF of a letter as it would be sent now. It says that it is a draft, and nothing of it is kept."""
    subject, body = as_if_sent(letter)
    content, _html = letters.render_outgoing(letter, subject=subject, body=body, moment=clock.now())
    return content


def send(*, letter_id: int, by: User, request_key: UUID, seen_version: int | None = None) -> OutgoingLetter:
    """Send a letter: its text is fixed from now on, and the PDF and the e-mail follow after the commit.

    The same request key sends once. Raises FieldsOpen while a merge field is open, LetterFrozen when it was sent
    before, and, with a `seen_version`, TextChanged when the text is not the one that was on the screen.
    """
    with transaction.atomic():
        body = {"letter": letter_id}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.send_letter", body=body)
        if not is_new:
            return OutgoingLetter.objects.get(pk=letter_id)
        letter = _send(lock_draft(letter_id, seen_version=seen_version), by=by)
        requests.answer(request, letter=letter.pk)
        return letter


def draft_and_send(*, proposal: Proposal, template_code: str, by: User, facts: Mapping[str, Any]) -> OutgoingLetter:
    """Begin a letter and send it as the template says, within the transaction of the verb that needs it.

    The caller has locked the proposal, and repeats nothing: the verb's own request key sees to that. Raises what
    `draft` raises, and FieldsOpen when `facts` lacks a value for a field of the template.
    """
    with transaction.atomic():
        return _send(draft(proposal=proposal, template_code=template_code, by=by, facts=facts), by=by)


def _send(letter: OutgoingLetter, *, by: User) -> OutgoingLetter:
    if names := open_fields(letter):
        raise FieldsOpen(
            _("Fill in %(fields)s first, or take it out of the text.")
            % {"fields": ", ".join(f"{{{name}}}" for name in names)},
            names,
        )
    letter.subject, letter.body = as_if_sent(letter)
    letter.state = LetterState.SENT
    letter.sent_by, letter.sent_at = by, clock.now()
    letter.on_paper = not letter.proposal.contact.has_email
    letter.save(update_fields=["subject", "body", "state", "sent_by", "sent_at", "on_paper"])
    changes = {"letter": letter.pk, "code": letter.template.code, "on_paper": letter.on_paper}
    audit.record(event=LetterEvent.SENT, actor=by, about=letter.proposal, changes=changes)
    outbox.put(topic=letters.OUTGOING_TOPIC, key=str(letter.pk), payload={"letter": letter.pk})
    return letter


def deliver(*, letter_id: int) -> OutgoingLetter:
    """Make the PDF of a letter that was sent, file it with the proposal, and mail the contact a link to it.

    Doing it again changes nothing. Raises what rendering raises; then nothing is filed or mailed.
    """
    with transaction.atomic():
        letter = _lock(letter_id)
        if letter.document_id is not None:
            return letter
        document = letters.store_outgoing(letter)
        kind = f"letter-{letter.pk}"
        correspondence.file_letter(
            proposal=letter.proposal, kind=kind, title=document.title, document=document, by=letter.sent_by
        )
        letter.document = document
        letter.save(update_fields=["document"])
        if not letter.on_paper:
            letters.mail_outgoing(letter)
        return letter


def record_posting(*, letter_id: int, by: User) -> OutgoingLetter:
    """Write down that a letter on paper went into the post. Doing it again changes nothing.

    Raises LetterFrozen for a letter that doesn't go by post, or of which the PDF is not there yet.
    """
    with transaction.atomic():
        letter = _lock(letter_id)
        if not letter.on_paper or letter.document_id is None:
            raise LetterFrozen(_("This letter does not go by post."))
        if letter.posted_at is None:
            letter.posted_by, letter.posted_at = by, clock.now()
            letter.save(update_fields=["posted_by", "posted_at"])
            changes = {"letter": letter.pk, "subject": letter.subject}
            audit.record(event=LetterEvent.POSTED, actor=by, about=letter.proposal, changes=changes)
        return letter


def lock_draft(letter_id: int, *, seen_version: int | None) -> OutgoingLetter:
    """Lock a letter and return it, provided that it may still be edited and is the version that was seen."""
    letter = _lock(letter_id)
    if not letter.is_draft:
        raise LetterFrozen(_("This letter was sent. It can't be changed any more."))
    if seen_version is not None and letter.version != seen_version:
        raise TextChanged(
            _("%(who)s changed this letter since you opened it. Your text is still here: compare it, and save.")
            % {"who": letter.changed_by}
        )
    return letter


def _lock(letter_id: int) -> OutgoingLetter:
    """Lock the proposal of a letter, then the letter. Raises OutgoingLetter.DoesNotExist."""
    lock_proposal(OutgoingLetter.objects.values_list("proposal_id", flat=True).get(pk=letter_id))
    letters_with = OutgoingLetter.objects.select_related("template", "proposal__contact", "proposal__organisation")
    return letters_with.select_for_update(of=("self",)).get(pk=letter_id)
