"""Files with a proposal: harmless or refused with the reason, kept at once, frozen when it is submitted."""

import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.domain import attachments, proposals, receipts
from applications.errors import AttachmentRefused, ProposalFrozen
from applications.models import Attachment, Proposal, Receipt
from applications.states import AttachmentKind, AttachmentState, ProposalEvent
from assessment.domain import assignments
from core.domain import clock, file_names, pdf, stored_files
from core.errors import DocumentDamaged, FileNotKept, FileRefused
from core.models import Alarm, AuditEntry, OutboxMessage
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


def add(proposal, cast, content=None, *, name="begroting.pdf", kind=AttachmentKind.BUDGET, key=None, by=None):
    return attachments.add(
        proposal_id=proposal.pk,
        by=by or cast.partner,
        kind=kind,
        file_name=name,
        content=a_pdf() if content is None else content,
        request_key=key or uuid.uuid4(),
    )


def in_store(store: Path) -> list[Path]:
    return [path for path in store.glob("*/*") if path.is_file()]


def submit(proposal, cast):
    return proposals.submit(proposal_id=proposal.pk, by=cast.partner, request_key=uuid.uuid4())


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


# The pages ----------------------------------------------------------------------------------------------------------


def url(proposal) -> str:
    return reverse("applications:attachments", args=[proposal.pk])


def upload(client, proposal, content, *, name="begroting.pdf", key=None):
    data = {"kind": "begroting", "request_key": str(key or uuid.uuid4())}
    if content is not None:
        data["file"] = SimpleUploadedFile(name, content)
    return client.post(url(proposal), data)


def test_a_partner_adds_reads_and_takes_away_a_file(cast, draft, client_of, settings, deliver_all):
    client = client_of(cast.partner)
    assert upload(client, draft, a_pdf()).status_code == 302
    added = Attachment.objects.get()
    opened = reverse("applications:attachment", args=[added.pk])
    assert client.get(opened).status_code == 403, "not before the scanner"
    with clamd(settings):
        deliver_all()
    answer = client.get(opened)
    assert answer.content == a_pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="begroting.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.about(draft).filter(event=ProposalEvent.ATTACHMENT_OPENED).count() == 1
    assert "begroting.pdf" in client.get(reverse("applications:check", args=[draft.pk])).content.decode()
    client.post(reverse("applications:attachment_remove", args=[draft.pk, added.pk]))
    assert Attachment.objects.there().count() == 0
    assert client.get(opened).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"), [(None, "Kies een bestand"), (b"", "leeg"), (b"MZ", "docx"), (opens_with(S="/Launch"), "PDF")]
)
def test_a_refusal_stands_at_the_field_with_its_reason(cast, draft, client_of, content, words):
    answer = upload(client_of(cast.partner), draft, content)
    assert answer.status_code == 422
    assert len(answer.context["form"].errors["file"]) == 1
    assert not Attachment.objects.exists()


def test_after_a_refusal_the_form_has_another_key(cast, draft, client_of):
    key = uuid.uuid4()
    answer = upload(client_of(cast.partner), draft, b"MZ", key=key)
    assert str(key) not in answer.content.decode()


def test_a_request_that_is_far_too_large_is_not_read_and_says_so(cast, draft, client_of, settings):
    settings.UPLOAD_MOST_BYTES = 1000
    answer = upload(client_of(cast.partner), draft, PNG + b"\0" * 5000)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    assert "10 MB" in str(answer.context["form"].errors["file"])
    assert answer.wsgi_request.FILES == {}


def test_a_full_disk_is_told_at_the_field(cast, draft, client_of, monkeypatch):
    monkeypatch.setattr(stored_files.os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "full")))
    answer = upload(client_of(cast.partner), draft, a_pdf())
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


@pytest.mark.parametrize("arrived", [0.3, 0.7, 0.97])
def test_an_upload_that_is_cut_off_keeps_nothing(cast, draft, client_of, store, arrived):
    client, content = client_of(cast.partner), a_pdf() + b"%" * 100_000
    edge = "xxgrensxx"
    body = (
        (
            f'--{edge}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nbegroting\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="request_key"\r\n\r\n{uuid.uuid4()}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        ).encode()
        + content
        + f"\r\n--{edge}--\r\n".encode()
    )
    kind = f"multipart/form-data; boundary={edge}"
    whole = client.generic("POST", url(draft), body[: int(len(body) * arrived)], content_type=kind)
    assert whole.status_code == 422
    assert not Attachment.objects.exists()
    assert in_store(store) == []
    assert client.generic("POST", url(draft), body, content_type=kind).status_code == 302, "whole it is kept"


def test_the_team_reads_the_file_before_the_scanner_and_assessors_after(cast, draft, client_of, settings, deliver_all):
    added = add(draft, cast)
    opened = reverse("applications:attachment", args=[added.pk])
    assert client_of(cast.manager).get(opened).status_code == 404, "a draft is the partner's own"
    proposal = submit(draft, cast).proposal
    assert client_of(cast.manager).get(opened).status_code == 200
    assert client_of(cast.lead).get(opened).status_code == 200
    assert client_of(cast.assessor1).get(opened).status_code == 403
    assert client_of(cast.partner2).get(opened).status_code == 404
    assert client_of(cast.council).get(opened).status_code == 404
    page = client_of(cast.manager).get(reverse("assessment:file", args=[proposal.reference]))
    assert opened in page.content.decode()


def test_an_assessor_opens_only_what_is_clean(cast, draft, client_of, settings, deliver_all):
    from tests.assessment.road import declare_none

    added = add(draft, cast)
    proposal = submit(draft, cast).proposal
    from applications.domain import intake

    intake.find_complete(proposal_id=proposal.pk, by=cast.manager, points=dict.fromkeys(intake.POINTS, True), remark="")
    assignments.assign_all(proposal_id=proposal.pk, assessors=[cast.assessor1, cast.assessor2], by=cast.manager)
    opened = reverse("applications:attachment", args=[added.pk])
    client = client_of(cast.assessor1)
    assert client.get(opened).status_code == 403
    declare_none(proposal, cast.assessor1)
    assert client.get(opened).status_code == 403, "declared, but the scanner has not looked"
    with clamd(settings):
        deliver_all()
    assert client.get(opened).status_code == 200


def test_the_list_says_nothing_new_while_it_waits(cast, draft, client_of, settings, deliver_all):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{unused_port()}"
    client = client_of(cast.partner)
    added = add(draft, cast)
    listed = reverse("applications:attachments_listed", args=[draft.pk])
    assert "every 3s" in client.get(url(draft)).content.decode()
    assert client.get(f"{listed}?wacht=1").status_code == 204
    with clamd(settings):
        attachments.check(attachment_id=added.pk)
    answer = client.get(f"{listed}?wacht=1")
    assert answer.status_code == 200
    assert "every 3s" not in answer.content.decode()


def test_the_page_asks_as_much_of_the_database_for_many_files_as_for_one(
    cast, draft, client_of, django_assert_num_queries
):

    client = client_of(cast.partner)
    add(draft, cast, a_pdf(text="0"))
    client.get(url(draft))
    with CaptureQueriesContext(connection) as one:
        client.get(url(draft))
    for number in range(1, 10):
        add(draft, cast, a_pdf(text=str(number)))
    with django_assert_num_queries(len(one)):
        client.get(url(draft))
