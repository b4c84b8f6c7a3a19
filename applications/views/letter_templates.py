"""The templates of letters: what there is, and editing one as a new version."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from applications.domain import letter_templates, merge_fields
from applications.errors import TextChanged
from applications.forms.letters import TemplateForm
from applications.models import LetterTemplate
from core.errors import DomainError


@require_safe
@requires(Role.PROGRAMME_MANAGER)
def templates(request: AuthedRequest) -> HttpResponse:
    """List the templates of letters, in both languages."""
    found = LetterTemplate.objects.current().select_related("made_by")
    return render(request, "applications/outgoing/templates.html", {"templates": found})


def _newest(code: str, language: str) -> LetterTemplate:
    current = LetterTemplate.objects.current().select_related("made_by")
    return get_object_or_404(current, code=code, language=language)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.PROGRAMME_MANAGER)
def template(request: AuthedRequest, code: str, language: str) -> HttpResponse:
    """Edit a template: what is saved is a new version, and the old one stays."""
    shown = _newest(code, language)
    form = TemplateForm(shown, request.POST if request.method == "POST" else None)
    theirs = None
    if form.is_valid():
        values = form.cleaned_data
        try:
            made = letter_templates.change(
                code=code,
                language=language,
                by=request.user,
                title=values["title"],
                body=values["body"],
                seen_version=values["version"],
            )
        except TextChanged as error:
            shown = _newest(code, language)
            theirs = shown
            form.see(shown.version)
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error("body", str(error))
        else:
            messages.success(request, _("Saved as version %(version)d.") % {"version": made.version})
            return redirect("applications:letter_template", code=code, language=language)
    typed = {"title": form["title"].value() or "", "body": form["body"].value() or ""}
    subject, html = letter_templates.sample(shown, **typed)
    context = {
        "form": form,
        "template": shown,
        "theirs": theirs,
        "fields": merge_fields.fields_of(code),
        "examples": merge_fields.examples_of(code, language=language),
        "versions": LetterTemplate.objects.versions_of(code, language),
        "reading": {"subject": subject, "html": html, "open_fields": []},
    }
    return render(request, "applications/outgoing/template.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Role.PROGRAMME_MANAGER)
def template_preview(request: AuthedRequest, code: str, language: str) -> HttpResponse:
    """Show a letter with examples in it, of what stands in the form at the moment. A fragment of the page."""
    shown = _newest(code, language)
    typed = {"title": request.POST.get("title", ""), "body": request.POST.get("body", "")}
    subject, html = letter_templates.sample(shown, **typed)
    open_fields = merge_fields.standing_in(f"{subject}\n{typed['body']}")
    known = {field.name for field in merge_fields.fields_of(code)}
    reading = {"subject": subject, "html": html, "open_fields": [name for name in open_fields if name not in known]}
    return render(request, "applications/outgoing/parts/reading.html", {"reading": reading})
