"""The form of each P&C document: years, columns, texts, lists, traffic lights, forecast. Data, read from a file.

What the words in the file mean is told in docs/report-forms.md. A word that is not known is refused when the file is
read, before anything is drawn with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.utils import translation

from budget.columns import Column
from programme.models import Line
from reporting.domain import report_forms_shape
from reporting.states import ReportKind, ReportList, SectionPlace, Years

FORMS = settings.BASE_DIR / "reporting" / "data" / "report_forms.yaml"
FALLBACK = "nl"


@dataclass(frozen=True)
class Text:
    """A text that the team writes, as the file has it; titles and questions by language."""

    key: str
    place: SectionPlace
    needed: bool
    about_money: bool
    titles: Mapping[str, str]
    asks: Mapping[str, str]

    @property
    def title(self) -> str:
        """The heading in the language of now."""
        return _in_language(self.titles)

    @property
    def question(self) -> str:
        """What the text should answer, in the language of now."""
        return _in_language(self.asks)


@dataclass(frozen=True)
class Incidental:
    """What counts as an incidental grant (Awb 4:23)."""

    regulation: str
    most_years: int
    confirmed: bool


@dataclass(frozen=True)
class LightRule:
    """The limits of the traffic lights: days, percent and years."""

    confirmed: bool
    overdue_red_days: int
    released_amber_percent: int
    released_red_percent: int
    tied_red_years: int
    reached_green_percent: int
    reached_amber_percent: int
    plan_green_percent: int
    plan_amber_percent: int
    line_red_percent: int


@dataclass(frozen=True)
class Form:
    """What one kind of report shows."""

    kind: ReportKind
    years: Years
    columns: tuple[Column, ...]
    texts: tuple[Text, ...]
    lists: tuple[ReportList, ...]
    traffic_lights: bool
    forecast: bool
    confirmed: bool

    def shown_years(self, year: int, years: Iterable[int]) -> list[int]:
        """Return which years of the programme a report about `year` shows."""
        first, last = {
            Years.ALL: (0, 9999),
            Years.ONLY: (year, year),
            Years.UP_TO: (0, year),
            Years.FROM: (year, 9999),
        }[self.years]
        return [other for other in years if first <= other <= last]


@dataclass(frozen=True)
class Section:
    """A text of a report that somebody writes: its key, where it stands, what it is called and should answer."""

    key: str
    title: str
    question: str
    place: SectionPlace
    needed: bool
    about_money: bool


def of_kind(kind: str) -> Form:
    """Return the form of a kind of report. Raises FormsInvalid when the file is not right."""
    return _file()[0][ReportKind(kind)]


def sections(kind: str) -> list[Section]:
    """Return the texts that a kind of report has, in their order, in the language of now. One query at most.

    A line's explanation has the line's code as key.
    """
    found: list[Section] = []
    for text in of_kind(kind).texts:
        if text.place != SectionPlace.LINE:
            found.append(_section(text.key, text.title, text))
            continue
        found += [
            _section(line.code, f"{line.name}: {text.title.lower()}", text)
            for line in Line.objects.order_by("position")
        ]
    return found


def incidental() -> Incidental:
    """Return what counts as an incidental grant (Awb 4:23)."""
    return _file()[1]


def light_rule() -> LightRule:
    """Return the limits of the traffic lights."""
    return _file()[2]


def read() -> dict[str, Any]:
    """Return the file as it stands. Raises FormsInvalid with every problem at once."""
    data: dict[str, Any] = yaml.safe_load(FORMS.read_text(encoding="utf-8"))
    report_forms_shape.check(data)
    return data


def parse(data: Mapping[str, Any]) -> dict[ReportKind, Form]:
    """Turn the data of a file that was checked into forms."""
    texts = {
        key: Text(key, SectionPlace(said["place"]), said["needed"], said["about_money"], said["title"], said["asks"])
        for key, said in data["texts"].items()
    }
    return {
        ReportKind(kind): Form(
            kind=ReportKind(kind),
            years=Years(said["years"]),
            columns=tuple(Column(column) for column in said["columns"]),
            texts=tuple(texts[key] for key in said["texts"]),
            lists=tuple(ReportList(name) for name in said["lists"]),
            traffic_lights=said["traffic_lights"],
            forecast=said["forecast"],
            confirmed=data["confirmed"],
        )
        for kind, said in data["forms"].items()
    }


def _section(key: str, title: str, text: Text) -> Section:
    return Section(key, title, text.question, text.place, text.needed, text.about_money)


@cache
def _file() -> tuple[dict[ReportKind, Form], Incidental, LightRule]:
    data = read()
    return parse(data), Incidental(**data["incidental"]), LightRule(**data["lights"])


def _in_language(by_language: Mapping[str, str]) -> str:
    return by_language.get(translation.get_language() or FALLBACK, by_language[FALLBACK])
