"""Following the typesetter page by page, while it is at work."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# WeasyPrint tells of every page here, before it lays it out. Nobody else listens: it says nothing to the log.
_PROGRESS = logging.getLogger("weasyprint.progress")
_PROGRESS.setLevel(logging.INFO)
_PROGRESS.propagate = False
_PROGRESS.addHandler(logging.NullHandler())
_PAGE = "Page %d"


@contextmanager
def following(on_page: Callable[[int], None]) -> Iterator[None]:
    """Call `on_page` with the number of each page that this thread begins to lay out.

    Pages come again when a page number in a reference moved. What `on_page` raises stops the typesetter at once.
    """
    follower = _Follower(on_page)
    _PROGRESS.addHandler(follower)
    try:
        yield
    finally:
        _PROGRESS.removeHandler(follower)


class _Follower(logging.Handler):
    def __init__(self, on_page: Callable[[int], None]) -> None:
        super().__init__(logging.INFO)
        self._on_page = on_page
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread and _PAGE in str(record.msg) and isinstance(record.args, tuple):
            self._on_page(int(str(record.args[0])))
