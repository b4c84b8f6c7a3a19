"""Obligations: for the team that sees to them, and for the partner that has them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, requires, signed_in
from applications.access import proposal_for_partner
from budget.access.books import READERS
from budget.access.obligations import checks_obligations, obligation_for, obligations_known_to
from budget.domain import obligations as verbs
from budget.forms.objections import MeetForm
from budget.models import Decision, Obligation
from core.domain import clock
from core.errors import DomainError

PAGE_SIZE = 25
# The part of the address that chooses, and what it is called.
FILTERS = {
    "open": gettext_lazy("Still to be met"),
    "te-laat": gettext_lazy("Overdue"),
    "voldaan": gettext_lazy("Met"),
    "alle": gettext_lazy("All"),
}


@require_safe
@requires(*READERS)
def obligations(request: AuthedRequest) -> HttpResponse:
    """Show what partners have to do, the first due first."""
    chosen = request.GET.get("stand", "open")
    chosen = chosen if chosen in FILTERS else "open"
    page = Paginator(_filtered(obligations_known_to(request.user), chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "filters": FILTERS.items(),
        "chosen": chosen,
        "may_check": checks_obligations(request.user),
    }
    return render(request, "budget/obligations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*READERS)
def meet(request: AuthedRequest, pk: int) -> HttpResponse:
    """Write down that an obligation was met."""
    found = obligation_for(request.user, pk)
    if not checks_obligations(request.user):
        raise PermissionDenied
    if found.check_or_none is not None:
        messages.info(request, _("This obligation was met already."))
        return redirect("budget:obligations")
    form = MeetForm(request.POST or None, obligation=found, initial={"met_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.meet(obligation_id=found.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is written down that this obligation was met."))
            return redirect("budget:obligations")
    context = {"obligation": found, "form": form}
    return render(request, "budget/obligation_meet.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def mine(request: AuthedRequest, pk: int) -> HttpResponse:
    """Tell a partner what was decided on a proposal, and what there is to do for the grant."""
    proposal = proposal_for_partner(request.user, pk)
    decisions = list(Decision.objects.for_partner(proposal))
    if not decisions:
        raise Http404
    asking = Obligation.objects.asking_progress().filter(decision__proposal=proposal)
    context = {
        "proposal": proposal,
        "decisions": decisions,
        "standing": decisions[0],
        "asking": set(asking.values_list("pk", flat=True)),
    }
    return render(request, "budget/obligations_mine.html", context)


def _filtered(found: QuerySet[Obligation], chosen: str) -> QuerySet[Obligation]:
    match chosen:
        case "open":
            return found.filter(met=None)
        case "te-laat":
            return found.filter(met=None, due_on__lt=clock.today())
        case "voldaan":
            return found.filter(met__isnull=False)
    return found
