"""Who reads the books, and the lock on lines: always in order of primary key."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.states import Role
from applications.models import Proposal
from budget.models import Balance, LedgerEntry
from core.models import Document

# Who reads the books and the lists in preparation.
READERS = (Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER, Role.COLLEGE)


def may_open_files(user: User) -> bool:
    """Tell whether a reader of the books and the lists reads the file of every proposal too."""
    return user.holds(Role.FINANCIAL_ADVISER, Role.PROGRAMME_MANAGER)


def shut_to(user: User, proposal_ids: Iterable[int]) -> set[int]:
    """Return in which of the proposals a person has an interest: the amounts are seen, the papers are not (Awb 2:4)."""
    mine = Proposal.objects.of_interest_to(user).filter(pk__in=list(proposal_ids))
    return set(mine.values_list("pk", flat=True))


def document_for(user: User, document_id: UUID) -> Document:
    """Return a document that an entry of the ledger rests on, or raise Http404; not where a person has an interest."""
    resting = LedgerEntry.objects.filter(Q(document=OuterRef("pk")) | Q(council_decision__document=OuterRef("pk")))
    shut = resting.filter(decision__proposal__in=Proposal.objects.of_interest_to(user))
    return get_object_or_404(Document.objects.filter(Exists(resting)).exclude(Exists(shut)), pk=document_id)


def lock_balances(budget_line_ids: Iterable[int]) -> list[Balance]:
    """Lock the balances of lines for the rest of the transaction, in order of primary key."""
    return list(Balance.objects.select_for_update().filter(pk__in=list(budget_line_ids)).order_by("pk"))
