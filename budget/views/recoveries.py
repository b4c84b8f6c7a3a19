"""Claims: what partners have to pay back, and what came in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS
from budget.access.settlements import approves_settlements, recovery_for, recovery_to_book
from budget.domain import recoveries as verbs
from budget.forms.settlements import ReceiptForm
from budget.models import Recovery
from core.domain import clock, documents, file_types
from core.errors import DomainError
from core.models import Document
from core.views.documents import hand_over

PAGE_SIZE = 25


@require_safe
@requires(*READERS)
def recoveries(request: AuthedRequest) -> HttpResponse:
    """Show the claims, those with money still to come in first, by their limit."""
    known = Recovery.objects.known_to(request.user)
    page = Paginator(known.for_overview(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "near_limit": list(known.near_limit(clock.today()))}
    return render(request, "budget/recoveries.html", context)


@require_safe
@requires(*READERS)
def recovery(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a claim, its terms and what came in on it."""
    return _page(request, recovery_for(request.user, reference), ReceiptForm())


@require_POST
@requires(*READERS)
def recovery_receive(request: AuthedRequest, reference: str) -> HttpResponse:
    """Book what came in."""
    found = recovery_to_book(request.user, reference)
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        verbs.receive(
            recovery_id=found.pk,
            by=request.user,
            amount=form.cleaned_data["amount"],
            received_on=form.cleaned_data["received_on"],
            document=_kept(found, form),
            request_key=form.cleaned_data["request_key"],
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, recovery_to_book(request.user, reference), form, status=409)
    messages.success(request, _("The receipt is booked."))
    return redirect("budget:recovery", reference)


@require_safe
@requires(*READERS)
def recovery_statement(request: AuthedRequest, reference: str, pk: int) -> HttpResponse:
    """Give the bank statement behind a receipt."""
    receipts = recovery_for(request.user, reference).receipts.select_related("document")
    return hand_over(request, get_object_or_404(receipts, pk=pk).document, as_attachment=True)


def _kept(found: Recovery, form: ReceiptForm) -> Document:
    content = form.content
    kind = file_types.told_from(content) or file_types.PDF
    return documents.store(
        kind="recovery_receipt",
        title=_("Bank statement for %(claim)s") % {"claim": found},
        file_name=f"{found.reference}-afschrift.{kind.extension}",
        content=content,
        facts={"recovery": found.reference, "amount": str(form.cleaned_data["amount"])},
    )


def _page(request: AuthedRequest, found: Recovery, form: ReceiptForm, *, status: int = 200) -> HttpResponse:
    context = {
        "recovery": found,
        "settlement": found.settlement,
        "proposal": found.settlement.decision.proposal,
        "receipts": found.receipts.select_related("booked_by"),
        "may_receive": approves_settlements(request.user) and not found.is_closed,
        "form": form,
    }
    return render(request, "budget/recovery.html", context, status=status)
