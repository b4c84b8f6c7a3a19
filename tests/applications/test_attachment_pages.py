"""The pages with files: what is refused says why, and only what is harmless is opened."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.domain import attachments, intake
from applications.models import Attachment
from applications.states import ProposalEvent
from assessment.domain import assignments
from core.domain import stored_files
from core.models import AuditEntry
from tests.applications.attaching import add, in_store, submit
from tests.applications.road import draft_proposal
from tests.core.clamd import clamd, unused_port
from tests.core.uploads import PNG, a_pdf, opens_with


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Keep what these tests store apart, and begin without a scanner."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.CLAMD_URL = ""
    return tmp_path / "files" / attachments.DIRECTORY


@pytest.fixture
def draft(cast, call):
    return draft_proposal(cast, call)


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
