"""Advices for the doors: one that waits for a list, one before the college, each with its paper."""

from assessment.domain import college_proposals
from budget.domain import decision_lists
from tests.assessment.road import advised_proposal
from tests.budget.road import empty_list, put


def advice_world(cast, call) -> dict[str, dict[str, object]]:
    """A proposal whose advice can be taken back, and one that the college has on its list."""
    waiting = advised_proposal(cast, call, title="Kan terug")
    paper = college_proposals.make(advice_id=waiting.advice.pk)
    listed, agenda = advised_proposal(cast, call, title="Met een collegevoorstel"), empty_list(cast)
    college_proposals.make(advice_id=listed.advice.pk)
    put(cast, agenda, listed)
    decision_lists.propose(list_id=agenda.pk, by=cast.finance)
    return {
        "advised": {"reference": waiting.reference},
        "advised/paper": {"reference": waiting.reference, "advice": paper.advice_id},
        "listed/paper": {"reference": agenda.reference, "proposal": listed.reference},
    }
