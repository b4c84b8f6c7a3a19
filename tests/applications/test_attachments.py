"""Files with a proposal: harmless or refused with the reason, kept at once, frozen when it is submitted."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, close_old_connections, transaction

from applications.domain import attachments, receipts
from applications.errors import AttachmentRefused, ProposalFrozen
from applications.models import Attachment, Proposal, Receipt
from applications.states import AttachmentState, ProposalEvent
from core.domain import clock, file_names, pdf, stored_files
from core.errors import DocumentDamaged, FileNotKept, FileRefused
from core.models import Alarm, AuditEntry, OutboxMessage
from tests.applications.attaching import add, in_store, submit
from tests.applications.road import draft_proposal
from tests.core.clamd import EICAR, clamd, unused_port
from tests.core.uploads import JPEG, OLD_WORD, PNG, a_pdf, opens_with, word


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Keep what these tests store apart, and begin without a scanner."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.CLAMD_URL = ""
    return tmp_path / "files" / attachments.DIRECTORY


@pytest.fixture
def draft(cast, call):
    return draft_proposal(cast, call)


# What is added ------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_at_once_under_a_name_of_our_own(cast, draft, store):
    content = a_pdf()
    added = add(draft, cast, content)
    assert in_store(store) == [store / added.pk.hex[:2] / str(added.pk)]
    assert in_store(store)[0].read_bytes() == content
    kept = Attachment.objects.get()
    assert (kept.name, kept.extension, kept.byte_size) == ("begroting.pdf", "pdf", len(content))
    assert kept.state == AttachmentState.UPLOADED
    entry = AuditEntry.objects.about(draft).get(event=ProposalEvent.ATTACHMENT_ADDED)
    assert entry.changes["sha256"] == kept.sha256
    assert OutboxMessage.objects.get(topic=attachments.CHECK_TOPIC).payload == {"attachment": str(added.pk)}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", AttachmentRefused),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * attachments.MOST_MEGABYTES * attachments.MEGABYTE, AttachmentRefused),
        (b"MZ\x90\x00", FileRefused),
        (OLD_WORD, FileRefused),
        (word(word__vbaProject="x"), FileRefused),
        (PNG + word(), FileRefused),
        (opens_with(S="/JavaScript", JS="1"), FileRefused),
    ],
    ids=["0 bytes", "too large", "program", "old word", "macros", "two kinds", "script"],
)
def test_what_is_refused_leaves_nothing_behind(cast, draft, store, content, error):
    with pytest.raises(error):
        add(draft, cast, content)
    assert not Attachment.objects.exists()
    assert in_store(store) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("begroting.pdf", "begroting.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\map\\plan.v2.PNG", "plan.v2.png"),
        ("factuur\u202egpj.exe", "factuurgpj.png"),
        ("a\r\nX-Kop: b.png", "aX-Kop- b.png"),
        ("", "bijlage.png"),
        (".png", "png.png"),
        (" . ", "bijlage.png"),
        ("é" * 300 + ".png", "é" * file_names.LONGEST + ".png"),
    ],
)
def test_the_name_says_what_the_file_really_is(given, kept):
    assert file_names.safe(given, extension="png", otherwise="bijlage") == kept


def test_a_wrong_extension_is_put_right(cast, draft):
    assert add(draft, cast, JPEG, name="offerte.pdf").name == "offerte.jpg"


def test_the_same_request_adds_a_file_once(cast, draft, store):
    key, content = uuid.uuid4(), a_pdf()
    first = add(draft, cast, content, key=key)
    assert add(draft, cast, content, key=key) == first
    assert len(in_store(store)) == Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_a_file_once(cast, call, store):
    draft = draft_proposal(cast, call)
    key, content, added = uuid.uuid4(), a_pdf(), []

    def click():
        try:
            added.append(add(draft, cast, content, key=key).pk)
        finally:
            close_old_connections()

    clicks = [threading.Thread(target=click) for _number in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(30)
    assert len(added) == 4
    assert len(set(added)) == Attachment.objects.count() == len(in_store(store)) == 1


def test_the_same_file_again_is_pointed_out(cast, draft, store):
    add(draft, cast, name="plan.pdf")
    with pytest.raises(AttachmentRefused, match=r"plan\.pdf"):
        add(draft, cast, name="ander.pdf")
    assert len(in_store(store)) == 1


def test_the_database_too_refuses_the_same_file_twice(cast, draft):
    twin = add(draft, cast)
    twin.pk, twin.path = uuid.uuid4(), "elders"
    with pytest.raises(IntegrityError, match="applications_attachment_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_no_more_files_than_fit(cast, draft, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_FILES", 2)
    one, _two = add(draft, cast, a_pdf(text="1")), add(draft, cast, a_pdf(text="2"))
    with pytest.raises(AttachmentRefused, match="2"):
        add(draft, cast, a_pdf(text="3"))
    attachments.remove(attachment_id=one.pk, by=cast.partner)
    add(draft, cast, a_pdf(text="3"))


def test_no_more_together_than_fits(cast, draft, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_MEGABYTES_TOGETHER", 0)
    with pytest.raises(AttachmentRefused, match=r"Together|Samen"):
        add(draft, cast)


def test_a_full_disk_leaves_no_row_and_no_half_file(cast, draft, store, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_files.os, "fsync", full)
    with pytest.raises(FileNotKept):
        add(draft, cast)
    assert not Attachment.objects.exists()
    assert in_store(store) == []


def test_a_file_that_is_not_what_was_kept_is_not_handed_over(cast, draft, store):
    added = add(draft, cast)
    in_store(store)[0].write_bytes(b"%PDF-anders")
    with pytest.raises(DocumentDamaged):
        attachments.read(added, by=cast.partner)


# The scanner --------------------------------------------------------------------------------------------------------


def test_what_the_scanner_calls_clean_is_open(cast, draft, settings, deliver_all):
    add(draft, cast)
    with clamd(settings) as scanner:
        deliver_all()
        deliver_all()
    kept = Attachment.objects.get()
    assert kept.state == AttachmentState.CLEAN
    assert len(scanner.scanned) == 1


def test_malware_is_refused_deleted_and_told_once(
    cast, draft, settings, store, deliver_all, mailoutbox, django_capture_on_commit_callbacks
):
    add(draft, cast, PNG + EICAR, name="foto.png")
    with clamd(settings), django_capture_on_commit_callbacks(execute=True):
        deliver_all()
        deliver_all()
    kept = Attachment.objects.get()
    assert (kept.state, kept.malware) == (AttachmentState.REFUSED, "Eicar-Test-Signature")
    assert in_store(store) == []
    assert [message.to for message in mailoutbox] == [[cast.partner.email]]
    assert "foto.png" in mailoutbox[0].body
    assert OutboxMessage.objects.filter(done_at=None).count() == 0


def test_a_scanner_that_is_away_is_asked_again_and_never_means_clean(cast, draft, settings, deliver_all):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{unused_port()}"
    add(draft, cast)
    deliver_all()
    assert Attachment.objects.get().state == AttachmentState.UPLOADED
    assert "ScannerSilent" in OutboxMessage.objects.get(topic=attachments.CHECK_TOPIC).last_error
    with clamd(settings), clock.set_to(clock.now() + timedelta(minutes=5)):
        deliver_all()
    assert Attachment.objects.get().state == AttachmentState.CLEAN


def test_without_a_scanner_it_stays_unchecked_and_a_scanner_that_comes_later_finds_it(
    cast, draft, settings, deliver_all
):
    add(draft, cast)
    deliver_all()
    assert Attachment.objects.get().state == AttachmentState.UPLOADED
    assert OutboxMessage.objects.filter(done_at=None).count() == 0
    with clamd(settings), clock.set_to(clock.now() + timedelta(hours=2)):
        assert attachments.sweep() == 1
    assert Attachment.objects.get().state == AttachmentState.CLEAN


def test_a_scanner_that_stays_away_is_an_alarm_until_it_is_back(cast, draft, settings):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{unused_port()}"
    add(draft, cast)
    with clock.set_to(clock.now() + timedelta(hours=2)):
        attachments.sweep()
        assert Alarm.objects.open().filter(topic=attachments.ALARM).exists()
        with clamd(settings):
            attachments.sweep()
        assert not Alarm.objects.open().filter(topic=attachments.ALARM).exists()


def test_bytes_that_belong_to_nothing_are_tidied_away_after_a_day(cast, draft, store):
    added = add(draft, cast)
    stray = store / "ab" / "los"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    attachments.sweep()
    assert stray.exists()
    with clock.set_to(clock.now() + timedelta(days=2)):
        attachments.sweep()
    assert not stray.exists()
    assert attachments.read(added, by=cast.partner) == a_pdf()


# Submitting ---------------------------------------------------------------------------------------------------------


def test_the_receipt_holds_the_files_with_their_hashes(cast, draft):
    added = add(draft, cast)
    gone = add(draft, cast, PNG, name="weg.png")
    attachments.remove(attachment_id=gone.pk, by=cast.partner)
    receipt = submit(draft, cast)
    assert receipt.content["attachments"] == [
        {"kind": "begroting", "name": "begroting.pdf", "bytes": added.byte_size, "sha256": added.sha256}
    ]
    assert receipts.hash_of(receipts.snapshot(Proposal.objects.get(pk=draft.pk))) == receipt.content_sha256


def test_the_confirmation_of_receipt_names_the_files_with_their_hashes(cast, draft, deliver_all, monkeypatch):
    added, rendered = add(draft, cast), []
    render = pdf.render

    def note(**given):
        content, html = render(**given)
        rendered.append(html)
        return content, html

    monkeypatch.setattr(pdf, "render", note)
    submit(draft, cast)
    deliver_all()
    assert "begroting.pdf" in rendered[0]
    assert added.sha256 in rendered[0]


def test_taking_away_deletes_the_bytes_and_doing_it_again_changes_nothing(
    cast, draft, store, django_capture_on_commit_callbacks
):
    added = add(draft, cast)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(attachment_id=added.pk, by=cast.partner)
        attachments.remove(attachment_id=added.pk, by=cast.partner)
    assert in_store(store) == []
    assert AuditEntry.objects.about(draft).filter(event=ProposalEvent.ATTACHMENT_REMOVED).count() == 1
    assert receipts.snapshot(draft)["attachments"] == []


def test_what_was_submitted_stays_by_the_rule_and_by_the_database(cast, draft):
    added = add(draft, cast)
    submit(draft, cast)
    with pytest.raises(ProposalFrozen):
        attachments.remove(attachment_id=added.pk, by=cast.partner)
    with pytest.raises(ProposalFrozen):
        add(draft, cast, PNG)
    attempts = [
        lambda: Attachment.objects.filter(pk=added.pk).update(removed_at=clock.now()),
        lambda: Attachment.objects.filter(pk=added.pk).update(sha256="0" * 64),
        lambda: Attachment.objects.filter(pk=added.pk).update(name="anders.pdf"),
        lambda: Attachment.objects.filter(pk=added.pk).delete(),
        lambda: Attachment.objects.bulk_create([copy_of(added)]),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="attachment"), transaction.atomic():
            attempt()


def copy_of(attachment: Attachment) -> Attachment:
    copy = Attachment.objects.get(pk=attachment.pk)
    copy.pk, copy.path, copy.sha256 = uuid.uuid4(), "elders", "1" * 64
    return copy


def test_the_verdict_may_follow_the_submission_and_never_goes_back(cast, draft, settings, deliver_all):
    added = add(draft, cast, PNG + EICAR)
    submit(draft, cast)
    with clamd(settings):
        deliver_all()
    assert Attachment.objects.get().state == AttachmentState.REFUSED
    assert Receipt.objects.get().content["attachments"][0]["sha256"] == added.sha256
    back = {"state": AttachmentState.UPLOADED, "malware": "", "checked_at": None}
    with pytest.raises(IntegrityError, match="go back"), transaction.atomic():
        Attachment.objects.update(**back)


def test_the_state_a_file_can_have_is_held_by_the_database(cast, draft):
    add(draft, cast)
    for wrong in ({"state": "clean"}, {"state": "refused", "checked_at": clock.now()}, {"state": "fine"}):
        with pytest.raises(IntegrityError, match="applications_attachment_state"), transaction.atomic():
            Attachment.objects.update(**wrong)
