"""Aid that a company declares and gets, for the tests of de-minimis."""

from decimal import Decimal
from uuid import uuid4

from applications.domain import de_minimis as declarations
from applications.domain import proposals
from applications.domain.de_minimis import Aid
from applications.models import Proposal
from tests.applications.road import draft_proposal
from tests.budget.road import decision_of, listed_proposal, propose


def declare(draft, cast, *aids, linked=()):
    rows = [Aid(day, "Provincie Overijssel", Decimal(amount)) for day, amount in aids]
    return declarations.declare(proposal_id=draft.pk, by=cast.partner, aids=rows, linked=linked)


def send(draft, by):
    proposals.submit(proposal_id=draft.pk, by=by, request_key=uuid4())
    return Proposal.objects.get(pk=draft.pk)


def sent_with(cast, call, *aids, linked=(), **over):
    draft = draft_proposal(cast, call, **over)
    rows = [Aid(day, "Provincie Overijssel", Decimal(amount)) for day, amount in aids]
    declarations.declare(proposal_id=draft.pk, by=over.get("by", cast.partner), aids=rows, linked=linked)
    return send(draft, over.get("by", cast.partner))


def on_table(cast, call, amount, *, line="werken", **over):
    """A list before the college that grants an amount in 2026."""
    return propose(cast, on_list(cast, call, amount, line=line, **over))


def on_list(cast, call, amount, *, line="werken", **over):
    proposal = listed_proposal(cast, call, requested={2026: Decimal(amount)}, line=line, **over)
    return decision_of(proposal).decision_list
