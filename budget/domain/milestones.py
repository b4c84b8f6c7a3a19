"""What the money adds to a partner's timeline and deadlines. Registered when the app is loaded (budget.apps)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from applications.domain import deadlines, timeline
from applications.domain.deadlines import Deadline
from applications.domain.timeline import Entry
from applications.models import Proposal
from budget.models import Account, Decision, Obligation, Payment
from budget.states import AccountVerdict, PaymentState
from core.domain.money import format_euros


def _told(proposal: Proposal) -> Decision | None:
    """Return the decision that holds, once the partner has its letter."""
    return Decision.objects.standing().filter(proposal=proposal, letter__isnull=False).last()


@timeline.provider
def payments_of(proposal: Proposal) -> Iterator[Entry]:
    """Tell what was paid, and what will be."""
    decision = _told(proposal)
    paid = Payment.objects.filter(decision__proposal=proposal, state=PaymentState.BOOKED)
    for payment in paid.order_by("booked_on", "pk"):
        yield Entry(payment.booked_on, _("We paid %(amount)s") % {"amount": format_euros(payment.amount)})
    waiting = Payment.objects.filter(decision=decision).exclude(state__in=(PaymentState.BOOKED, PaymentState.CANCELLED))
    for payment in waiting.order_by("due_on", "pk"):
        amount = {"amount": format_euros(payment.amount)}
        if payment.due_on is None:
            body = _("Once we have approved your progress report.")
            yield Entry(None, _("We pay %(amount)s") % amount, body, comes=True)
        else:
            yield Entry(payment.due_on, _("We pay %(amount)s, not before this day") % amount, comes=True)


@timeline.provider
def account_of(proposal: Proposal) -> Iterator[Entry]:
    """Tell of the account: asked for, handed in, found in order or given back."""
    account = Account.objects.standing().filter(decision=_told(proposal)).first()
    if account is None:
        return
    url = reverse("budget:account_mine", args=[proposal.pk])
    if account.is_open:
        yield Entry(account.due_on, _("Give account of the grant"), url=url, comes=True)
    if account.submitted_at is not None:
        yield Entry(account.submitted_at, _("You handed in your account"), url=url)
    for check in account.checks.all():
        in_order = check.verdict == AccountVerdict.CHECKED
        title = _("We found your account in order") if in_order else _("We asked you to complete your account")
        yield Entry(check.at, title, url=url)


@timeline.provider
def obligations_of(proposal: Proposal) -> Iterator[Entry]:
    """Tell of what the partner has to do for the grant on a day, with its progress reports."""
    duties = Obligation.objects.asking_progress().filter(decision=_told(proposal))
    for duty in duties.select_related("met").prefetch_related("progress_reports__check_made"):
        url = reverse("budget:progress_mine", args=[proposal.pk, duty.pk])
        for report in duty.progress_reports.all():
            yield Entry(report.at, _("You sent a progress report"), duty.text, url)
            if report.check_or_none is not None and report.check_or_none.verdict == AccountVerdict.RETURNED:
                yield Entry(report.check_or_none.at, _("We asked you to complete your progress report"), "", url)
        if duty.check_or_none is None:
            waits = any(report.check_or_none is None for report in duty.progress_reports.all())
            body = _("Your last report is with the team. You hear from us.") if waits else ""
            yield Entry(duty.due_on, duty.text, body, url, comes=True)
        else:
            yield Entry(duty.check_or_none.at, _("You met an obligation of the grant"), duty.text)


@deadlines.provider
def deadlines_of(user: User) -> Iterator[Deadline]:
    """Give the days on which a partner has to give account, or to meet an obligation."""
    mine = Proposal.objects.of_partner(user)
    accounts = Account.objects.standing().filter(decision__proposal__in=mine, decision__letter__isnull=False)
    for account in accounts.select_related("decision__proposal"):
        if account.is_open:
            proposal = account.decision.proposal
            title = _("Give account of the grant for “%(title)s”") % {"title": proposal.title}
            url = reverse("budget:account_mine", args=[proposal.pk])
            yield Deadline(account.due_on, title, url, "account", proposal.reference or "")
    duties = Obligation.objects.asking_progress().filter(
        decision__proposal__in=mine, decision__letter__isnull=False, met=None, due_on__isnull=False
    )
    for duty in duties.select_related("decision__proposal"):
        if duty.due_on is not None:
            proposal = duty.decision.proposal
            url = reverse("budget:progress_mine", args=[proposal.pk, duty.pk])
            yield Deadline(duty.due_on, duty.text, url, "progress", proposal.reference or "")
