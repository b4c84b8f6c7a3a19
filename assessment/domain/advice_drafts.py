"""An advice that is being written: saved as it was typed, with a version, so that two tabs lose nothing."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import lock_file, require_runner
from assessment.errors import AdviceGiven, AdviceNotAllowed, DraftChanged
from assessment.models import Advice, AdviceDraft, Consensus
from assessment.states import AssessmentEvent, Outcome
from core.domain import audit, clock
from core.domain.money import format_input

# What stands in each field of the page, by the field's name.
Typed = Mapping[str, str]


def draft_of(proposal: Proposal) -> AdviceDraft | None:
    """Return the advice that is being written on a proposal, with who saved it last, or None."""
    return AdviceDraft.objects.filter(proposal=proposal).select_related("saved_by").first()


def save(*, proposal_id: int, by: User, typed: Typed, seen_version: int) -> AdviceDraft:
    """Save what was typed so far; it need not be complete. What is not in `typed` stays as it was.

    `seen_version` is the version that was on the screen, 0 when there was none. Saving the same again changes
    nothing. Raises DraftChanged when somebody saved in the meantime, AdviceGiven, AdviceNotAllowed, StepNotYours.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        if proposal.state != ProposalState.IN_ASSESSMENT:
            raise AdviceGiven(_("The advice on this proposal has been given already."))
        if not Consensus.objects.filter(proposal=proposal).exists():
            raise AdviceNotAllowed(_("The advice follows from the consensus, which the team has not recorded yet."))
        draft = require_version(proposal, seen_version)
        if draft is None:
            draft = AdviceDraft(proposal=proposal, version=0)
        whole = {**draft.typed, **typed}
        if draft.pk and whole == draft.typed:
            return draft
        changed = sorted(name for name, value in whole.items() if value != draft.typed.get(name, ""))
        draft.typed, draft.version = whole, draft.version + 1
        draft.saved_by, draft.saved_at = by, clock.now()
        draft.save()
        changes = {"version": draft.version, "fields": changed}
        audit.record(event=AssessmentEvent.ADVICE_DRAFTED, actor=by, about=proposal, changes=changes)
    return draft


def require_version(proposal: Proposal, seen_version: int) -> AdviceDraft | None:
    """Return the draft of a locked proposal. Raises DraftChanged unless it is the version that was on the screen."""
    draft = draft_of(proposal)
    if (draft.version if draft else 0) != seen_version:
        raise DraftChanged(
            _("%(who)s saved this advice after you opened the page. Your text is still here: compare, and save again.")
            % {"who": draft.saved_by if draft else _("Somebody")}
        )
    return draft


def clear(proposal: Proposal) -> None:
    """Throw the draft of a locked proposal away: what it said is given now."""
    AdviceDraft.objects.filter(proposal=proposal).delete()


def begin_with(advice: Advice, *, by: User) -> AdviceDraft:
    """Begin the draft of a new advice on a locked proposal with what an advice that was taken back said."""
    typed = {
        "outcome": advice.outcome,
        "deviation_reason": advice.deviation_reason,
        "summary": advice.summary,
        "explanation": advice.explanation,
        "yields": advice.yields,
        "risks": advice.risks,
    }
    if advice.outcome != Outcome.NEGATIVE:
        for row in advice.amounts.all():
            typed |= {
                f"eligible_{row.year}": format_input(row.eligible),
                f"eligible_reason_{row.year}": row.eligible_reason,
                f"amount_{row.year}": format_input(row.advised),
                f"reason_{row.year}": row.reason,
            }
    for number, condition in enumerate(advice.condition_rows.all()):
        typed[f"condition_{number}"] = condition.text
        typed[f"condition_{number}_due"] = f"{condition.due_on:%d-%m-%Y}" if condition.due_on else ""
    moment = clock.now()
    return AdviceDraft.objects.create(proposal_id=advice.about_id, typed=typed, version=1, saved_by=by, saved_at=moment)
