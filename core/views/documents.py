from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from core.domain import documents, file_types
from core.errors import DocumentDamaged, DocumentPurged
from core.models import Document


def hand_over(request: HttpRequest, document: Document, *, as_attachment: bool) -> HttpResponse:
    """Give a stored document to a reader whom the door let in, or say that the file is not what it was."""
    try:
        content = documents.read(document)
    except DocumentPurged as error:
        return render(request, "core/document_damaged.html", {"error": str(error)}, status=410)
    except DocumentDamaged as error:
        return render(request, "core/document_damaged.html", {"error": str(error)}, status=500)
    disposition = content_disposition_header(as_attachment, document.file_name)
    kind = file_types.content_type_of(document.file_name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": str(disposition)})
