from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.models import Proposal
from assessment.access import listed_for, team_only
from assessment.domain import bulk, columns
from assessment.domain.bulk import Order, Told
from assessment.errors import BulkRefused
from assessment.filters import ProposalFilter, Reading
from assessment.forms.bulk import FORMS, ManyForm
from assessment.states import BulkAction
from core.errors import DomainError

FILES = ("csv", "xlsx")
CONFIRMED = "confirm"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bulk_action(request: AuthedRequest) -> HttpResponse:
    """Do one action with the proposals that were ticked, or with all that were found: choose, look, confirm."""
    team_only(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    back = _list_of(request, asked)
    ids = _chosen(request, asked)
    if asked.get("action") in FILES and ids:
        return redirect(_file_address(asked, back))
    action = _action_in(request, asked)
    if not ids or action is None:
        messages.info(request, _("Tick the proposals, and choose what to do with them."))
        return redirect(back)
    if len(ids) > bulk.MOST:
        too_many = _("That is more than %(most)d proposals at once. Filter the list further.") % {"most": bulk.MOST}
        messages.info(request, too_many)
        return redirect(back)
    form = FORMS[action](request.POST if request.method == "POST" and "change" not in request.POST else None)
    page = {"action": action, "query": back.partition("?")[2], "back": back}
    if not form.is_valid():
        return _ask(request, ids, form, page)
    order = Order(action=action, by=request.user, values=form.values())
    if request.POST.get("step") != CONFIRMED:
        return _show(request, order, bulk.try_out(order, ids), page)
    return _carry_out(request, order, ids, page)


def _carry_out(request: AuthedRequest, order: Order, ids: list[int], page: dict[str, Any]) -> HttpResponse:
    try:
        key = UUID(request.POST.get("request_key", ""))
        done = bulk.carry_out(order, ids, request_key=key)
    except ValueError:
        return _show(request, order, bulk.try_out(order, ids), page)
    except BulkRefused as error:
        messages.error(request, str(error))
        return _show(request, order, error.lines, page, status=409)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(page["back"])
    said = ngettext("%(action)s: done for %(count)d proposal.", "%(action)s: done for %(count)d proposals.", done)
    messages.success(request, said % {"action": order.action.label, "count": done})
    return redirect(page["back"])


def _ask(request: AuthedRequest, ids: list[int], form: ManyForm, page: dict[str, Any]) -> HttpResponse:
    """Show the proposals, and ask what the action needs."""
    found = list(_known(request, ids))
    context = {**page, "form": form, "proposals": found}
    return render(request, "assessment/bulk/ask.html", context, status=422 if form.errors else 200)


def _show(
    request: AuthedRequest, order: Order, told: list[Told], page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show what will happen with each proposal, and what can't and why; what is confirmed is what is shown."""
    context = {
        **page,
        "possible": [one for one in told if not one.refusal],
        "refused": [one for one in told if one.refusal],
        "given": [(name, value) for name, values in _typed(request) for value in values],
        "all_ids": [one.proposal.pk for one in told],
        "request_key": uuid4(),
        "form": None,
    }
    return render(request, "assessment/bulk/confirm.html", context, status=status)


def _typed(request: AuthedRequest) -> list[tuple[str, list[str]]]:
    """Return what was typed for the action, to carry it along."""
    own = {"csrfmiddlewaretoken", "p", "step", "request_key", "query", "action", "all", "change"}
    return [(name, request.POST.getlist(name)) for name in request.POST if name not in own]


def _known(request: AuthedRequest, ids: list[int]) -> list[Proposal]:
    return list(listed_for(request.user).filter(pk__in=ids).order_by("pk"))


def _chosen(request: AuthedRequest, asked: QueryDict) -> list[int]:
    """Return what was ticked, or everything that was found; of that only what the person may know of."""
    if asked.get("all") and request.method != "POST":
        filtered = ProposalFilter(QueryDict(asked.get("query", "")), reading=Reading(request.user))
        return list(filtered.qs.values_list("pk", flat=True)[: bulk.MOST + 1]) if filtered.is_understood else []
    ticked = bulk.ids_in(asked.getlist("p"))
    return list(listed_for(request.user).filter(pk__in=ticked).order_by("pk").values_list("pk", flat=True))


def _action_in(request: AuthedRequest, asked: QueryDict) -> BulkAction | None:
    """Return the action that was chosen; one that the person never may is refused (403)."""
    named = asked.get("action", "")
    if named not in BulkAction.values:
        return None
    if named not in dict(bulk.actions_for(request.user)):
        raise PermissionDenied
    return BulkAction(named)


def _list_of(request: AuthedRequest, asked: QueryDict) -> str:
    """Return the address of the list that was filtered; only what the filters understand comes back."""
    query = QueryDict(asked.get("query", ""))
    filtered = ProposalFilter(query, reading=Reading(request.user))
    address = filtered.query(columns=columns.codes_in(query.getlist("columns")))
    return f"{reverse('assessment:proposals')}?{address or 'q='}"


def _file_address(asked: QueryDict, back: str) -> str:
    """Return the address of a file with what was ticked, or with everything that was found."""
    address = QueryDict(back.partition("?")[2], mutable=True)
    if not asked.get("all"):
        address.setlist("p", [str(pk) for pk in bulk.ids_in(asked.getlist("p"))])
    return f"{reverse('assessment:list_file', args=[asked['action']])}?{address.urlencode()}"
