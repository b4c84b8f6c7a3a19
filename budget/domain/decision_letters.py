"""The letter by which a decision takes force (Awb 3:40, 3:41)."""

from datetime import date

from django.db import transaction

from applications.domain import correspondence
from budget.access.lists import lock_decision
from budget.errors import ListNotReady
from budget.letters import decisions as letters
from budget.models import DecisionLetter
from budget.states import Ruling
from budget.states.events import BudgetEvent
from core.domain import audit, clock, terms

# Awb 6:7; it runs from the day after the letter was sent (Awb 6:8).
OBJECTION_WEEKS = 6


def objection_until(sent_on: date) -> date:
    """Return the last day on which the partner can object to a decision that was sent on a day."""
    return terms.end_of_term(start=sent_on, weeks=OBJECTION_WEEKS)


def send(*, decision_id: int) -> DecisionLetter:
    """Render the letter of a decision once, file it with the proposal, and tell the contact by e-mail.

    Doing it again changes nothing and gives the letter that was sent. Raises ListNotReady when the decision is not
    final or was held, and what rendering raises; then nothing is filed or mailed.
    """
    with transaction.atomic():
        decision = lock_decision(decision_id)
        sent = DecisionLetter.objects.filter(decision=decision).first()
        if sent is not None:
            return sent
        if decision.reference is None or decision.ruling == Ruling.HOLD:
            raise ListNotReady(f"decision {decision_id} is not final")
        moment, sent_on = clock.now(), clock.today()
        until = objection_until(sent_on)
        document = letters.render_decision(decision, moment=moment, sent_on=sent_on, objection_until=until)
        letter = DecisionLetter.objects.create(
            decision=decision, document=document, sent_on=sent_on, objection_until=until
        )
        correspondence.file_letter(
            proposal=decision.proposal, kind=letters.filed_as(decision), title=document.title, document=document
        )
        letters.mail_decision(decision)
        changes = {"document": str(document.pk), "sha256": document.sha256, "objection_until": until.isoformat()}
        audit.record(event=BudgetEvent.DECISION_SENT, actor=None, about=decision, changes=changes)
    return letter
