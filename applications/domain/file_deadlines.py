"""The deadlines of proposals: to submit, to complete, to process, and to decide."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.domain import deadlines, decision_clock, processing, supplements
from applications.domain.deadlines import Deadline
from applications.models import Proposal, SupplementRequest
from applications.models.proposal import ProposalQuerySet
from applications.states import UNDER_REVIEW, ProposalState
from core.domain import clock


def handled_by(user: User) -> ProposalQuerySet:
    """Return the proposals under review that a person sees to.

    The manager sees to all, a lead to those of the line, and the financial adviser to what waits for a decision list.
    """
    proposals = Proposal.objects.visible_to_team(user).filter(state__in=UNDER_REVIEW)
    if not user.holds(Role.PROGRAMME_MANAGER):
        mine = proposals.filter(line__leads__user=user)
        if user.holds(Role.FINANCIAL_ADVISER):
            mine |= proposals.filter(state__in=(ProposalState.ADVISED, ProposalState.LISTED))
        proposals = mine
    return proposals.distinct().select_related("call").order_by("pk")


@deadlines.team_provider
def _of_files(user: User) -> Iterator[Deadline]:
    """Give the last days of the files: to decide, for a supplement that is awaited, and not to process (Awb 4:5)."""
    proposals = list(handled_by(user))
    clocks = decision_clock.clocks_of(proposals)
    latest = supplements.latest_requests(proposals)
    for proposal in proposals:
        reference = proposal.reference or ""
        names = {"proposal": reference, "title": proposal.title}
        request = latest.get(proposal.pk)
        if request is not None and request.is_open:
            title = _("Supplement awaited: %(proposal)s, %(title)s") % names
            url = reverse("applications:supplement_request", args=[reference])
            yield Deadline(request.due_on, title, url, "supplement_awaited", reference)
            continue
        if request is not None and proposal.state == ProposalState.SUBMITTED:
            title = _("Go on, or decide not to process: %(proposal)s, %(title)s") % names
            url = reverse("applications:not_process", args=[reference])
            yield Deadline(processing.window_of(request).last_day, title, url, "not_process", reference)
        title = _("Decision of the college: %(proposal)s, %(title)s") % names
        url = reverse("assessment:file", args=[reference])
        yield Deadline(clocks[proposal.pk].decide_by, title, url, "decide", reference)


@deadlines.provider
def _of_proposals(user: User) -> Iterator[Deadline]:
    """Give a partner's last days: to hand in a supplement, and to submit a draft."""
    mine = Proposal.objects.of_partner(user)
    asked = SupplementRequest.objects.filter(proposal__in=mine, suspension=None).select_related("proposal")
    for request in asked.defer("before"):
        title = _("Hand in the supplement for “%(title)s”") % {"title": request.proposal.title}
        url = reverse("applications:supplement", args=[request.proposal_id])
        yield Deadline(request.due_on, title, url, "supplement", request.proposal.reference or "")
    drafts = mine.filter(state=ProposalState.DRAFT, call__closes_on__gte=clock.today())
    for draft in drafts.select_related("call"):
        if draft.call.closes_on is not None:
            title = _("Submit “%(title)s”") % {"title": draft.title}
            yield Deadline(draft.call.closes_on, title, draft.get_absolute_url(), "closing")
