from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from applications.access import attachment_for, can_edit, proposal_for_partner, proposal_to_edit
from applications.domain import attachments
from applications.errors import ProposalFrozen
from applications.forms.attachments import AttachmentForm
from applications.models import Attachment, Proposal
from applications.states import AttachmentKind
from core.domain import file_types, scanning
from core.errors import DocumentDamaged, DocumentPurged, DomainError
from core.uploads import is_too_large


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_partner(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show the files of a proposal, and add one: it is kept at once, apart from everything else."""
    if request.method != "POST":
        return _page(request, proposal_for_partner(request.user, pk), AttachmentForm())
    proposal = proposal_to_edit(request.user, pk)
    form = AttachmentForm(request.POST, request.FILES, was_too_large=is_too_large(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            added = attachments.add(
                proposal_id=proposal.pk,
                by=request.user,
                kind=AttachmentKind(form.cleaned_data["kind"]),
                file_name=file.name or "",
                content=file.read(),
                request_key=form.cleaned_data["request_key"],
            )
        except ProposalFrozen as error:
            messages.error(request, str(error))
            return redirect("applications:attachments", pk=pk)
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("“%(file)s” is kept.") % {"file": added})
            return redirect("applications:attachments", pk=pk)
    form.renew()
    return _page(request, proposal, form)


def _page(request: AuthedRequest, proposal: Proposal, form: AttachmentForm) -> HttpResponse:
    may_add = can_edit(request.user, proposal) and attachments.may_add(proposal)
    context = {
        **_listed(request, proposal),
        "form": form,
        "may_add": may_add,
        "most_files": attachments.MOST_FILES,
        "most_together": attachments.MOST_MEGABYTES_TOGETHER,
    }
    return render(request, "applications/attachments/page.html", context, status=422 if form.errors else 200)


def _listed(request: AuthedRequest, proposal: Proposal) -> dict[str, Any]:
    found = attachments.shown(proposal, to_staff=False, may_edit=can_edit(request.user, proposal))
    waiting = sum(one.attachment.is_waiting for one in found) if scanning.is_configured() else 0
    return {"proposal": proposal, "attachments": found, "waiting": waiting}


@require_safe
@signed_in
def listed(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show only the list of files, for the page that waits for the scanner. A fragment of the page."""
    context = _listed(request, proposal_for_partner(request.user, pk))
    if request.GET.get("wacht") == str(context["waiting"]):
        return HttpResponse(status=204)  # nothing changed: the page stays as it is
    return render(request, "applications/attachments/list.html", context)


@require_POST
@signed_in
def remove(request: AuthedRequest, pk: int, attachment: UUID) -> HttpResponse:
    """Take a file away from a draft or supplement."""
    proposal = proposal_to_edit(request.user, pk)
    found = get_object_or_404(Attachment, pk=attachment, proposal=proposal)
    try:
        attachments.remove(attachment_id=found.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(file)s” is taken away.") % {"file": found})
    return redirect("applications:attachments", pk=pk)


@require_safe
@signed_in
def attachment(request: AuthedRequest, pk: UUID) -> HttpResponse:
    """Hand over a file, as an attachment."""
    found = attachment_for(request.user, pk)
    try:
        content = attachments.read(found, by=request.user)
    except DocumentPurged as error:
        return render(request, "core/document_damaged.html", {"error": str(error)}, status=410)
    except DocumentDamaged as error:
        return render(request, "core/document_damaged.html", {"error": str(error)}, status=500)
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    kind = file_types.content_type_of(found.name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": str(disposition)})
