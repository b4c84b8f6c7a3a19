"""Members of the college who take no part in a proposal (Awb 2:4), written down while the list is with them."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Proposal
from budget.access.lists import abstained, lock_list, require_college, sits_in_college
from budget.domain.list_steps import require
from budget.errors import HasInterest, ListNotReady
from budget.models import Abstention, DecisionList
from budget.states import ListState
from budget.states.events import BudgetEvent
from core.domain import audit, clock, requests


def record(
    *,
    list_id: int,
    proposal_id: int | None,
    member: User | None,
    reason: str,
    by: User,
    request_key: UUID,
    name: str = "",
) -> list[Abstention]:
    """Write down that a member of the college abstains from a proposal on a list, with the reason.

    `proposal_id` None stands for every proposal on the list in which the member has an interest: the page does not
    show those to the member. `member` None with a `name` is somebody without an account. The version of the list
    stays: what is decided does not change. Raises ListNotReady when the list is not with the college, when there is
    nothing to abstain from, without a reason or a member of the college, or for a second time; StepNotYours.
    """
    require_college(by)
    if not reason.strip():
        raise ListNotReady(_("Say why the member abstains."))
    if member is None and not name.strip():
        raise ListNotReady(_("Say who abstains."))
    if member is not None and not sits_in_college(member):
        raise ListNotReady(_("%(name)s does not sit in the college.") % {"name": member})
    with transaction.atomic():
        body = {"list": list_id, "proposal": proposal_id, "member": member and member.pk, "name": name}
        request, is_new = requests.take(key=request_key, actor=by, purpose="budget.abstain", body=body)
        if not is_new:
            return list(Abstention.objects.filter(pk__in=(request.answer or {}).get("abstentions", [])))
        decision_list = lock_list(list_id)
        require(decision_list, ListState.PROPOSED)
        made = [
            _write(decision_list, proposal, member=member, name=name, reason=reason, by=by)
            for proposal in _meant(decision_list, proposal_id, member)
        ]
        requests.answer(request, abstentions=[one.pk for one in made])
    return made


def require_took_part(user: User, decision_list: DecisionList) -> None:
    """Raise HasInterest when the person abstained from anything on a list: somebody else approves it (Awb 2:4)."""
    if abstained(user, decision_list):
        raise HasInterest(_("You abstained from a proposal on this list, so another member approves it (Awb 2:4)."))


def _meant(decision_list: DecisionList, proposal_id: int | None, member: User | None) -> list[Proposal]:
    on_list = Proposal.objects.filter(decisions__decision_list=decision_list)
    if proposal_id is not None:
        found = on_list.filter(pk=proposal_id)
    elif member is not None:
        found = on_list.filter(pk__in=Proposal.objects.of_interest_to(member))
    else:
        found = on_list.none()
    if not found:
        raise ListNotReady(_("There is no such proposal on this list."))
    return list(found)


def _write(
    decision_list: DecisionList, proposal: Proposal, *, member: User | None, name: str, reason: str, by: User
) -> Abstention:
    who = {"member": member, "name": "" if member else name.strip()}
    if decision_list.abstentions.filter(proposal=proposal, **who).exists():
        raise ListNotReady(_("This abstention is written down already."))
    abstention = Abstention.objects.create(
        decision_list=decision_list,
        proposal=proposal,
        reason=reason.strip(),
        recorded_by=by,
        recorded_at=clock.now(),
        **who,
    )
    audit.record(
        event=BudgetEvent.ABSTENTION_RECORDED,
        actor=by,
        about=decision_list,
        changes={"abstention": abstention.who, "about": str(proposal), "reason": abstention.reason},
    )
    return abstention
