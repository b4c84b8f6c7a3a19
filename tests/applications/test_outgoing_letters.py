"""Letters to the partner: drafted from a template, edited, sent once, frozen."""

import re
import subprocess
import uuid
from datetime import date, datetime

import pikepdf
import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications import letters
from applications.domain import outgoing_letters
from applications.errors import FieldsOpen, FieldUnknown, LetterFrozen, MoveNotAllowed, TextChanged
from applications.models import Letter, OutgoingLetter, Proposal
from core.domain import clock, documents
from core.models import AuditEntry, OutboxMessage
from tests.applications.road import draft_proposal, submitted_proposal

FACTS = {"wat_ontbreekt": ["Een begroting per jaar", "Wie meebetaalt"], "uiterste_datum": date(2026, 12, 7)}


@pytest.fixture
def proposal(cast, call, deliver_all):
    made = submitted_proposal(cast, call)
    deliver_all()
    mail.outbox.clear()
    return made


@pytest.fixture
def letter(proposal, cast):
    return outgoing_letters.draft(proposal=proposal, template_code="supplement_request", by=cast.manager, facts=FACTS)


def send(letter, by, **over):
    return outgoing_letters.send(letter_id=letter.pk, by=by, **{"request_key": uuid.uuid4(), **over})


def pdf_text(content):
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def test_a_draft_says_what_the_proposal_and_the_caller_know(letter, proposal):
    assert proposal.reference in letter.subject
    for told in (
        proposal.title,
        "Stichting Makersloods",
        "- Een begroting per jaar\n- Wie meebetaalt",
        "7 december 2026",
    ):
        assert told in letter.body, told
    assert outgoing_letters.open_fields(letter) == []


def test_a_letter_is_written_in_the_language_of_the_contact(proposal, cast):
    cast.partner.language = "en"
    cast.partner.save()
    fresh = Proposal.objects.get(pk=proposal.pk)
    made = outgoing_letters.draft(proposal=fresh, template_code="supplement_request", by=cast.manager, facts=FACTS)
    assert "December 7, 2026" in made.body or "7 December 2026" in made.body
    assert made.body.startswith("Dear")


def test_a_fact_without_a_field_is_refused(proposal, cast):
    with pytest.raises(FieldUnknown, match="kleur"):
        outgoing_letters.draft(proposal=proposal, template_code="general", by=cast.manager, facts={"kleur": "rood"})


def test_a_draft_of_the_partner_gets_no_letter(cast, call):
    with pytest.raises(MoveNotAllowed):
        outgoing_letters.draft(proposal=draft_proposal(cast, call), template_code="general", by=cast.manager, facts={})


def test_a_field_without_a_value_stays_open_and_holds_the_letter_back(proposal, cast):
    made = outgoing_letters.draft(proposal=proposal, template_code="supplement_request", by=cast.manager, facts={})
    assert outgoing_letters.open_fields(made) == ["wat_ontbreekt", "uiterste_datum"]
    with pytest.raises(FieldsOpen) as refused:
        send(made, cast.manager)
    assert refused.value.fields == ["wat_ontbreekt", "uiterste_datum"]
    assert OutgoingLetter.objects.get(pk=made.pk).is_draft


def test_a_letter_that_another_verb_sends_at_once_needs_every_field(proposal, cast):
    with pytest.raises(FieldsOpen):
        outgoing_letters.draft_and_send(proposal=proposal, template_code="extension", by=cast.manager, facts={})
    assert not OutgoingLetter.objects.exists()


def test_a_letter_that_another_verb_sends_goes_with_its_transaction(proposal, cast, deliver_all):
    facts = {"nieuwe_beslisdatum": date(2027, 3, 1), "reden": "We wachten op advies."}
    with transaction.atomic():
        made = outgoing_letters.draft_and_send(
            proposal=proposal, template_code="extension", by=cast.manager, facts=facts
        )
    deliver_all()
    made.refresh_from_db()
    assert made.document is not None
    assert "1 maart 2027" in pdf_text(documents.read(made.document))


TRICKS = (
    '<script>alert("x")</script>',
    "=HYPERLINK(1)",
    "# Kop",
    "- lijst",
    "1. eerste",
    "**vet** [klik](https://kwaad.example) {uiterste_datum} \\{x}",
)


@pytest.mark.parametrize("title", TRICKS)
def test_what_a_partner_typed_comes_out_of_a_letter_as_text(title, cast, call):
    proposal = submitted_proposal(cast, call, title=title)
    facts = {**FACTS, "wat_ontbreekt": [title]}
    made = outgoing_letters.draft(proposal=proposal, template_code="supplement_request", by=cast.manager, facts=facts)
    assert outgoing_letters.open_fields(made) == []
    _content, html = letters.render_outgoing(made, subject=made.subject, body=made.body, moment=clock.now())
    text = re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    assert f"“{title}”" in text
    assert f"\n{title}\n" in text
    assert "<script" not in html
    assert "<a " not in html
    assert html.count("<h1") == 1
    assert html.count("<li>") == 1


def test_signs_that_turn_the_text_around_are_taken_out_and_arabic_stays(cast, call):
    proposal = submitted_proposal(cast, call, title="Ontmoeting \u202eKOOB\u202c مرحبا")
    made = outgoing_letters.draft(proposal=proposal, template_code="general", by=cast.manager, facts={"bericht": "x"})
    assert "“Ontmoeting KOOB مرحبا”" in made.body


def test_the_text_that_was_edited_is_what_the_partner_gets(letter, cast, deliver_all):
    outgoing_letters.edit(
        letter_id=letter.pk,
        by=cast.lead,
        subject="Nog één ding over {kenmerk}",
        body="Beste mensen,\r\n\r\n## Graag\r\n\r\n- een begroting\r\n",
        seen_version=1,
    )
    send(letter, cast.manager)
    deliver_all()
    kept = OutgoingLetter.objects.get(pk=letter.pk)
    text = pdf_text(documents.read(kept.document))
    assert f"Nog één ding over {kept.proposal.reference}" in text
    assert "Beste mensen," in text
    assert "##" not in text


def test_a_field_that_the_letter_does_not_have_is_refused_while_editing(letter, cast):
    with pytest.raises(FieldUnknown, match="kleur"):
        outgoing_letters.edit(letter_id=letter.pk, by=cast.lead, subject="x", body="In {kleur}.", seen_version=1)


def test_the_second_of_two_tabs_is_refused_and_nothing_is_overwritten(letter, cast):
    outgoing_letters.edit(letter_id=letter.pk, by=cast.lead, subject="Een", body="Eerst.", seen_version=1)
    with pytest.raises(TextChanged, match="Lead"):
        outgoing_letters.edit(letter_id=letter.pk, by=cast.manager, subject="Twee", body="Later.", seen_version=1)
    with pytest.raises(TextChanged):
        send(letter, cast.manager, seen_version=1)
    with pytest.raises(TextChanged):
        outgoing_letters.discard(letter_id=letter.pk, by=cast.manager, seen_version=1)
    assert OutgoingLetter.objects.get(pk=letter.pk).subject == "Een"


def test_sending_twice_with_the_same_key_sends_once(letter, cast, deliver_all):
    key = uuid.uuid4()
    send(letter, cast.manager, request_key=key)
    send(letter, cast.manager, request_key=key)
    deliver_all()
    OutboxMessage.objects.filter(topic=letters.OUTGOING_TOPIC).update(done_at=None, claimed_at=None)
    deliver_all()
    assert len(mail.outbox) == 1
    assert Letter.objects.filter(proposal=letter.proposal, kind=f"letter-{letter.pk}").count() == 1
    assert AuditEntry.objects.filter(event="letter.sent").count() == 1


def test_sending_again_with_another_key_is_refused(letter, cast):
    send(letter, cast.manager)
    with pytest.raises(LetterFrozen):
        send(letter, cast.manager)


def test_the_mail_is_short_holds_a_link_behind_the_login_and_no_letter(letter, cast, deliver_all, client):
    send(letter, cast.manager)
    deliver_all()
    [message] = mail.outbox
    assert message.to == [cast.partner.email]
    assert message.attachments == []
    assert "Een begroting per jaar" not in message.body
    link = re.search(r"https?://[^/]+(/\S+)", message.body)[1]
    assert link == letter.proposal.get_absolute_url()
    assert client.get(link).url.startswith(reverse("account_login"))


def test_nothing_leaves_before_the_commit(letter, cast, deliver_all):
    with pytest.raises(RuntimeError), transaction.atomic():
        send(letter, cast.manager)
        raise RuntimeError
    deliver_all()
    assert mail.outbox == []
    assert OutgoingLetter.objects.get(pk=letter.pk).is_draft


def test_the_letter_is_a_tagged_pdf_filed_with_its_hash(letter, cast, deliver_all):
    send(letter, cast.manager)
    deliver_all()
    document = Letter.objects.get(kind=f"letter-{letter.pk}").document
    assert document.facts["code"] == "supplement_request"
    with document.file.open("rb") as file, pikepdf.open(file) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("nl")
        assert "pdfuaid" in pdf.Root.Metadata.read_bytes().decode()


def test_a_preview_says_that_it_is_a_draft_and_keeps_nothing(letter):
    before = documents.Document.objects.count()
    text = pdf_text(outgoing_letters.preview(letter))
    assert "Een begroting per jaar" in text
    assert documents.Document.objects.count() == before
    assert not Letter.objects.filter(kind__startswith="letter-").exists()


def test_the_last_day_to_object_counts_from_the_day_of_sending(proposal, cast, deliver_all):
    with clock.set_to(datetime(2026, 12, 1, 9, tzinfo=clock.AMSTERDAM)):
        made = outgoing_letters.draft(proposal=proposal, template_code="not_processed", by=cast.manager, facts=FACTS)
    assert "{bezwaar_tot}" in made.body
    with clock.set_to(datetime(2026, 12, 3, 9, tzinfo=clock.AMSTERDAM)):
        sent = send(made, cast.manager)
    assert "14 januari 2027" in sent.body


@pytest.mark.parametrize(
    "change", ["subject = 'x'", "body = 'x'", "state = 'draft', sent_at = NULL, sent_by_id = NULL"]
)
def test_the_database_keeps_a_sent_letter_as_it_was(letter, cast, change):
    send(letter, cast.manager)
    with pytest.raises(IntegrityError, match="can not be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE applications_outgoingletter SET {change} WHERE id = %s", [letter.pk])
    with pytest.raises(IntegrityError, match="can not be changed"), transaction.atomic():
        OutgoingLetter.objects.filter(pk=letter.pk)._raw_delete("default")


def test_a_sent_letter_is_neither_edited_nor_thrown_away(letter, cast):
    sent = send(letter, cast.manager)
    with pytest.raises(LetterFrozen):
        outgoing_letters.edit(letter_id=sent.pk, by=cast.manager, subject="x", body="x", seen_version=sent.version)
    with pytest.raises(LetterFrozen):
        outgoing_letters.discard(letter_id=sent.pk, by=cast.manager, seen_version=sent.version)


def test_a_draft_that_is_thrown_away_leaves_a_trace(letter, cast):
    outgoing_letters.discard(letter_id=letter.pk, by=cast.manager, seen_version=1)
    assert not OutgoingLetter.objects.exists()
    assert "wat_ontbreekt" not in AuditEntry.objects.get(event="letter.discarded").changes["body"]


def test_a_letter_by_e_mail_is_not_posted(letter, cast, deliver_all):
    send(letter, cast.manager)
    deliver_all()
    with pytest.raises(LetterFrozen):
        outgoing_letters.record_posting(letter_id=letter.pk, by=cast.manager)
