"""What came from an earlier proposal, marked at the fields of a step until the step is saved."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from applications.domain.copies import Mark
from applications.forms.steps import StepForm
from applications.forms.tables import TableForm, row_anchor
from core.templatetags.nlds import anchor


def show_marks(form: StepForm | TableForm, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Say at each field whose question changed that it did; return what stands above the form, with links to fields."""
    if isinstance(form, StepForm):
        for mark in marks:
            if mark.changed and mark.field in form.fields:
                field = form.fields[mark.field]
                changed = _("This question has changed.")
                field.help_text = format_html("<strong>{}</strong> {}", changed, field.help_text)
    return [
        {"label": mark.label, "changed": mark.changed, "left_out": mark.left_out, "anchor": _anchor(form, mark.field)}
        for mark in marks
        if isinstance(form, TableForm) or mark.field in form.fields
    ]


def _anchor(form: StepForm | TableForm, name: str) -> str:
    return row_anchor(name, 0) if isinstance(form, TableForm) else anchor(form[name])
