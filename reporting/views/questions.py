"""Questions of the council: the list, asking one, and the page on which it is answered."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from core.errors import DomainError
from programme.models import Line
from reporting.access.council import ASKERS, GIVERS, activities_for, question_for
from reporting.access.reports import MAKERS, READERS
from reporting.domain import questions as verbs
from reporting.domain.questions import About
from reporting.forms.questions import DraftForm, GiveForm, QuestionForm, ReturnForm
from reporting.models import Question, Report

PAGE_SIZE = 25
INVALID = 422


@require_safe
@requires(*READERS)
def questions(request: AuthedRequest) -> HttpResponse:
    """Show every question, open ones first with the day on which the answer is due."""
    found = Question.objects.known_to(request.user).for_list()
    context = {
        "page_obj": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_ask": request.user.holds(*ASKERS),
        "term": verbs.term(),
    }
    return render(request, "reporting/questions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*ASKERS)
def question_new(request: AuthedRequest) -> HttpResponse:
    """Ask a question about a report, a line, an activity, or the programme as a whole."""
    about = About(*(request.GET.get(name, "") for name in ("rapport", "regel", "activiteit")))
    subject = _subject(request, about)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = verbs.ask(about=about, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your question is with the college."))
            return redirect(made)
    context = {"form": form, "subject": subject, "term": verbs.term()}
    return render(request, "reporting/questions/new.html", context, status=INVALID if form.errors else 200)


@require_safe
@requires(*READERS)
def question(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a question with its answers, and to who is at work on it the draft."""
    return _page(request, question_for(request.user, reference))


@require_POST
@requires(*MAKERS)
def question_draft(request: AuthedRequest, reference: str) -> HttpResponse:
    """Save a draft of an answer, or offer it to the college."""
    found, form = question_for(request.user, reference), DraftForm(request.POST)
    if form.is_valid():
        offer = "offer" in request.POST
        try:
            verbs.draft(question_id=found.pk, offer=offer, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is with the college.") if offer else _("The draft is saved."))
            return redirect(found)
    return _page(request, found, draft_form=form)


@require_POST
@requires(*GIVERS)
def question_return(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give a draft back to the team."""
    found, form = question_for(request.user, reference), ReturnForm(request.POST)
    if form.is_valid():
        try:
            verbs.give_back(question_id=found.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is back with the team."))
            return redirect(found)
    return _page(request, found, return_form=form)


@require_POST
@requires(*GIVERS)
def question_give(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the answer to the council."""
    found, form = question_for(request.user, reference), GiveForm(request.POST)
    if form.is_valid():
        try:
            verbs.give(question_id=found.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The council has the answer."))
            return redirect(found)
    return _page(request, found, return_form=form)


def _subject(request: AuthedRequest, about: About) -> object:
    """Return what a question is about; for what the asker can't read the page does not exist (404)."""
    if sum(bool(one) for one in about) > 1 or any("\x00" in one for one in about):
        raise Http404
    try:
        if about.report:
            return Report.objects.visible_to(request.user).get(reference=about.report)
        if about.line:
            return Line.objects.get(code=about.line)
        if about.activity:
            return activities_for(request.user).get(reference=about.activity)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return None


def _page(
    request: AuthedRequest, found: Question, *, draft_form: Form | None = None, return_form: Form | None = None
) -> HttpResponse:
    kept = getattr(found, "draft", None)
    version = kept.version if kept else 0
    drafts, gives = request.user.holds(*MAKERS), request.user.holds(*GIVERS)
    waits = bool(kept and kept.offered_at)
    context = {
        "question": found,
        "answers": list(found.answers.select_related("given_by")),
        "draft": kept if drafts or (gives and waits) else None,
        "draft_form": (draft_form or DraftForm(initial={"text": kept.text if kept else "", "version": version}))
        if drafts
        else None,
        "return_form": (return_form or ReturnForm(initial={"version": version})) if gives and waits else None,
        "form": draft_form or return_form,
        "waits": waits,
        "term": verbs.term(),
    }
    status = INVALID if draft_form or return_form else 200
    return render(request, "reporting/questions/question.html", context, status=status)
