"""Messages about account and settlement: what is missing, the question for a view, the final amount."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from budget.letters.mailing import OBJECTION_ADDRESS, mail_about
from budget.models import Account, AccountCheck, Recovery, Settlement
from core.domain import documents, pdf
from core.models import Document

HEARING = "hearing"
SETTLEMENT = "settlement"


def mail_account_returned(account: Account, check: AccountCheck) -> None:
    """Tell the contact what is missing in an account, once for each time that it was given back."""
    mail_about(
        account.decision.proposal,
        key=f"budget.account_returned:{check.pk}",
        template="budget/letters/account_returned",
        path=reverse("budget:account_mine", args=[account.decision.proposal_id]),
        account=account,
        check=check,
    )


def render_hearing(settlement: Settlement, *, moment: datetime) -> Document:
    """Render the question for a view on a settlement below the grant, and store it with its facts (Awb 4:8)."""
    return _render_about(
        settlement,
        kind=HEARING,
        title=gettext_noop("We want to settle your grant %(decision)s on a lower amount: what is your view?"),
        file_name=f"{settlement.reference}-{HEARING}.pdf",
        facts={"due_on": str(settlement.hearing_due_on)},
        moment=moment,
    )


def mail_hearing(settlement: Settlement, *, key: str) -> None:
    """Tell the contact that we ask for a view, and until when."""
    mail_about(
        settlement.decision.proposal,
        key=f"budget.{key}",
        template="budget/letters/hearing",
        path=settlement.decision.proposal.get_absolute_url(),
        settlement=settlement,
    )


def render_settlement(
    settlement: Settlement,
    *,
    moment: datetime,
    sent_on: date,
    objection_until: date,
    to_pay: Decimal,
    claim: Recovery | None,
) -> Document:
    """Render the letter by which a settlement takes force, and store it with its facts (Awb 4:42 to 4:47).

    `to_pay` is what the partner still receives, in euros; `claim` what has to be paid back (Awb 4:57, 4:87).
    """
    return _render_about(
        settlement,
        kind=SETTLEMENT,
        title=gettext_noop("Settlement %(settlement)s of your grant %(decision)s"),
        file_name=f"{settlement.reference}.pdf",
        facts={
            "sent_on": sent_on.isoformat(),
            "objection_until": objection_until.isoformat(),
            "to_pay": str(to_pay),
            "to_claim": str(claim.amount) if claim else "0.00",
        },
        moment=moment,
        sent_on=sent_on,
        objection_until=objection_until,
        objection_address=OBJECTION_ADDRESS,
        to_pay=to_pay,
        claim=claim,
    )


def mail_settlement(settlement: Settlement) -> None:
    """Tell the contact that the final amount stands, once for each settlement. The letter stays behind the login."""
    mail_about(
        settlement.decision.proposal,
        key=f"budget.settlement:{settlement.pk}",
        template="budget/letters/settlement",
        path=settlement.decision.proposal.get_absolute_url(),
        settlement=settlement,
    )


def _render_about(
    settlement: Settlement, *, kind: str, title: str, file_name: str, facts: dict[str, Any], **context: Any
) -> Document:
    """Render a letter about a settlement in the contact's language and store it; `title` names it in a list."""
    decision = settlement.decision
    proposal = decision.proposal
    language = proposal.contact.language
    amounts = list(settlement.amounts.all())
    content, _html = pdf.render(
        template=f"budget/letters/{kind}.html",
        context={
            "settlement": settlement,
            "decision": decision,
            "proposal": proposal,
            "contact": proposal.contact,
            "amounts": amounts,
            **context,
        },
        language=language,
    )
    with translation.override(language):
        named = _(title) % {"settlement": settlement.reference, "decision": decision.reference}
    return documents.store(
        kind=kind,
        title=named,
        file_name=file_name,
        content=content,
        facts={
            "settlement": settlement.reference,
            "decision": decision.reference,
            "proposal": proposal.reference,
            "kind": settlement.kind,
            "ground": settlement.ground,
            "reason": settlement.reason,
            "granted": {str(item.budget_line.year): str(item.granted) for item in amounts},
            "settled": {str(item.budget_line.year): str(item.settled) for item in amounts},
            **facts,
        },
    )
