from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from budget.domain import proof
from core.domain import documents


class Command(BaseCommand):
    help = (
        "Prove the books from the entries alone, with everything that they rest on; exit 1 when a cent, a hash, a "
        "document or a parent differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--record", action="store_true", help="write down that it was proven, as the night does")

    def handle(self, *args: Any, **options: Any) -> None:
        proven = proof.prove()
        if options["record"]:
            proof.record(proven)
        with translation.override("en"):
            for finding in proven.findings:
                self.stderr.write(str(finding))
        if proven.findings:
            raise CommandError(f"{len(proven.findings)} findings in {proven.entries} entries; head {proven.head}")
        self.stdout.write(f"{proven.entries} entries: balances and hashes agree, documents and parents are there")
        if destroyed := documents.destroyed():
            self.stdout.write(f"{destroyed} documents were destroyed under an order: only their hash is known")
        self.stdout.write(f"head {proven.head}")
