"""A program: reads a PDF from standard input and writes, as JSON, what in it can act. Run by `file_inspection`.

It limits itself in time and memory, because a small PDF can be made to unfold into one of gigabytes.
"""

import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

MEMORY = 512 * 1024 * 1024
SECONDS = 15
DEEPEST = 60

# Names of actions, keys and kinds of annotation that do something by themselves.
SCRIPTS = {"/JavaScript"}
LAUNCHERS = {"/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR"}
MEDIA = {"/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"}
MEDIA_ANNOTATIONS = {"/RichMedia", "/Movie", "/Sound", "/3D", "/Screen"}


def findings(pdf: pikepdf.Pdf) -> set[str]:
    """Return what the document holds that can act: a set of "script", "launch", "embedded", "media" and "xfa"."""
    found: set[str] = set()
    for thing in everything(pdf):
        found |= in_dictionary(thing)
    return found


def everything(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary of the document, also those that stand inside others."""
    waiting = [(thing, 0) for thing in (*pdf.objects, pdf.trailer)]
    while waiting:
        thing, depth = waiting.pop()
        if depth > DEEPEST:
            message = "too deep"
            raise ValueError(message)
        if isinstance(thing, pikepdf.Array):
            inner: list[Any] = list(thing)
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            yield thing
            inner = list(thing.values())
        else:
            continue
        # What is an object of its own stands in the list already.
        waiting += [(part, depth + 1) for part in inner if isinstance(part, pikepdf.Object) and not part.is_indirect]


def in_dictionary(thing: Any) -> set[str]:
    """Return what one dictionary says that it does."""
    keys = set(thing)
    action, annotation = str(thing.get("/S", "")), str(thing.get("/Subtype", ""))
    signs = {
        "script": "/JS" in keys or action in SCRIPTS or "/JavaScript" in keys,
        "launch": action in LAUNCHERS,
        "embedded": "/EF" in keys or "/EmbeddedFiles" in keys or annotation == "/FileAttachment",
        "media": action in MEDIA or annotation in MEDIA_ANNOTATIONS,
        "xfa": "/XFA" in keys,
    }
    return {name for name, is_there in signs.items() if is_there}


def main() -> list[str]:
    """Read the document and return what was found, the worst first."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        with pikepdf.open(BytesIO(sys.stdin.buffer.read())) as pdf:
            found = findings(pdf)
            if not len(pdf.pages):
                return ["broken"]
    except pikepdf.PasswordError:
        return ["encrypted"]
    except (pikepdf.PdfError, ValueError, MemoryError, RuntimeError):
        return ["broken"]
    order = ("script", "launch", "embedded", "media", "xfa")
    return [name for name in order if name in found]


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
