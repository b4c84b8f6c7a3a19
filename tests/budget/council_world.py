"""One object for every page of the council's decisions, the conditional grants and the end of a year."""

from decimal import Decimal

from applications.models import Call
from budget.domain import council
from budget.domain.council_content import Content
from budget.models import CouncilDecision
from budget.states import CouncilDecisionKind
from core.domain import clock
from tests.budget.bare import a_document
from tests.budget.road import decision_of, granted_proposal
from tests.conftest import Cast


def council_world(cast: Cast, call: Call) -> dict[str, dict[str, object]]:
    """Return what the URLs of these pages take: a draft, one that waits, a grant of 2027 on condition, a year."""
    entered = council.enter(decision_id=_drafted(cast, "RB-2").pk, by=cast.finance)
    conditional = decision_of(granted_proposal(cast, call, requested={2027: 5000}))
    return {
        "kind": {"kind": "shift"},
        "c-draft": {"pk": _drafted(cast, "RB-1").pk},
        "c-entered": {"pk": entered.pk},
        "condition": {"reference": conditional.reference, "year": 2027},
        "year": {"year": 2026},
    }


def _drafted(cast: Cast, number: str) -> CouncilDecision:
    content = Content(
        kind=CouncilDecisionKind.SHIFT,
        title="Verschuiving",
        amounts={("imago", 2026): Decimal(-5), ("leven", 2026): Decimal(5)},
        number=number,
        decided_on=clock.today(),
        document=a_document(),
    )
    return council.draft(by=cast.finance, content=content)
