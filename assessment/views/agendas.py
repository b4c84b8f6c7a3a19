from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import AuthedRequest, signed_in
from assessment.access import known_proposal, meeting_item_to_run, meeting_to_run
from assessment.domain import agendas
from assessment.errors import DeclarationNeeded
from assessment.forms.meetings import PostponeForm
from assessment.models import MeetingItem
from core.errors import DomainError


@require_POST
@signed_in
def put_on(request: AuthedRequest, pk: int) -> HttpResponse:
    """Put the chosen proposals on the agenda."""
    meeting = meeting_to_run(request.user, pk)
    chosen = [known_proposal(request.user, reference) for reference in request.POST.getlist("proposal")]
    number = 0
    for proposal in chosen:
        try:
            agendas.put_on(meeting_id=meeting.pk, proposal_id=proposal.pk, by=request.user)
            number += 1
        except DomainError as error:
            messages.error(request, str(error))
    if number:
        said = ngettext("%(number)d proposal is on the agenda.", "%(number)d proposals are put on the agenda.", number)
        messages.success(request, said % {"number": number})
    elif not chosen:
        messages.error(request, _("Choose at least one proposal."))
    return redirect(reverse("assessment:meeting", args=[pk]) + "#agenda")


@require_POST
@signed_in
def order(request: AuthedRequest, pk: int) -> HttpResponse:
    """Move an item up or down, or take it off: the button's name says which, its value is the proposal."""
    meeting = meeting_to_run(request.user, pk)
    act = next((name for name in ("up", "down", "off") if name in request.POST), "")
    reference = request.POST.get(act, "")
    if not act or "\x00" in reference:
        return redirect("assessment:meeting", pk)
    items = MeetingItem.objects.known_to(request.user).filter(meeting=meeting)
    item = get_object_or_404(items, proposal__reference=reference)
    try:
        if act == "off":
            agendas.take_off(item_id=item.pk, by=request.user)
            messages.success(request, _("%(proposal)s is off the agenda.") % {"proposal": reference})
        else:
            agendas.move(item_id=item.pk, by=request.user, up=act == "up")
    except DomainError as error:
        messages.error(request, str(error))
    place = "#agenda" if act == "off" else f"#item-{item.pk}"
    return redirect(reverse("assessment:meeting", args=[pk]) + place)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def postpone(request: AuthedRequest, pk: int, reference: str) -> HttpResponse:
    """Leave an item for another time, with the reason."""
    try:
        item = meeting_item_to_run(request.user, pk, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    if not item.is_waiting or not item.meeting.is_open:
        messages.info(request, _("Only an item that waits in a meeting that has begun can be postponed."))
        return redirect("assessment:meeting_item", pk, reference)
    form = PostponeForm(item.meeting, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            agendas.postpone(
                item_id=item.pk, by=request.user, reason=form.cleaned_data["reason"], to=form.cleaned_data["to"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(proposal)s is postponed.") % {"proposal": reference})
            following = agendas.next_waiting(request.user, item)
            if following is None:
                return redirect("assessment:meeting", pk)
            return redirect("assessment:meeting_item", pk, following.proposal.reference)
    context = {"form": form, "meeting": item.meeting, "item": item, "proposal": item.proposal}
    return render(request, "assessment/meetings/postpone.html", context, status=422 if form.errors else 200)
