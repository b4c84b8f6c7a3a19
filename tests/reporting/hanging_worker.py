"""A worker that begins a rendering and hangs at a step, in a process of its own: to be killed. For tests.

Run with the step as argument; prints one line when it hangs there.
"""

import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

import django

django.setup()

from core.domain import documents  # noqa: E402  (only once Django is there)
from reporting.domain import collecting, renderings, typesetting  # noqa: E402


def hang(*_arguments: Any, **_named: Any) -> NoReturn:
    sys.stdout.write("there\n")
    sys.stdout.flush()
    time.sleep(600)
    raise SystemExit


def hang_with_half_a_file(**given: Any) -> NoReturn:
    """Write what the store writes, but only half of it."""
    store = documents.Document._meta.get_field("file").storage
    store.save(f"documents/2026/11/{given['pk']}.pdf", documents.ContentFile(given["content"][:1000]))
    hang()


def say_and_hang(at_page: int) -> Callable[..., None]:
    """Follow the real typesetter until it begins a page."""
    say = renderings._say

    def say_until(rendering: Any, step: Any, page: int = 0) -> None:
        say(rendering, step, page)
        if page >= at_page:
            hang()

    return say_until


step = sys.argv[1]
typesetting.TELL_EVERY = 0
if step == "collecting":
    collecting.proof.ledger_head = hang
elif step == "drawing":
    typesetting.layout.context = hang
elif step == "typesetting":
    renderings._say = say_and_hang(3)
elif step == "storing, half a file":
    documents.store = hang_with_half_a_file
elif step == "storing, just before the commit":
    renderings.rendering_ready = hang
renderings.make_next()
