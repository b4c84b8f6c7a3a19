"""All questions of a call on paper: an accessible PDF, rendered once for what the call says, in each language."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from applications.domain import call_content, call_questions, receipts
from applications.models import Call, QuestionPaper
from core.domain import documents, pdf
from core.models import Document
from programme.domain import criteria as programme_criteria
from programme.models import Line

KIND = "applications.questions"
# Any number that no other lock uses: with the call's number it keeps two readers from rendering the same paper.
LOCK = 4011


def paper_of(call: Call, *, language: str) -> Document:
    """Return the PDF with all questions of a published call; the first reader in a language has it rendered."""
    lines = list(call.lines.prefetch_related("desired_results"))
    sha256 = _fingerprint(call, lines)
    known = QuestionPaper.objects.filter(call=call, content_sha256=sha256, language=language).select_related("document")
    if (paper := known.first()) is not None:
        return paper.document
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, call.pk])
        if (paper := known.first()) is not None:
            return paper.document
        document = _render(call, lines, sha256=sha256, language=language)
        QuestionPaper.objects.create(call=call, content_sha256=sha256, language=language, document=document)
        return document


def _fingerprint(call: Call, lines: Sequence[Line]) -> str:
    """Return the SHA-256 of everything that the paper shows."""
    return receipts.hash_of(
        {
            "call": call_content.content_of(call),
            "criteria": programme_criteria.content_of(call.criteria_version),
            "results": [[result.text for result in line.desired_results.all()] for line in lines],
        }
    )


def _render(call: Call, lines: Sequence[Line], *, sha256: str, language: str) -> Document:
    with translation.override(language):
        title = _("All questions: %(call)s") % {"call": call.title}
        context: dict[str, Any] = {
            "call": call,
            "lines": lines,
            "criteria": list(call.criteria_version.criteria.all()),
            "steps": call_questions.steps_of(call),
            "moment": call.published_at or call.opens_at,
        }
        content, _html = pdf.render(template="applications/pdf/questions.html", context=context, language=language)
        file_name = _("%(call)s-questions.pdf") % {"call": slugify(call.title)}
    return documents.store(
        kind=KIND,
        title=title,
        file_name=file_name,
        content=content,
        facts={"call": call.pk, "content_sha256": sha256, "language": language},
    )
