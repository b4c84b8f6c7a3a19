"""The forms by which a version of the criteria is adopted: date and document first, then a second look."""

from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.domain import clock, file_inspection, file_types
from core.errors import FileRefused
from core.forms import DutchDateField, RequestKeyField, refuse_malware
from core.models import Document
from programme.domain import adoption_documents

LARGEST_FILE_MEGABYTES = 10
SALT = "programme.adoption_document"


class AdoptionForm(forms.Form):
    """When the version was adopted, and by which decision. A file that came in once need not be chosen again."""

    adopted_on = DutchDateField(
        label=gettext_lazy("Date of the decision"), help_text=gettext_lazy("The day on which it was decided.")
    )
    document = forms.FileField(
        label=gettext_lazy("The decision, as PDF"),
        help_text=gettext_lazy("For example the decision of the college that adopts these criteria; at most 10 MB."),
        required=False,
        allow_empty_file=True,
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, files: MultiValueDict[str, Any] | None = None) -> None:
        super().__init__(data, files)
        self.content: bytes | None = None
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.mark_optional = False

    @cached_property
    def kept_document(self) -> Document | None:
        """The document of an attempt just before."""
        return document_of(str(self.data.get("kept", "")))

    def clean_adopted_on(self) -> Any:
        """Refuse a day that is still to come."""
        day = self.cleaned_data["adopted_on"]
        if day > clock.today():
            raise ValidationError(_("The date of adoption lies in the future."))
        return day

    def clean_document(self) -> Any:
        """Refuse a file that is too large, no PDF by its content, or that has something in it that can act."""
        file = self.cleaned_data.get("document")
        if not file:
            if self.kept_document is None:
                raise ValidationError(_("Choose the decision by which this version is adopted."))
            return None
        if (file.size or 0) > LARGEST_FILE_MEGABYTES * 1024 * 1024:
            raise ValidationError(
                _("This file is larger than %(most)d MB. Save a smaller one.") % {"most": LARGEST_FILE_MEGABYTES}
            )
        content = file.read()
        try:
            file_inspection.require_harmless(content, (file_types.PDF,))
        except FileRefused as error:
            raise ValidationError(str(error)) from error
        refuse_malware(content)
        self.content = content
        return file

    def keep_upload(self) -> Document | None:
        """Store what was handed in, also when the date is wrong; return the document that the decision has."""
        if self.content is None:
            return self.kept_document
        name = self.cleaned_data["document"].name or ""
        self.kept_document = adoption_documents.keep(name=name, content=self.content)
        self.data = {**{key: self.data.get(key) for key in self.data}, "kept": signed(self.kept_document)}
        return self.kept_document


class ConfirmAdoptionForm(forms.Form):
    """The second look: the draft as the page showed it, with the date and the document that belong to it."""

    adopted_on = forms.DateField(widget=forms.HiddenInput)
    kept = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    request_key = RequestKeyField()

    def clean_kept(self) -> Document:
        """Give the document that was kept."""
        document = document_of(self.cleaned_data["kept"])
        if document is None:
            raise ValidationError(_("Open this page again."))
        return document


def signed(document: Document) -> str:
    """Return how a page refers to a document that was kept, so that nobody can name another."""
    return signing.dumps(str(document.pk), salt=SALT)


def document_of(token: str) -> Document | None:
    """Return the document that a page refers to, or None when it refers to nothing that we kept."""
    try:
        pk = UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    return Document.objects.filter(pk=pk).first()
