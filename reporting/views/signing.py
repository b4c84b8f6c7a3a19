"""Signing a report: what it says now, on one page, and the two signatures under it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, requires
from core.domain import markup
from core.errors import DomainError
from reporting.access.reports import MAKERS, report_for
from reporting.domain import comparison, layout, signatures, signing, texts
from reporting.forms.writing import SignForm
from reporting.models import Report
from reporting.states import Purpose

# On the page each text stands below an h3.
BELOW_ITS_TITLE = 4


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*MAKERS)
def sign(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show all that a report says now, and sign it."""
    report = report_for(request.user, reference)
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            signing.sign(
                report_id=report.pk, role=values["role"], by=request.user, seen_sha256=values["content_sha256"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _told(report))
            return redirect("reporting:texts", reference=report.reference)
    refused = bool(form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "reporting/writing/sign.html", _context(request, report, form), status=status)


def _told(report: Report) -> str:
    if signatures.of(report).is_complete:
        return _("You signed. Both signatures are there, so the final report is being made.")
    return _("You signed. The other signature is still to come.")


def _context(request: AuthedRequest, report: Report, form: SignForm) -> dict[str, object]:
    states = texts.states(report, user=request.user)
    stands = signatures.of(report)
    readings = [
        (state, markup.to_html(state.current.text, highest_heading=BELOW_ITS_TITLE) if state.current else "")
        for state in states
    ]
    return {
        "form": form,
        "report": report,
        "readings": readings,
        "writers": texts.writers_of(report),
        "missing": signatures.missing(states),
        "signing": stands,
        "roles": signatures.roles_to_sign(request.user, stands),
        "closed": texts.why_closed(report),
        "concept": signatures.concept_of(report, stands),
        "changes": comparison.since_previous(report) if report.figures else None,
        "shown": _figures(report) if report.figures else None,
    }


def _figures(report: Report) -> dict[str, object]:
    """Return what the report shows of its figures."""
    return layout.context(
        report,
        figures=report.figures or {},
        ledger_head=report.ledger_head,
        moment=report.requested_at,
        purpose=Purpose.CONCEPT,
    )
