"""Whoever has an interest meets the proposal nowhere: not on a page without an object, in no mail, in no calendar."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from applications.domain import calendars, deadlines, handlers, messages, reminders
from applications.states import Side
from assessment.domain import declarations
from core.domain import clock, outbox
from tests.assessment import road
from tests.doors.test_doors import rows

CANARY, ASKED = "Kanariezwerm", "vogelvlucht"  # a page repeats what is asked for, so the search asks for the other
PAGES = sorted({url for method, url, shown, _letters in rows() if method == "get" and shown == "-"})
# Whoever manages Django's administration sees no proposals there; these answer with nothing of ours.
QUIET = {"core:health", "core:security_txt", "admin:index"}


@pytest.fixture
def proposals(cast, call):
    """One proposal in assessment, one that waits for a list, both with a word that stands nowhere else."""
    assessed = road.handed_in_proposal(cast, call, title=f"{CANARY} {ASKED} een")
    advised = road.advised_proposal(cast, call, title=f"{CANARY} {ASKED} twee")
    return assessed, advised


@pytest.fixture
def staff(cast):
    return {"manager": cast.manager, "lead": cast.lead, "finance": cast.finance, "assessor": cast.assessor1}


def shut_all(proposals, person):
    for proposal in proposals:
        declarations.declare(proposal_id=proposal.pk, person=person, has_interest=True, explanation="Mijn zus")


def pages_of(client):
    """Return what every page without an object shows, the search and the exports of the list too."""
    addresses = [reverse(url) for url in PAGES if url not in QUIET]
    addresses += [f"{reverse('assessment:search')}?q={ASKED}", f"{reverse('assessment:proposals')}?q={ASKED}"]
    shown = {}
    for address in addresses:
        answer = client.get(address, follow=True)
        shown[address] = b"".join(answer) if answer.streaming else answer.content
    return shown


@pytest.mark.parametrize("name", ["manager", "lead", "finance", "assessor"])
def test_no_page_shows_what_a_person_has_an_interest_in(name, proposals, staff, client_of):
    person = staff[name]
    before = {address for address, page in pages_of(client_of(person)).items() if CANARY.encode() in page}
    assert before, "the pages tell of it to who has no interest"
    shut_all(proposals, person)
    client = client_of(person)
    assert [address for address, page in pages_of(client).items() if CANARY.encode() in page] == []
    for proposal in proposals:
        for page in ("file", "score", "score_answers", "hand_in", "declare", "assign", "consensus", "advice"):
            assert client.get(reverse(f"assessment:{page}", args=[proposal.reference])).status_code == 404, page


@pytest.mark.parametrize("name", ["manager", "lead", "finance"])
def test_no_deadline_reminder_or_calendar_tells_of_it(name, proposals, staff):
    person = staff[name]
    shut_all(proposals, person)
    with clock.set_to(clock.now() + timedelta(days=90)):
        assert not any(CANARY in deadline.title for deadline in deadlines.deadlines_for_team(person))
        reminders.send_due()
        outbox.deliver_due()
    assert CANARY not in calendars.write(person).decode()
    told = [message for message in mail.outbox if person.email in message.to]
    assert not any(CANARY in f"{message.subject}{message.body}" for message in told)


def test_who_has_an_interest_hears_nothing_of_what_the_partner_does(proposals, staff, cast):
    assessed, _advised = proposals
    for person in (cast.lead, cast.manager):
        assert person in [*handlers.handlers_of(assessed), cast.manager]
        shut_all(proposals, person)
        assert person not in handlers.handlers_of(assessed)
        mail.outbox.clear()
        messages.send(
            proposal_id=assessed.pk, by=cast.partner, side=Side.PARTNER, text="Nog iets erbij.", request_key=uuid4()
        )
        outbox.deliver_due()
        assert not any(person.email in message.to for message in mail.outbox)
