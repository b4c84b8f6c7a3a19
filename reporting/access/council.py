"""The doors behind the council's page: to activities, and to questions."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.models import Proposal
from applications.models.proposal import ProposalQuerySet
from applications.states import DECIDED
from budget.domain.reserved import POSITIVE, UNDECIDED
from reporting.access.reports import MAKERS
from reporting.errors import NotYours
from reporting.models import Question

ASKERS = (Role.COUNCIL,)
GIVERS = (Role.COLLEGE,)


def activities_for(user: User) -> ProposalQuerySet:
    """Return the activities that a reader may walk to: decided on, or advised positively and waiting for the college.

    What is still being assessed is told in numbers only. Of a proposal in which a person has an interest the amounts
    are seen and the file is not (Awb 2:4).
    """
    waiting = Q(state__in=UNDECIDED, advice__taken_back_at=None, advice__outcome__in=POSITIVE)
    shown = Proposal.objects.filter(Q(state__in=DECIDED) | waiting)
    return shown.exclude(pk__in=Proposal.objects.of_interest_to(user).order_by().values("pk"))


def activity_for(user: User, reference: str) -> Proposal:
    """Return an activity that a reader may walk to; one in which the person has an interest does not exist (404)."""
    activities = activities_for(user).select_related("organisation", "line")
    related = ("desired_results", "target_groups", "promised_results")
    return get_object_or_404(activities.prefetch_related(*related), reference=reference)


def question_for(user: User, reference: str) -> Question:
    """Return a question of the council; one about a proposal in which the person has an interest does not exist."""
    related = ("report", "line", "proposal", "asked_by", "draft__drafted_by")
    questions = Question.objects.known_to(user).with_state().select_related(*related)
    return get_object_or_404(questions, reference=reference)


def lock_question(pk: int) -> Question:
    """Lock a question for the rest of the transaction and return it as it is now."""
    return Question.objects.select_for_update(of=("self",)).get(pk=pk)


def require_asker(user: User) -> None:
    """Raise NotYours unless the person asks for the council."""
    if not user.holds(*ASKERS):
        raise NotYours(_("Only the council asks questions."))


def require_drafter(user: User) -> None:
    """Raise NotYours unless the person drafts answers."""
    if not user.holds(*MAKERS):
        raise NotYours(_("Only the programme team drafts an answer."))


def require_giver(user: User) -> None:
    """Raise NotYours unless the person answers for the college."""
    if not user.holds(*GIVERS):
        raise NotYours(_("Only the college answers the council."))
