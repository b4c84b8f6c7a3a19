from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.domain.amounts import requested_by_year
from assessment.access import file_to_run
from assessment.domain import advice as advices
from assessment.domain import dossier
from assessment.errors import AdviceGiven, AdviceNotAllowed, DeclarationNeeded
from assessment.forms.advice import AdviceForm
from assessment.models import Advice, Consensus
from assessment.states import OUTCOME_KINDS
from core.domain import money
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def advice(request: AuthedRequest, reference: str) -> HttpResponse:
    """Give the advice: the outcome by the rule, with its reasons, and an amount for each year."""
    try:
        proposal = file_to_run(request.user, reference)
    except DeclarationNeeded:
        return redirect("assessment:declare", reference=reference)
    consensus = Consensus.objects.filter(proposal=proposal).first()
    if consensus is None or Advice.objects.filter(proposal=proposal).exists():
        given = consensus is not None
        no_consensus = _("The advice follows from the consensus, which the team has not recorded yet.")
        messages.info(request, _("The advice on this proposal has been given already.") if given else no_consensus)
        return redirect("assessment:file", reference=reference)
    result = advices.outcome_of(consensus)
    requested = requested_by_year(proposal)
    form = AdviceForm(result, requested, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            advices.give(
                proposal_id=proposal.pk,
                by=request.user,
                amounts=form.amounts(),
                conditions=form.cleaned_data.get("conditions", ""),
                explanation=form.cleaned_data["explanation"],
            )
        except AdviceNotAllowed as error:
            form.add_error(form.place_of(error.field), str(error))
        except AdviceGiven as error:
            messages.info(request, str(error))
            return redirect("assessment:file", reference=reference)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The advice on %(proposal)s is given.") % {"proposal": proposal})
            return redirect("assessment:file", reference=reference)
    context = {
        "form": form,
        "proposal": proposal,
        "consensus": consensus,
        "result": result,
        "outcome_kind": OUTCOME_KINDS[result.outcome],
        "comparison": dossier.compare(proposal, reader=request.user, consensus=consensus),
        "requested_total": money.total(amount for amount in requested.values() if amount > money.ZERO),
        "version": proposal.call.criteria_version,
    }
    return render(request, "assessment/advice.html", context, status=422 if form.errors else 200)
