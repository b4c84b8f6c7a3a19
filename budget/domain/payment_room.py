"""What a payment waits for: the letter, its day, a report, or money that the grant does not firmly hold yet."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from budget.domain.ledger import Holding
from budget.models import LedgerEntry, Payment
from budget.states import EFFECTS, EntryKind, PaymentKind
from core.domain import clock
from core.domain.money import ZERO, format_euros

# A decision and a budget line, by primary key.
Place = tuple[int, int]


class Standing(NamedTuple):
    """A planned payment, and what it waits for: nothing when it may be ordered now."""

    payment: Payment
    waits: str

    @property
    def is_due(self) -> bool:
        """Whether it may be ordered now."""
        return not self.waits


class Room:
    """How much each grant bears on each of its lines, less what is on its way. Two queries for any number."""

    def __init__(self, decision_ids: Iterable[int]) -> None:
        ids = set(decision_ids)
        self.held = _holdings(ids)
        self.under_way: dict[Place, Decimal] = defaultdict(lambda: ZERO)
        exported = Payment.objects.under_way().filter(decision__in=ids).order_by()
        sums = exported.values_list("decision_id", "budget_line_id").annotate(total=Sum("amount"))
        for decision_id, line_id, amount in sums:
            self.under_way[decision_id, line_id] = amount

    def most(self, payment: Payment) -> Decimal:
        """Return what may still be ordered where the payment stands, in euros.

        An advance stays within what is firmly granted (Awb 4:34, 4:95), a final payment within what was realised.
        """
        place = (payment.decision_id, payment.budget_line_id)
        held = self.held.get(place, Holding())
        bears = held.spent - held.paid if payment.kind == PaymentKind.FINAL else held.payable
        return max(bears - self.under_way[place], ZERO)

    def take(self, payment: Payment) -> str:
        """Take a payment out of the room and return nothing, or leave all as it is and return why it does not fit."""
        most = self.most(payment)
        if payment.amount <= most:
            self.under_way[payment.decision_id, payment.budget_line_id] += payment.amount
            return ""
        held = self.held.get((payment.decision_id, payment.budget_line_id), Holding())
        if held.conditional:
            return _("Waits: %(amount)s of this grant is on condition of the council's budget (Awb 4:34).") % {
                "amount": format_euros(held.conditional)
            }
        return _("Waits: at this moment at most %(most)s can be paid of this grant.") % {"most": format_euros(most)}


def standings(payments: Iterable[Payment]) -> list[Standing]:
    """Tell of planned payments what each waits for, in their order: who comes first takes the room first.

    The payments carry their decision and its letter.
    """
    payments, today = list(payments), clock.today()
    room = Room(payment.decision_id for payment in payments)
    return [Standing(payment, _not_yet(payment, today) or room.take(payment)) for payment in payments]


def _not_yet(payment: Payment, today: date) -> str:
    letter = getattr(payment.decision, "letter", None)
    if letter is None or letter.sent_on > today:
        return _("Waits for the letter of the decision.")
    if payment.due_on is None:
        return _("Waits for an approved interim report.")
    if payment.due_on > today:
        return _("Not before %(day)s.") % {"day": date_format(payment.due_on, "j F Y")}
    return ""


def _holdings(decision_ids: set[int]) -> dict[Place, Holding]:
    """Return what grants hold on each line; the same arithmetic as the ledger's own for one grant."""
    found: dict[Place, Holding] = {}
    entries = LedgerEntry.objects.filter(decision__in=decision_ids).order_by()
    for decision_id, line_id, kind, amount in entries.values_list("decision_id", "budget_line_id", "kind").annotate(
        total=Sum("amount")
    ):
        effect, so_far = EFFECTS[EntryKind(kind)], found.get((decision_id, line_id), Holding())
        found[decision_id, line_id] = Holding(
            *(getattr(so_far, name) + getattr(effect, name) * amount for name in Holding._fields)
        )
    return found
