import json
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from talentfund.benchmarks import board, ledger


class Command(BaseCommand):
    help = "Measure in a database of its own, made and dropped again, and print the figures as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", choices=["ledger", "board"])
        parser.add_argument("--grants", type=int, default=4000)
        parser.add_argument("--connections", type=int, default=16)
        parser.add_argument("--proposals", type=int, default=200)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["subject"] == "board":
            self._print("board", board.measure(proposals=options["proposals"]))
            return
        kept = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            figures = ledger.measure(grants=options["grants"], connections=options["connections"])
        finally:
            connection.creation.destroy_test_db(kept, verbosity=0)
        self._print("ledger", figures)

    def _print(self, subject: str, figures: dict[str, Any]) -> None:
        self.stdout.write(json.dumps({subject: figures}, indent=2))
