import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from core.database import as_owner
from talentfund.benchmarks import board, council, ledger, proof, report, scratch


class Command(BaseCommand):
    help = "Measure in a database of its own, made and dropped again, and print the figures as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", choices=["ledger", "proof", "board", "council", "report"])
        parser.add_argument("--attempts", type=int, default=10_000, help="ledger: grants asked, repeats included")
        parser.add_argument("--connections", type=int, default=64, help="ledger: how many ask at once")
        parser.add_argument("--entries", type=int, default=100_000, help="proof: entries in the ledger")
        parser.add_argument("--documents", type=int, default=5_000, help="proof: stored files of 60 kB")
        parser.add_argument("--proposals", type=int, default=200, help="board: proposals to choose from")
        parser.add_argument("--short", action="store_true", help="ledger: 400 attempts from 8 connections")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["subject"] == "board":  # reckons in memory
            self._print("board", board.measure(proposals=options["proposals"]))
            return
        with as_owner():  # who else may make a database
            self._measure(options)

    def _measure(self, options: dict[str, Any]) -> None:
        if options["subject"] == "council":
            figures = self._council()
        else:
            with self._database_of_its_own("bench"):
                figures = self._figures(options)
        self._print(options["subject"], figures)

    def _council(self) -> dict[str, Any]:
        with self._database_of_its_own("few") as few:
            council.fill_to(council.FEW)
            with self._database_of_its_own("many") as many:
                council.fill_to(council.MANY)
                return council.measure(few, many)

    @contextmanager
    def _database_of_its_own(self, what: str) -> Iterator[str]:
        kept, name = connection.settings_dict["NAME"], f"{what}_{os.getpid()}"
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield name
        finally:
            scratch.use(name)
            connection.creation.destroy_test_db(kept, verbosity=0)

    def _print(self, subject: str, figures: dict[str, Any]) -> None:
        self.stdout.write(json.dumps({subject: figures}, indent=2))

    def _figures(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["subject"] == "report":
            return report.measure()
        if options["subject"] == "proof":
            return proof.measure(entries=options["entries"], files=options["documents"])
        if options["short"]:
            return ledger.measure(attempts=400, connections=8)
        return ledger.measure(attempts=options["attempts"], connections=options["connections"])
