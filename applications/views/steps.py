from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import AuthedRequest, signed_in
from applications.access import proposal_to_edit
from applications.domain import answers, attachments, copies, fields, openness, proposals, questions, readiness
from applications.domain.fields import Saved, Seen
from applications.domain.questions import STEP_COUNT, STEPS
from applications.errors import ContentRefused, ProposalFrozen, ProposalIncomplete
from applications.forms.copied import show_marks
from applications.forms.fields import FORMS, AnyStepForm, seen_in, with_choice
from applications.forms.start import SubmitForm
from applications.forms.tables import BudgetForm, TableForm, row_anchor
from applications.models import Proposal
from applications.views.fields import conflicts_of, is_open
from core.errors import DomainError


# Not kept by others, but the browser's own back button finds what was typed.
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: AuthedRequest, pk: int, step: str) -> HttpResponse:
    """Show one step of a draft, and save it; what is incomplete may be saved, what can't be read may not."""
    proposal = proposal_to_edit(request.user, pk)
    if step not in FORMS:
        raise Http404
    if FORMS[step].step not in openness.open_steps(proposal):
        messages.info(request, _("This proposal was submitted. What it says can't be changed any more."))
        return redirect(proposal)
    if request.method == "POST":
        return _save_step(request, proposal, step)
    form = FORMS[step](proposal, None, request.GET)
    return _step_page(request, proposal, form, seen=fields.seen_of(proposal, form.shown()))


def _save_step(request: AuthedRequest, proposal: Proposal, step: str) -> HttpResponse:
    data = with_choice(request.POST, proposal, step)
    form = FORMS[step](proposal, data, request.GET)
    seen = seen_in(data, form.names)
    if not form.is_valid():
        return _step_page(request, proposal, form, seen=seen)
    try:
        saved = fields.save_fields(proposal_id=proposal.pk, by=request.user, values=form.values(), seen=seen)
    except ContentRefused as error:
        form.refuse(str(error), error.field)
        return _step_page(request, proposal, form, seen=seen)
    except ProposalFrozen as error:
        messages.error(request, str(error))
        return redirect(proposal)
    if saved.conflicts:
        return _conflict_page(request, form, saved)
    copies.look_at(proposal=proposal, step=form.step)
    return redirect(_after_saving(request, data, form))


def _conflict_page(request: AuthedRequest, form: AnyStepForm, saved: Saved) -> HttpResponse:
    """Show both texts of what somebody else changed meanwhile; the rest is saved."""
    conflicts = conflicts_of(form, saved, request.user)
    for conflict in conflicts:
        form.refuse(_("There are two versions. Choose below which one stays."), conflict["name"])
    return _step_page(request, form.proposal, form, seen=saved.seen, conflicts=conflicts)


def _step_page(
    request: AuthedRequest,
    proposal: Proposal,
    form: AnyStepForm,
    *,
    seen: Mapping[str, Seen],
    conflicts: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    shown = form.step
    context = {
        "form": form,
        "proposal": proposal,
        "step": shown,
        "versions": [(name, str(version)) for name, version in seen.items()],
        "conflicts": conflicts,
        "copied": show_marks(form, copies.marks(proposal, shown)),
        "closed": not is_open(proposal),
        "previous": STEPS[shown.number - 2] if shown.number > 1 and proposal.is_draft else None,
        **_progress(proposal, shown.number),
    }
    return render(request, "applications/step.html", context, status=422 if form.errors else 200)


def _progress(proposal: Proposal, current: int) -> dict[str, Any]:
    """Return the steps with what is done, for the stepper; the last one is the check."""
    missing = readiness.missing(proposal)
    unfinished = {slug for slug, _sentence in missing}
    shown = openness.open_steps(proposal)
    steps = [
        {"label": step.title, "url": _step_url(proposal, step.slug), "done": step.slug not in unfinished}
        for step in shown
    ]
    if not proposal.is_draft:  # what a supplement opens, and its own last page
        number = next((place for place, step in enumerate(shown, start=1) if step.number == current), 1)
        hand_in = {"label": _("Hand in your supplement"), "url": _supplement_url(proposal), "done": False}
        return {"steps": [*steps, hand_in], "current": number, "total": len(steps) + 1, "missing": missing}
    check = {"label": _("Check and submit"), "url": reverse("applications:check", args=[proposal.pk]), "done": False}
    return {"steps": [*steps, check], "current": current, "total": STEP_COUNT, "missing": missing}


def _step_url(proposal: Proposal, slug: str) -> str:
    return reverse("applications:step", args=[proposal.pk, slug])


def _supplement_url(proposal: Proposal) -> str:
    return reverse("applications:supplement", args=[proposal.pk])


def _intake_url(proposal: Proposal) -> str:
    """Return the page on which the team takes in what came on paper."""
    return reverse("applications:paper_intake", args=[proposal.pk])


def _after_saving(request: AuthedRequest, data: QueryDict, form: AnyStepForm) -> str:
    """Return where the pressed button leads: another row, a later moment, or the next step."""
    proposal, action = form.proposal, data.get("action", "next")
    if isinstance(form, TableForm) and action in form.tables:
        rows = form.tables[action].total_form_count()
        query = urlencode({action: rows + 1})
        return f"{_step_url(proposal, form.step.slug)}?{query}#{row_anchor(action, rows)}"
    if action == "stay":
        return _step_url(proposal, form.step.slug)
    if action == "later":
        messages.success(request, _("“%(title)s” is saved. You can go on whenever you like.") % {"title": proposal})
        by_team = proposal.is_draft and proposal.team_intake is not None
        return _intake_url(proposal) if by_team else reverse("applications:mine")
    if not proposal.is_draft:
        return _supplement_url(proposal)
    number = form.step.number
    if number == len(STEPS):
        return reverse("applications:check", args=[proposal.pk])
    return _step_url(proposal, STEPS[number].slug)


@require_POST
@signed_in
def totals(request: AuthedRequest, pk: int) -> HttpResponse:
    """Add up what stands in the budget form at the moment, without saving it. A fragment of the page."""
    form = BudgetForm(proposal_to_edit(request.user, pk), request.POST)
    return render(request, "applications/parts/totals.html", {"totals": form.totals(), "unread": form.unread()})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show all answers once more, and hand the proposal in."""
    proposal = proposal_to_edit(request.user, pk)
    if not proposal.is_draft and request.method != "POST":
        return redirect("applications:receipt", pk=proposal.pk)
    if proposal.is_draft and proposal.team_intake is not None:
        return redirect(_intake_url(proposal))
    form = SubmitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            proposals.submit(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except ProposalFrozen as error:
            messages.info(request, str(error))
            return redirect("applications:receipt", pk=proposal.pk)
        except ProposalIncomplete as error:
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("applications:receipt", pk=proposal.pk)
    return _check_page(request, proposal, form)


def _check_page(request: AuthedRequest, proposal: Proposal, form: SubmitForm) -> HttpResponse:
    progress = _progress(proposal, STEP_COUNT)
    missing = [
        {"message": sentence, "url": _step_url(proposal, slug), "step": questions.step_of(slug)}
        for slug, sentence in progress["missing"]
    ]
    context = {
        **progress,
        "form": form,
        "proposal": proposal,
        "missing": missing,
        "closed": not is_open(proposal),
        "applicant": answers.applicant(proposal),
        "sections": answers.sections(proposal),
        "attachments": attachments.shown(proposal, to_staff=False),
    }
    return render(request, "applications/check.html", context, status=422 if form.errors else 200)
