"""The talent panel for whoever runs assessments: asking it, and seeing who answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, signed_in
from applications.access import handlers_only
from assessment.domain import panel, panel_members, panel_questions
from assessment.errors import PanelNotAsked
from assessment.forms.panel import AskPanelForm
from core.errors import DomainError


@require_safe
@signed_in
def overview(request: AuthedRequest) -> HttpResponse:
    """Show what the panel was asked, who answered (not what), and who is in it."""
    handlers_only(request.user)
    asked = panel.progress_of(panel_questions.asked_by_team(request.user))
    context = {
        "open_now": [one for one in asked if one.is_open],
        "closed": [one for one in asked if not one.is_open],
        "members": list(panel_members.everybody()),
    }
    return render(request, "assessment/panel/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: AuthedRequest) -> HttpResponse:
    """Choose proposals, members and a last day."""
    handlers_only(request.user)
    proposals, members = panel_questions.askable_by(request.user), panel_members.members()
    chosen = proposals.filter(reference=request.GET.get("voorstel", "").replace("\x00", ""))
    data = request.POST if request.method == "POST" else None
    form = AskPanelForm(proposals, members, data, initial={"proposals": [one.pk for one in chosen]})
    if form.is_valid():
        try:
            invitations = panel_questions.ask(
                proposal_ids=[proposal.pk for proposal in form.cleaned_data["proposals"]],
                members=form.cleaned_data["members"],
                last_on=form.cleaned_data["last_on"],
                by=request.user,
                request_key=form.cleaned_data["request_key"],
            )
        except PanelNotAsked as error:
            form.add_error(error.field or None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            number = len({invitation.member_id for invitation in invitations})
            told = ngettext(
                "The panel is asked: one member gets an e-mail.",
                "The panel is asked: %(number)d members get an e-mail.",
                number,
            )
            messages.success(request, told % {"number": number} if number else _("The panel has more time now."))
            return redirect("assessment:panel")
    context = {"form": form, "can_ask": proposals.exists() and members.exists()}
    return render(request, "assessment/panel/ask.html", context, status=422 if form.errors else 200)
