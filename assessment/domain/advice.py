"""The team's advice to the college: given for good, and taken back with a reason when it turns out to be wrong."""

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain import moves
from applications.domain.amounts import requested_by_year
from applications.models import Proposal
from applications.states import ProposalState
from assessment.access import is_manager, lock_file, require_runner
from assessment.domain import advice_drafts
from assessment.domain.advice_content import Content, Written, checked
from assessment.domain.outcomes import Judged, Result, Rule, outcome_by
from assessment.errors import AdviceBound, AdviceGiven, AdviceNotAllowed
from assessment.models import Advice, AdviceCondition, AdvisedAmount, Consensus, ConsensusScore
from assessment.states import AssessmentEvent
from core.domain import audit, clock, outbox

# Asks for the PDF that brings an advice before the college; payload {"advice": id}.
COLLEGE_PROPOSAL_TOPIC = "assessment.college_proposal"


def outcome_of(consensus: Consensus) -> Result:
    """Return what the rule of the call's version of the criteria makes of a recorded consensus."""
    version = consensus.proposal.call.criteria_version
    rule = Rule(version.minimum_points, version.threshold_percentage, version.highest_points)
    # Read once: the page shows the same scores.
    prefetch_related_objects([consensus], Prefetch("scores", ConsensusScore.objects.select_related("criterion")))
    judged = [Judged(score.criterion.label, score.points, score.criterion.weight) for score in consensus.scores.all()]
    return outcome_by(rule, passes_gate=consensus.passes_gate, judged=judged)


def may_deviate(user: User, proposal: Proposal, result: Result) -> bool:
    """Tell whether a person may advise another outcome than the rule says: the manager, within the scope."""
    return bool(is_manager(user, proposal)) and result.passes_gate


def write(proposal: Proposal, *, by: User, content: Content) -> Written:
    """Return the advice that `content` makes for a proposal, checked and not saved; see `give` for what it raises."""
    consensus = Consensus.objects.filter(proposal=proposal).first()
    if consensus is None:
        raise AdviceNotAllowed(_("The advice follows from the consensus, which the team has not recorded yet."))
    consensus.proposal = proposal
    result = outcome_of(consensus)
    if content.deviates_from(result) and not is_manager(by, proposal):
        raise AdviceNotAllowed(_("Only the programme manager advises another outcome than the rule says."), "outcome")
    written = checked(content, result=result, requested=requested_by_year(proposal), today=clock.today())
    advice = written.advice
    advice.proposal = advice.about = proposal
    advice.consensus, advice.given_by, advice.given_at = consensus, by, clock.now()
    return written


def give(*, proposal_id: int, by: User, content: Content, seen_version: int | None = None) -> Advice:
    """Give the advice, once and for good, and bring the proposal to “advice ready”; the PDF for the college follows.

    The outcome is what the rule makes of the scores, or what the programme manager says with a reason. `content`
    holds for each year with a request what is eligible and advised, in euros: 0 <= advised <= eligible <= requested,
    with a reason wherever it is less, and nothing at all when the outcome is negative. Conditions are needed for a
    conditional advice and for no other. `seen_version` is the version of the draft that was on the screen (0: none).
    Raises AdviceNotAllowed, AdviceGiven, DraftChanged, MoveNotAllowed or StepNotYours.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        if Advice.objects.standing().filter(proposal=proposal).exists():
            raise AdviceGiven(_("The advice on this proposal has been given already."))
        if seen_version is not None:
            advice_drafts.require_version(proposal, seen_version)
        written = write(proposal, by=by, content=content)
        # What was taken back gives way; it stays with the proposal that it was about.
        Advice.objects.filter(proposal=proposal).update(proposal=None)
        advice = _save(written)
        advice_drafts.clear(proposal)
        moves.move(proposal, ProposalState.ADVISED, by=by)
        changes = {
            "outcome": [None, advice.outcome],
            "amounts": {row.year: str(row.advised) for row in written.amounts},
        }
        if advice.deviates:
            changes |= {"by_rule": advice.outcome_by_rule, "deviation": advice.deviation_reason}
        audit.record(event=AssessmentEvent.ADVISED, actor=by, about=proposal, changes=changes)
        outbox.put(topic=COLLEGE_PROPOSAL_TOPIC, key=str(advice.pk), payload={"advice": advice.pk})
    return advice


def _save(written: Written) -> Advice:
    advice = written.advice
    advice.save(force_insert=True)
    for amount in written.amounts:
        amount.advice = advice
    for condition in written.conditions:
        condition.advice = advice
    AdvisedAmount.objects.bulk_create(written.amounts)
    AdviceCondition.objects.bulk_create(written.conditions)
    return advice


def take_back(*, proposal_id: int, by: User, reason: str) -> Advice:
    """Take an advice back, with a reason: the proposal is in assessment again, and the team gives another one.

    The scores stay; the draft of the new advice begins with the text of the old one, which stays readable. Raises
    AdviceNotAllowed without a reason, AdviceBound when there is no advice that waits for a list, or StepNotYours.
    """
    with transaction.atomic():
        proposal = lock_file(proposal_id)
        require_runner(by, proposal)
        if not reason.strip():
            raise AdviceNotAllowed(_("Say why the advice is taken back."), "reason")
        advice = Advice.objects.standing().filter(proposal=proposal).first()
        if advice is None or proposal.state != ProposalState.ADVISED:
            raise AdviceBound(
                _("An advice can be taken back while it waits for a decision list. %(proposal)s is now “%(state)s”.")
                % {"proposal": proposal, "state": proposal.get_state_display()}
            )
        advice.taken_back_by, advice.taken_back_at = by, clock.now()
        advice.taken_back_reason = reason.strip()
        advice.save(update_fields=["taken_back_by", "taken_back_at", "taken_back_reason"])
        advice_drafts.begin_with(advice, by=by)
        moves.move(proposal, ProposalState.IN_ASSESSMENT, by=by)
        changes = {"advice": advice.pk, "outcome": [advice.outcome, None], "reason": advice.taken_back_reason}
        audit.record(event=AssessmentEvent.ADVICE_TAKEN_BACK, actor=by, about=proposal, changes=changes)
    return advice
