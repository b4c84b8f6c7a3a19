"""The letter by which the college invokes the condition of a grant (Awb 4:34, 3:41)."""

from django.db import transaction

from applications.access import lock_proposal
from applications.domain import correspondence
from applications.models import Letter
from budget.domain.decision_letters import objection_until
from budget.errors import ConditionNotOpen
from budget.letters import conditions as letters
from budget.models import Decision, LedgerEntry
from budget.states import EntryKind
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry


def kind_of(decision_id: int, year: int) -> str:
    """Return the kind under which the letter is filed: one for each decision and year."""
    return f"condition-{decision_id}-{year}"


def send(*, decision_id: int, year: int) -> Letter:
    """Render the letter once, file it with the proposal and tell the contact by e-mail.

    Doing it again changes nothing and gives the letter that was sent. Raises ConditionNotOpen when the condition was
    not invoked, and what rendering raises; then nothing is filed or mailed.
    """
    kind = kind_of(decision_id, year)
    with transaction.atomic():
        lock_proposal(Decision.objects.get(pk=decision_id).proposal_id)
        related = ("proposal__contact", "proposal__organisation", "proposal__line")
        decision = Decision.objects.select_related(*related).get(pk=decision_id)
        sent = Letter.objects.filter(proposal=decision.proposal, kind=kind).first()
        if sent is not None:
            return sent
        lapse = LedgerEntry.objects.filter(decision=decision, kind=EntryKind.LAPSE, budget_line__year=year).first()
        if lapse is None:
            raise ConditionNotOpen(f"the condition of decision {decision_id} over {year} was not invoked")
        sent_on = clock.today()
        document = letters.render_condition(
            decision,
            lapse,
            reason=_reason(decision, year),
            moment=clock.now(),
            sent_on=sent_on,
            objection_until=objection_until(sent_on),
        )
        letter = correspondence.file_letter(
            proposal=decision.proposal, kind=kind, title=document.title, document=document
        )
        letters.mail_condition(decision, lapse)
    return letter


def _reason(decision: Decision, year: int) -> str:
    trail = AuditEntry.objects.about(decision).filter(event=BudgetEvent.CONDITION_INVOKED, changes__year=year)
    last = trail.last()
    return "" if last is None else str(last.changes.get("reason", ""))
