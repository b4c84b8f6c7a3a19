"""The merge fields of letters: a closed list for each template, and how they are filled in.

A field stands in a text as its Dutch name between braces, like {uiterste_datum}, in letters of every language.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import decision_clock
from applications.errors import FieldUnknown
from applications.models import Proposal
from applications.states import IntakeChannel, LetterLanguage, TemplateCode
from core.domain import clock, markup, terms

# A brace behind a backslash is a brace that somebody wrote.
_FIELD = re.compile(r"(?<!\\)\{([^{}\n]*)\}")

# Who disagrees has six weeks from the day after sending (Awb 6:7, 6:8).
OBJECTION_WEEKS = 6

Value = str | list[str]


@dataclass(frozen=True)
class MergeField:
    """A field: its name between the braces, what it holds, an example, and whether the letter can do without."""

    name: str
    meaning: Promise
    example: Value | date
    is_needed: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it holds a list."""
        return isinstance(self.example, list)


_PROPOSAL = MergeField("voorstel", gettext_lazy("The title of the proposal"), "Makersweekend in de magneet")
_REFERENCE = MergeField("kenmerk", gettext_lazy("The reference of the proposal"), "TF-2026-0014")
_ORGANISATION = MergeField("organisatie", gettext_lazy("The organisation that proposes"), "Stichting Makersloods")
_CONTACT = MergeField("contactpersoon", gettext_lazy("The contact person"), "Sanne de Vries")
_RECEIVED = MergeField("ontvangen_op", gettext_lazy("The day on which we received it"), date(2026, 3, 2))
_DECIDE_BY = MergeField(
    "beslisdatum", gettext_lazy("The day by which the college decides, as it stands now"), date(2026, 6, 1)
)
_TODAY = MergeField("vandaag", gettext_lazy("The day on which the letter is sent"), date(2026, 3, 9))
STANDARD = (_PROPOSAL, _REFERENCE, _ORGANISATION, _CONTACT, _RECEIVED, _DECIDE_BY, _TODAY)

_MISSING = MergeField(
    "wat_ontbreekt",
    gettext_lazy("What is missing, as a list"),
    ["Een begroting per jaar", "Wie de cofinanciering betaalt"],
    is_needed=True,
)
_LAST_DAY = MergeField(
    "uiterste_datum", gettext_lazy("The last day for the supplement"), date(2026, 3, 23), is_needed=True
)
_OBJECT_BY = MergeField(
    "bezwaar_tot",
    gettext_lazy("The last day to object: six weeks from the day after sending"),
    date(2026, 4, 20),
    is_needed=True,
)

FIELDS: dict[TemplateCode, tuple[MergeField, ...]] = {
    TemplateCode.SUPPLEMENT_REQUEST: (*STANDARD, _MISSING, _LAST_DAY),
    TemplateCode.EXTENSION: (
        *STANDARD,
        MergeField(
            "nieuwe_beslisdatum",
            gettext_lazy("The new day by which the college decides"),
            date(2026, 8, 31),
            is_needed=True,
        ),
        MergeField(
            "reden",
            gettext_lazy("Why it takes longer"),
            "We vragen nog advies over de veiligheid van de locatie.",
            is_needed=True,
        ),
    ),
    TemplateCode.NOT_PROCESSED: (*STANDARD, _MISSING, _LAST_DAY, _OBJECT_BY),
    TemplateCode.PAPER_RECEIPT: (
        *STANDARD,
        MergeField("kanaal", gettext_lazy("How it came in: on paper or by e-mail"), "op papier"),
    ),
    TemplateCode.GENERAL: (
        *STANDARD,
        MergeField("bericht", gettext_lazy("What you want to say: type it in its place"), "Fijn dat je wilt meedoen."),
    ),
}

# How a proposal came in, as it stands within a sentence of a letter.
CHANNEL_IN_WORDS: dict[str, dict[str, str]] = {
    LetterLanguage.DUTCH: {IntakeChannel.PAPER: "op papier", IntakeChannel.EMAIL: "per e-mail"},
    LetterLanguage.ENGLISH: {IntakeChannel.PAPER: "on paper", IntakeChannel.EMAIL: "by e-mail"},
}

# What is known on the day of sending only.
WHEN_SENT = (_TODAY.name, _OBJECT_BY.name)


def fields_of(code: str) -> tuple[MergeField, ...]:
    """Return the fields that a template may hold."""
    return FIELDS[TemplateCode(code)]


def standing_in(text: str) -> list[str]:
    """Return the names of the fields that stand in a text and are not filled in, each once, in order."""
    return list(dict.fromkeys(name.strip() for name in _FIELD.findall(text)))


def check_known(code: str, names: Sequence[str]) -> None:
    """Refuse names that the template does not know. Raises FieldUnknown."""
    known = {field.name for field in fields_of(code)}
    if unknown := [name for name in names if name not in known]:
        raise FieldUnknown(
            _("This letter has no field %(fields)s.") % {"fields": ", ".join(f"{{{name}}}" for name in unknown)}
        )


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Return a text with its fields filled in; a field without a value stays.

    A value comes out as text, whatever stands in it. A list comes out as a list, when it stands on a line of its own.
    """

    def value_of(found: re.Match[str]) -> str:
        value = values.get(found[1].strip())
        if value is None:
            return found[0]
        if isinstance(value, str):
            return markup.as_text(value)
        return "\n".join(f"- {markup.as_text(item)}" for item in value)

    return _FIELD.sub(value_of, text)


def values_of(proposal: Proposal, *, language: str, facts: Mapping[str, Any]) -> dict[str, Value]:
    """Return what the fields say of a proposal that was received, in a language; `facts` come on top.

    A fact is a text, a date, or a list of texts. Dates are written out.
    """
    receipt = proposal.receipt
    received_on = clock.local_date(receipt.received_at)
    values: dict[str, Any] = {
        _PROPOSAL.name: proposal.title,
        _REFERENCE.name: proposal.reference or "",
        _ORGANISATION.name: proposal.organisation.name,
        _CONTACT.name: proposal.contact.full_name,
        _RECEIVED.name: received_on,
        _DECIDE_BY.name: decision_clock.clock_of(proposal).decide_by,
        **facts,
    }
    return {name: _said(value, language) for name, value in values.items()}


def values_when_sent(code: str, *, language: str) -> dict[str, Value]:
    """Return what the fields say that depend on the day of sending: today, and until when somebody may object."""
    today = clock.today()
    values = {_TODAY.name: today}
    if any(field.name == _OBJECT_BY.name for field in fields_of(code)):
        values[_OBJECT_BY.name] = terms.end_of_term(start=today, weeks=OBJECTION_WEEKS)
    return {name: _said(value, language) for name, value in values.items()}


def examples_of(code: str, *, language: str) -> dict[str, Value]:
    """Return an example for every field of a template, for a sample of the letter."""
    return {field.name: _said(field.example, language) for field in fields_of(code)}


def _said(value: Any, language: str) -> Value:
    if isinstance(value, date):
        with translation.override(language):
            return formats.date_format(value, "j F Y")
    if isinstance(value, str):
        return markup.one_line(value)
    return [markup.one_line(str(item)) for item in value]
