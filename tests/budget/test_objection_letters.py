"""The letter after an objection that changes nothing: it says why, and how to go to court (Awb 7:12, 8:1)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from applications.models import Letter
from budget.domain import objection_letters, objections
from budget.domain.decision_letters import objection_until
from budget.errors import ObjectionNotReady
from budget.models import Objection
from budget.states import ObjectionOutcome
from core.domain import clock
from core.models import Document, OutboxMessage
from tests.budget.road import decision_of, refused_proposal
from tests.budget.test_letters import text_of


@pytest.fixture
def objection(cast, call) -> Objection:
    decision = decision_of(refused_proposal(cast, call, send_letter=True))
    received = objections.receive(
        decision_id=decision.pk,
        received_on=clock.today(),
        summary="De punten kloppen niet.",
        committee=False,
        by=cast.manager,
        request_key=uuid4(),
    )
    return objections.prepare(
        objection_id=received.pk,
        outcome=ObjectionOutcome.UNFOUNDED,
        explanation="De punten kloppen wel.",
        by=cast.manager,
        version=received.version,
    )


def decide(cast, objection):
    return objections.decide(objection_id=objection.pk, by=cast.college, version=objection.version)


def test_the_partner_reads_why_and_until_when_the_court_is_open(cast, objection, deliver):
    decide(cast, objection)
    deliver()
    letter = Letter.objects.get(kind=objection_letters.kind_of(objection.pk))
    text = text_of(letter.document)
    for expected in (objection.reference, objection.decision.reference, "De punten kloppen wel.", "Overijssel"):
        assert expected in text
    assert letter.document.facts["appeal_until"] == objection_until(clock.today()).isoformat()


def test_the_letter_leaves_once_however_often_it_is_asked_for(cast, objection, deliver):
    decide(cast, objection)
    deliver()
    first = objection_letters.send(objection_id=objection.pk)
    with clock.set_to(clock.now() + timedelta(days=3)):
        assert objection_letters.send(objection_id=objection.pk) == first
    assert Document.objects.filter(kind="objection_letter").count() == 1
    assert OutboxMessage.objects.filter(topic="core.mail", key=f"budget.objection:{objection.pk}").count() == 1


def test_an_objection_that_is_not_decided_has_no_letter(objection):
    with pytest.raises(ObjectionNotReady):
        objection_letters.send(objection_id=objection.pk)
    assert not Document.objects.filter(kind="objection_letter").exists()
