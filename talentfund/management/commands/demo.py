from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.domain import clock
from core.tasks import empty_outbox
from talentfund.demo import people, proposals, story


class Command(BaseCommand):
    help = "Fill an empty database with the council's frame and a believable first two years, and say who signs in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="tell nothing again when people exist")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo has a known password: it loads only with DEBUG on.")
        if not story.is_told():
            self._tell()
        elif not options["if_empty"]:
            raise CommandError("This database is not empty.")
        self._introduce()

    def _tell(self) -> None:
        self.stdout.write("Telling the demo's first two years …")
        with transaction.atomic():
            with clock.set_to(story.BEGINS):
                call_command("load_programme", stdout=self.stdout)
            story.Demo().tell(proposals.read_stories())
        empty_outbox()
        call_command("check_ledger", "--record", stdout=self.stdout)

    def _introduce(self) -> None:
        self.stdout.write("")
        for person in people.PEOPLE:
            self.stdout.write(f"  {person.email:<26} {person.does}")
        self.stdout.write(f"  The password of all of them: {people.PASSWORD}")
