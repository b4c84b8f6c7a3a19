"""Destroy the files on an order: what counts in the books stays, what they said and of whom goes for good.

Carried out as the owner of the tables (manage.py purge), because the triggers let nobody else through. Each file is one
transaction; its bytes go after the commit. A run that was stopped half-way goes on where it was.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import translation

from accounts.models import User
from accounts.models.user import NO_EMAIL
from applications.models import Attachment, Proposal
from budget.models import DecisionList
from core.domain import audit, clock, documents
from core.models import AuditEntry, Document, OutboxMessage
from reporting.domain import file_fate, file_records, public_text, retention
from reporting.domain.file_fate import WORD, Fate
from reporting.errors import PurgeChanged
from reporting.models import PurgeFile, PurgeOrder
from reporting.states import FileOutcome, PurgeEvent, PurgeState

# The fixed person: stands where somebody was.
NOBODY = f"gewist@{NO_EMAIL}"


@dataclass(frozen=True)
class Step:
    """What happens to the rows of one table: all deleted, or some of their fields replaced."""

    fate: Fate
    pks: list[Any]
    deleted: bool
    # By row: the columns and what they become. Person columns say None until the fixed person is known.
    values: dict[Any, dict[str, Any]]

    @property
    def fields(self) -> list[str]:
        """The columns that change in any row."""
        return sorted({name for row in self.values.values() for name in row})


@dataclass(frozen=True)
class Plan:
    """Everything that goes of one file."""

    proposal: Proposal
    outcome: FileOutcome
    steps: list[Step]
    documents: list[Document]
    attachments: list[str]
    audit_rows: list[int]
    messages: list[int]

    @property
    def paths(self) -> list[str]:
        """Where the bytes stand, below the store."""
        return sorted([str(document.file.name) for document in self.documents] + self.attachments)


def plan(proposal: Proposal) -> Plan:
    """Say exactly what would go of a file: the run does this and nothing else."""
    outcome = retention.OUTCOMES[proposal.state]  # type: ignore[index]
    steps = list(_steps(proposal, outcome))
    messages = _messages_about(proposal)
    return Plan(
        proposal=proposal,
        outcome=outcome,
        steps=steps,
        documents=_documents(proposal),
        attachments=list(Attachment.objects.filter(proposal=proposal).order_by("pk").values_list("path", flat=True)),
        audit_rows=_audit_rows(proposal),
        messages=messages,
    )


def run(order: PurgeOrder) -> Iterator[PurgeFile]:
    """Destroy the files of a signed order one by one, those that were not destroyed yet, and yield each.

    Raises PurgeChanged when the order is not signed by two, or a file on it is no longer due; what was destroyed
    before stays destroyed, and the same order goes on.
    """
    if order.state != PurgeState.SIGNED or order.signed_by_id == order.prepared_by_id:
        raise PurgeChanged(f"order {order.pk} is not signed by two people, or was carried out before")
    for pk in order.files.filter(bytes_removed_at=None).values_list("pk", flat=True):
        with under_order(order):
            _purge(order, pk)
        with under_order(order):
            yield _remove_bytes(pk)


def finish(order: PurgeOrder) -> None:
    """Write down that everything on an order was destroyed."""
    with transaction.atomic():
        order.state, order.done_at = PurgeState.DONE, clock.now()
        order.save(update_fields=["state", "done_at"])
        audit.record(event=PurgeEvent.DONE, actor=None, about=order)


def nobody() -> User:
    """Return the fixed person; made the first time."""
    known = User.objects.filter(email=NOBODY).first()
    return known or User.objects.create_user(NOBODY, None, full_name=WORD, is_active=False)


@contextmanager
def under_order(order: PurgeOrder) -> Iterator[None]:
    """Open a transaction that may pass the triggers: it names its order, and the database looks whether it may."""
    with transaction.atomic():
        name_order(str(order.pk))
        yield
        name_order("")  # inside a larger transaction (a test) the rest of it may not


def name_order(number: str) -> None:
    """Say for the rest of the transaction which order is carried out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('talentfund.purge_order', %s, true)", [number])


def _purge(order: PurgeOrder, pk: int) -> None:
    file = PurgeFile.objects.select_for_update(of=("self",)).get(pk=pk)
    if file.purged_at is not None:
        return
    proposal = Proposal.objects.select_for_update(of=("self",)).filter(pk=file.proposal_number).first()
    known = retention.due(Proposal.objects.filter(pk=file.proposal_number)) if proposal else []
    same = [one for one in known if (one.outcome, one.ended_on) == (file.outcome, file.ended_on)]
    if proposal is None or not same:
        raise PurgeChanged(f"{file} on order {order.pk} is not due any more as it was signed: withdraw the order")
    planned = plan(proposal)
    file.paths, file.purged_at = planned.paths, clock.now()
    file.save(update_fields=["paths", "purged_at"])
    carry_out(planned, order)
    audit.record(event=PurgeEvent.FILE_PURGED, actor=None, about=order, changes={"file": file.pk})


def carry_out(planned: Plan, order: PurgeOrder) -> None:
    """Do what a plan says, in the transaction of the caller."""
    moment, person = clock.now(), nobody()
    OutboxMessage.objects.filter(pk__in=planned.messages, done_at=None).update(done_at=moment)
    OutboxMessage.objects.filter(pk__in=planned.messages).update(payload={}, last_error="")
    told = AuditEntry.objects.filter(pk__in=planned.audit_rows)
    told.update(actor=None, object_label=WORD, origin="")
    told.exclude(event__in=file_fate.numbers_only()).update(changes={})
    if planned.outcome == FileOutcome.DRAFT:
        planned.proposal.copies.update(copied_from=None)
    for step in planned.steps:
        rows = step.fate.model._base_manager
        if step.deleted:
            rows.filter(pk__in=step.pks)._raw_delete(using=connection.alias)
        for pk, values in step.values.items():
            rows.filter(pk=pk).update(**{name: person.pk if new is None else new for name, new in values.items()})
    if planned.outcome != FileOutcome.DRAFT:
        Proposal.objects.filter(pk=planned.proposal.pk).update(purged_at=moment)
    for document in planned.documents:
        Document.objects.filter(pk=document.pk).update(
            title=WORD, file_name=WORD, facts={}, purged_at=moment, purge_order=order.pk
        )


def _remove_bytes(pk: int) -> PurgeFile:
    file = PurgeFile.objects.select_for_update(of=("self",)).get(pk=pk)
    if file.bytes_removed_at is not None:  # by another run
        return file
    for path in file.paths:
        documents.remove_bytes(path)
    file.bytes_removed_at = clock.now()
    file.save(update_fields=["bytes_removed_at"])
    return file


def _steps(proposal: Proposal, outcome: FileOutcome) -> Iterator[Step]:
    is_draft = outcome == FileOutcome.DRAFT
    for fate in reversed(file_fate.fates()) if is_draft else file_fate.fates():
        deleted = fate.deleted or is_draft
        if not (deleted or fate.changes):
            continue
        rows = list(fate.rows(proposal))
        values = {} if deleted else {row.pk: new for row in rows if (new := _replaced(row, fate, proposal, outcome))}
        if (deleted and rows) or values:
            yield Step(fate, [row.pk for row in rows] if deleted else list(values), deleted, values)


def _replaced(row: models.Model, fate: Fate, proposal: Proposal, outcome: FileOutcome) -> dict[str, Any]:
    """Return what the columns of a row become; what is empty stays so."""
    found: dict[str, Any] = {}
    for name in fate.wiped:
        value = getattr(row, name)
        if value:
            found[name] = WORD if isinstance(value, str) else type(value)()
    for name in fate.title:
        found[name] = _public_title(proposal) if outcome == FileOutcome.GRANTED else WORD
    for name in fate.person:
        column = f"{name}_id"
        if getattr(row, column) is not None:
            found[column] = None
    return found


def _public_title(proposal: Proposal) -> str:
    with translation.override("nl"):
        return public_text.shown(proposal.title, public_text.people_of(proposal))[:100]


def _documents(proposal: Proposal) -> list[Document]:
    """Return the documents of a file that were not destroyed, and of those it shares what no other file needs."""
    own: set[Any] = set()
    common: set[Any] = set()
    kept: set[Any] = set()
    for shared in file_fate.shared():
        for field in shared.documents:
            here = set(shared.of(proposal).order_by().values_list(field, flat=True))
            needed = shared.kept_for(proposal).filter(**{f"{field}__in": here - {None}})
            common |= here
            kept |= set(needed.order_by().values_list(field, flat=True))
    labels = {shared.label for shared in file_fate.shared()}
    for fate in file_fate.fates():
        if fate.label not in labels:
            for link in file_records.links_to(fate.model, Document):
                own |= set(fate.rows(proposal).values_list(link.attname, flat=True))
    pks = (own | common) - kept - {None}
    return list(Document.objects.filter(pk__in=pks, purged_at=None).order_by("rendered_at", "pk"))


def _audit_rows(proposal: Proposal) -> list[int]:
    """Return what the trail says of the rows of a file, and on its lists of who abstained from it."""
    found: dict[str, list[str]] = defaultdict(list)
    for fate in file_fate.fates():
        found[fate.model._meta.label_lower] += [str(pk) for pk in fate.rows(proposal).values_list("pk", flat=True)]
    rows = Q(pk__in=[])
    for label, pks in found.items():
        rows |= Q(object_type=label, object_id__in=pks)
    if proposal.reference:
        rows |= Q(object_type=DecisionList._meta.label_lower, changes__about=proposal.reference)
    return list(AuditEntry.objects.filter(rows).order_by("pk").values_list("pk", flat=True))


def _messages_about(proposal: Proposal) -> list[int]:
    """Return the messages of the outbox that name a file."""
    if not proposal.reference:
        return []
    naming = OutboxMessage.objects.annotate(said=Cast("payload", TextField())).filter(said__contains=proposal.reference)
    return list(naming.order_by("pk").values_list("pk", flat=True))
