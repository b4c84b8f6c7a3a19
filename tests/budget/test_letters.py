"""The decision letter: what it says, until when one can object, and that it leaves once."""

import re
import subprocess
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

import core.tasks  # noqa: F401  (registers the sending of mail)
from applications.models import Letter
from budget import tasks
from budget.domain import decision_letters
from budget.errors import ListNotReady
from budget.models import DecisionLetter
from core.domain import clock, documents
from core.models import AuditEntry, Document, OutboxMessage
from tests.budget.road import decision_of, granted_proposal, listed_proposal, refused_proposal

# 23:30 on Monday 9 March in Hengelo.
SENT = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)


def text_of(document):
    with document.file.open("rb") as file:
        pdf = file.read()
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


def send(proposal):
    return decision_letters.send(decision_id=decision_of(proposal).pk)


def test_a_grant_says_what_for_how_much_each_year_and_why(cast, call):
    proposal = granted_proposal(cast, call, requested={2026: 25000, 2027: 8000})
    text = text_of(send(proposal).document)
    for expected in (
        decision_of(proposal).reference,
        proposal.reference,
        "Makersweekend in de magneet",
        "€ 25.000",
        "€ 8.000",
        "€ 33.000",
        "Sluit aan bij de gewenste resultaten",
        "Deelnemers van 18 tot 35 jaar",
        "Postbus 18, 7550 AA Hengelo",
        "Awb 4:34",
    ):
        assert expected in text, expected
    assert re.search(r"15 (of|van de) 18", text)


def test_a_year_whose_budget_stands_is_granted_without_the_council_s_condition(cast, call):
    with clock.set_to(SENT):
        text = text_of(send(granted_proposal(cast, call, requested={2026: 25000})).document)
    assert "Awb 4:34" not in text


def test_a_conditional_grant_names_its_conditions(cast, call):
    text = text_of(send(granted_proposal(cast, call, outcome="conditional")).document)
    assert "Eerst een sluitende begroting." in text


def test_a_refusal_says_why_and_names_no_granted_amount(cast, call):
    proposal = refused_proposal(cast, call)
    letter = send(proposal)
    text = text_of(letter.document)
    assert "Sluit aan bij de gewenste resultaten" in text
    assert "Postbus 18" in text
    assert letter.document.facts["granted"] == {}
    assert "4:46" not in text


def test_objection_runs_six_weeks_from_the_day_after_sending_and_never_ends_on_a_holiday(cast, call):
    with clock.set_to(SENT):
        letter = send(granted_proposal(cast, call))
    assert (letter.sent_on, letter.objection_until) == (date(2026, 3, 9), date(2026, 4, 20))
    assert letter.document.facts["objection_until"] == "2026-04-20"
    assert "20 april 2026" in text_of(letter.document)
    # Six weeks after 23 February is Easter Monday.
    assert decision_letters.objection_until(date(2026, 2, 23)) == date(2026, 4, 7)


def test_the_letter_leaves_once_when_the_task_runs_twice(cast, call, deliver):
    decision = decision_of(granted_proposal(cast, call))
    payload = {"decision": decision.pk}
    tasks.send_decision_letter(payload)
    tasks.send_decision_letter(payload)
    assert DecisionLetter.objects.filter(decision=decision).count() == 1
    assert Letter.objects.filter(proposal=decision.proposal, kind="decision").count() == 1
    assert Document.objects.filter(kind="decision").count() == 1
    assert AuditEntry.objects.filter(event="decision.sent").count() == 1
    assert OutboxMessage.objects.filter(topic="core.mail", key=f"budget.decision:{decision.pk}").count() == 1


def test_approval_puts_the_letter_in_the_outbox_and_the_worker_sends_it(cast, call, deliver):
    proposal = granted_proposal(cast, call)
    assert not DecisionLetter.objects.exists()
    mail.outbox.clear()
    deliver()
    deliver()
    [message] = [one for one in mail.outbox if "college" in one.subject]
    assert message.to == [cast.partner.email]
    assert f"/mijn/voorstel/{proposal.pk}/" in message.body
    assert message.attachments == []


def test_the_letter_is_kept_with_its_hash_and_can_not_change(cast, call):
    letter = send(granted_proposal(cast, call))
    assert documents.read(letter.document)
    with pytest.raises(DatabaseError), transaction.atomic():
        DecisionLetter.objects.filter(pk=letter.pk).update(sent_on=date(2020, 1, 1))


def test_a_decision_in_preparation_has_no_letter(cast, call):
    proposal = listed_proposal(cast, call)
    with pytest.raises(ListNotReady):
        send(proposal)
    assert not Document.objects.filter(kind="decision").exists()
