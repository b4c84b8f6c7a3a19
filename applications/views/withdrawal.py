from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import AuthedRequest, signed_in
from applications.access import proposal_to_edit
from applications.domain import withdrawal
from applications.forms.afterwards import WithdrawForm
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: AuthedRequest, pk: int) -> HttpResponse:
    """Withdraw a proposal, after reading what that means; or read why it can't be withdrawn any more."""
    proposal = proposal_to_edit(request.user, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdrawal.withdraw(proposal_id=proposal.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            proposal.refresh_from_db(fields=["state"])
            form.add_error(None, str(error))
        else:
            said = _("%(proposal)s is withdrawn. You get a letter about it.") % {"proposal": proposal}
            messages.success(request, said)
            return redirect("applications:proposal", pk=pk)
    context = {"proposal": proposal, "form": form, "refusal": withdrawal.why_not(proposal)}
    return render(request, "applications/withdrawal/withdraw.html", context, status=422 if form.errors else 200)
