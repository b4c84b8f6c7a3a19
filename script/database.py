"""Bring the database up to date: tables, cache, the programme's frame, and with `--demo` people and a year to look at.

One process instead of one per command, because starting Django takes longer than the work. Each step is safe to
repeat and does nothing when there is nothing to do. Tables are made as the owner of the database
(MIGRATION_DATABASE_URL); the rest is done as the application (DATABASE_URL), which has rights to nothing else.
"""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talentfund.settings")
    django.setup()
    from core.database import as_owner

    with as_owner():
        call_command("createcachetable", verbosity=0)  # before the rights are given, which cover what is there
    call_command("migrate", interactive=False, verbosity=0)
    if "--demo" in sys.argv[1:]:
        call_command("demo", "--if-empty")  # first: it lets the council decide in its own past
    call_command("load_programme")
