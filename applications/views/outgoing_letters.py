"""Letters about a proposal: the list, writing, reading before they leave, sending and posting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from applications.access import can_handle_intake, handlers_only, intake_of, outgoing_letter_for
from applications.domain import outgoing_letters
from applications.errors import TextChanged
from applications.forms.letters import LetterForm, NewLetterForm, SendForm, VersionForm
from applications.models import OutgoingLetter
from core.domain.file_types import PDF
from core.errors import DomainError

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def letters(request: AuthedRequest, reference: str) -> HttpResponse:
    """List the letters about a proposal, and begin one from a template."""
    proposal = intake_of(request.user, reference, to_handle=request.method == "POST")
    form = NewLetterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = outgoing_letters.draft(
                proposal=proposal, template_code=form.cleaned_data["template"], by=request.user, facts={}
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(made)
    context = {
        "form": form,
        "proposal": proposal,
        "letters": OutgoingLetter.objects.for_letters_page(proposal),
        "filed": proposal.letters.exclude(kind__startswith="letter-").select_related("document"),
        "may_handle": can_handle_intake(request.user, proposal),
    }
    return render(request, "applications/outgoing/letters.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def letter(request: AuthedRequest, pk: int) -> HttpResponse:
    """Edit a letter, or show one that was sent."""
    shown = outgoing_letter_for(request.user, pk, to_handle=request.method == "POST")
    may_handle = can_handle_intake(request.user, shown.proposal)
    if not shown.is_draft or not may_handle:
        if request.method == "POST":
            messages.error(request, _("This letter was sent. It can't be changed any more."))
            return redirect(shown)
        return _letter_sent(request, shown, may_handle=may_handle)
    form = LetterForm(shown, request.POST if request.method == "POST" else None)
    theirs = None
    if form.is_valid():
        values = form.cleaned_data
        try:
            saved = outgoing_letters.edit(
                letter_id=shown.pk,
                by=request.user,
                subject=values["subject"],
                body=values["body"],
                seen_version=values["version"],
            )
        except TextChanged as error:
            # Whoever saves again has seen the other text: it stands below the own one.
            shown.refresh_from_db()
            theirs = shown
            form.see(shown.version)
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _after_saving(request, saved)
    typed = {"subject": form["subject"].value() or "", "body": form["body"].value() or ""}
    context = {
        "form": form,
        "letter": shown,
        "proposal": shown.proposal,
        "theirs": theirs,
        "reading": outgoing_letters.reading_of(shown, **typed),
    }
    return render(request, "applications/outgoing/letter.html", context, status=422 if form.errors else 200)


def _after_saving(request: AuthedRequest, saved: OutgoingLetter) -> HttpResponse:
    if request.POST.get("action") == "send":
        return redirect("applications:letter_send", pk=saved.pk)
    messages.success(request, _("The letter is saved. It was not sent yet."))
    return redirect(saved)


def _letter_sent(request: AuthedRequest, shown: OutgoingLetter, *, may_handle: bool) -> HttpResponse:
    context = {
        "letter": shown,
        "proposal": shown.proposal,
        "reading": outgoing_letters.reading_of(shown),
        "may_handle": may_handle,
    }
    return render(request, "applications/outgoing/sent.html", context)


@require_POST
@signed_in
def letter_preview(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show how a letter would read with what stands in the form at the moment. A fragment of the page."""
    shown = outgoing_letter_for(request.user, pk, to_handle=True)
    typed = {"subject": request.POST.get("subject", ""), "body": request.POST.get("body", "")}
    reading = outgoing_letters.reading_of(shown, **typed)
    return render(request, "applications/outgoing/parts/reading.html", {"reading": reading})


@require_safe
@signed_in
def letter_pdf(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show the PDF of a draft as it would be sent now. Nothing of it is kept."""
    shown = outgoing_letter_for(request.user, pk, to_handle=False)
    disposition = content_disposition_header(as_attachment=False, filename=f"{shown.proposal.reference}-concept.pdf")
    content = outgoing_letters.preview(shown)
    headers = {"Content-Disposition": str(disposition)}
    return HttpResponse(content, content_type=PDF.content_type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def letter_send(request: AuthedRequest, pk: int) -> HttpResponse:
    """Read a letter once more, and send it."""
    shown = outgoing_letter_for(request.user, pk, to_handle=True)
    if not shown.is_draft and request.method != "POST":
        return redirect(shown)
    form = SendForm(request.POST if request.method == "POST" else None, initial={"version": shown.version})
    if form.is_valid():
        values = form.cleaned_data
        try:
            outgoing_letters.send(
                letter_id=shown.pk, by=request.user, request_key=values["request_key"], seen_version=values["version"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The letter is sent. In a moment its PDF stands here."))
            return redirect(shown)
    context = {
        "form": form,
        "letter": shown,
        "proposal": shown.proposal,
        "reading": outgoing_letters.reading_of(shown),
        "open_fields": outgoing_letters.open_fields(shown),
    }
    return render(request, "applications/outgoing/send.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def letter_discard(request: AuthedRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    shown = outgoing_letter_for(request.user, pk, to_handle=True)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect(shown)
    try:
        outgoing_letters.discard(letter_id=shown.pk, by=request.user, seen_version=form.cleaned_data["version"])
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(shown)
    messages.success(request, _("The draft is thrown away."))
    return redirect("applications:letters", reference=shown.proposal.reference or "")


@require_POST
@signed_in
def letter_posted(request: AuthedRequest, pk: int) -> HttpResponse:
    """Write down that a letter on paper went into the post."""
    shown = outgoing_letter_for(request.user, pk, to_handle=True)
    try:
        outgoing_letters.record_posting(letter_id=shown.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Written down: the letter is in the post."))
    return redirect(shown)


@require_safe
@signed_in
def post(request: AuthedRequest) -> HttpResponse:
    """List the letters that must be printed and posted, of the files that the person handles."""
    handlers_only(request.user)
    found = OutgoingLetter.objects.to_be_posted().for_post_page(request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "applications/outgoing/post.html", {"page_obj": page})
