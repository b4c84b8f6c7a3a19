"""Choices of the council's pages: how far an activity is in the eyes of the council, and where a question stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.states import ProposalState


class Phase(models.TextChoices):
    """How far a proposal is, in the council's words. The values stand in addresses that people keep, so Dutch."""

    ASSESSED = "in-behandeling", _("being assessed")
    ADVISED = "advies-gereed", _("advice ready")
    GRANTED = "toegekend", _("granted")
    SETTLED = "vastgesteld", _("final amount set")
    REFUSED = "afgewezen", _("refused")
    ENDED = "beeindigd", _("ended without a decision")

    @property
    def is_open(self) -> bool:
        """Whether the council can open the activities one by one; of the others it sees the number."""
        return self in OPEN_PHASES


# A draft is the partner's own: the council does not know of it.
PHASES: dict[ProposalState, Phase] = {
    ProposalState.SUBMITTED: Phase.ASSESSED,
    ProposalState.SUPPLEMENT: Phase.ASSESSED,
    ProposalState.IN_ASSESSMENT: Phase.ASSESSED,
    ProposalState.ADVISED: Phase.ADVISED,
    ProposalState.LISTED: Phase.ADVISED,
    ProposalState.GRANTED: Phase.GRANTED,
    ProposalState.SETTLED: Phase.SETTLED,
    ProposalState.REFUSED: Phase.REFUSED,
    ProposalState.NOT_PROCESSED: Phase.ENDED,
    ProposalState.WITHDRAWN: Phase.ENDED,
}
# Decided by the college, or advised to it.
OPEN_PHASES = (Phase.ADVISED, Phase.GRANTED, Phase.SETTLED, Phase.REFUSED)


def states_in(phase: Phase) -> list[ProposalState]:
    """Return the states of a proposal that the council sees as one phase."""
    return [state for state, found in PHASES.items() if found == phase]


class QuestionEvent(models.TextChoices):
    """What the audit trail knows of questions of the council."""

    ASKED = "question.asked"
    DRAFTED = "answer.drafted"
    RETURNED = "answer.returned"
    GIVEN = "answer.given"
