from typing import Any

from django.core.management.base import BaseCommand, CommandError

from budget.domain import proof
from budget.models import LedgerEntry


class Command(BaseCommand):
    help = "Prove the books from the entries alone; exit 1 on a cent or a hash that differs."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(proof.check())
        for finding in findings:
            self.stderr.write(f"{finding.where}: {finding.what}")
        if findings:
            raise CommandError(f"{len(findings)} findings in {LedgerEntry.objects.count()} entries")
        self.stdout.write(f"{LedgerEntry.objects.count()} entries: balances and hashes agree")
