"""Prove that the Dutch catalogue says everything that the source says, and nothing more.

    python script/translations.py           names what is missing, doubtful (fuzzy) or no longer used; exit code 1 then
    python script/translations.py --write   brings the catalogue up to date, for whoever translates

Both let Django's own `makemessages` do the work in a copy of the sources, so that looking changes nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale", "nl", "LC_MESSAGES", "django.po")
NOT_ON_SCREEN = ("tests/", "script/", "docs/", "requirements/")


def copy_sources(target: Path) -> None:
    """Copy what may hold words for the screen, tracked or new, to `target`."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listing.stdout.split("\0"):
        source = ROOT / name
        if name.startswith(NOT_ON_SCREEN) or source.suffix not in {".py", ".html", ".txt", ".po"}:
            continue
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)


def update(tree: Path) -> polib.POFile:
    """Bring the catalogue in `tree` up to date with the sources beside it, and return it."""
    (tree / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    # Any value does: nothing connects, but the settings refuse to load without them.
    unused = {"SECRET_KEY": "unused", "DATABASE_URL": "postgres:///unused", "REDIS_URL": "redis://unused"}
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale=nl", "--no-location", "--no-wrap", "--verbosity=0"],
        cwd=tree,
        check=True,
        env=os.environ | unused,
    )
    return polib.pofile(str(tree / CATALOGUE))


def complaints(catalogue: polib.POFile) -> list[str]:
    """Return a line for every message that is not plainly translated."""
    found = [f"fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    found += [f"missing: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    found += [f"obsolete: {entry.msgid!r}" for entry in catalogue.obsolete_entries()]
    return found


def main(arguments: list[str]) -> int:
    """Check the catalogue, or write it anew with `--write`; return the exit code."""
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory)
        copy_sources(tree)
        catalogue = update(tree)
        if "--write" in arguments:
            (ROOT / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree / CATALOGUE, ROOT / CATALOGUE)
    found = complaints(catalogue)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
