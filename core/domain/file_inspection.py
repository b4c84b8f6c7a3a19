"""What a file may not have in it: whatever can act, hide or burst when somebody opens it.

A virus scanner knows what it has seen before; this refuses the means. Each refusal says what to do instead.
"""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.domain import file_types
from core.domain.file_types import FileType
from core.errors import FileRefused

OFFICE = (file_types.WORD, file_types.EXCEL)
OPEN_OFFICE = (file_types.OPEN_TEXT, file_types.OPEN_SHEET)

# A package of office software unpacks to at most this much, and to at most this many times its own size.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_TIMES = 100
MOST_MEMBERS = 3000
LARGEST_LIST = 2 * 1024 * 1024

# Parts of names inside a file of Word or Excel; and the relations that are fetched when somebody opens it.
MACROS = ("vbaproject", "vbadata", "/macrosheets/")
OBJECTS = ("oleobject", "/activex/")
FETCHED = ("/attachedTemplate", "/frame", "/oleObject", "/subDocument", "/aFChunk")

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# As far as readers of PDF look for its beginning.
PDF_BEGINS_WITHIN = 1024

_INSPECTOR = Path(__file__).with_name("pdf_inspector.py")
PDF_SECONDS = 20

_SAVE_AS_PDF = gettext_lazy("Save it as a plain PDF and choose that.")
_IN_PDF: dict[str, Promise] = {
    "encrypted": gettext_lazy("This PDF is protected by a password, so nobody can check or read it. Save it without."),
    "script": gettext_lazy("This PDF holds a script (JavaScript). Print it to a new PDF and choose that."),
    "launch": gettext_lazy("This PDF can start something when it is opened. Print it to a new PDF and choose that."),
    "embedded": gettext_lazy("This PDF holds other files. Add those files one by one, and this PDF without them."),
    "media": gettext_lazy("This PDF holds sound, film or 3D. Print it to a new PDF and choose that."),
    "xfa": gettext_lazy("This PDF is a form that changes while you fill it in (XFA). Print it to a new PDF."),
    "broken": gettext_lazy("This PDF is damaged. Save it again and choose the new one."),
}


def require_harmless(content: bytes, taken: tuple[FileType, ...]) -> FileType:
    """Return what kind of file it is, provided that we take that kind and nothing in it can act.

    Raises FileRefused with the reason and what to do instead.
    """
    if content.startswith(OLD_OFFICE):
        raise FileRefused(
            _(
                "This is an old Word or Excel file (.doc, .xls), or one with a password. "
                "Save it as .docx, .xlsx or PDF, without a password."
            )
        )
    kind = file_types.told_from(content)
    if kind is None or kind not in taken:
        names = ", ".join(sorted({one.extension for one in taken}))
        raise FileRefused(
            _("This is not a file that we take, whatever its name says. We take: %(kinds)s.") % {"kinds": names}
        )
    _require_one_kind(content, kind)
    if kind == file_types.PDF:
        _inspect_pdf(content)
    elif kind in (*OFFICE, *OPEN_OFFICE):
        _inspect_package(content, kind)
    return kind


def _require_one_kind(content: bytes, kind: FileType) -> None:
    """Refuse a file that another program would read as something else."""
    is_package = kind in (*OFFICE, *OPEN_OFFICE)
    hides_package = not is_package and zipfile.is_zipfile(BytesIO(content))
    hides_pdf = kind != file_types.PDF and b"%PDF-" in content[:PDF_BEGINS_WITHIN]
    if hides_package or hides_pdf:
        raise FileRefused(_("This file is two kinds of file at once. Save it again, and choose the new one."))


def _inspect_package(content: bytes, kind: FileType) -> None:
    """Look into a file of office software, without unpacking more than its lists."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _require_moderate(package, len(content))
            names = [name.lower() for name in package.namelist()]
            if kind in OFFICE:
                _inspect_office(package, names)
            else:
                _inspect_open_office(package, names)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        raise FileRefused(_("This file is damaged. %(advice)s") % {"advice": _SAVE_AS_PDF}) from error


def _require_moderate(package: zipfile.ZipFile, size: int) -> None:
    members = package.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > MOST_TIMES * max(size, 64 * 1024):
        raise FileRefused(_("This file is unusually large inside. %(advice)s") % {"advice": _SAVE_AS_PDF})
    if any(member.flag_bits & 1 for member in members):
        raise FileRefused(_("This file is protected by a password. Save it without, and choose the new one."))


def _inspect_office(package: zipfile.ZipFile, names: list[str]) -> None:
    kinds = _text(package, "[Content_Types].xml").lower()
    if "macroenabled" in kinds or any(part in name for name in names for part in MACROS):
        raise FileRefused(_("This file holds macros. %(advice)s") % {"advice": _SAVE_AS_PDF})
    if any(part in name for name in names for part in OBJECTS):
        raise FileRefused(
            _("This file holds a file of another program, or a control. %(advice)s") % {"advice": _SAVE_AS_PDF}
        )
    for name in package.namelist():
        if name.lower().endswith(".rels") and _reaches_out(_text(package, name)):
            raise FileRefused(_("This file fetches something from elsewhere. %(advice)s") % {"advice": _SAVE_AS_PDF})


def _reaches_out(relations: str) -> bool:
    """Tell whether a list of relations fetches a template, frame or object from elsewhere; links are harmless."""
    if "<!DOCTYPE" in relations:
        return True
    try:
        listed = ET.fromstring(relations)  # noqa: S314  (small, and without a DTD that could unfold)
    except ET.ParseError:
        return True
    return any(
        relation.get("TargetMode", "").lower() == "external" and relation.get("Type", "").endswith(FETCHED)
        for relation in listed.iter()
    )


def _inspect_open_office(package: zipfile.ZipFile, names: list[str]) -> None:
    if "encryption-data" in _text(package, "META-INF/manifest.xml"):
        raise FileRefused(_("This file is protected by a password. Save it without, and choose the new one."))
    if any(name.startswith(("basic/", "scripts/")) for name in names):
        raise FileRefused(_("This file holds macros. %(advice)s") % {"advice": _SAVE_AS_PDF})


def _text(package: zipfile.ZipFile, name: str) -> str:
    """Return a small member as text; nothing when it is not there."""
    try:
        with package.open(name) as member:
            content = member.read(LARGEST_LIST + 1)
    except KeyError:
        return ""
    if len(content) > LARGEST_LIST:
        raise FileRefused(_("This file is unusually large inside. %(advice)s") % {"advice": _SAVE_AS_PDF})
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return content.decode(encoding, errors="replace")


def _inspect_pdf(content: bytes) -> None:
    """Read a PDF in a process of its own, which may use little time and memory: a PDF can be made to burst."""
    try:
        run = subprocess.run(  # noqa: S603  (our own program; the file comes by its standard input)
            [sys.executable, "-I", str(_INSPECTOR)],
            input=content,
            capture_output=True,
            timeout=PDF_SECONDS,
            check=True,
        )
        found = json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise FileRefused(str(_IN_PDF["broken"])) from error
    if found:
        raise FileRefused(str(_IN_PDF[found[0]]))
