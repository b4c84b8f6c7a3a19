"""The fields of a step one by one: reading a single one from what was typed, and showing again what one says.

A table is one field here. What a browser sends of a field are its controls: pairs of name and value.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from applications.domain import content, questions
from applications.domain.fields import Seen
from applications.forms.steps import AboutForm, AimForm, CooperationForm, DeclarationsForm, ReasonsForm, StepForm
from applications.forms.tables import BudgetForm, ResultsForm, TableForm
from applications.models import Proposal
from core.domain import money
from core.forms import DutchDateField, EuroField
from core.templatetags.nlds import FormError, anchor, error_list

AnyStepForm = StepForm | TableForm
Controls = list[tuple[str, str]]

FORMS: dict[str, type[StepForm] | type[TableForm]] = {
    form.step.slug: form
    for form in (AboutForm, AimForm, ReasonsForm, ResultsForm, BudgetForm, CooperationForm, DeclarationsForm)
}


class FieldUnread(Exception):
    """What was typed in a field can't be read. `errors` says why, each with the id of its control."""

    def __init__(self, errors: list[FormError]) -> None:
        super().__init__(errors)
        self.errors = errors


def typed(controls: Iterable[tuple[str, str]]) -> QueryDict:
    """Return controls as a browser would have posted them."""
    data = QueryDict(mutable=True)
    for name, value in controls:
        data.appendlist(name, value.replace("\r\n", "\n").replace("\n", "\r\n"))
    return data


def value_of(form: AnyStepForm, name: str) -> Any:
    """Return what was typed in one field, as a draft holds it. Raises FieldUnread."""
    if isinstance(form, TableForm):
        table = form.tables[name]
        if not table.is_valid():
            raise FieldUnread(error_list(table))
        return form.json(name)
    field = form.fields[name]
    try:
        cleaned = field.clean(field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)))
    except ValidationError as error:
        where = anchor(form[name])
        raise FieldUnread([FormError(message, where) for message in error.messages]) from error
    return content.json_of(cleaned)


def label_of(form: AnyStepForm, name: str) -> str:
    """Return how a field is called on the page."""
    if isinstance(form, TableForm):
        return str(questions.question_of(form.step, name).label)
    return str(form.fields[name].label)


def is_text(form: AnyStepForm, name: str) -> bool:
    """Tell whether a field is running text, of which two can be put below each other."""
    return isinstance(form, StepForm) and isinstance(form.fields[name].widget, forms.Textarea)


def controls_of(form: AnyStepForm, name: str, value: Any) -> Controls:
    """Return the controls by which the page shows a value of a field; boxes that stay open are not among them."""
    if isinstance(form, TableForm):
        return _table_controls(name, value)
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return [(name, "on")] if value else []
    if isinstance(value, list):
        return [(name, str(item)) for item in value]
    return [(name, _as_typed(field, value))]


def said(form: AnyStepForm, name: str, value: Any) -> list[str]:
    """Return what a field says as lines to read, in the active language; nothing when it is empty."""
    if isinstance(form, TableForm):
        return [_row_as_line(row) for row in value]
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return [_("Yes") if value else _("No")]
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        chosen = {str(item) for item in (value if isinstance(value, list) else [value])}
        return [label for pk, label in _choices(field.widget.choices) if pk in chosen]
    shown = _as_typed(field, value)
    return [f"€ {shown}" if isinstance(field, EuroField) else shown] if shown else []


def put_together(mine: str, theirs: str) -> str:
    """Return both texts below each other, for who wants to make one of them."""
    return "\r\n\r\n".join(filter(None, (mine, theirs)))


def _as_typed(field: forms.Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(field, EuroField):
        return money.format_input(Decimal(value))
    if isinstance(field, DutchDateField):
        return "-".join(reversed(value.split("-")))
    return str(value)


def _choices(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """Give each choice as text, those in groups too."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield str(value), str(label)


def _table_controls(name: str, rows: list[dict[str, Any]]) -> Controls:
    controls = []
    for number, row in enumerate(rows):
        amounts = row.get("amounts", {})
        texts = {part: text for part, text in row.items() if part != "amounts"}
        controls += [(f"{name}-{number}-{part}", text) for part, text in texts.items()]
        controls += [
            (f"{name}-{number}-year_{year}", money.format_input(Decimal(euros))) for year, euros in amounts.items()
        ]
    return controls


def _row_as_line(row: dict[str, Any]) -> str:
    """Write a row of a table as one line."""
    amounts = [f"{year}: {money.format_euros(Decimal(euros))}" for year, euros in row.get("amounts", {}).items()]
    texts = [text for part, text in row.items() if part != "amounts"]
    return " · ".join(filter(None, [*texts, *amounts])) or "–"


VERSION = "version-"
CHOICES = ("keep", "take", "both")


def seen_in(data: QueryDict, names: Iterable[str]) -> dict[str, Seen]:
    """Return which version of each field the page showed that was sent."""
    return {name: Seen.read(data.get(f"{VERSION}{name}", "")) for name in names}


def with_choice(data: QueryDict, proposal: Proposal, step: str) -> QueryDict:
    """Return what was sent after the choice between two versions that was made in it, if any.

    `keep` and `both` name the field and the version that was shown beside what was typed; `take` names the field.
    """
    made = next((choice for choice in CHOICES if choice in data), None)
    if made is None:
        return data
    name, _space, seen = data.get(made, "").partition(" ")
    form = FORMS[step](proposal)
    if name not in form.names:
        return data
    chosen = data.copy()
    chosen["action"] = "stay"
    if made == "take":
        _take(chosen, form, name)
    else:
        chosen[f"{VERSION}{name}"] = seen
    if made == "both" and is_text(form, name):
        chosen[name] = put_together(chosen.get(name, ""), form.shown()[name])
    return chosen


def _take(data: QueryDict, form: AnyStepForm, name: str) -> None:
    """Put what the draft says in place of what was typed in a field."""
    value = form.shown()[name]
    if isinstance(form, TableForm):
        for key in [key for key in data if key.startswith(f"{name}-")]:
            del data[key]
        data[f"{name}-TOTAL_FORMS"], data[f"{name}-INITIAL_FORMS"] = str(len(value)), "0"
    else:
        data.pop(name, None)
    for key, text in controls_of(form, name, value):
        data.appendlist(key, text)
