"""Orders to destroy: prepared by one, signed by another, withdrawn by either of them."""

import hashlib
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.access import lock_proposals
from applications.models import Proposal
from applications.models.proposal import ProposalQuerySet
from core.domain import audit, clock, requests
from reporting.domain import retention
from reporting.domain.retention import Kept
from reporting.errors import NothingDue, PurgeChanged, PurgeNotYours
from reporting.models import PurgeFile, PurgeOrder
from reporting.states import PurgeEvent, PurgeState

# Who looks after the archive: the programme manager for the programme, the administrator as its archivist.
ARCHIVISTS = (Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR)


def files_known_to(user: User) -> ProposalQuerySet:
    """Return the proposals whose files a person may see on the list: not those with an interest (Awb 2:4)."""
    mine = Proposal.objects.of_interest_to(user).order_by().values("pk")
    return Proposal.objects.exclude(pk__in=mine)


def prepare(*, proposals: Collection[int], by: User, request_key: UUID) -> PurgeOrder:
    """Put files whose term is over on an order; `proposals` are primary keys. The same request key makes it once.

    Raises NothingDue when there is none, when one of them is not due, or when one is on another open order.
    """
    body = {"proposals": sorted(proposals)}
    with transaction.atomic():
        _require_archivist(by)
        handled, is_new = requests.take(key=request_key, actor=by, purpose="purge.prepare", body=body)
        if not is_new:
            return PurgeOrder.objects.get(pk=handled.answer["order"])  # type: ignore[index]
        lock_proposals(proposals)
        files = retention.due(files_known_to(by).filter(pk__in=proposals))
        taken = PurgeFile.objects.filter(order__in=PurgeOrder.objects.open(), proposal_number__in=proposals)
        if not files or len(files) != len(set(proposals)) or taken.exists():
            raise NothingDue(
                _("Choose files whose term is over and that stand on no other order. Open the list again.")
            )
        order = PurgeOrder.objects.create(prepared_by=by, prepared_at=clock.now(), files_sha256=files_sha256(files))
        PurgeFile.objects.bulk_create(_file(order, one) for one in files)
        audit.record(
            event=PurgeEvent.PREPARED,
            actor=by,
            about=order,
            changes={"files": len(files), "files_sha256": order.files_sha256},
        )
        requests.answer(handled, order=order.pk)
    return order


def sign(*, order_id: int, files_sha256: str, by: User) -> PurgeOrder:
    """Sign an order as the second person; `files_sha256` is the hash of the list that was on the screen.

    Raises PurgeNotYours for who prepared it, and PurgeChanged when it does not wait or a file is not due any more.
    """
    with transaction.atomic():
        _require_archivist(by)
        order = _lock(order_id)
        if order.state != PurgeState.PREPARED or order.files_sha256 != files_sha256:
            raise PurgeChanged(_("This order does not wait for a signature any more. Open it again."))
        if order.prepared_by_id == by.pk:
            raise PurgeNotYours(_("You prepared this order yourself: a colleague gives the second signature."))
        numbers = list(order.files.values_list("proposal_number", flat=True))
        if len(retention.due(files_known_to(by).filter(pk__in=numbers))) != len(numbers):
            raise PurgeChanged(
                _("You can't sign for a file on this order: its term is not over any more, or you have an interest.")
            )
        order.state, order.signed_by, order.signed_at = PurgeState.SIGNED, by, clock.now()
        order.save(update_fields=["state", "signed_by", "signed_at"])
        audit.record(event=PurgeEvent.SIGNED, actor=by, about=order, changes={"files_sha256": order.files_sha256})
    return order


def withdraw(*, order_id: int, by: User) -> PurgeOrder:
    """Withdraw an order that was not carried out. What was destroyed under it stays destroyed. Raises PurgeChanged."""
    with transaction.atomic():
        _require_archivist(by)
        order = _lock(order_id)
        if order.state not in (PurgeState.PREPARED, PurgeState.SIGNED):
            raise PurgeChanged(_("This order was carried out or withdrawn before."))
        if order.files.filter(purged_at__isnull=False, bytes_removed_at=None).exists():
            raise PurgeChanged(_("This order is being carried out. Try again in a moment."))
        order.state, order.withdrawn_by = PurgeState.WITHDRAWN, by
        order.save(update_fields=["state", "withdrawn_by"])
        audit.record(event=PurgeEvent.WITHDRAWN, actor=by, about=order)
    return order


def files_sha256(files: Iterable[Kept]) -> str:
    """Return the hash over a list of files; the database works out the same (reporting_purge_sha256)."""
    lines = [
        f"{one.proposal_id} {one.reference or '-'} {one.outcome.value} {one.ended_on} {one.destroy_from}"
        for one in sorted(files, key=lambda one: one.proposal_id)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _file(order: PurgeOrder, one: Kept) -> PurgeFile:
    return PurgeFile(
        order=order,
        proposal_number=one.proposal_id,
        reference=one.reference,
        outcome=one.outcome,
        ended_on=one.ended_on,
        destroy_from=one.destroy_from,
    )


def _require_archivist(user: User) -> None:
    if not user.holds(*ARCHIVISTS):
        raise PurgeNotYours(_("Only the programme manager and the administrator prepare and sign an order to destroy."))


def _lock(pk: int) -> PurgeOrder:
    return PurgeOrder.objects.select_for_update(of=("self",)).get(pk=pk)
