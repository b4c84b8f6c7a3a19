"""Reconciliation: our books beside the finance package's. Nothing is booked here."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, requires
from accounts.states import Role
from budget.access.books import READERS
from budget.access.payments import pays
from budget.domain import reconciliation as verbs
from budget.errors import BadLine, ImportRefused
from budget.forms.payments import ExplanationForm, ReconciliationForm
from budget.models import Reconciliation, ReconciliationRow
from budget.states import MatchOutcome
from core.domain import file_types, spreadsheets
from core.domain.money import total
from core.errors import DomainError

PAGE_SIZE = 50
DIFFERENCES = "differences"
OUTCOME_KINDS = {
    MatchOutcome.MATCHED: "ok",
    MatchOutcome.AMOUNT: "danger",
    MatchOutcome.THEIRS: "warning",
    MatchOutcome.OURS: "warning",
}


@require_safe
@requires(*READERS)
def reconciliations(request: AuthedRequest) -> HttpResponse:
    """Show every export that was laid beside the books, the last one first."""
    found = (
        Reconciliation.objects.select_related("imported_by", "document")
        .annotate(row_count=Count("rows"))
        .order_by("-pk")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "budget/reconciliations.html", {"page_obj": page, "may_import": pays(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.FINANCIAL_ADVISER)
def reconciliation_new(request: AuthedRequest) -> HttpResponse:
    """Lay an export of the finance package beside the books."""
    if request.method != "POST":
        return _new_page(request, ReconciliationForm())
    form = ReconciliationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _new_page(request, form)
    values = dict(form.cleaned_data)
    file = values.pop("file")
    try:
        found = verbs.import_export(content=file.read(), file_name=file.name, by=request.user, **values)
    except ImportRefused as error:
        form.add_error(None, str(error))
        return _new_page(request, form, problems=error.problems)
    except DomainError as error:
        form.add_error(None, str(error))
        return _new_page(request, form)
    messages.success(request, _("The export lies beside the books. Nothing was booked."))
    return redirect(found)


@require_safe
@requires(*READERS)
def reconciliation(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show what agrees and what differs, by line and year and one by one."""
    found = get_object_or_404(Reconciliation.objects.select_related("document", "imported_by"), pk=pk)
    rows = ReconciliationRow.objects.filter(reconciliation=found).known_to(request.user)
    counts = dict(rows.order_by().values_list("outcome").annotate(count=Count("pk")))
    chosen = request.GET.get("toon", DIFFERENCES)
    shown = rows.filter(outcome=chosen) if chosen in MatchOutcome.values else rows.differences()
    sums = verbs.sums(found)
    context = {
        "reconciliation": found,
        "sums": sums,
        "theirs_total": total(one.theirs for one in sums),
        "ours_total": total(one.ours for one in sums),
        "difference_total": total(one.difference for one in sums),
        "tabs": _tabs(counts, chosen),
        "difference_count": sum(count for outcome, count in counts.items() if outcome != MatchOutcome.MATCHED),
        "page_obj": Paginator(shown.for_page(), PAGE_SIZE).get_page(request.GET.get("page")),
        "kinds": OUTCOME_KINDS,
        "may_explain": pays(request.user),
    }
    return render(request, "budget/reconciliation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.FINANCIAL_ADVISER)
def reconciliation_explain(request: AuthedRequest, pk: int, row: int) -> HttpResponse:
    """Say what a difference is, and whether that settles it."""
    rows = ReconciliationRow.objects.known_to(request.user).differences().for_page()
    found = get_object_or_404(rows.select_related("reconciliation"), reconciliation=pk, pk=row)
    form = ExplanationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            verbs.explain(row_id=found.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your explanation is kept. Nothing was booked."))
            return redirect("budget:reconciliation", pk)
    context = {"row": found, "form": form, "kind": OUTCOME_KINDS[MatchOutcome(found.outcome)]}
    return render(request, "budget/reconciliation_explain.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*READERS)
def reconciliation_export(request: AuthedRequest, pk: int, suffix: str) -> HttpResponse:
    """Give the differences as a table for a spreadsheet."""
    found = get_object_or_404(Reconciliation, pk=pk)
    rows = ReconciliationRow.objects.filter(reconciliation=found).known_to(request.user).differences().for_page()
    header, name = _header(), f"{_('differences')}-{found.period_from}-{found.period_until}.{suffix}"
    if suffix == file_types.CSV.extension:
        content = spreadsheets.to_csv(header, _table(rows))
    elif suffix == file_types.EXCEL.extension:
        content = spreadsheets.to_xlsx(_("Differences"), header, _table(rows))
    else:
        raise Http404
    return HttpResponse(
        content,
        content_type=file_types.content_type_of(name),
        headers={"Content-Disposition": str(content_disposition_header(True, name))},
    )


def _tabs(counts: dict[str, int], chosen: str) -> list[tuple[str, str, int, bool]]:
    """Return what can be shown: its name in the address, its label, how many, and whether it is shown now."""
    differing = sum(count for outcome, count in counts.items() if outcome != MatchOutcome.MATCHED)
    known = chosen in MatchOutcome.values
    tabs = [(DIFFERENCES, str(_("All differences")), differing, not known)]
    return tabs + [
        (outcome.value, str(outcome.label), counts.get(outcome, 0), chosen == outcome) for outcome in MatchOutcome
    ]


def _header() -> list[str]:
    return [
        _("Difference"),
        _("Line in the file"),
        _("Reference"),
        _("Description"),
        _("Date"),
        _("Finance package"),
        _("Our books"),
        _("Difference in euros"),
        _("Line and year"),
        _("Ledger entry"),
        _("Payment"),
        _("Dealt with"),
        _("Explanation"),
    ]


def _table(rows: Iterable[ReconciliationRow]) -> Iterator[list[spreadsheets.Value]]:
    for row in rows:
        payment = getattr(row.entry, "payment", None)
        yield [
            row.get_outcome_display(),
            row.number,
            row.reference,
            row.description,
            row.on,
            row.amount,
            row.our_amount,
            row.difference,
            str(row.budget_line or ""),
            f"#{row.entry.sequence} {row.entry.get_kind_display()}" if row.entry else "",
            str(payment or ""),
            _("yes") if row.is_settled else _("no"),
            " / ".join(said.text for said in row.explanations.all()),
        ]


def _new_page(
    request: AuthedRequest, form: ReconciliationForm, *, problems: list[BadLine] | None = None
) -> HttpResponse:
    context = {"form": form, "problems": problems or []}
    return render(request, "budget/reconciliation_new.html", context, status=422 if form.errors else 200)
