import json
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from talentfund.benchmarks import ledger


class Command(BaseCommand):
    help = "Measure in a database of its own, made and dropped again, and print the figures as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", choices=["ledger"])
        parser.add_argument("--grants", type=int, default=4000)
        parser.add_argument("--connections", type=int, default=16)

    def handle(self, *args: Any, **options: Any) -> None:
        kept = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            figures = ledger.measure(grants=options["grants"], connections=options["connections"])
        finally:
            connection.creation.destroy_test_db(kept, verbosity=0)
        self.stdout.write(json.dumps({options["subject"]: figures}, indent=2))
