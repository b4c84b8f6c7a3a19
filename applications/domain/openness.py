"""Which steps of a proposal its partner may change now: all of a draft, those that were named of one in supplement."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from applications.domain import questions
from applications.domain.questions import Step
from applications.errors import ProposalFrozen
from applications.models import Proposal, SupplementRequest
from applications.states import ProposalState
from core.domain import clock

CRITERIA = "criteria"


def open_request(proposal: Proposal) -> SupplementRequest | None:
    """Return the request for a supplement that still waits for the partner or for the end of its term, or None."""
    if proposal.state != ProposalState.SUPPLEMENT:
        return None
    return proposal.supplement_requests.filter(suspension=None).order_by("number").last()


def is_in_time(request: SupplementRequest, moment: datetime) -> bool:
    """Tell whether a moment lies within the term of a request, which counts until 24:00 in Amsterdam."""
    return moment < clock.end_of_day(request.due_on)


def open_steps(proposal: Proposal) -> list[Step]:
    """Return the steps that the partner may change now, in the order of the form."""
    if proposal.is_draft:
        return list(questions.STEPS)
    request = open_request(proposal)
    if request is None or not is_in_time(request, clock.now()):
        return []
    return [step for step in questions.STEPS if step.slug in request.steps]


def check_open(proposal: Proposal, names: Collection[str]) -> None:
    """Refuse a change of fields that are not open now. Raises ProposalFrozen."""
    if proposal.is_draft:
        return
    steps = open_steps(proposal)
    if not steps:
        raise ProposalFrozen(
            _("%(proposal)s was submitted. What it says can't be changed any more.") % {"proposal": proposal}
        )
    allowed = {name for step in steps for name in fields_of(step, proposal)}
    if not set(names) <= allowed:
        raise ProposalFrozen(
            _("Of %(proposal)s you can only change what we asked for. The rest stays as you submitted it.")
            % {"proposal": proposal}
        )


def fields_of(step: Step, proposal: Proposal) -> list[str]:
    """Return the names of the fields of a step; a criterion of the call is a field of its own."""
    names: list[str] = []
    for question in step.questions:
        if question.name == CRITERIA:
            criteria = proposal.call.criteria_version.criteria.order_by("pk").values_list("pk", flat=True)
            names += [f"criterion_{pk}" for pk in criteria]
        else:
            names.append(question.name)
    return names


def all_fields(proposal: Proposal) -> list[str]:
    """Return the names of all fields of the form."""
    return [name for step in questions.STEPS for name in fields_of(step, proposal)]
