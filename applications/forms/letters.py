"""Forms of letters to the partner and of their templates."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.forms.steps import line_field, plain_helper
from applications.models import LetterTemplate, OutgoingLetter
from applications.states import TemplateCode
from core.forms import RequestKeyField

MARKUP_HELP = _(
    "An empty line begins a new paragraph. Begin a line with ## for a heading, or with - for an item of a list."
)


# The other letters go with a step that moves the clock or the state: the page of that step sends them.
WRITTEN_BY_HAND = (TemplateCode.GENERAL, TemplateCode.PAPER_RECEIPT)


class NewLetterForm(forms.Form):
    """With which template a letter begins."""

    template = forms.ChoiceField(
        label=_("Template"),
        choices=[(code.value, code.label) for code in WRITTEN_BY_HAND],
        initial=TemplateCode.GENERAL,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class VersionForm(forms.Form):
    """A form about the version of a text that is on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def see(self, version: int) -> None:
        """Take a newer version for seen: it stands on the page now, beside what was typed."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]  # it is a QueryDict


class LetterForm(VersionForm):
    """The text of a letter that was not sent yet, and the version that was on the screen."""

    subject = line_field(_("Subject"), 200)
    body = forms.CharField(
        label=_("Text"), help_text=MARKUP_HELP, max_length=12000, widget=forms.Textarea(attrs={"rows": 22})
    )

    def __init__(self, letter: OutgoingLetter, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"subject": letter.subject, "body": letter.body, "version": letter.version})
        self.helper = plain_helper()


class TemplateForm(VersionForm):
    """The text of a template, and the version that was on the screen."""

    title = forms.CharField(label=_("Subject"), validators=[MaxLengthValidator(120)])
    body = forms.CharField(
        label=_("Text"), help_text=MARKUP_HELP, max_length=6000, widget=forms.Textarea(attrs={"rows": 22})
    )

    def __init__(self, template: LetterTemplate, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"title": template.title, "body": template.body, "version": template.version})
        self.helper = plain_helper()


class SendForm(VersionForm):
    """The button that sends a letter, with the key by which a second press is recognised."""

    request_key = RequestKeyField()
