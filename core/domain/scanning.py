"""Asks the virus scanner about the bytes of an upload (BIO2: scan before use).

The scanner is clamd, at CLAMD_URL. What it does not say is clean, is not clean: a scanner that is away, too slow, or
that finds a file too large has said nothing about it.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aioclamd import ClamdAsyncClient, ClamdError
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import FileInfected, ScannerSilent

logger = logging.getLogger(__name__)

# The client reads a kilobyte at a time, which costs ten megabytes several seconds.
PIECE = 256 * 1024
CLAMD_PORT = 3310


class Outcome(StrEnum):
    """What the scanner says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


class Verdict(NamedTuple):
    """What was found. `detail` is the name of the malware, or why nothing is known; empty when it is clean."""

    outcome: Outcome
    detail: str = ""


class _Pieces(BytesIO):
    """A file that is handed over in large pieces, however small those that are asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(PIECE if size else size)


def is_configured() -> bool:
    """Tell whether there is a scanner at all."""
    return bool(settings.CLAMD_URL)


def scan(content: bytes) -> Verdict:
    """Ask the scanner about a file. Never raises: without an answer the verdict is unknown."""
    if not is_configured():
        return Verdict(Outcome.UNKNOWN, "no scanner")
    place = urlsplit(settings.CLAMD_URL)
    client = ClamdAsyncClient(
        place.hostname or "127.0.0.1", place.port or CLAMD_PORT, timeout=settings.CLAMD_TIMEOUT_SECONDS
    )

    def ask() -> Any:
        return asyncio.run(client.instream(_Pieces(content)))

    try:
        with ThreadPoolExecutor(1) as thread:  # the caller's own may have an event loop already
            answer = thread.submit(ask).result()
    except (ClamdError, OSError, ValueError) as error:
        logger.warning("the virus scanner gave no answer: %s: %s", type(error).__name__, error)
        return Verdict(Outcome.UNKNOWN, f"{type(error).__name__}: {error}"[:200])
    return _verdict(answer or {})


def require_clean(content: bytes) -> None:
    """Let an upload pass that is used at once, such as a bank statement.

    Raises FileInfected, or ScannerSilent when there is a scanner that gives no answer. Without a scanner it passes:
    who uploads here works for the municipality.
    """
    verdict = scan(content)
    if verdict.outcome == Outcome.INFECTED:
        raise FileInfected(
            _("The virus scanner found malware in this file (%(name)s). It was not kept.") % {"name": verdict.detail}
        )
    if verdict.outcome == Outcome.UNKNOWN and is_configured():
        raise ScannerSilent(
            _("The virus scanner gives no answer now, so nothing was kept. Try again in a few minutes.")
        )


def _verdict(answer: dict[str, tuple[str, str | None]]) -> Verdict:
    """Read clamd's answer; whatever is not exactly “OK” or “FOUND” says nothing."""
    status, name = answer.get("stream", ("", None))
    if (status, name) == ("OK", None):
        return Verdict(Outcome.CLEAN)
    if status == "FOUND":
        return Verdict(Outcome.INFECTED, (name or "?")[:100])
    return Verdict(Outcome.UNKNOWN, f"{status} {name or ''}".strip()[:200] or "no answer")
