"""SQL beside the migrations, in the open: triggers, functions and sequences."""

from pathlib import Path

from django.db.migrations import RunSQL


def run_sql(directory: Path, name: str) -> RunSQL:
    """Return the operation that runs `<name>.sql` of a directory, and `<name>_reverse.sql` backwards."""
    return RunSQL((directory / f"{name}.sql").read_text(), (directory / f"{name}_reverse.sql").read_text())
