"""Files with a proposal: added early and one by one, looked into at once, scanned after, frozen on submission."""

import hashlib
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from applications import letters
from applications.access import lock_proposal
from applications.domain import openness
from applications.errors import AttachmentRefused, ProposalFrozen
from applications.models import Attachment, Proposal, StateChange
from applications.states import AttachmentKind, AttachmentState, ProposalEvent, ProposalState
from core.domain import (
    alarms,
    audit,
    clock,
    file_inspection,
    file_names,
    file_types,
    outbox,
    requests,
    scanning,
    stored_files,
)
from core.domain.scanning import Outcome
from core.errors import DocumentDamaged, DocumentPurged, ScannerSilent

logger = logging.getLogger(__name__)

TAKEN = (
    file_types.PDF,
    file_types.WORD,
    file_types.EXCEL,
    file_types.OPEN_TEXT,
    file_types.OPEN_SHEET,
    file_types.PNG,
    file_types.JPEG,
)
MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 10
MOST_FILES = 15
MOST_MEGABYTES_TOGETHER = 60

DIRECTORY = "attachments"
CHECK_TOPIC = "applications.attachment_check"
ALARM = "applications.scanner"
# What nobody's transaction can still be about.
STRAY_AFTER = timedelta(days=1)
# The outbox tries by itself; whoever waits longer than this waits for a scanner that stays away.
LATE_AFTER = timedelta(hours=1)
# A scanner that is away answers nobody; one file that it can't take must not hold up the others.
MOST_SILENCES = 5


@dataclass(frozen=True)
class Shown:
    """A file as a reader sees it. Only what is clean is open to everybody; staff may look at what waits, too."""

    attachment: Attachment
    may_open: bool
    may_remove: bool


def add(
    *, proposal_id: int, by: User, kind: AttachmentKind, file_name: str, content: bytes, request_key: UUID
) -> Attachment:
    """Add a file to a draft, or to the supplement that the team asked for; the scanner looks at it after the commit.

    The same request key adds it once. Raises FileRefused (not a kind that we take, or something in it can act),
    AttachmentRefused (too large, too many, there already), ProposalFrozen, and FileNotKept when the disk says no;
    then nothing is kept.
    """
    _require_size(len(content))
    found = file_inspection.require_harmless(content, TAKEN)
    attachment = Attachment(
        id=uuid.uuid4(),
        proposal_id=proposal_id,
        kind=kind,
        name=file_names.safe(file_name, extension=found.extension, otherwise=_("attachment")),
        extension=found.extension,
        byte_size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
        uploaded_at=clock.now(),
    )
    attachment.path = stored_files.keep(directory=DIRECTORY, name=attachment.id, content=content)
    added = None
    try:
        added = _register(attachment, by=by, request_key=request_key)
    finally:
        if added != attachment:  # refused, or the repeat of a request that was carried out
            stored_files.remove(attachment.path)
    return added


def _register(attachment: Attachment, *, by: User, request_key: UUID) -> Attachment:
    """Write down a file whose bytes stand in the store, or return what the same request added before."""
    with transaction.atomic():
        body = {"proposal": attachment.proposal_id, "kind": attachment.kind, "sha256": attachment.sha256}
        request, is_new = requests.take(key=request_key, actor=by, purpose="applications.attach", body=body)
        if not is_new:
            return Attachment.objects.get(pk=(request.answer or {})["attachment"])
        proposal = _lock_open(attachment.proposal_id)
        _require_place(proposal, attachment)
        attachment.save(force_insert=True)
        changes = {"attachment": str(attachment.pk), "kind": attachment.kind, "sha256": attachment.sha256}
        audit.record(event=ProposalEvent.ATTACHMENT_ADDED, actor=by, about=proposal, changes=changes)
        outbox.put(topic=CHECK_TOPIC, key=str(attachment.pk), payload={"attachment": str(attachment.pk)})
        requests.answer(request, attachment=str(attachment.pk))
        return attachment


def remove(*, attachment_id: UUID, by: User) -> Attachment:
    """Take a file away and delete its bytes: from a draft, or one that was added to the supplement being made.

    Taking it away again changes nothing. Raises ProposalFrozen for what was submitted.
    """
    with transaction.atomic():
        attachment = Attachment.objects.get(pk=attachment_id)
        proposal = lock_proposal(attachment.proposal_id)
        attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
        if attachment.removed_at is not None:
            return attachment
        if not _may_remove(proposal, attachment, _asked_at(proposal)):
            raise ProposalFrozen(_("“%(file)s” was submitted with the proposal, so it stays.") % {"file": attachment})
        attachment.removed_at = clock.now()
        attachment.save(update_fields=["removed_at"])
        changes = {"attachment": str(attachment.pk), "sha256": attachment.sha256}
        audit.record(event=ProposalEvent.ATTACHMENT_REMOVED, actor=by, about=proposal, changes=changes)
        _delete_bytes_after_commit(attachment)
        return attachment


def check(*, attachment_id: UUID) -> Attachment:
    """Let the scanner look at a file and write down what it says. Doing it again changes nothing.

    Malware: refused, the bytes deleted, and whoever sent it hears. Without a scanner it stays unchecked. Raises
    ScannerSilent when there is one that gives no answer, so that the outbox tries again.
    """
    attachment = Attachment.objects.get(pk=attachment_id)
    if not attachment.is_waiting or attachment.removed_at is not None or not scanning.is_configured():
        return attachment
    try:
        content = stored_files.read(attachment.path, sha256=attachment.sha256)
    except DocumentDamaged:
        if not Attachment.objects.there().filter(pk=attachment_id).exists():  # taken away while we looked
            return attachment
        raise
    verdict = scanning.scan(content)
    if verdict.outcome == Outcome.UNKNOWN:
        raise ScannerSilent(verdict.detail)
    return _record_verdict(attachment_id, verdict)


def _record_verdict(attachment_id: UUID, verdict: scanning.Verdict) -> Attachment:
    with transaction.atomic():
        attachment = Attachment.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=attachment_id)
        if not attachment.is_waiting or attachment.removed_at is not None:
            return attachment
        attachment.state = AttachmentState.CLEAN
        if verdict.outcome == Outcome.INFECTED:
            attachment.state, attachment.malware = AttachmentState.REFUSED, verdict.detail
        attachment.checked_at = clock.now()
        attachment.save(update_fields=["state", "malware", "checked_at"])
        changes = {"attachment": str(attachment.pk), "state": attachment.state, "malware": attachment.malware}
        audit.record(event=ProposalEvent.ATTACHMENT_CHECKED, actor=None, about=attachment.proposal, changes=changes)
        if attachment.is_refused:
            letters.mail_attachment_refused(attachment)
            _delete_bytes_after_commit(attachment)
        return attachment


def read(attachment: Attachment, *, by: User) -> bytes:
    """Return the bytes for somebody whom the door let in, and write down that they were read.

    Raises DocumentPurged when it was destroyed with its proposal, and DocumentDamaged when the file is gone or is not
    what was sent.
    """
    if attachment.proposal.purged_at is not None:
        raise DocumentPurged(_("This file was destroyed, because the term to keep it was over."))
    content = stored_files.read(attachment.path, sha256=attachment.sha256)
    changes = {"attachment": str(attachment.pk)}
    audit.record(event=ProposalEvent.ATTACHMENT_OPENED, actor=by, about=attachment.proposal, changes=changes)
    return content


def shown(proposal: Proposal, *, to_staff: bool, may_edit: bool = False) -> list[Shown]:
    """Return the files of a proposal with what a reader may do with each, in the order in which they came in."""
    asked_at = _asked_at(proposal)
    return [
        Shown(
            attachment=attachment,
            may_open=attachment.is_clean or (to_staff and attachment.is_waiting),
            may_remove=may_edit and _may_remove(proposal, attachment, asked_at),
        )
        for attachment in proposal.attachments.there().select_related("uploaded_by")
    ]


def read_by_team(proposal: Proposal, *, to_staff: bool) -> list[Shown]:
    """Return the files as the team received them: without what belongs to a supplement that is still being made."""
    found = shown(proposal, to_staff=to_staff)
    asked_at = _asked_at(proposal) if openness.open_request(proposal) else None
    return [one for one in found if asked_at is None or one.attachment.uploaded_at < asked_at]


def may_add(proposal: Proposal) -> bool:
    """Tell whether files can be added now: to a draft, and to a supplement that the team waits for."""
    if proposal.is_draft:
        return True
    asked = openness.open_request(proposal)
    return asked is not None and openness.is_in_time(asked, clock.now())


def snapshot(proposal: Proposal) -> list[dict[str, object]]:
    """Return the files as they are now, as JSON values: what a receipt keeps of them."""
    return [
        {"kind": file.kind, "name": file.name, "bytes": file.byte_size, "sha256": file.sha256}
        for file in proposal.attachments.counting()
    ]


def sweep() -> int:
    """Try again what the scanner still owes an answer, and delete bytes that belong to nothing. Returns how many tried.

    Who works here hears of a scanner that stays away.
    """
    _delete_strays()
    if not scanning.is_configured():
        return 0
    late = Attachment.objects.waiting().filter(uploaded_at__lt=clock.now() - LATE_AFTER)
    tried = silences = 0
    for pk in list(late.values_list("pk", flat=True)):
        if silences == MOST_SILENCES:
            break
        tried += 1
        try:
            check(attachment_id=pk)
        except (ScannerSilent, DocumentDamaged) as error:
            silences += 1
            logger.warning("attachment %s is still not checked: %s", pk, error)
    still = late.count()
    if still:
        with translation.override(settings.LANGUAGE_CODE):
            title = _("The virus scanner gives no answer: attachments wait to be checked")
            text = ngettext("%(count)d attachment waits.", "%(count)d attachments wait.", still) % {"count": still}
        alarms.raise_alarm(ALARM, title=title, text=text)
    else:
        alarms.clear(ALARM)
    return tried


def _delete_strays() -> None:
    """Delete what a process left behind that died between the disk and the commit."""
    old = list(stored_files.older_than(STRAY_AFTER, directory=DIRECTORY))
    known = set(Attachment.objects.counting().values_list("path", flat=True))
    for path in old:
        if path not in known:
            stored_files.remove(path)


def _require_size(size: int) -> None:
    if size == 0:
        raise AttachmentRefused(_("This file is empty. Choose another one."))
    if size > MOST_MEGABYTES * MEGABYTE:
        raise AttachmentRefused(
            _("This file is %(size)s MB. A file may be %(most)d MB at most: save it smaller, or divide it.")
            % {"size": f"{size / MEGABYTE:.1f}".replace(".", ","), "most": MOST_MEGABYTES}
        )


def _require_place(proposal: Proposal, attachment: Attachment) -> None:
    """Refuse a file that is there already, or for which there is no place."""
    there = list(proposal.attachments.counting())
    twin = next((file for file in there if file.sha256 == attachment.sha256), None)
    if twin is not None:
        raise AttachmentRefused(_("This file is there already, as “%(file)s”.") % {"file": twin})
    if len(there) >= MOST_FILES:
        raise AttachmentRefused(
            _("There are %(most)d files already, and no more fit. Put some together, or take one away.")
            % {"most": MOST_FILES}
        )
    if sum(file.byte_size for file in there) + attachment.byte_size > MOST_MEGABYTES_TOGETHER * MEGABYTE:
        raise AttachmentRefused(
            _("Together the files may be %(most)d MB at most. Save this one smaller, or take another away.")
            % {"most": MOST_MEGABYTES_TOGETHER}
        )


def _lock_open(proposal_id: int) -> Proposal:
    proposal = lock_proposal(proposal_id)
    if not may_add(proposal):
        raise ProposalFrozen(_("%(proposal)s was submitted. No files can be added now.") % {"proposal": proposal})
    return proposal


def _asked_at(proposal: Proposal) -> datetime | None:
    """Return the last time that the team asked for a supplement, or None."""
    asked = StateChange.objects.filter(proposal=proposal, to_state=ProposalState.SUPPLEMENT)
    return asked.values_list("at", flat=True).last()


def _may_remove(proposal: Proposal, attachment: Attachment, asked_at: datetime | None) -> bool:
    if proposal.is_draft:
        return True
    return may_add(proposal) and asked_at is not None and attachment.uploaded_at >= asked_at


def _delete_bytes_after_commit(attachment: Attachment) -> None:
    transaction.on_commit(lambda: stored_files.remove(attachment.path), robust=True)
