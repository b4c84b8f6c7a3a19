"""Payments: what is due, what was planned for a grant, and one payment."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from budget.access.books import READERS, may_open_files
from budget.access.payments import decision_with_payments, payment_for, pays, releases_instalments
from budget.domain import ledger, payment_batches, payment_room
from budget.domain import payments as verbs
from budget.domain.payment_room import Standing
from budget.forms.payments import DUE, OrderForm, PaymentFilter, RejectForm, ReportForm
from budget.models import Payment
from budget.states import PAYMENTS_UNDER_WAY, InstalmentTrigger, PaymentState
from core.domain.money import ZERO, total
from core.errors import DomainError

PAGE_SIZE = 50
PAYMENT_KINDS = {
    PaymentState.PLANNED: "neutral",
    PaymentState.ORDERED: "info",
    PaymentState.SENT: "info",
    PaymentState.BOOKED: "ok",
    PaymentState.CANCELLED: "warning",
}


@require_safe
@requires(*READERS)
def payments(request: AuthedRequest) -> HttpResponse:
    """Show what is due, planned, on its way or paid."""
    return _overview(request)


@require_POST
@requires(Role.FINANCIAL_ADVISER)
def order(request: AuthedRequest) -> HttpResponse:
    """Put the chosen payments on an order to the bank."""
    form = OrderForm(request.POST, payments=Payment.objects.known_to(request.user))
    if form.is_valid():
        try:
            batch = payment_batches.order(
                payment_ids=[payment.pk for payment in form.cleaned_data["payments"]],
                by=request.user,
                request_key=form.cleaned_data["request_key"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Payment order %(batch)s is made. Give its file to the bank.") % {"batch": batch}
            )
            return redirect(batch)
    return _overview(request, form=form)


@require_safe
@requires(*READERS)
def decision_payments(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show the plan of one grant, and what the grant holds."""
    decision = decision_with_payments(request.user, reference)
    planned = list(decision.payments.for_page())
    held = ledger.holdings(decision).values()
    context = {
        "decision": decision,
        "rows": _rows(planned),
        "kinds": PAYMENT_KINDS,
        "planned_total": total(one.amount for one in planned if one.state != PaymentState.CANCELLED),
        "granted": total(one.committed for one in held),
        "conditional": total(one.conditional for one in held),
        "paid": total(one.paid for one in held),
        "under_way": total(one.amount for one in planned if one.state in PAYMENTS_UNDER_WAY),
        "may_open_files": may_open_files(request.user),
    }
    return render(request, "budget/decision_payments.html", context)


@require_safe
@requires(*READERS)
def payment(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show one payment, what it waits for and what happened to it."""
    return _payment_page(request, payment_for(request.user, reference))


@require_POST
@requires(Role.PROGRAMME_MANAGER)
def release_instalment(request: AuthedRequest, reference: str) -> HttpResponse:
    """Approve the interim report that an instalment waits for."""
    found, form = payment_for(request.user, reference), ReportForm(request.POST)
    if form.is_valid():
        try:
            verbs.release_instalment(payment_id=found.pk, by=request.user, remark=form.cleaned_data["remark"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The report is approved; %(payment)s is due.") % {"payment": found})
            return redirect("budget:payment", reference)
    return _payment_page(request, found, report_form=form)


@require_POST
@requires(Role.FINANCIAL_ADVISER)
def reject_payment(request: AuthedRequest, reference: str) -> HttpResponse:
    """Write down that the bank did not carry a payment out."""
    found, form = payment_for(request.user, reference), RejectForm(request.POST)
    if form.is_valid():
        try:
            again = verbs.reject(payment_id=found.pk, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            said = {"payment": found, "again": again}
            messages.success(request, _("%(payment)s is cancelled, and planned again as %(again)s.") % said)
            return redirect("budget:payment", again.reference)
    return _payment_page(request, found, reject_form=form)


def _overview(request: AuthedRequest, *, form: OrderForm | None = None) -> HttpResponse:
    filter_form = PaymentFilter({"show": DUE, **request.GET.dict()})
    found = filter_form.narrow(Payment.objects.known_to(request.user))
    page = Paginator(found.for_page(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = _rows(page.object_list)
    shows_due = filter_form.chosen() == DUE
    context = {
        "filter_form": filter_form,
        "shows_due": shows_due,
        "page_obj": page,
        "rows": rows,
        "kinds": PAYMENT_KINDS,
        "count": page.paginator.count,
        "total": found.order_by().aggregate(total=Sum("amount"))["total"] or ZERO,
        "form": form or OrderForm(payments=Payment.objects.none()),
        "chosen": request.POST.getlist("payments") if form else [str(one.payment.pk) for one in rows if one.is_due],
        "may_pay": pays(request.user),
        "may_order": pays(request.user) and shows_due and any(one.is_due for one in rows),
    }
    return render(request, "budget/payments.html", context, status=422 if form else 200)


def _payment_page(
    request: AuthedRequest,
    found: Payment,
    *,
    report_form: ReportForm | None = None,
    reject_form: RejectForm | None = None,
) -> HttpResponse:
    shown = Payment.objects.for_page().select_related("entry").get(pk=found.pk)
    typed: Form | None = report_form or reject_form
    waits_for_report = (
        shown.state == PaymentState.PLANNED
        and shown.trigger == InstalmentTrigger.REPORT
        and shown.due_on is None
        and releases_instalments(request.user)
    )
    context: dict[str, Any] = {
        "payment": shown,
        "row": _rows([shown])[0],
        "kind": PAYMENT_KINDS[PaymentState(shown.state)],
        "form": typed,
        "report_form": report_form or (ReportForm() if waits_for_report else None),
        "reject_form": reject_form
        or (RejectForm() if shown.state in PAYMENTS_UNDER_WAY and pays(request.user) else None),
    }
    return render(request, "budget/payment.html", context, status=422 if typed else 200)


def _rows(shown: Any) -> list[Standing]:
    """Return payments in their order with what they wait for; only what is planned waits for anything."""
    shown = list(shown)
    waiting = {one.payment.pk: one for one in payment_room.standings(_planned(shown))}
    return [waiting.get(payment.pk, Standing(payment, "")) for payment in shown]


def _planned(shown: list[Payment]) -> list[Payment]:
    return [payment for payment in shown if payment.state == PaymentState.PLANNED]
