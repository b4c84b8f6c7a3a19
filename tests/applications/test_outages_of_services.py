"""Redis, mail server and scanner down while submitting: accepted, and everything delivered once afterwards."""

import socketserver
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.urls import reverse

from applications.domain import attachments, receipts
from applications.models import Attachment, Letter, Proposal
from applications.states import AttachmentKind, AttachmentState, ProposalEvent, ProposalState
from core.domain import clock, outbox
from core.models import AuditEntry, OutboxMessage
from tests.applications.road import draft_proposal
from tests.core.clamd import clamd, unused_port
from tests.core.uploads import a_pdf

pytestmark = pytest.mark.django_db(transaction=True)


class _MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to receive a message."""

    server: Any

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self._say("354 go on")
                text = b""
                while (more := self.rfile.readline()) != b".\r\n":
                    text += more
                self.server.received.append(text.decode())
            self._say("221 bye" if line == b"QUIT" else "250 ok")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(port: int) -> Iterator[list[str]]:
    """Run a mail server and give the list of what it receives."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", port), _MailServer)
    server.daemon_threads, server.received = True, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def ports(settings, tmp_path) -> dict[str, int]:
    """Point the settings at a mail server and a scanner that are not there, and Celery at no broker."""
    found = {"mail": unused_port(), "scanner": unused_port()}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", found["mail"], 5
    settings.CLAMD_URL = f"tcp://127.0.0.1:{found['scanner']}"
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return found


@pytest.fixture
def no_broker() -> Iterator[None]:
    """Let Celery look for Redis where it is not."""
    kept = current_app.conf.broker_url
    current_app.conf.broker_url = f"redis://127.0.0.1:{unused_port()}/0"
    current_app.amqp._producer_pool = None
    current_app.pool.force_close_all()
    current_app._pool = None
    yield
    current_app.conf.broker_url = kept
    current_app.amqp._producer_pool = None
    current_app._pool = None


def a_draft_with_a_file(cast, call) -> Proposal:
    draft = draft_proposal(cast, call)
    attachments.add(
        proposal_id=draft.pk,
        by=cast.partner,
        kind=AttachmentKind.BUDGET,
        file_name="begroting.pdf",
        content=a_pdf(),
        request_key=uuid.uuid4(),
    )
    return draft


def work_for(hours: int) -> None:
    """Let the worker try all that falls due in so many hours."""
    current_app.loader.import_default_modules()
    begin = clock.now()
    for minutes in range(0, hours * 60 + 1, 20):
        with clock.set_to(begin + timedelta(minutes=minutes)):
            outbox.deliver_due()


def test_with_everything_down_a_proposal_is_accepted_and_all_is_delivered_once_afterwards(
    cast, call, client_of, ports, no_broker, settings, caplog
):
    draft = a_draft_with_a_file(cast, call)
    client, key = client_of(cast.partner), str(uuid.uuid4())
    check = reverse("applications:check", args=[draft.pk])

    began = time.monotonic()
    answer = client.post(check, {"request_key": key})
    assert answer.status_code == 302
    assert answer.url == reverse("applications:receipt", args=[draft.pk])
    assert time.monotonic() - began < 10, "who submits does not wait for what is down"
    assert "no broker to wake a worker" in caplog.text, "the test is about a broker that is away"
    page = client.get(answer.url)
    proposal = Proposal.objects.get(pk=draft.pk)
    assert proposal.state == ProposalState.SUBMITTED
    assert proposal.reference in page.content.decode()
    assert [file["name"] for file in proposal.receipt.content["attachments"]] == ["begroting.pdf"]

    work_for(hours=2)
    assert Attachment.objects.get().state == AttachmentState.UPLOADED, "a scanner that is away has not said clean"
    assert OutboxMessage.objects.filter(done_at=None).count() == 2, "the mail and the scan wait"
    assert client.post(check, {"request_key": key}).status_code == 302, "the impatient partner sends it again"

    with (
        mail_server(ports["mail"]) as received,
        clamd(settings, port=ports["scanner"]) as scanner,
        clock.set_to(clock.now() + timedelta(hours=3)),
    ):
        work_for(hours=3)
        work_for(hours=1)
    assert len(received) == 1
    assert proposal.reference in received[0]
    assert len(scanner.scanned) == 1
    assert Attachment.objects.get().state == AttachmentState.CLEAN
    assert OutboxMessage.objects.filter(done_at=None).count() == 0
    assert Letter.objects.filter(proposal=proposal, kind="receipt").count() == 1
    assert Proposal.objects.exclude(state=ProposalState.DRAFT).count() == 1
    sent = AuditEntry.objects.about(proposal).filter(event=ProposalEvent.SUBMITTED)
    assert sent.count() == 1


def test_a_mail_server_that_fails_halfway_gets_the_message_again_and_no_other_twice(
    cast, call, client_of, ports, settings, monkeypatch
):
    draft = draft_proposal(cast, call)
    client_of(cast.partner).post(reverse("applications:check", args=[draft.pk]), {"request_key": str(uuid.uuid4())})
    refusals = [b"451 later\r\n"]
    say = _MailServer._say

    def unsteady(self, words: str) -> None:
        if words.startswith("354") and refusals:
            self.wfile.write(refusals.pop())
            self.rfile.readline()
        else:
            say(self, words)

    monkeypatch.setattr(_MailServer, "_say", unsteady)
    with mail_server(ports["mail"]) as received, clamd(settings, port=ports["scanner"]):
        work_for(hours=2)
    assert len(received) == 1
    assert OutboxMessage.objects.filter(done_at=None).count() == 0


def test_a_database_that_fails_while_submitting_keeps_the_draft_as_it_was(cast, call, client_of, ports, monkeypatch):
    """The one service without which nothing is accepted: then nothing is, and nothing is lost."""
    draft = a_draft_with_a_file(cast, call)
    before = receipts.snapshot(Proposal.objects.get(pk=draft.pk))
    client = client_of(cast.partner)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(receipts, "make", lambda **given: (_ for _ in ()).throw(ConnectionError("gone")))
        answer = client.post(reverse("applications:check", args=[draft.pk]), {"request_key": str(uuid.uuid4())})
    assert answer.status_code == 500
    kept = Proposal.objects.get(pk=draft.pk)
    assert kept.is_draft
    assert receipts.snapshot(kept) == before
    assert not OutboxMessage.objects.filter(topic="applications.receipt").exists()
