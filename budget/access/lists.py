"""The door to a decision list, and the lock on it. Order of locks: list, proposals, lines by primary key."""

from collections.abc import Iterable

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.models import Proposal, Supplement
from applications.states import ProposalState
from assessment.access import proposals_known_to
from assessment.models import CollegeProposal
from budget.access.books import READERS
from budget.errors import HasInterest, ListChanged, StepNotYours
from budget.models import Decision, DecisionLetter, DecisionList
from budget.states import ListState
from budget.states.events import BudgetEvent
from core.models import AuditEntry


@rules.predicate
def prepares_lists(user: User) -> bool:
    """The financial adviser puts proposals on a list and checks the room."""
    return user.holds(Role.FINANCIAL_ADVISER)


@rules.predicate
def sits_in_college(user: User) -> bool:
    """A member of the college decides."""
    return user.holds(Role.COLLEGE)


@rules.predicate
def is_draft(_user: User, decision_list: DecisionList) -> bool:
    """A list changes only while it is in preparation."""
    return decision_list.state == ListState.DRAFT


@rules.predicate
def is_with_college(_user: User, decision_list: DecisionList) -> bool:
    """A list is decided on only once it was proposed."""
    return decision_list.state == ListState.PROPOSED


@rules.predicate
def prepared_it(user: User, decision_list: DecisionList) -> bool:
    """Whoever had a hand in preparing a list never approves it: two signatures.

    The trail tells who started, changed or sent it, whoever signed it last.
    """
    prepared = (BudgetEvent.LIST_STARTED, BudgetEvent.LIST_CHANGED, BudgetEvent.LIST_PROPOSED)
    trail = AuditEntry.objects.about(decision_list).filter(event__in=prepared, actor=user)
    return decision_list.prepared_by_id == user.pk or trail.exists()


@rules.predicate
def abstained(user: User, decision_list: DecisionList) -> bool:
    """Whoever abstained from anything on a list does not approve it (Awb 2:4)."""
    return decision_list.abstentions.filter(member=user).exists()


may_change_list = prepares_lists & is_draft
may_decide = sits_in_college & is_with_college
may_approve = may_decide & ~prepared_it & ~abstained


def decision_list_for(user: User, reference: str) -> DecisionList:
    """Return a list that the person may read.

    The college reads what is proposed to it; a list in preparation does not exist for it yet (404). Other roles: 403.
    """
    if not user.holds(*READERS):
        raise PermissionDenied
    lists = DecisionList.objects.visible_to(user).select_related("prepared_by", "approved_by")
    return get_object_or_404(lists, reference=reference)


def college_list_for(user: User, reference: str) -> DecisionList:
    """Return a list that was brought before the college, for a member of it. Other roles: 403; a draft: 404."""
    if not sits_in_college(user):
        raise PermissionDenied
    lists = DecisionList.objects.exclude(state=ListState.DRAFT).select_related("prepared_by", "approved_by")
    return get_object_or_404(lists, reference=reference)


def list_to_prepare(user: User, reference: str) -> DecisionList:
    """Return a list for whoever prepares lists; who may only read them gets 403."""
    decision_list = decision_list_for(user, reference)
    if not prepares_lists(user):
        raise PermissionDenied
    return decision_list


def decision_to_prepare(user: User, reference: str, proposal: str) -> Decision:
    """Return what a list says about a proposal, for whoever prepares lists.

    Not on that list, or a matter in which the person has an interest: 404.
    """
    decision_list = list_to_prepare(user, reference)
    related = ("decision_list", "proposal__call", "objection")
    decisions = Decision.objects.for_list_page().select_related(*related).filter(decision_list=decision_list)
    known = decisions.known_to(user).prefetch_related("obligations")
    return get_object_or_404(known, proposal__reference=proposal)


def waiting_for(user: User) -> QuerySet[Proposal]:
    """Return the advised proposals that a preparer may put on a list, with `supplemented_at`."""
    waiting = proposals_known_to(user).filter(state=ProposalState.ADVISED)
    related = ("organisation", "line", "advice", "paper_intake")
    return (
        waiting.select_related(*related)
        .prefetch_related("advice__amounts")
        .annotate(supplemented_at=Supplement.objects.last_received("pk"))
        .order_by("pk")
    )


def letter_for(user: User, reference: str) -> DecisionLetter:
    """Return the letter of a decision, for whoever may read its list and has no interest in it; else 404.

    Other roles: 403.
    """
    if not user.holds(*READERS):
        raise PermissionDenied
    lists = DecisionList.objects.visible_to(user)
    known = Decision.objects.known_to(user).filter(decision_list__in=lists)
    letters = DecisionLetter.objects.filter(decision__in=known).select_related("document", "decision")
    return get_object_or_404(letters, decision__reference=reference)


def college_proposal_for(user: User, reference: str, proposal: str) -> CollegeProposal:
    """Return the college proposal of the advice on which a proposal stands on a list, for whoever may read that list.

    Not made, not on that list, or a matter in which the person has an interest (Awb 2:4): 404. Other roles: 403.
    """
    if not user.holds(*READERS):
        raise PermissionDenied
    lists = DecisionList.objects.visible_to(user).filter(reference=reference)
    known = Decision.objects.known_to(user).filter(decision_list__in=lists, proposal__reference=proposal)
    made = CollegeProposal.objects.select_related("document")
    return get_object_or_404(made, advice__in=known.values("advice"))


def list_of_proposal(user: User, reference: str) -> DecisionList:
    """Return the list that a proposal stands on, for whoever may read that list and has no interest in the proposal.

    On no list, or shut for the person: 404. Other roles: 403.
    """
    if not user.holds(*READERS):
        raise PermissionDenied
    lists = DecisionList.objects.visible_to(user)
    known = Decision.objects.known_to(user).filter(proposal__reference=reference)
    # A proposal that was held, or decided on again, stood on more lists: the last one counts.
    found = lists.filter(decisions__in=known).order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def was_given_back_by(user: User, reference: str) -> bool:
    """Tell whether a member of the college gave back the list that is in preparation now: the same form twice."""
    found = DecisionList.objects.filter(reference=reference, state=ListState.DRAFT).first()
    if found is None:
        return False
    return AuditEntry.objects.about(found).filter(event=BudgetEvent.LIST_RETURNED, actor=user).exists()


def lock_decision(pk: int) -> Decision:
    """Lock one decision for the rest of the transaction, so that its letter is made once, and return it."""
    decisions = Decision.objects.select_for_update(of=("self",))
    proposal = ("proposal__contact", "proposal__organisation", "proposal__line")
    related = (*proposal, "decision_list", "advice", "replaces", "objection")
    return decisions.select_related(*related).get(pk=pk)


def require_preparer(user: User) -> None:
    """Raise StepNotYours unless the person prepares decision lists."""
    if not prepares_lists(user):
        raise StepNotYours(_("Only the financial adviser prepares decision lists."))


def require_college(user: User) -> None:
    """Raise StepNotYours unless the person sits in the college."""
    if not sits_in_college(user):
        raise StepNotYours(_("Only the college decides on a list."))


def require_no_interest(user: User, proposal_ids: Iterable[int]) -> None:
    """Raise HasInterest when the person has an interest in any of the proposals, given by primary key (Awb 2:4)."""
    if Proposal.objects.of_interest_to(user).filter(pk__in=list(proposal_ids)).exists():
        raise HasInterest(
            _("You have an interest in a proposal that this is about, so somebody else takes this step (Awb 2:4).")
        )


def lock_list(pk: int) -> DecisionList:
    """Lock a decision list for the rest of the transaction and return it as it is now."""
    return DecisionList.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_list_of(decision_id: int) -> tuple[DecisionList, Decision]:
    """Lock the list that a decision stands on, then read the decision as it is now.

    Raises ListChanged when it was taken off in the meantime.
    """
    lists = DecisionList.objects.select_for_update(of=("self",))
    decision_list = lists.filter(pk__in=Decision.objects.filter(pk=decision_id).values("decision_list")).first()
    # The lock may have taken a while: somebody else took the proposal off.
    decision = Decision.objects.select_related("proposal__call", "advice").filter(pk=decision_id).first()
    if decision_list is None or decision is None:
        raise ListChanged(_("This proposal was taken off the list after you opened the page."))
    return decision_list, decision
