from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import AuthedRequest, signed_in
from accounts.domain import people
from accounts.models import User
from applications.access import can_read, can_share, invitation_with, proposal_for_partner, proposal_to_share
from applications.domain import collaboration
from applications.errors import InvitationClosed
from applications.forms.together import InviteForm, RoleForm
from applications.models import Collaborator, Invitation, Proposal
from core.domain import clock
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def together(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show who works on a proposal; an owner invites others by e-mail."""
    door = proposal_to_share if request.method == "POST" else proposal_for_partner
    proposal = door(request.user, pk)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sent = collaboration.invite(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("We send %(address)s an invitation.") % {"address": sent.email})
            return redirect("applications:together", pk=proposal.pk)
    return _together_page(request, proposal, form)


def _together_page(request: AuthedRequest, proposal: Proposal, form: InviteForm) -> HttpResponse:
    shares = can_share(request.user, proposal)
    working = list(Collaborator.objects.for_together_page(proposal))
    members = proposal.organisation.memberships.select_related("user").order_by("user__full_name")
    context = {
        "form": form,
        "proposal": proposal,
        "shares": shares,
        "people": [(person, RoleForm.of(person)) for person in working],
        "members": members.exclude(user__in=[person.user_id for person in working]),
        "invitations": Invitation.objects.for_together_page(proposal) if shares else [],
        "moment": clock.now(),
    }
    return render(request, "applications/together/page.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def person_role(request: AuthedRequest, pk: int, person: int) -> HttpResponse:
    """Give somebody who works on a proposal another role."""
    proposal = proposal_to_share(request.user, pk)
    found = get_object_or_404(Collaborator, pk=person, proposal=proposal)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role."))
        return redirect("applications:together", pk=pk)
    try:
        changed = collaboration.change_role(collaborator_id=found.pk, by=request.user, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = {"name": changed.user, "role": changed.get_role_display()}
        messages.success(request, _("%(name)s is now: %(role)s.") % said)
    return redirect("applications:together", pk=pk)


@require_POST
@signed_in
def person_remove(request: AuthedRequest, pk: int, person: int) -> HttpResponse:
    """Take somebody off a proposal, or leave it oneself."""
    proposal = proposal_for_partner(request.user, pk)
    found = get_object_or_404(Collaborator, pk=person, proposal=proposal)
    if found.user_id != request.user.pk:
        proposal_to_share(request.user, pk)
    try:
        left = collaboration.remove(collaborator_id=found.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s no longer works on this proposal.") % {"name": left.user})
    if not can_read(request.user, proposal):
        return redirect("applications:mine")
    return redirect("applications:together", pk=pk)


@require_POST
@signed_in
def invitation_withdraw(request: AuthedRequest, pk: int, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    proposal = proposal_to_share(request.user, pk)
    found = get_object_or_404(Invitation, pk=invitation, proposal=proposal)
    try:
        collaboration.withdraw_invitation(invitation_id=found.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation to %(address)s no longer works.") % {"address": found.email})
    return redirect("applications:together", pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link; accept it as the person whose address it was sent to."""
    found = invitation_with(token)
    if request.method != "POST":
        return _invitation_page(request, found)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    return _accept(request, request.user, found)


@require_POST
@signed_in
def invitation_accept(request: AuthedRequest, pk: int) -> HttpResponse:
    """Accept an invitation from the own page, to an address that the person has confirmed."""
    mine = Invitation.objects.filter(email__in=people.confirmed_addresses(request.user))
    return _accept(request, request.user, get_object_or_404(mine, pk=pk))


def _accept(request: HttpRequest, user: User, found: Invitation) -> HttpResponse:
    try:
        collaboration.accept(invitation_id=found.pk, by=user)
    except InvitationClosed as error:
        messages.error(request, str(error))
        return redirect("applications:mine")
    except DomainError as error:
        return _invitation_page(request, found, refused=str(error))
    messages.success(request, _("You now work on “%(title)s”.") % {"title": found.proposal.title})
    return redirect(found.proposal)


def _invitation_page(request: HttpRequest, found: Invitation, refused: str = "") -> HttpResponse:
    user = request.user
    closed = found.accepted_at is not None or found.withdrawn_at is not None or found.expired_at(clock.now())
    context = {
        "invitation": found,
        "closed": closed,
        "mine": user.is_authenticated and found.email in people.confirmed_addresses(user),
        "of_team": user.is_authenticated and (bool(user.roles) or user.led_lines.exists()),
        "refused": refused,
    }
    return render(request, "applications/together/invitation.html", context, status=422 if refused else 200)
