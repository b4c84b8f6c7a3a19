"""Saving an assessment while somebody scores. What the page must know comes back as JSON, as in the partner's form."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest
from applications.forms import sent
from applications.forms.sent import Sent
from applications.models import Proposal
from assessment.access import assignment_for
from assessment.domain import scores
from assessment.domain.answers import Answer
from assessment.domain.scores import Saved
from assessment.errors import AlreadyHandedIn, DeclarationNeeded, StepNotYours
from assessment.forms.score_answers import conflicts_of, controls_of
from assessment.forms.scores import ScoreForm
from assessment.models import Assignment
from assessment.views.files import is_handed_in
from assessment.views.score import form_of
from core.domain import clock
from core.errors import DomainError
from core.templatetags.nlds import FormError, anchor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def score_answers(anybody: HttpRequest, reference: str) -> HttpResponse:
    """Save answers of an assessment while somebody types, or tell what the draft says."""
    if not anybody.user.is_authenticated:
        return JsonResponse({"detail": _("You are signed out. Sign in to go on; nothing is lost.")}, status=401)
    request = cast("AuthedRequest", anybody)
    try:
        proposal, assignment = assignment_for(request.user, reference)
    except DeclarationNeeded as error:
        return _over(str(error), reference)
    if request.method == "POST":
        return _save(request, proposal, assignment)
    told: dict[str, Any] = {"user": request.user.pk, "draft": not is_handed_in(assignment), "fields": {}}
    if told["draft"]:
        form = form_of(proposal, assignment)
        told["fields"] = {
            name: {"seen": str(held.seen), "controls": controls_of(name, held.value)}
            for name, held in form.held.items()
        }
    return JsonResponse(told)


def _over(sentence: str, reference: str) -> JsonResponse:
    """Tell a page that nothing can be saved any more."""
    where = reverse("assessment:file", args=[reference])
    return JsonResponse({"detail": sentence, "frozen": where}, status=409)


def _save(request: AuthedRequest, proposal: Proposal, assignment: Assignment) -> JsonResponse:
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
    form = form_of(proposal, assignment, typed.data)
    values, errors = _read(typed, form)
    try:
        saved = scores.save_answers(
            assignment_id=assignment.pk,
            by=request.user,
            values=values,
            seen=typed.seen,
            key=typed.key,
            tried=typed.tried,
        )
    except (AlreadyHandedIn, StepNotYours, DeclarationNeeded) as error:
        return _over(str(error), proposal.reference or "")
    except DomainError as error:
        return JsonResponse({"detail": str(error)}, status=422)
    return _answer(request, form, saved, errors)


def _read(typed: Sent, form: ScoreForm) -> tuple[dict[str, Answer], dict[str, list[FormError]]]:
    """Return the answers that can be read, and what is wrong with the others."""
    values: dict[str, Answer] = {}
    errors: dict[str, list[FormError]] = {}
    for name in typed.names:
        if name not in form.names:
            errors[name] = [FormError(_("The form has no such question."), "")]
            continue
        try:
            values[name] = form.value_of(name)
        except ValidationError as error:
            errors[name] = [FormError(message, anchor(form[name])) for message in error.messages]
    return values, errors


def _answer(request: AuthedRequest, form: ScoreForm, saved: Saved, errors: dict[str, list[FormError]]) -> JsonResponse:
    conflicts = conflicts_of(form, saved)
    in_conflict = {conflict["name"] for conflict in conflicts}
    told = {
        "status": _("Saved at %(time)s") % {"time": f"{timezone.localtime(clock.now()):%H:%M}"},
        "seen": {name: str(seen) for name, seen in saved.seen.items() if name not in in_conflict},
        "errors": {name: [error._asdict() for error in found] for name, found in errors.items()},
        "conflicts": {
            conflict["name"]: render_to_string("applications/fields/conflict.html", {"conflict": conflict}, request)
            for conflict in conflicts
        },
        "closed": "",
    }
    return JsonResponse(told, status=409 if conflicts else 422 if errors else 200)
