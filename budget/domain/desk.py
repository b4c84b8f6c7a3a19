"""The desk: everything about money that one can do, along the road of a grant, with what waits for somebody."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from budget.access.de_minimis import KEEPERS
from budget.domain import conditions, payments
from budget.models import (
    Account,
    CouncilDecision,
    DecisionList,
    Objection,
    Obligation,
    PaymentBatch,
    Recovery,
    Settlement,
)
from budget.states import BatchState, ListState
from core.domain import clock


@dataclass(frozen=True)
class Task:
    """One kind of work: its page, what it is for, how much waits (None: nothing to count) and how much is late."""

    title: str
    about: str
    url: str
    waiting: int | None = None
    late: int = 0


@dataclass(frozen=True)
class Stage:
    """One part of the road."""

    heading: str
    tasks: list[Task]


def of(user: User) -> list[Stage]:
    """Return the road of the money with what waits on it, without what the person has an interest in (Awb 2:4)."""
    return [
        Stage(_("The council's frame"), _frame()),
        Stage(_("The college's decision"), _decisions(user)),
        Stage(_("Paying"), _payments(user)),
        Stage(_("Account and settlement"), _settlements(user)),
    ]


def _frame() -> list[Task]:
    return [
        Task(
            _("Decisions of the council"),
            _("What the council gave, shifted or carried over. One person enters it, the council confirms."),
            reverse("budget:council_decisions"),
            CouncilDecision.objects.waiting().count(),
        ),
        Task(
            _("End of the year"),
            _("What is left of a year, and the draft that carries it over."),
            reverse("budget:year_end", args=[clock.today().year]),
        ),
        Task(
            _("Reconciliation"),
            _("Our books beside the export of the finance package."),
            reverse("budget:reconciliations"),
        ),
    ]


def _decisions(user: User) -> list[Task]:
    objections = Objection.objects.visible_to(user).waiting()
    return [
        Task(
            _("Scenarios"),
            _("Try out what fits, before anything is decided."),
            reverse("budget:scenarios"),
        ),
        Task(
            _("Decision lists"),
            _("What goes to the college, and what is in preparation."),
            reverse("budget:decision_lists"),
            DecisionList.objects.exclude(state=ListState.APPROVED).count(),
        ),
        Task(
            _("Budget conditions"),
            _("Grants of a year whose budget was adopted: invoke within four weeks, or they become firm."),
            reverse("budget:conditions"),
            len(conditions.waiting(reader=user)),
        ),
        Task(
            _("Objections"),
            _("What partners object to, and until when it is decided on."),
            reverse("budget:objections"),
            objections.count(),
            objections.filter(decide_by__lt=clock.today()).count(),
        ),
        *_register(user),
    ]


def _register(user: User) -> list[Task]:
    if not user.holds(*KEEPERS):
        return []
    about = _("Grants that count as aid, with a file for the central register.")
    return [Task(_("De-minimis register"), about, reverse("budget:de_minimis_register"))]


def _payments(user: User) -> list[Task]:
    return [
        Task(
            _("Payments"),
            _("What is due, and what was paid."),
            reverse("budget:payments"),
            len(payments.due(user)),
        ),
        Task(
            _("Payment orders"),
            _("Files for the bank: made, sent, read in."),
            reverse("budget:payment_batches"),
            PaymentBatch.objects.exclude(state=BatchState.DONE).count(),
        ),
    ]


def _settlements(user: User) -> list[Task]:
    obligations, accounts = Obligation.objects.known_to(user), Account.objects.known_to(user)
    claims = Recovery.objects.known_to(user)
    return [
        Task(
            _("Obligations"),
            _("What partners have to do, and when."),
            reverse("budget:obligations"),
            obligations.waiting().count(),
            obligations.overdue().count(),
        ),
        Task(
            _("Accounts"),
            _("What partners report, to check."),
            reverse("budget:accounts"),
            accounts.waiting().count(),
            accounts.overdue(clock.today()).count(),
        ),
        Task(
            _("Settlements"),
            _("The final amounts, with a second signature."),
            reverse("budget:settlements"),
            Settlement.objects.known_to(user).waiting().count(),
        ),
        Task(
            _("Claims"),
            _("What partners have to pay back, within five years."),
            reverse("budget:recoveries"),
            claims.waiting().count(),
            claims.near_limit(clock.today()).count(),
        ),
    ]
