"""Adding a file to a proposal."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import attachments
from applications.states import AttachmentKind
from core.forms import RequestKeyField


class AttachmentForm(forms.Form):
    """One file and what it is for. What the file is and may hold, the verb decides."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=AttachmentKind.choices)
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        error_messages={
            "required": gettext_lazy("Choose a file. Did the connection break off? Then choose it again."),
            "missing": gettext_lazy("Choose a file. Did the connection break off? Then choose it again."),
        },
    )
    request_key = RequestKeyField()

    def __init__(self, *args: Any, was_too_large: bool = False, **kwargs: Any) -> None:
        """Make the form; `was_too_large` says that the request was passed over for its size."""
        self.was_too_large = was_too_large
        super().__init__(*args, **kwargs)
        names = ", ".join(f".{kind.extension}" for kind in attachments.TAKEN)
        self.fields["file"].widget.attrs["accept"] = f"{names}, .jpeg".replace(" ", "")
        self.fields["file"].help_text = _("%(kinds)s; at most %(most)d MB.") % {
            "kinds": "PDF, Word (.docx), Excel (.xlsx), .odt, .ods, PNG, JPEG",
            "most": attachments.MOST_MEGABYTES,
        }

    def renew(self) -> None:
        """Take another key, after a refusal: what follows is another file."""
        self.data = {"kind": self.data.get("kind"), "request_key": str(uuid.uuid4())}

    def clean(self) -> dict[str, Any]:
        """Say of a request that was not read that it was too large, and nothing else."""
        if self.was_too_large:
            self.errors.clear()
            too_large = _("This file is too large. A file may be %(most)d MB at most: save it smaller, or divide it.")
            self.add_error("file", too_large % {"most": attachments.MOST_MEGABYTES})
        return super().clean() or {}
