from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import translation

from applications.models import Proposal
from core.database import as_owner
from core.errors import DomainError
from reporting.domain import forgetting, purge, retention
from reporting.domain.forgetting import Leftovers
from reporting.models import PurgeOrder


class Command(BaseCommand):
    help = (
        "As the owner of the database: destroy the files on an order that two people signed, and forget who has "
        "nothing left here. With --dry-run: print exactly what would go, and change nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--order", type=int, help="the number of a signed order")
        parser.add_argument("--dry-run", action="store_true", help="of this order, or without one of all that is due")

    def handle(self, *args: Any, **options: Any) -> None:
        order = self._order(options["order"])
        if options["dry_run"]:
            self._tell(order)
            return
        if order is None:
            raise CommandError("Name a signed order with --order, or ask what would go with --dry-run.")
        with as_owner(), translation.override("en"):
            self._carry_out(order)

    def _order(self, number: int | None) -> PurgeOrder | None:
        if number is None:
            return None
        order = PurgeOrder.objects.filter(pk=number).first()
        if order is None:
            raise CommandError(f"There is no order {number}.")
        return order

    def _carry_out(self, order: PurgeOrder) -> None:
        try:
            for file in purge.run(order):
                self.stdout.write(f"{file}: destroyed, {len(file.paths)} stored files removed")
            with purge.under_order(order):
                gone = forgetting.forget(order)
            purge.finish(order)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"order {order.pk} is carried out; {len(gone.people)} people forgotten")

    def _tell(self, order: PurgeOrder | None) -> None:
        # One picture for everything that is told, in which the database itself refuses to write.
        with translation.override("en"), transaction.atomic():
            with connection.cursor() as cursor:
                if connection.in_atomic_block and len(connection.savepoint_ids) == 0:
                    cursor.execute("SET TRANSACTION READ ONLY")
            wanted = Proposal.objects.all()
            if order is not None:
                left = order.files.filter(purged_at=None).values_list("proposal_number", flat=True)
                wanted = wanted.filter(pk__in=list(left))
            for one in retention.due(wanted):
                days = f"ended {one.ended_on}, due {one.destroy_from}"
                self._tell_file(Proposal.objects.get(pk=one.proposal_id), days)
            self._tell_leftovers(forgetting.leftovers())

    def _tell_file(self, proposal: Proposal, days: str) -> None:
        planned = purge.plan(proposal)
        self.stdout.write(f"{proposal.reference or f'draft {proposal.pk}'} ({planned.outcome.value}, {days})")
        for step in planned.steps:
            what = "rows deleted" if step.deleted else f"rows wiped: {', '.join(step.fields)}"
            self.stdout.write(f"  {step.fate.label}: {len(step.pks)} {what}")
        self._tell_each("document destroyed", (f"{one.kind} {one.pk}" for one in planned.documents))
        self._tell_each("stored file removed", planned.paths)
        self.stdout.write(f"  audit trail: {len(planned.audit_rows)} rows wiped")
        self.stdout.write(f"  outbox: {len(planned.messages)} messages wiped")

    def _tell_leftovers(self, gone: Leftovers) -> None:
        self.stdout.write("apart from files, as things are now")
        self._tell_each("person forgotten", (str(one.pk) for one in gone.people))
        self._tell_each("organisation without people", (str(one.pk) for one in gone.organisations))
        self.stdout.write(f"  invitations deleted: {gone.invitations.count()}")
        self.stdout.write(f"  messages wiped: {gone.messages.count()}")
        self.stdout.write(f"  handled requests deleted: {gone.requests.count()}")
        self.stdout.write(f"  sessions deleted: {gone.sessions.count()}")

    def _tell_each(self, what: str, names: Iterable[str]) -> None:
        for name in names:
            self.stdout.write(f"  {what}: {name}")
