"""Tags of the crispy template pack `nlds`: form fields as Dutch government forms have them.

The browser validates nothing (`novalidate`, `aria-required` for `required`) and cuts nothing off: a limit of a long
text becomes a counter. Every error is told twice: in a summary that links to the field, and at the field.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django import forms, template
from django.forms import BoundField
from django.forms.formsets import BaseFormSet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

Attributes = dict[str, str | bool]


class FormError(NamedTuple):
    """A line of the error summary: what is wrong, and the id of the field to repair it in (or nothing)."""

    message: str
    anchor: str


def _kind(field: BoundField) -> str:
    """Return which of the pack's shapes a field takes."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    shapes: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxInput, "checkbox"),
        (forms.Textarea, "textarea"),
        (forms.Select, "select"),
        (forms.MultiWidget, "group"),
        (forms.FileInput, "file"),
    )
    return next((shape for kind, shape in shapes if isinstance(widget, kind)), "text")


@register.filter
def shape(field: BoundField) -> str:
    """Return the shape of a field: radios, checkboxes, checkbox, textarea, select, group, file or text."""
    return _kind(field)


@register.filter
def anchor(field: BoundField) -> str:
    """Return the id of the first control of a field, which a link in the error summary goes to."""
    suffix = "_0" if _kind(field) in {"radios", "checkboxes", "group"} else ""
    return f"{field.id_for_label or field.auto_id}" if not suffix else f"{field.auto_id}{suffix}"


@register.filter
def is_dutch_date(field: BoundField) -> bool:
    """Tell whether a field is a date that is typed as text."""
    return isinstance(field.field.widget, forms.DateInput) and field.field.widget.input_type == "text"


@register.filter
def counted(field: BoundField) -> int | None:
    """Return the limit of a long text in characters, if it has one."""
    return getattr(field.field, "max_length", None) if _kind(field) == "textarea" else None


@register.filter
def described_by(field: BoundField) -> str:
    """Return the ids of the texts that describe a field: its error first, then its help, then its limit."""
    parts = []
    if field.errors:
        parts.append("error")
    if field.help_text or is_dutch_date(field):
        parts.append("helptext")
    if counted(field):
        parts.append("counter")
    return " ".join(f"{field.auto_id}_{part}" for part in parts)


@register.filter
def marked_optional(field: BoundField) -> bool:
    """Tell whether the pack has to add that a field may stay empty."""
    label = str(field.label or "")
    return not field.field.required and not field.field.disabled and not label.rstrip().endswith(")")


CLASSES = {
    "text": "utrecht-textbox utrecht-textbox--html-input",
    "file": "utrecht-textbox utrecht-textbox--html-input",
    "textarea": "utrecht-textarea utrecht-textarea--html-textarea",
    "select": "utrecht-select utrecht-select--html-select",
    "checkbox": "utrecht-checkbox utrecht-checkbox--html-input",
}
INVALID = {
    "text": "utrecht-textbox--invalid",
    "textarea": "utrecht-textarea--invalid",
    "select": "utrecht-select--invalid",
}


def _attributes(field: BoundField, *, label: str = "") -> Attributes:
    """Return the attributes that the pack gives to the control of a field."""
    kind = _kind(field)
    widget = field.field.widget
    names = [CLASSES.get(kind, ""), str(widget.attrs.get("class", ""))]
    if field.errors:
        names.append(INVALID.get(kind, ""))
    attributes: Attributes = {"class": " ".join(filter(None, names)), "placeholder": False, "maxlength": False}
    if described := described_by(field):
        attributes["aria-describedby"] = described
    if field.field.required and kind != "file":
        attributes["aria-required"] = "true"
    if limit := counted(field):
        attributes["data-maxlength"] = str(limit)
    if label:
        attributes["aria-label"] = label
    return attributes


@register.simple_tag
def control(field: BoundField, label: str = "") -> SafeString:
    """Render the control of a field: text, textarea, select, file or a single checkbox."""
    field.form.use_required_attribute = False
    widget = field.field.widget
    if isinstance(widget, forms.NumberInput):
        widget.attrs.setdefault("inputmode", "decimal")
    return field.as_widget(attrs=_attributes(field, label=label))


@register.simple_tag
def choices(field: BoundField) -> list[tuple[str, list[dict[str, object]]]]:
    """Return the choices of radios or checkboxes: groups of (heading, options of id, name, value, label, selected)."""
    widget = field.field.widget
    value = widget.format_value(field.value())
    groups = []
    for heading, options, _index in widget.optgroups(field.html_name, value, {"id": field.auto_id}):
        shown = [option for option in options if option["value"] != ""]
        groups.append((heading or "", shown))
    first = next((option for _heading, options in groups for option in options), None)
    if first:
        first["attrs"]["id"] = f"{field.auto_id}_0"
    return groups


def _lead(label: str) -> str:
    """Return a label as the beginning of a line of the summary."""
    return f"{label} " if label.endswith((".", "?", ":", "!")) else f"{label}: "


def _form_errors(form: forms.BaseForm, *, place: str = "") -> Iterator[FormError]:
    for message in form.non_field_errors():
        yield FormError(f"{place}{message}", "")
    labels: dict[str, str] = getattr(form, "summary_labels", {})
    for field in form:
        hidden = field.is_hidden
        for message in field.errors:
            label = "" if hidden else _lead(labels.get(field.name, str(field.label)))
            yield FormError(f"{place}{label}{message}", "" if hidden else anchor(field))


@register.simple_tag
def error_list(source: "forms.BaseForm | BaseFormSet[forms.Form] | None") -> list[FormError]:
    """Return all errors of a form or formset in the order of the page, each with the id of its field."""
    if source is None or not source.is_bound:
        return []
    if not isinstance(source, BaseFormSet):
        return list(_form_errors(source))
    errors = [FormError(str(message), "") for message in source.non_form_errors()]
    for number, form in enumerate(source.forms, start=1):
        errors += _form_errors(form, place=_("Row %(number)s, ") % {"number": number})
    return errors
