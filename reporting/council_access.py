"""The doors behind the council's page: to activities, and to questions."""

from django.db.models import Q
from django.shortcuts import get_object_or_404

from accounts.models import User
from applications.models import Proposal
from applications.models.proposal import ProposalQuerySet
from applications.states import DECIDED
from budget.domain.reserved import POSITIVE, UNDECIDED


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
