"""The archive: which files are kept until when, and the orders to destroy what is due."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from core.domain import clock
from core.errors import DomainError
from reporting.domain import purge_orders, retention
from reporting.domain.purge_orders import ARCHIVISTS
from reporting.forms.retention import KeptFilter, PrepareForm
from reporting.models import PurgeFile, PurgeOrder
from reporting.states import FILE_HOW, PurgeState

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*ARCHIVISTS)
def kept(request: AuthedRequest) -> HttpResponse:
    """Show every file that ended with the day from which it may be destroyed; put files that are due on an order."""
    status = 200
    files = retention.kept(purge_orders.files_known_to(request.user))
    if request.method == "POST":
        form = PrepareForm(request.POST)
        if form.is_valid():
            try:
                order = purge_orders.prepare(
                    proposals=form.cleaned_data["chosen"],
                    by=request.user,
                    request_key=form.cleaned_data["request_key"],
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return redirect("reporting:purge_order", pk=order.pk)
        status = 422
    else:
        form = PrepareForm(initial={"request_key": uuid.uuid4()})
    return render(request, "reporting/retention/kept.html", _list(request, files, form), status=status)


@require_safe
@requires(*ARCHIVISTS)
def order(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show an order: its files, its signatures and what can be done now."""
    return render(request, "reporting/retention/order.html", _order_page(request, _found(pk)))


@require_POST
@requires(*ARCHIVISTS)
def sign(request: AuthedRequest, pk: int) -> HttpResponse:
    """Sign an order as the second person."""
    found = _found(pk)
    try:
        purge_orders.sign(order_id=found.pk, files_sha256=request.POST.get("files_sha256", ""), by=request.user)
    except DomainError as error:
        return render(request, "reporting/retention/order.html", _order_page(request, found, str(error)), status=422)
    messages.success(request, _("Order %(order)s is signed. The administrator carries it out.") % {"order": found.pk})
    return redirect("reporting:purge_order", pk=found.pk)


@require_POST
@requires(*ARCHIVISTS)
def withdraw(request: AuthedRequest, pk: int) -> HttpResponse:
    """Withdraw an order."""
    found = _found(pk)
    try:
        purge_orders.withdraw(order_id=found.pk, by=request.user)
    except DomainError as error:
        return render(request, "reporting/retention/order.html", _order_page(request, found, str(error)), status=422)
    messages.success(request, _("Order %(order)s is withdrawn.") % {"order": found.pk})
    return redirect("reporting:purge_order", pk=found.pk)


def _list(request: AuthedRequest, files: list[retention.Kept], form: PrepareForm) -> dict[str, object]:
    today = clock.today()
    chosen = KeptFilter(request.GET)
    ordered = set(
        PurgeFile.objects.filter(order__in=PurgeOrder.objects.open()).values_list("proposal_number", flat=True)
    )
    chosen_before = request.POST.getlist("chosen")
    shown = [one for one in files if chosen.passes(one, today)]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "file": one,
            "how": FILE_HOW[one.outcome],
            "is_due": one.is_due(today),
            "is_ordered": one.proposal_id in ordered,
            "may_choose": one.is_due(today) and one.proposal_id not in ordered,
            "is_chosen": str(one.proposal_id) in chosen_before,
        }
        for one in page
    ]
    return {
        "form": form,
        "filter_form": chosen,
        "page_obj": page,
        "rows": rows,
        "can_prepare": any(row["may_choose"] for row in rows),
        "count": len(shown),
        "due_count": sum(one.is_due(today) for one in files),
        "terms": [{"label": outcome.label, "term": term} for outcome, term in retention.terms().files.items()],
        "source": retention.terms().source,
        "orders": PurgeOrder.objects.for_list()[:20],
        "today": today,
    }


def _order_page(request: AuthedRequest, found: PurgeOrder, error: str = "") -> dict[str, object]:
    waits = found.state == PurgeState.PREPARED
    return {
        "order": found,
        "files": found.files.all(),
        "error": error,
        "may_sign": waits and found.prepared_by_id != request.user.pk,
        "waits_for_other": waits and found.prepared_by_id == request.user.pk,
        "may_withdraw": waits or found.state == PurgeState.SIGNED,
        "is_signed": found.state == PurgeState.SIGNED,
    }


def _found(pk: int) -> PurgeOrder:
    if pk > 2**63 - 1:  # PostgreSQL has no such number
        raise Http404
    people = ("prepared_by", "signed_by", "withdrawn_by")
    return get_object_or_404(PurgeOrder.objects.select_related(*people), pk=pk)
