"""A panel member's opinion of a proposal: a mark for each criterion that concerns talent, and one sentence."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from assessment.access import lock_file
from assessment.domain.panel_members import is_member
from assessment.errors import (
    DeclarationNeeded,
    NotInPanel,
    PanelAnswerChanged,
    PanelAnswerIncomplete,
    PanelClosed,
    ScoreNotAllowed,
    StepNotYours,
)
from assessment.models import PanelAnswer, PanelInvitation, PanelMark, PanelQuestion
from assessment.states import PANEL_SENTENCE_LIMIT, AssessmentEvent
from core.domain import audit, clock
from programme.domain import criteria as programme_criteria
from programme.models import Criterion


def criteria_for(proposal: Proposal) -> list[Criterion]:
    """Return the criteria that the panel marks, in their order."""
    version = proposal.call.criteria_version
    return list(version.criteria.filter(concerns_talent=True).order_by("position"))


def give(
    *, proposal_id: int, by: User, marks: Mapping[str, int | None], sentence: str, seen: datetime | None = None
) -> PanelAnswer:
    """Give an opinion, or change it: until the last day, or until the team has recorded its consensus.

    `marks` is by the criterion's code, on the scale of the scores. `seen` is `changed_at` of the answer that the writer
    had on the screen, None when there was none: when it was changed since, PanelAnswerChanged is raised and nothing
    changes. The first mark of a call freezes the version of the criteria, as the first score does. Raises
    PanelAnswerIncomplete with everything that is missing, ScoreNotAllowed, PanelClosed, NotInPanel, DeclarationNeeded
    or StepNotYours.
    """
    with transaction.atomic():
        invitation = _open_invitation(lock_file(proposal_id), by)
        proposal = invitation.question.proposal
        criteria = criteria_for(proposal)
        said = sentence.strip()
        chosen = _check(proposal, criteria, marks, said)
        answer = _write(invitation, said, seen)
        if proposal.call.criteria_version.frozen_at is None:
            programme_criteria.freeze(proposal.call.criteria_version, by=by)
        PanelMark.objects.bulk_create(
            [
                PanelMark(answer=answer, criterion=criterion, points=points, marked_at=answer.changed_at)
                for criterion, points in chosen
            ],
            update_conflicts=True,
            unique_fields=["answer", "criterion"],
            update_fields=["points", "marked_at"],
        )
        audit.record(event=AssessmentEvent.PANEL_ANSWERED, actor=by, about=proposal)
    return answer


def _open_invitation(proposal: Proposal, by: User) -> PanelInvitation:
    """Return the invitation by which `by` may still give an opinion on a proposal that is locked."""
    invitation = (
        PanelInvitation.objects.known_to(by)
        .select_related("question__proposal__call__criteria_version")
        .filter(question__proposal=proposal)
        .first()
    )
    if invitation is None:
        raise StepNotYours(_("You were not asked about this proposal."))
    if not is_member(by):
        raise NotInPanel(_("You are not in the talent panel any more, so your opinion can't be saved."))
    if not invitation.is_declared:
        raise DeclarationNeeded(_("Declare first whether you have an interest in this proposal."))
    if not PanelQuestion.objects.open_on(clock.today()).filter(pk=invitation.question_id).exists():
        raise PanelClosed(_("The team goes on with this proposal now: the panel’s opinion stands as it is."))
    return invitation


def _check(
    proposal: Proposal, criteria: list[Criterion], marks: Mapping[str, int | None], said: str
) -> list[tuple[Criterion, int]]:
    """Return the criteria with their marks. Raises what keeps an opinion from being saved."""
    unknown = set(marks) - {criterion.code for criterion in criteria}
    if unknown:
        raise ScoreNotAllowed(_("Unknown criterion: %(codes)s.") % {"codes": ", ".join(sorted(unknown))})
    levels = set(proposal.call.criteria_version.scale.values_list("points", flat=True))
    missing, chosen = {}, []
    for criterion in criteria:
        points = marks.get(criterion.code)
        if points is None:
            missing[criterion.code] = _("Choose what you think.")
        elif points not in levels:
            raise ScoreNotAllowed(_("%(criterion)s: choose one of the marks.") % {"criterion": criterion.label})
        else:
            chosen.append((criterion, points))
    if not said:
        missing["sentence"] = _("Write one sentence about the whole.")
    elif len(said) > PANEL_SENTENCE_LIMIT:
        missing["sentence"] = _("Make your sentence shorter: at most %(limit)d characters.") % {
            "limit": PANEL_SENTENCE_LIMIT
        }
    if missing:
        raise PanelAnswerIncomplete(_("Your opinion is not complete yet, so it wasn’t saved."), missing)
    return chosen


def _write(invitation: PanelInvitation, said: str, seen: datetime | None) -> PanelAnswer:
    """Write the sentence if the answer is still the one that was seen."""
    current: PanelAnswer | None = getattr(invitation, "answer", None)
    if (current.changed_at if current else None) != seen:
        raise PanelAnswerChanged(
            _("You changed your opinion in another window after you opened this page. Nothing was overwritten.")
        )
    now = clock.now()
    if current is None:
        return PanelAnswer.objects.create(invitation=invitation, sentence=said, given_at=now, changed_at=now)
    current.sentence, current.changed_at = said, now
    current.save(update_fields=["sentence", "changed_at"])
    return current
