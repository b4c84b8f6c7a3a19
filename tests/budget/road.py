"""Take a proposal along the road of the money, by the real verbs."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from applications.models import Call, Proposal
from budget.domain import decision_items, decision_letters, decision_lists
from budget.models import Decision, DecisionList
from tests.assessment.road import advised_proposal
from tests.conftest import Cast

MEETING = date(2026, 3, 24)
Amounts = Mapping[int, int | Decimal]


def empty_list(cast: Cast, *, meeting_on: date = MEETING) -> DecisionList:
    """Return a list in preparation with nothing on it."""
    return decision_lists.start(by=cast.finance, meeting_on=meeting_on)


def put(cast: Cast, decision_list: DecisionList, proposal: Proposal) -> Decision:
    """Put an advised proposal on a list in preparation, as the advice says."""
    return decision_items.put_on(list_id=decision_list.pk, proposal_id=proposal.pk, by=cast.finance)


def decision_of(proposal: Proposal) -> Decision:
    """Return the last decision on a proposal, in preparation or final."""
    return Decision.objects.filter(proposal=proposal).latest("pk")


def listed_proposal(
    cast: Cast,
    call: Call,
    *,
    decision_list: DecisionList | None = None,
    requested: Amounts | None = None,
    **over: object,
) -> Proposal:
    """Return a proposal on a decision list in preparation; takes what advised_proposal takes."""
    asked = {} if requested is None else {"requested": requested}
    proposal = advised_proposal(cast, call, **asked, **over)  # type: ignore[arg-type]
    put(cast, decision_list or empty_list(cast), proposal)
    return Proposal.objects.get(pk=proposal.pk)


def proposed_list(cast: Cast, call: Call, **over: object) -> DecisionList:
    """Return a list with one proposal that was sent to the college; takes what listed_proposal takes."""
    return propose(cast, decision_of(listed_proposal(cast, call, **over)).decision_list)  # type: ignore[arg-type]


def propose(cast: Cast, decision_list: DecisionList) -> DecisionList:
    """Send a list to the college."""
    return decision_lists.propose(list_id=decision_list.pk, by=cast.finance)


def approve(cast: Cast, decision_list: DecisionList) -> DecisionList:
    """Let the college approve a list that was sent to it."""
    version = DecisionList.objects.get(pk=decision_list.pk).version
    return decision_lists.approve(list_id=decision_list.pk, version=version, by=cast.college, request_key=uuid.uuid4())


def decided_proposal(cast: Cast, call: Call, *, send_letter: bool = False, **over: object) -> Proposal:
    """Return a proposal that the college decided on; with `send_letter` the partner has the letter."""
    proposal = listed_proposal(cast, call, **over)  # type: ignore[arg-type]
    approve(cast, propose(cast, decision_of(proposal).decision_list))
    if send_letter:
        decision_letters.send(decision_id=decision_of(proposal).pk)
    return Proposal.objects.get(pk=proposal.pk)


def granted_proposal(cast: Cast, call: Call, **over: object) -> Proposal:
    """Return a proposal that the college granted; takes what decided_proposal takes."""
    return decided_proposal(cast, call, **over)  # type: ignore[arg-type]


def refused_proposal(cast: Cast, call: Call, **over: object) -> Proposal:
    """Return a proposal that the college refused, after a negative advice; takes what decided_proposal takes."""
    return decided_proposal(cast, call, outcome="negative", **over)  # type: ignore[arg-type]
