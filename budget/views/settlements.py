"""The settlement of a grant: prepared by the programme manager, approved by the financial adviser."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires
from budget.access.books import READERS, may_open_files
from budget.access.settlements import (
    decision_to_settle,
    may_approve_settlement,
    prepares_settlements,
    settlement_for,
    settlement_letter_for,
    settlement_to_approve,
    settlement_to_prepare,
)
from budget.domain import settlement_history as history
from budget.domain import settlements as verbs
from budget.domain import settling
from budget.domain.history import Happening
from budget.errors import SettlementChanged
from budget.forms.settlements import (
    ApproveSettlementForm,
    PrepareForm,
    ProposeForm,
    ReturnSettlementForm,
    VersionForm,
    ViewForm,
)
from budget.models import Account, Decision, Recovery, Settlement
from budget.states import SettlementKind, SettlementState
from budget.states.events import BudgetEvent
from core.domain import audit
from core.errors import DomainError
from core.views.documents import hand_over

PAGE_SIZE = 25
SETTLEMENT_KINDS = {
    SettlementState.DRAFT: "neutral",
    SettlementState.HEARING: "warning",
    SettlementState.PROPOSED: "info",
    SettlementState.FINAL: "ok",
}


@require_safe
@requires(*READERS)
def settlements(request: AuthedRequest) -> HttpResponse:
    """Show the settlements, the last first; those that wait for the second signature on top."""
    known = Settlement.objects.known_to(request.user)
    page = Paginator(known.for_overview(), PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = known.waiting().for_overview()
    context = {"page_obj": page, "waiting": list(waiting), "kinds": SETTLEMENT_KINDS}
    return render(request, "budget/settlements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*READERS)
def settlement_prepare(request: AuthedRequest, reference: str) -> HttpResponse:
    """Prepare the settlement of a grant, or change it while it is in preparation."""
    decision = decision_to_settle(request.user, reference)
    known = Settlement.objects.filter(decision=decision).prefetch_related("amounts__budget_line").first()
    account = Account.objects.filter(decision=decision).first()
    overdue = account is not None and account.is_overdue
    kind = SettlementKind.EX_OFFICIO if overdue else SettlementKind.AS_GRANTED
    try:
        verbs.require_settleable(decision, SettlementKind(known.kind) if known else kind)
        granted = verbs.granted_by_line(decision)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("budget:account", reference) if account else redirect("budget:accounts")
    form = PrepareForm(request.POST if request.method == "POST" else None, granted=granted, settlement=known, kind=kind)
    if request.method != "POST" or not form.is_valid():
        return _prepare_page(request, decision, known, form)
    try:
        settled = verbs.prepare(
            decision_id=decision.pk,
            by=request.user,
            kind=SettlementKind(form.cleaned_data["kind"]),
            amounts=form.amounts,
            reason=form.cleaned_data["reason"],
            ground=form.cleaned_data["ground"],
            version=form.cleaned_data["version"],
        )
    except SettlementChanged as error:
        return _stale_prepare(request, decision, form, str(error))
    except DomainError as error:
        form.add_error(None, str(error))
        return _prepare_page(request, decision, known, form)
    messages.success(request, _("The settlement is prepared. Nothing is booked yet."))
    return redirect(settled)


@require_safe
@requires(*READERS)
def settlement(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show a settlement, what it would do to the money, and the next step."""
    return _page(request, settlement_for(request.user, reference))


@require_POST
@requires(*READERS)
def settlement_hearing(request: AuthedRequest, reference: str) -> HttpResponse:
    """Ask the partner's view by letter."""
    found, form = settlement_to_prepare(request.user, reference), VersionForm(request.POST)
    done = _("The partner gets a letter, and two weeks to answer.")
    return _step(request, found, form, "version_form", verbs.ask_view, done)


@require_POST
@requires(*READERS)
def settlement_view(request: AuthedRequest, reference: str) -> HttpResponse:
    """Write down the view that the partner gave."""
    found, form = settlement_to_prepare(request.user, reference), ViewForm(request.POST)
    return _step(request, found, form, "view_form", verbs.record_view, _("The view is written down."))


@require_POST
@requires(*READERS)
def settlement_propose(request: AuthedRequest, reference: str) -> HttpResponse:
    """Send a settlement to the financial adviser."""
    found, form = settlement_to_prepare(request.user, reference), ProposeForm(request.POST)
    return _step(
        request, found, form, "propose_form", verbs.propose, _("The settlement is with the financial adviser.")
    )


@require_POST
@requires(*READERS)
def settlement_return(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give a settlement back with a reason."""
    found, form = settlement_to_approve(request.user, reference), ReturnSettlementForm(request.POST)
    return _step(request, found, form, "return_form", verbs.give_back, _("The settlement is back in preparation."))


@require_POST
@requires(*READERS)
def settlement_approve(request: AuthedRequest, reference: str) -> HttpResponse:
    """Approve a settlement as the page showed it."""
    found, form = settlement_to_approve(request.user, reference), ApproveSettlementForm(request.POST)
    done = _("The settlement is final and booked. The letter is on its way.")
    return _step(request, found, form, "approve_form", settling.approve, done)


@require_safe
@requires(*READERS)
def settlement_letter(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the letter of a settlement as it was sent."""
    found = settlement_letter_for(request.user, reference)
    audit.record(event=BudgetEvent.SETTLEMENT_LETTER_OPENED, actor=request.user, about=found.settlement)
    return hand_over(request, found.document, as_attachment=True)


def _step(
    request: AuthedRequest, found: Settlement, form: Form, name: str, verb: Callable[..., Settlement], done: str
) -> HttpResponse:
    """Take one step with what a form says; refused, show why, with all that was typed."""
    if not form.is_valid():
        return _page(request, found, status=422, form=(name, form))
    try:
        verb(settlement_id=found.pk, by=request.user, **form.cleaned_data)
    except SettlementChanged as error:
        now = settlement_for(request.user, found.reference)
        changes = history.since(now, form.cleaned_data["version"])
        return _page(request, now, error=str(error), changes=changes, status=409)
    except DomainError as error:
        now = settlement_for(request.user, found.reference)
        return _page(request, now, error=str(error), status=409, form=(name, form))
    messages.success(request, done)
    return redirect(found)


def _stale_prepare(request: AuthedRequest, decision: Decision, form: PrepareForm, error: str) -> HttpResponse:
    """Show what changed since; what was typed stays, and may be sent again on the settlement as it is now."""
    now = Settlement.objects.filter(decision=decision).prefetch_related("amounts__budget_line").first()
    typed = request.POST.copy()
    typed["version"] = str(now.version) if now else ""
    again = PrepareForm(typed, granted=form.granted, settlement=now, kind=SettlementKind.AS_GRANTED)
    again.add_error(None, error)
    changes = history.since(now, form.cleaned_data["version"] or 0) if now else []
    return _prepare_page(request, decision, now, again, changes=changes)


def _prepare_page(
    request: AuthedRequest,
    decision: Decision,
    known: Settlement | None,
    form: PrepareForm,
    *,
    changes: list[Happening] | None = None,
) -> HttpResponse:
    context = {
        "decision": decision,
        "proposal": decision.proposal,
        "settlement": known,
        "form": form,
        "changes": changes or [],
    }
    return render(request, "budget/settlement_prepare.html", context, status=422 if form.errors else 200)


def _page(
    request: AuthedRequest,
    found: Settlement,
    *,
    error: str = "",
    changes: list[Happening] | None = None,
    status: int = 200,
    form: tuple[str, Form] | None = None,
) -> HttpResponse:
    version = {"version": found.version}
    state = SettlementState(found.state)
    prepares = prepares_settlements(request.user)
    is_lower = found.settled_total < found.granted_total
    happened = history.of(found)
    context: dict[str, Any] = {
        "settlement": found,
        "decision": found.decision,
        "proposal": found.decision.proposal,
        "state_kind": SETTLEMENT_KINDS[state],
        "outcome": settling.outcome_of(found),
        "owed": settling.owed_at_approval(found),
        "claim": Recovery.objects.filter(settlement=found).first(),
        "has_account": Account.objects.filter(decision=found.decision).exists(),
        "is_final": state == SettlementState.FINAL,
        "is_lower": is_lower,
        "may_change": prepares and state in {SettlementState.DRAFT, SettlementState.HEARING},
        "may_ask": prepares and state == SettlementState.DRAFT and is_lower,
        "may_record": prepares and state == SettlementState.HEARING,
        "needs_hearing": is_lower and found.hearing_asked_on is None,
        "may_approve": may_approve_settlement(request.user, found),
        "happened": happened,
        "given_back": _given_back(found, happened),
        "may_open_files": may_open_files(request.user),
        "letter": getattr(found, "letter", None),
        "error": error,
        "changes": changes or [],
        "version_form": VersionForm(initial=version),
        "view_form": ViewForm(initial=version),
        "propose_form": ProposeForm(initial=version),
        "return_form": ReturnSettlementForm(initial=version),
        "approve_form": ApproveSettlementForm(initial=version),
        # The one that was filled in wrong gives the title of the page its word.
        "form": form[1] if form else None,
        **(dict([form]) if form else {}),
    }
    return render(request, "budget/settlement.html", context, status=status)


def _given_back(found: Settlement, happened: list[Happening]) -> Happening | None:
    """Return how it was given back last, as long as it was not sent again."""
    if found.state not in {SettlementState.DRAFT, SettlementState.HEARING}:
        return None
    return next((one for one in reversed(happened) if one.is_return), None)
