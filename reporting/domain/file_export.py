"""Handing over the file of one proposal: whole, as a ZIP with a manifest of hashes, or blacked out for another party.

Nothing of it is kept here: what was handed over stands in the audit trail, with its hash.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import translation
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import OrganisationKind
from applications.domain import attachments
from applications.models import Attachment, Proposal
from core.domain import audit, clock, documents, file_names, pdf, spreadsheets
from core.errors import DocumentDamaged, DocumentPurged
from reporting.domain import file_chapters, file_records, redaction
from reporting.domain.file_chapters import Block, Chapter, Fixed, Table, Text
from reporting.domain.redaction import Ground, Marker, Segment
from reporting.states import FileEvent

LANGUAGE = "nl"
TEMPLATE = "reporting/pdf/file.html"
# The least moment that a ZIP can hold is 1980; the moments inside say more than the archive's own.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Piece:
    """A file in the archive, with what it is."""

    path: str
    about: str
    content: bytes


@dataclass(frozen=True)
class Export:
    """An archive: its bytes, the name for a reader's disk, and the hash of its manifest."""

    file_name: str
    content: bytes
    manifest_sha256: str


@dataclass(frozen=True)
class Choice:
    """What whoever hands over chose: words that must go as well, and whether sums of the partner's business go."""

    words: tuple[str, ...] = ()
    amounts: bool = True


@dataclass(frozen=True)
class Shown:
    """A chapter as it is printed: its blocks with HTML that is safe."""

    code: str
    title: str
    blocks: list[dict[str, Any]]


def whole(proposal: Proposal, *, by: User) -> Export:
    """Return everything that a person may read of a submitted proposal as a ZIP.

    In it: the file to read as PDF, its rows as JSON, its log as CSV, the documents as they were stored, the files of
    the partner that were found clean, and a manifest with the SHA-256 of each. A stored document that is damaged is
    named in the manifest as missing.
    """
    moment = clock.now()
    with translation.override(LANGUAGE):
        chapters = file_chapters.of(proposal, reader=by)
        pieces = [
            Piece("dossier.pdf", _("The file, to read"), _typeset(proposal, show(chapters), moment, is_redacted=False)),
            Piece("gegevens.json", _("The rows of the file, by table"), _rows(proposal, by)),
            Piece("logboek.csv", _("What the audit trail has about the proposal"), _log(proposal)),
        ]
        stored, missing = _documents(proposal, by)
        files, not_scanned = _attachments(proposal, by)
        return _archive(proposal, [*pieces, *stored, *files], [*missing, *not_scanned], moment, by, kind="whole")


def redacted(proposal: Proposal, *, by: User, choice: Choice) -> Export:
    """Return the file as a PDF in a ZIP for another party, with names and numbers blacked out for good.

    Neither the rows nor the stored documents nor the partner's files go along: nobody can black those out without
    leaving something. The manifest names them as withheld.
    """
    moment = clock.now()
    with translation.override(LANGUAGE):
        shown = preview(proposal, reader=by, choice=choice)
        piece = Piece(
            "dossier-weggelakt.pdf",
            _("The file, with names and numbers blacked out"),
            _typeset(proposal, shown, moment, is_redacted=True),
        )
        withheld = []
        number = len(file_records.documents_of(proposal, reader=by))
        if number:
            withheld.append(_("Stored documents: %(number)d") % {"number": number})
        files = Attachment.objects.filter(proposal=proposal).counting().count()
        if files:
            withheld.append(_("Files of the partner: %(number)d") % {"number": files})
        return _archive(proposal, [piece], withheld, moment, by, kind="redacted", choice=choice)


def preview(proposal: Proposal, *, reader: User, choice: Choice) -> list[Shown]:
    """Return the chapters as they will be handed over to another party, for whoever decides to read first."""
    with translation.override(LANGUAGE):
        chapters = file_chapters.of(proposal, reader=reader)
    names = {person.full_name for person in file_records.people_of(proposal, reader=reader)}
    if proposal.organisation.kind == OrganisationKind.RESIDENTS:
        names.add(proposal.organisation.name)
    return show(chapters, redaction.marker(names=names, words=choice.words, amounts=choice.amounts))


def show(chapters: Iterable[Chapter], marker: Marker | None = None) -> list[Shown]:
    """Return chapters ready to be printed, with what `marker` finds replaced by the ground on which it is gone."""
    return [Shown(one.code, one.title, [_block(block, marker) for block in one.blocks]) for one in chapters]


# Printing --------------------------------------------------------------------------------------------------------


def _block(block: Block, marker: Marker | None) -> dict[str, Any]:
    if isinstance(block, Text):
        ground = Ground.PRIVACY if block.is_private else None
        return {"label": block.label, "text": _html(block.text, marker, ground)}
    return {
        "caption": block.caption,
        "header": block.header,
        "rows": [
            [_html(cell, marker, _ground_of(block, column, marker)) for column, cell in enumerate(row)]
            for row in block.rows
        ],
    }


def _ground_of(table: Table, column: int, marker: Marker | None) -> Ground | None:
    if column in table.people:
        return Ground.PRIVACY
    return Ground.BUSINESS if marker and marker.amounts and column in table.business else None


def _html(text: str, marker: Marker | None, ground: Ground | None) -> SafeString:
    """Return a text as HTML: whole, or without what must go; with a ground all of it goes."""
    if marker is None or not text or (ground is None and isinstance(text, Fixed)):
        return _lines(text)
    segments = [Segment("", ground)] if ground else marker.black_out(text)
    return format_html_join("", "{}", ((_box(one.ground) if one.ground else _lines(one.text),) for one in segments))


def _box(ground: Ground) -> SafeString:
    return mark_safe(f'<span class="gone">{ground.value}</span>')  # noqa: S308  (a constant)


def _lines(text: str) -> SafeString:
    return mark_safe(escape(text).replace("\n", "<br>"))  # noqa: S308  (escaped)


def _typeset(proposal: Proposal, shown: Sequence[Shown], moment: datetime, *, is_redacted: bool) -> bytes:
    context = {"proposal": proposal, "chapters": shown, "moment": moment, "is_redacted": is_redacted}
    content, _page = pdf.render(template=TEMPLATE, context=context, language=LANGUAGE)
    return content


# What goes in ----------------------------------------------------------------------------------------------------


def _rows(proposal: Proposal, by: User) -> bytes:
    found = file_records.as_data(proposal, reader=by)
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2, sort_keys=True).encode()


def _log(proposal: Proposal) -> bytes:
    header = [_("Moment"), _("Event"), _("Person")]
    entries = file_chapters.log_of(proposal)
    return spreadsheets.to_csv(
        header, ([one.at, one.event, one.actor.full_name if one.actor else ""] for one in entries)
    )


def _documents(proposal: Proposal, by: User) -> tuple[list[Piece], list[str]]:
    pieces, missing = [], []
    for number, document in enumerate(file_records.documents_of(proposal, reader=by), start=1):
        stem, _dot, extension = document.file_name.rpartition(".")
        name = file_names.safe(f"{stem}.{extension}", extension=extension or "bin", otherwise="document")
        try:
            content = documents.read(document)
        except DocumentPurged as purged:
            missing.append(str(purged))
        except DocumentDamaged:
            missing.append(_("Damaged: %(title)s") % {"title": document.title})
        else:
            pieces.append(Piece(f"documenten/{number:03d}-{name}", document.title, content))
    return pieces, missing


def _attachments(proposal: Proposal, by: User) -> tuple[list[Piece], list[str]]:
    pieces, missing = [], []
    for number, one in enumerate(Attachment.objects.filter(proposal=proposal).counting(), start=1):
        name = file_names.safe(one.name, extension=one.extension, otherwise="bijlage")
        if not one.is_clean:
            missing.append(_("Not scanned yet: %(name)s") % {"name": name})
            continue
        try:
            content = attachments.read(one, by=by)
        except DocumentPurged as purged:
            missing.append(str(purged))
        except DocumentDamaged:
            missing.append(_("Damaged: %(title)s") % {"title": name})
        else:
            pieces.append(Piece(f"bijlagen/{number:03d}-{name}", _("File of the partner"), content))
    return pieces, missing


def _archive(
    proposal: Proposal,
    pieces: Sequence[Piece],
    missing: Sequence[str],
    moment: datetime,
    by: User,
    *,
    kind: str,
    choice: Choice | None = None,
) -> Export:
    """Pack the pieces with their manifest, and write down that the file was handed over."""
    manifest = _manifest(proposal, pieces, missing, moment, kind)
    digest = hashlib.sha256(manifest).hexdigest()
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for path, content in (("manifest.json", manifest), *((piece.path, piece.content) for piece in pieces)):
            info = ZipInfo(path, date_time=_FIRST_DAY)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    changes: dict[str, Any] = {"kind": kind, "files": len(pieces), "missing": len(missing), "manifest": digest}
    if choice is not None:
        changes |= {"words": len(choice.words), "amounts": choice.amounts}
    with transaction.atomic():
        audit.record(event=FileEvent.EXPORTED, actor=by, about=proposal, changes=changes)
    suffix = "-weggelakt" if kind == "redacted" else ""
    return Export(f"{slugify(str(proposal))}-dossier{suffix}.zip", out.getvalue(), digest)


def _manifest(
    proposal: Proposal, pieces: Sequence[Piece], missing: Sequence[str], moment: datetime, kind: str
) -> bytes:
    """Return what is in the archive, with the SHA-256 of each file: whoever gets it can check that nothing changed."""
    told = {
        "reference": proposal.reference,
        "kind": kind,
        "made_at": moment.isoformat(),
        "files": [
            {
                "path": piece.path,
                "about": str(piece.about),
                "bytes": len(piece.content),
                "sha256": hashlib.sha256(piece.content).hexdigest(),
            }
            for piece in pieces
        ],
        "not_included": [str(one) for one in missing],
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()
