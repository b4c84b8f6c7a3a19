"""Payment orders, their files, and what the bank did with them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from budget.access.books import READERS
from budget.access.payments import batch_for, batch_to_export, pays
from budget.domain import payment_batches as verbs
from budget.domain import payment_imports
from budget.errors import BadLine, ImportRefused
from budget.forms.payments import ImportForm, SentForm
from budget.models import Payment, PaymentBatch, PaymentImport
from budget.states import BatchState
from budget.states.events import BudgetEvent
from budget.views.payments import PAYMENT_KINDS
from core.domain import audit
from core.errors import DomainError
from core.views.documents import hand_over

PAGE_SIZE = 25
LATEST_IMPORTS = 10
BATCH_KINDS = {BatchState.MADE: "warning", BatchState.SENT: "info", BatchState.DONE: "ok"}


@require_safe
@requires(*READERS)
def payment_batches(request: AuthedRequest) -> HttpResponse:
    """Show every payment order, the last one first."""
    orders = PaymentBatch.objects.select_related("made_by")
    page = Paginator(orders, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "budget/payment_batches.html", {"page_obj": page, "kinds": BATCH_KINDS})


@require_safe
@requires(*READERS)
def payment_batch(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a payment order: its files, and its payments."""
    return _page(request, batch_for(request.user, reference))


@require_safe
@requires(*READERS)
def payment_file(request: AuthedRequest, reference: str, suffix: str) -> HttpResponse:
    """Give a file of an order as it was made: the same bytes every time."""
    batch = batch_to_export(request.user, reference)
    document = {"csv": batch.csv, "xml": batch.sepa}.get(suffix)
    if document is None:
        raise Http404
    audit.record(event=BudgetEvent.PAYMENT_FILE_OPENED, actor=request.user, about=batch, changes={"file": suffix})
    return hand_over(request, document, as_attachment=True)


@require_POST
@requires(Role.FINANCIAL_ADVISER)
def payment_batch_sent(request: AuthedRequest, reference: str) -> HttpResponse:
    """Write down that an order was given to the bank."""
    found, form = batch_for(request.user, reference), SentForm(request.POST)
    if form.is_valid():
        try:
            verbs.mark_sent(batch_id=found.pk, by=request.user, request_key=form.cleaned_data["request_key"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Payment order %(batch)s is with the bank.") % {"batch": found})
            return redirect(found)
    return _page(request, batch_for(request.user, reference), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.FINANCIAL_ADVISER)
def payment_import(request: AuthedRequest) -> HttpResponse:
    """Read in what the bank carried out: the whole file, or nothing."""
    if request.method != "POST":
        return _import_page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, form)
    file = form.cleaned_data["file"]
    try:
        found = payment_imports.import_bank(
            content=file.read(),
            file_name=file.name,
            mapping=form.cleaned_data["mapping"],
            by=request.user,
            request_key=form.cleaned_data["request_key"],
        )
    except ImportRefused as error:
        form.add_error(None, str(error))
        return _import_page(request, form, problems=error.problems)
    except DomainError as error:
        form.add_error(None, str(error))
        return _import_page(request, form)
    booked = ngettext("%(count)d payment is booked.", "%(count)d payments are booked.", found.count)
    messages.success(request, booked % {"count": found.count})
    return redirect("budget:payment_import")


def _page(request: AuthedRequest, found: PaymentBatch, *, form: SentForm | None = None) -> HttpResponse:
    payments = list(Payment.objects.filter(batch=found).known_to(request.user).for_page())
    context = {
        "batch": found,
        "kind": BATCH_KINDS[BatchState(found.state)],
        "kinds": PAYMENT_KINDS,
        "payments": payments,
        "hidden_count": found.count - len(payments),
        "may_export": pays(request.user) and len(payments) == found.count,
        "may_send": pays(request.user) and found.state == BatchState.MADE,
        "form": form or SentForm(),
    }
    return render(request, "budget/payment_batch.html", context, status=422 if form else 200)


def _import_page(request: AuthedRequest, form: ImportForm, *, problems: list[BadLine] | None = None) -> HttpResponse:
    latest = PaymentImport.objects.select_related("document", "imported_by")[:LATEST_IMPORTS]
    context = {"form": form, "problems": problems or [], "latest": latest}
    return render(request, "budget/payment_import.html", context, status=422 if form.errors else 200)
