from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from core.database import as_owner


class Command(migrate.Command):
    help = "As the owner of the database: bring its tables up to date, and the rights of the application's role."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
        if not (options["check_unapplied"] or options["plan"]):
            call_command("grant_rights", verbosity=0)
