"""The college proposal (collegevoorstel): what the team asks the college to decide on one proposal, as a PDF."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications.models import Proposal
from assessment.access import lock_file
from assessment.domain import advice as advices
from assessment.domain import panel
from assessment.domain.advice_content import Written
from assessment.domain.outcomes import Result
from assessment.models import Advice, AdviceCondition, AdvisedAmount, CollegeProposal, InterestDeclaration
from assessment.states import AssessmentEvent, Outcome
from core.domain import audit, clock, documents, pdf
from core.domain.money import total

KIND = "college_proposal"
TEMPLATE = "assessment/pdf/college_proposal.html"
# The college reads Dutch, whatever language who gave the advice works in.
LANGUAGE = "nl"


def make(*, advice_id: int) -> CollegeProposal | None:
    """Render the college proposal of an advice once and store it with its hash and what it states.

    Doing it again gives the one that was made; None for an advice that was taken back before there was one. Raises
    what rendering raises; then nothing is kept.
    """
    with transaction.atomic():
        proposal = lock_file(Advice.objects.values_list("about_id", flat=True).get(pk=advice_id))
        made = CollegeProposal.objects.filter(advice=advice_id).select_related("document").first()
        advice = Advice.objects.select_related("given_by").get(pk=advice_id)
        if made is not None or advice.is_taken_back:
            return made
        advice.about = proposal
        amounts, conditions = list(advice.amounts.all()), list(advice.condition_rows.all())
        content = _render(advice, amounts, conditions, is_draft=False)
        document = documents.store(
            kind=KIND,
            title=_title(proposal),
            file_name=f"{proposal.reference}-collegevoorstel-{advice.pk}.pdf",
            content=content,
            facts=_facts(advice, amounts, conditions),
        )
        made = CollegeProposal.objects.create(advice=advice, document=document, made_at=clock.now())
        changes = {"advice": advice.pk, "document": str(document.pk), "sha256": document.sha256}
        audit.record(event=AssessmentEvent.COLLEGE_PROPOSAL_MADE, actor=None, about=proposal, changes=changes)
    return made


def preview(written: Written) -> bytes:
    """Render the college proposal of an advice that is not given yet. It says so, and nothing of it is kept."""
    return _render(written.advice, written.amounts, written.conditions, is_draft=True)


def _title(proposal: Proposal) -> str:
    with translation.override(LANGUAGE):
        title = _("College proposal %(proposal)s: %(title)s") % {"proposal": proposal, "title": proposal.title}
    return title[:200]


def _render(
    advice: Advice, amounts: Sequence[AdvisedAmount], conditions: Sequence[AdviceCondition], *, is_draft: bool
) -> bytes:
    proposal, consensus = advice.about, advice.consensus
    result: Result = advices.outcome_of(consensus)
    context: dict[str, Any] = {
        "title": _title(proposal),
        "moment": advice.given_at,
        "is_draft": is_draft,
        "advice": advice,
        "proposal": proposal,
        "results": list(proposal.desired_results.all()),
        "promises": list(proposal.promised_results.all()),
        "amounts": amounts,
        "granted": [row for row in amounts if row.advised],
        "sums": _sums(amounts),
        "conditions": conditions,
        "is_negative": advice.outcome == Outcome.NEGATIVE,
        "consensus": consensus,
        "scores": list(consensus.scores.select_related("criterion")),
        "result": result,
        "version": proposal.call.criteria_version,
        "voice": panel.voice_of(proposal, reader=advice.given_by),
        "interests": _interests(proposal),
    }
    content, _html = pdf.render(template=TEMPLATE, context=context, language=LANGUAGE)
    return content


def _sums(amounts: Sequence[AdvisedAmount]) -> dict[str, Any]:
    names = ("requested", "eligible", "advised")
    return {name: total(getattr(row, name) for row in amounts) for name in names}


def _interests(proposal: Proposal) -> dict[str, int]:
    """Return how many people declared an interest, and how many declared to have none; no names (Awb 2:4)."""
    declared = InterestDeclaration.objects.filter(proposal=proposal).values_list("person_id", "has_interest")
    with_interest = {person for person, has_interest in declared if has_interest}
    return {"some": len(with_interest), "none": len({person for person, _has in declared} - with_interest)}


def _facts(advice: Advice, amounts: Sequence[AdvisedAmount], conditions: Sequence[AdviceCondition]) -> dict[str, Any]:
    """Return what the college proposal states, for whoever asks later without opening the PDF."""
    return {
        "proposal": advice.about.reference,
        "advice": advice.pk,
        "given_at": advice.given_at.isoformat(),
        "outcome": advice.outcome,
        "outcome_by_rule": advice.outcome_by_rule,
        "deviation_reason": advice.deviation_reason,
        "points": advice.points,
        "points_possible": advice.points_possible,
        "criteria_version": str(advice.about.call.criteria_version),
        "amounts": {
            str(row.year): {name: str(getattr(row, name)) for name in ("requested", "eligible", "advised")}
            for row in amounts
        },
        "conditions": [
            {"text": row.text, "due_on": row.due_on.isoformat() if row.due_on else None} for row in conditions
        ],
    }
