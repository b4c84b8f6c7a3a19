"""The letter by which the partner learns that a decision stays as it is after an objection (Awb 7:12)."""

from django.db import transaction

from applications.domain import correspondence
from applications.models import Letter
from budget.access.objections import lock_objection
from budget.domain.decision_letters import objection_until
from budget.errors import ObjectionNotReady
from budget.letters import objections as letters
from budget.states import ObjectionState
from core.domain import clock


def kind_of(objection_id: int) -> str:
    """Return the kind under which the letter is filed: one for each objection."""
    return f"objection-{objection_id}"


def send(*, objection_id: int) -> Letter:
    """Render the letter once, file it with the proposal and tell the contact by e-mail.

    Doing it again gives the letter that was sent. Raises ObjectionNotReady for an objection that is not decided, or
    that led to a new decision: that has a letter of its own.
    """
    kind = kind_of(objection_id)
    with transaction.atomic():
        objection = lock_objection(objection_id)
        proposal = objection.decision.proposal
        sent = Letter.objects.filter(proposal=proposal, kind=kind).first()
        if sent is not None:
            return sent
        if objection.state != ObjectionState.DECIDED or objection.asks_replacement:
            raise ObjectionNotReady(f"objection {objection_id} has no letter of its own")
        sent_on = clock.today()
        # Going to court has the same term as objecting, counted in the same way (Awb 6:7, 6:8).
        document = letters.render_objection(
            objection, moment=clock.now(), sent_on=sent_on, appeal_until=objection_until(sent_on)
        )
        letter = correspondence.file_letter(proposal=proposal, kind=kind, title=document.title, document=document)
        letters.mail_objection(objection)
    return letter
