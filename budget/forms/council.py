"""Forms of the decisions of the council."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.domain import council_documents
from budget.domain.council_content import Content, LineYear
from budget.models import BudgetLine, CouncilDecision
from budget.states import CouncilDecisionKind as Kind
from core.domain import clock, file_types
from core.domain.file_types import FileType
from core.domain.money import ZERO
from core.forms import DutchDateField, RequestKeyField, SignedEuroField, refuse_malware
from core.models import Document
from programme.models import Line

LARGEST_FILE_MEGABYTES = 10
# What a registry hands out: a decision as PDF, as text, or scanned.
TAKEN = (file_types.PDF, file_types.WORD, file_types.OPEN_TEXT, file_types.PNG, file_types.JPEG)
# These say by how much the lines change together; the others leave that as it is.
WITH_NET = (Kind.PRIMITIVE, Kind.AMENDMENT, Kind.PROGRAMME_TOTAL)
SALT = "budget.council_document"


@dataclass(frozen=True)
class Upload:
    """A file that was handed in, with what its content says that it is."""

    name: str
    content: bytes
    kind: FileType


@dataclass(frozen=True)
class GridRow:
    """One programme line in the grid of amounts: a field for each year."""

    line: Line
    cells: list[tuple[int, BoundField]]


class CouncilForm(forms.Form):
    """What a decision of the council of one kind says."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    number = forms.CharField(
        label=gettext_lazy("Number of the council's decision"),
        help_text=gettext_lazy("May follow later, as long as the council still has to decide."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "medium"}),
    )
    decided_on = DutchDateField(label=gettext_lazy("Date of the decision"), required=False)
    year = forms.TypedChoiceField(label=gettext_lazy("Year of the budget that the council adopted"), coerce=int)
    reserve_change = SignedEuroField(
        label=gettext_lazy("Change of the programme total"),
        help_text=gettext_lazy("What the council ties to the programme more or, with a minus in front, less."),
        widget=SignedEuroField.widget(attrs={"data-width": "medium"}),
    )
    net = SignedEuroField(
        label=gettext_lazy("Change of the lines together"),
        help_text=gettext_lazy("As it stands in the decision. The amounts below must come to it."),
        widget=SignedEuroField.widget(attrs={"data-width": "medium"}),
    )
    document = forms.FileField(
        label=gettext_lazy("Document of the decision"),
        help_text=gettext_lazy("PDF, Word, ODT, or a picture of a scan; at most 10 MB."),
        required=False,
        allow_empty_file=True,
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    request_key = RequestKeyField()

    def __init__(self, *args: Any, kind: Kind, decision: CouncilDecision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.decision = decision
        self.upload: Upload | None = None
        self.lines = list(Line.objects.all())
        self.years = _years_of(decision)
        self._leave_out_what_the_kind_lacks()
        if kind != Kind.ADOPTION:
            for line in self.lines:
                for year in self.years:
                    self.fields[_name(line, year)] = SignedEuroField(
                        label=f"{line.name} {year}",
                        required=False,
                        widget=SignedEuroField.widget(attrs={"data-width": "short"}),
                    )

    @staticmethod
    def initial_of(decision: CouncilDecision) -> dict[str, Any]:
        """Return what a decision in preparation says now."""
        amounts = decision.amounts.select_related("budget_line__line")
        return {
            "title": decision.title,
            "number": decision.number or "",
            "decided_on": decision.decided_on,
            "year": decision.year,
            "reserve_change": decision.reserve_change,
            "net": decision.net,
            "version": decision.version,
            **{_name(item.budget_line.line, item.budget_line.year): item.amount for item in amounts},
        }

    @property
    def grid(self) -> list[GridRow]:
        """The amounts by line and year; nothing for a decision that moves no money."""
        if self.kind == Kind.ADOPTION:
            return []
        return [GridRow(line, [(year, self[_name(line, year)]) for year in self.years]) for line in self.lines]

    @property
    def plain_fields(self) -> list[BoundField]:
        """Every field that is not in the grid, in order."""
        return [field for field in self if not field.name.startswith("amount_")]

    @cached_property
    def kept_document(self) -> Document | None:
        """The document that stays when nothing new is handed in: of an attempt just before, or of the draft."""
        try:
            pk = UUID(signing.loads(str(self.data.get("kept", "")), salt=SALT))
        except (signing.BadSignature, ValueError):
            return self.decision.document if self.decision else None
        return Document.objects.filter(pk=pk).first()

    def clean_document(self) -> Any:
        """Refuse a file that is too large, or that is not what we take by its content."""
        file = self.cleaned_data.get("document")
        if not file:
            return None
        if (file.size or 0) > LARGEST_FILE_MEGABYTES * 1024 * 1024:
            raise ValidationError(
                _("This file is larger than %(most)d MB. Save a smaller one.") % {"most": LARGEST_FILE_MEGABYTES}
            )
        content = file.read()
        kind = file_types.told_from(content)
        if kind not in TAKEN:
            raise ValidationError(_("This file is no PDF, Word, ODT or picture, whatever its name says."))
        refuse_malware(content)
        self.upload = Upload(file.name or "", content, kind)
        return file

    def keep_upload(self) -> Document | None:
        """Store what was handed in, also when another answer is wrong; return the document that the decision has."""
        if self.upload is None:
            return self.kept_document
        document = council_documents.keep(name=self.upload.name, content=self.upload.content, kind=self.upload.kind)
        self.retype("kept", signing.dumps(str(document.pk), salt=SALT))
        self.kept_document = document
        return document

    def retype(self, name: str, value: str) -> None:
        """Show another value in a hidden field than what came in with the page."""
        self.data = {**{key: self.data.get(key) for key in self.data}, name: value}

    def content(self, document: Document | None) -> Content:
        """Return what the form says."""
        values = self.cleaned_data
        return Content(
            kind=self.kind,
            title=values["title"],
            number=values["number"].strip(),
            decided_on=values["decided_on"],
            document=document,
            year=values.get("year"),
            net=values.get("net") or ZERO,
            reserve_change=values.get("reserve_change") or ZERO,
            amounts=self._amounts(),
        )

    def _amounts(self) -> dict[LineYear, Decimal]:
        if self.kind == Kind.ADOPTION:
            return {}
        typed = {
            (line.code, year): self.cleaned_data.get(_name(line, year)) for line in self.lines for year in self.years
        }
        return {key: amount for key, amount in typed.items() if amount}

    def _leave_out_what_the_kind_lacks(self) -> None:
        if self.kind == Kind.ADOPTION:
            self.fields["year"].choices = [(year, str(year)) for year in self.years]  # type: ignore[attr-defined]
        else:
            del self.fields["year"]
        if self.kind != Kind.PROGRAMME_TOTAL:
            del self.fields["reserve_change"]
        if self.kind not in WITH_NET:
            del self.fields["net"]
        elif self.kind == Kind.PROGRAMME_TOTAL:
            self.fields["net"].required = False
        # A new decision is made once; one that is there already changes as the page showed it.
        del self.fields["version" if self.decision is None else "request_key"]


class ConfirmForm(forms.Form):
    """The signature of the council under a decision as the page showed it."""

    request_key = RequestKeyField()
    version = forms.IntegerField(widget=forms.HiddenInput)


class EnterForm(forms.Form):
    """A decision in preparation as the page showed it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class GiveBackForm(forms.Form):
    """Why the council does not confirm a decision."""

    reason = forms.CharField(
        label=gettext_lazy("What is not right?"),
        help_text=gettext_lazy("The financial adviser reads this. Nothing is booked."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _name(line: Line, year: int) -> str:
    return f"amount_{line.code}_{year}"


def _years_of(decision: CouncilDecision | None) -> list[int]:
    """Return the years that a decision may be about: those with budget, this year and the next, without gaps."""
    known = {clock.today().year, clock.today().year + 1, *BudgetLine.objects.values_list("year", flat=True).distinct()}
    if decision is not None and decision.year is not None:
        known.add(decision.year)
    return list(range(min(known), max(known) + 1))
