"""Saving while somebody types. What the page must know comes back as JSON; whoever is not signed in gets 401."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest
from accounts.models import User
from applications.access import proposal_to_edit
from applications.domain import fields, openness
from applications.domain.fields import Saved
from applications.errors import ProposalFrozen
from applications.forms import sent
from applications.forms.fields import FORMS, AnyStepForm, FieldUnread, controls_of, is_text, label_of, said, value_of
from applications.forms.sent import Sent
from applications.forms.steps import StepForm
from applications.models import Proposal
from core.domain import clock
from core.templatetags.nlds import FormError, anchor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def field(anybody: HttpRequest, pk: int) -> HttpResponse:
    """Save fields that somebody is typing in, or tell what the draft says in them."""
    if not anybody.user.is_authenticated:
        return _signed_out()
    request = cast("AuthedRequest", anybody)
    proposal = proposal_to_edit(request.user, pk)
    if request.method == "POST":
        return _save(request, proposal)
    return _tell(request, proposal)


def _signed_out() -> JsonResponse:
    return JsonResponse({"detail": _("You are signed out. Sign in to go on; nothing is lost.")}, status=401)


def _tell(request: AuthedRequest, proposal: Proposal) -> JsonResponse:
    """Tell who is signed in, and what the fields of a step say by now."""
    told: dict[str, Any] = {"user": request.user.pk, "draft": bool(openness.open_steps(proposal)), "fields": {}}
    step = request.GET.get("stap", "")
    if step in FORMS and FORMS[step].step in openness.open_steps(proposal):
        form = FORMS[step](proposal)
        shown = form.shown()
        seen = fields.seen_of(proposal, shown)
        told["fields"] = {
            name: {"seen": str(seen[name]), "controls": controls_of(form, name, value)} for name, value in shown.items()
        }
    return JsonResponse(told)


def _save(request: AuthedRequest, proposal: Proposal) -> JsonResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > sent.BYTES_MOST:
        return JsonResponse(
            {"detail": _("This is more text than the form can hold. Make it shorter; what you typed stays here.")},
            status=413,
        )
    try:
        typed = sent.read(request.body)
    except sent.NotUnderstood:
        return JsonResponse({"detail": _("The page sent something that we don't understand. Reload it.")}, status=400)
    if typed.user_id != request.user.pk:
        other = _("Somebody else has signed in in this browser. Sign in yourself to go on; nothing is lost.")
        return JsonResponse({"detail": other}, status=401)
    if typed.step not in FORMS:
        return JsonResponse({"detail": _("The form has no such step.")}, status=400)
    form = FORMS[typed.step](proposal, typed.data)
    try:
        saved, errors = _save_readable(typed, form, request.user)
    except ProposalFrozen as error:
        return JsonResponse({"detail": str(error), "frozen": proposal.get_absolute_url()}, status=409)
    return _answer(request, proposal, form, saved, errors)


def _save_readable(typed: Sent, form: AnyStepForm, by: User) -> tuple[Saved, dict[str, list[FormError]]]:
    """Save the fields that can be read; return what became of them and what is wrong with the others."""
    values: dict[str, Any] = {}
    errors: dict[str, list[FormError]] = {}
    for name in typed.names:
        if name not in form.names:
            errors[name] = [FormError(_("The form has no such question."), "")]
            continue
        try:
            values[name] = value_of(form, name)
        except FieldUnread as error:
            errors[name] = error.errors
    saved = fields.save_typed(
        proposal_id=form.proposal.pk, by=by, values=values, seen=typed.seen, key=typed.key, tried=typed.tried
    )
    refused = {name: [FormError(sentence, _anchor(form, name))] for name, sentence in saved.refused.items()}
    return saved, errors | refused


def _anchor(form: AnyStepForm, name: str) -> str:
    """Return the id of the control at which to tell what is wrong with a field; a table has none of its own."""
    return anchor(form[name]) if isinstance(form, StepForm) else ""


def _answer(
    request: AuthedRequest, proposal: Proposal, form: AnyStepForm, saved: Saved, errors: dict[str, list[FormError]]
) -> JsonResponse:
    conflicts = {conflict.field for conflict in saved.conflicts}
    told = {
        "status": _("Saved at %(time)s") % {"time": f"{timezone.localtime(clock.now()):%H:%M}"},
        "seen": {name: str(seen) for name, seen in saved.seen.items() if name not in conflicts},
        "errors": {name: [error._asdict() for error in found] for name, found in errors.items()},
        "conflicts": {
            shown["name"]: render_to_string("applications/fields/conflict.html", {"conflict": shown}, request)
            for shown in conflicts_of(form, saved, request.user)
        },
        "closed": "" if is_open(proposal) else _closed(request, proposal),
    }
    return JsonResponse(told, status=409 if conflicts else 422 if errors else 200)


def _closed(request: AuthedRequest, proposal: Proposal) -> str:
    return render_to_string("applications/parts/closed.html", {"proposal": proposal}, request)


def is_open(proposal: Proposal) -> bool:
    """Tell whether the call of a proposal still takes it."""
    closes_at = proposal.call.closes_at
    return not proposal.is_draft or closes_at is None or clock.now() < closes_at


def conflicts_of(form: AnyStepForm, saved: Saved, user: User) -> list[dict[str, Any]]:
    """Return both texts of every field that somebody else changed meanwhile, for the page."""
    return [
        {
            "name": conflict.field,
            "label": label_of(form, conflict.field),
            "mine": said(form, conflict.field, conflict.mine),
            "theirs": said(form, conflict.field, conflict.theirs),
            "by": conflict.by,
            "own": conflict.by == user,
            "at": conflict.at,
            "seen": str(conflict.seen),
            "is_text": is_text(form, conflict.field),
        }
        for conflict in saved.conflicts
    ]
