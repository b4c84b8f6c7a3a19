"""Messages between a partner and the team."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.access import can_edit, intake_of, sent_proposal_for_partner
from applications.domain import messages
from applications.forms.afterwards import MessageForm
from applications.models import Message, Proposal
from applications.states import Side
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_partner(request: AuthedRequest, pk: int) -> HttpResponse:
    """Read what partner and team wrote about a proposal, and write to the team."""
    proposal = sent_proposal_for_partner(request.user, pk)
    may_write = can_edit(request.user, proposal)
    context = {"template": "applications/messages/partner.html", "may_write": may_write}
    return _conversation(request, proposal, Side.PARTNER, context) or redirect("applications:messages", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_team(request: AuthedRequest, reference: str) -> HttpResponse:
    """Read what partner and team wrote about a proposal, and write to the partner."""
    proposal = intake_of(request.user, reference, to_handle=False)
    context = {"template": "applications/messages/team.html", "may_write": True}
    answered = _conversation(request, proposal, Side.TEAM, context)
    return answered or redirect("applications:team_messages", reference=reference)


def _conversation(
    request: AuthedRequest, proposal: Proposal, side: Side, context: dict[str, Any]
) -> HttpResponse | None:
    """Show a conversation from one side; nothing to show once a message was sent."""
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            messages.send(proposal_id=proposal.pk, by=request.user, side=side, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            notices.success(request, _("Your message is sent."))
            return None
    written = list(Message.objects.filter(proposal=proposal).for_conversation())
    new = {message.pk for message in written if message.side != side and message.read_at is None}
    messages.mark_read(proposal=proposal, by=request.user, side=side)
    shown = {"proposal": proposal, "form": form, "written": written, "new": new, "side": side, **context}
    return render(request, context["template"], shown, status=422 if form.errors else 200)
