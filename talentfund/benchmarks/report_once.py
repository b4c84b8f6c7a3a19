"""Makes one PDF in a process of its own, and prints what it took as JSON: the two sides of `manage.py bench report`.

Both sides begin when Django is there, as in a worker that is up, and neither has imported WeasyPrint or read a font.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "talentfund.settings")
django.setup()

from django.db import connection  # noqa: E402  (Django first)

from core.database import as_owner  # noqa: E402
from reporting.domain import typesetting  # noqa: E402
from reporting.models import Rendering  # noqa: E402

KILOBYTES = 1024


def ours(rendering_id: int) -> bytes:
    """Make a report as the worker does, from its row in the database."""
    rendering = Rendering.objects.select_related("report").get(pk=rendering_id)
    return typesetting.typeset(rendering, lambda _step, _page: None).content


def by_hand(path: Path) -> bytes:
    """Make a PDF of a file with HTML as somebody would who has WeasyPrint alone."""
    from weasyprint import HTML

    content: bytes = HTML(filename=path).write_pdf(pdf_variant="pdf/a-3a")
    return content


def measured(make: Callable[[], bytes], target: Path) -> dict[str, float]:
    """Make it, and return the seconds that passed, those of the processor, and the peak of memory in MB."""
    began, worked = time.perf_counter(), time.process_time()
    content = make()
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    target.write_bytes(content)
    return {"seconds": seconds, "processor_seconds": processor, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Return the peak of this program alone: what getrusage tells holds the peak of the program that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="ignore")
    return int(status.partition("VmHWM:")[2].split()[0]) / KILOBYTES


def main(way: str, what: str, target: str, database: str) -> None:
    """Make `what` (the number of a rendering, or a file with HTML) and keep the PDF at `target`."""
    connection.settings_dict["NAME"] = database
    with as_owner():
        connection.ensure_connection()
        make = (lambda: ours(int(what))) if way == "ours" else (lambda: by_hand(Path(what)))
        sys.stdout.write(json.dumps(measured(make, Path(target))))


if __name__ == "__main__":
    main(*sys.argv[1:])
