"""Forms of letters to the partner and of their templates."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from applications.forms.steps import line_field, plain_helper
from applications.models import LetterTemplate, OutgoingLetter
from applications.states import TemplateCode
from core.forms import RequestKeyField

MARKUP_HELP = _(
    "An empty line begins a new paragraph. Begin a line with ## for a heading, or with - for an item of a list."
)


class NewLetterForm(forms.Form):
    """With which template a letter begins."""

    template = forms.ChoiceField(label=_("Template"), choices=TemplateCode.choices, initial=TemplateCode.GENERAL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class LetterForm(forms.Form):
    """The text of a letter that was not sent yet, and the version that was on the screen."""

    subject = line_field(_("Subject"), 200)
    body = forms.CharField(
        label=_("Text"), help_text=MARKUP_HELP, max_length=12000, widget=forms.Textarea(attrs={"rows": 22})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, letter: OutgoingLetter, *args: Any, **kwargs: Any) -> None:
        initial = {"subject": letter.subject, "body": letter.body, "version": letter.version}
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = plain_helper()


class TemplateForm(forms.Form):
    """The text of a template, and the version that was on the screen."""

    title = forms.CharField(label=_("Subject"), validators=[MaxLengthValidator(120)])
    body = forms.CharField(
        label=_("Text"), help_text=MARKUP_HELP, max_length=6000, widget=forms.Textarea(attrs={"rows": 22})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, template: LetterTemplate, *args: Any, **kwargs: Any) -> None:
        initial = {"title": template.title, "body": template.body, "version": template.version}
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = plain_helper()


class VersionForm(forms.Form):
    """A button about the version of a letter that is on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SendForm(VersionForm):
    """The button that sends a letter, with the key by which a second press is recognised."""

    request_key = RequestKeyField()
