"""De-minimis aid: how a proposal stands to the ceiling, and the grants for the central register."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import AuthedRequest, requires, signed_in
from applications.access import can_handle_intake, intake_of
from applications.domain.de_minimis import counts_until, judge
from applications.forms.de_minimis import JudgeForm
from applications.states import UNDER_REVIEW
from budget.access.books import shut_to
from budget.access.de_minimis import KEEPERS, grants_known_to
from budget.domain import de_minimis as rules
from core.domain import clock
from core.domain.file_types import content_type_of
from core.domain.spreadsheets import to_csv, to_xlsx
from core.errors import DomainError

PAGE_SIZE = 50
SUFFIXES = ("csv", "xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def file(request: AuthedRequest, reference: str) -> HttpResponse:
    """Show the sum over three years of the undertaking, and let the team judge whether a grant is aid at all."""
    proposal = intake_of(request.user, reference, to_handle=request.method == "POST")
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            judge(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The judgement is saved."))
            return redirect("budget:de_minimis", reference=reference)
    picture = rules.picture_of(proposal)
    partners = {partner.kvk_number for partner in picture.undertaking.organisations}
    context = {
        "proposal": proposal,
        "picture": picture,
        "declared": [{"row": aid, "until": counts_until(aid.granted_on)} for aid in picture.declared],
        "shut": shut_to(request.user, [one.decision.proposal_id for one in picture.granted]),
        "others": sorted(picture.undertaking.kvk_numbers - partners),
        "judgements": proposal.aid_judgements.select_related("judged_by"),
        "may_judge": can_handle_intake(request.user, proposal) and proposal.state in UNDER_REVIEW,
        "may_export": request.user.holds(*KEEPERS),
        "form": form,
    }
    return render(request, "budget/de_minimis/file.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*KEEPERS)
def register(request: AuthedRequest) -> HttpResponse:
    """Show the grants that count as de-minimis aid."""
    page = Paginator(rules.for_register(grants_known_to(request.user)), PAGE_SIZE).get_page(request.GET.get("page"))
    header = [_("Beneficiary"), _("KvK number"), _("Amount"), _("Date of granting"), _("Decision"), _("Proposal")]
    context = {"page_obj": page, "rows": list(page), "header": header, "amount_column": 3}
    return render(request, "budget/de_minimis/register.html", context)


@require_safe
@requires(*KEEPERS)
def export(request: AuthedRequest, suffix: str) -> HttpResponse:
    """Give the grants that count as de-minimis aid as a file for the central register."""
    if suffix not in SUFFIXES:
        raise Http404
    header, rows = rules.register_table(rules.for_register(grants_known_to(request.user)))
    name = f"talentfonds-de-minimis-{clock.today().isoformat()}.{suffix}"
    content = to_csv(header, rows) if suffix == "csv" else to_xlsx(_("De-minimis aid"), header, rows)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": str(disposition)}
    return HttpResponse(content, content_type=content_type_of(name), headers=headers)
