"""The account of a grant: the partner gives it, the team checks it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import AuthedRequest, requires, signed_in
from budget.access.accounts import account_for, account_for_partner, account_to_check, account_to_write, may_write
from budget.access.accounts import checks_accounts as may_check
from budget.access.books import READERS, may_open_files
from budget.access.settlements import prepares_settlements
from budget.domain import accountability as verbs
from budget.domain import comparison
from budget.errors import AccountChanged
from budget.forms.accounts import AccountForm, AccountsFilterForm, JudgeForm
from budget.models import Account, Settlement
from budget.models.account import AccountQuerySet
from budget.states import AccountState, SettlementState
from core.domain import clock
from core.errors import DomainError

PAGE_SIZE = 25
ACCOUNT_KINDS = {
    AccountState.EXPECTED: "neutral",
    AccountState.SUBMITTED: "info",
    AccountState.RETURNED: "warning",
    AccountState.CHECKED: "ok",
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account_mine(request: AuthedRequest, pk: int) -> HttpResponse:
    """Give account of a grant: save for later, or hand in."""
    if request.method == "POST":
        return _write(request, account_to_write(request.user, pk))
    account = account_for_partner(request.user, pk)
    if account.is_open and may_write(request.user, account.decision.proposal):
        return _mine_page(request, account, AccountForm(account=account))
    return _mine_page(request, account, None)


@require_safe
@requires(*READERS)
def accounts(request: AuthedRequest) -> HttpResponse:
    """Show the accounts that are expected, came in, or are in order."""
    form = AccountsFilterForm(request.GET)
    found = Account.objects.standing().known_to(request.user).for_overview()
    if form.is_valid():
        found = _narrowed(found, form.cleaned_data["show"], form.cleaned_data["q"])
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "filter_form": form, "kinds": ACCOUNT_KINDS}
    return render(request, "budget/accounts.html", context)


@require_safe
@requires(*READERS)
def account(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show what a partner reported beside what was promised."""
    return _page(request, account_for(request.user, reference))


@require_POST
@requires(*READERS)
def account_check(request: AuthedRequest, reference: str) -> HttpResponse:
    """Find an account in order, or give it back with what is missing."""
    found = account_to_check(request.user, reference)
    form = JudgeForm(request.POST, account=found)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    known = {"account_id": found.pk, "by": request.user, "version": form.cleaned_data["version"]}
    remark, result_remarks = form.cleaned_data["remark"], form.result_remarks
    try:
        if request.POST.get("action") == "give_back":
            verbs.give_back(**known, missing=remark, result_remarks=result_remarks)
            messages.success(request, _("The account is back with the partner, who gets a mail about it."))
        else:
            verbs.check(**known, remark=remark, result_remarks=result_remarks)
            messages.success(request, _("The account is in order. The grant can be settled now."))
    except DomainError as error:
        now = account_to_check(request.user, reference)
        typed = request.POST.copy()
        typed["version"] = str(now.version)
        again = JudgeForm(typed, account=now)
        again.add_error(None, str(error))
        return _page(request, now, form=again, status=409)
    return redirect("budget:account", reference)


def _narrowed(found: AccountQuerySet, show: str, text: str) -> AccountQuerySet:
    if show == AccountsFilterForm.OVERDUE:
        found = found.overdue(clock.today())
    elif show:
        found = found.filter(state=show)
    if text:
        proposal = "decision__proposal__"
        found = found.filter(
            Q(decision__reference__icontains=text)
            | Q(**{f"{proposal}reference__icontains": text})
            | Q(**{f"{proposal}title__icontains": text})
            | Q(**{f"{proposal}organisation__name__icontains": text})
        )
    return found


def _write(request: AuthedRequest, found: Account) -> HttpResponse:
    hands_in = request.POST.get("action") == "submit"
    form = AccountForm(request.POST, account=found, complete=hands_in)
    if not form.is_valid():
        return _mine_page(request, found, form, status=422)
    verb = verbs.submit if hands_in else verbs.save
    try:
        verb(
            account_id=found.pk,
            by=request.user,
            version=form.cleaned_data["version"],
            reported=form.reported,
            request_key=form.cleaned_data["request_key"],
        )
    except AccountChanged as error:
        return _stale_page(request, found.decision.proposal_id, str(error))
    except DomainError as error:
        form.add_error(None, str(error))
        return _mine_page(request, found, form, status=409)
    if hands_in:
        messages.success(request, _("We received your account. You hear from us once we have checked it."))
    else:
        messages.success(request, _("Saved. You can go on later."))
    return redirect("budget:account_mine", found.decision.proposal_id)


def _stale_page(request: AuthedRequest, proposal_pk: int, error: str) -> HttpResponse:
    """Show what changed since; what was typed stays, and may be sent again on the account as it is now."""
    now = account_to_write(request.user, proposal_pk)
    typed = request.POST.copy()
    typed["version"], typed["request_key"] = str(now.version), str(uuid.uuid4())
    form = AccountForm(typed, account=now)
    changes = form.changed_meanwhile() if form.is_valid() else []
    form.add_error(None, error)
    return _mine_page(request, now, form, changes=changes, status=409)


def _mine_page(
    request: AuthedRequest,
    found: Account,
    form: AccountForm | None,
    *,
    changes: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "account": found,
        "proposal": found.decision.proposal,
        "granted": found.decision.granted_total,
        "state_kind": ACCOUNT_KINDS[AccountState(found.state)],
        "given_back": comparison.last_return(found),
        "changes": changes or [],
        "comparison": comparison.compare(found),
    }
    if form is not None and found.is_open:
        return render(request, "budget/account_mine.html", {**context, "form": form}, status=status)
    if status != 200:  # noqa: PLR2004  (the words of the refusal have to reach the reader)
        messages.error(request, _("This account was handed in, so it can't be changed any more."))
    return render(request, "budget/account_sent.html", context, status=status)


def _page(request: AuthedRequest, found: Account, *, form: JudgeForm | None = None, status: int = 200) -> HttpResponse:
    settlement = Settlement.objects.filter(decision=found.decision).first()
    is_final = settlement is not None and settlement.state == SettlementState.FINAL
    can_settle = found.state == AccountState.CHECKED or found.is_overdue
    # Who was too late sees no form any more, but has to read why.
    is_refused = form is not None and found.state != AccountState.SUBMITTED
    context = {
        "account": found,
        "decision": found.decision,
        "proposal": found.decision.proposal,
        "granted": found.decision.granted_total,
        "state_kind": ACCOUNT_KINDS[AccountState(found.state)],
        "comparison": comparison.compare(found),
        "checks": found.checks.select_related("by"),
        "may_check": may_check(request.user) and found.state == AccountState.SUBMITTED,
        "form": form or JudgeForm(account=found),
        "refused": " ".join(map(str, form.non_field_errors())) if form and is_refused else "",
        "settlement": settlement,
        "may_settle": prepares_settlements(request.user) and can_settle and not is_final,
        "may_open_files": may_open_files(request.user),
    }
    return render(request, "budget/account.html", context, status=status)
