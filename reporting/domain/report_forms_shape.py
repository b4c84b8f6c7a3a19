"""What the file with the forms of the reports must look like before a report is drawn with it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from budget.columns import Column
from programme.domain import frame
from reporting.errors import FormsInvalid
from reporting.states import ReportKind, ReportList, SectionPlace, Years

# A check looks at a value and says what is wrong with it, or nothing.
Check = Callable[[Any], str]

LANGUAGES = {"nl", "en"}
PERCENT = 100


def yes_or_no(value: Any) -> str:
    """Check that a value is true or false."""
    return "" if type(value) is bool else "must be true or false"


def one_of(*known: str) -> Check:
    """Return the check that a value is one of the words that we know."""
    return lambda value: "" if value in known else f"must be one of: {', '.join(known)}"


def some_of(*known: str, least: int = 0) -> Check:
    """Return the check that a value is a list of words that we know, each once, at least `least` of them."""

    def check(value: Any) -> str:
        if not isinstance(value, list) or len(value) < least:
            return f"must be a list of at least {least}"
        strange = [str(one) for one in value if one not in known]
        if strange:
            return f"names what we don't know: {', '.join(strange)}"
        return "names something twice" if len(set(value)) < len(value) else ""

    return check


def in_languages(value: Any) -> str:
    """Check that a value says something in each language."""
    if not isinstance(value, Mapping) or set(value) != LANGUAGES:
        return f"must be said in: {', '.join(sorted(LANGUAGES))}"
    good = all(isinstance(text, str) and text.strip() for text in value.values())
    return "" if good else "must say something in each language"


def any_text(value: Any) -> str:
    """Check that a value is text; it may be empty."""
    return "" if isinstance(value, str) else "must be text"


def above_zero(value: Any) -> str:
    """Check that a value is a whole number above zero."""
    return "" if type(value) is int and value > 0 else "must be a whole number above zero"


def percentage(value: Any) -> str:
    """Check that a value is a whole percentage above zero."""
    return above_zero(value) or ("" if value <= PERCENT else "must be at most 100")


TEXT: dict[str, Check] = {
    "place": one_of(*SectionPlace.values),
    "needed": yes_or_no,
    "about_money": yes_or_no,
    "title": in_languages,
    "asks": in_languages,
}
LIGHTS: dict[str, Check] = {
    "confirmed": yes_or_no,
    "overdue_red_days": above_zero,
    "released_amber_percent": percentage,
    "released_red_percent": percentage,
    "tied_red_years": above_zero,
    "reached_green_percent": percentage,
    "reached_amber_percent": percentage,
    "plan_green_percent": percentage,
    "plan_amber_percent": percentage,
    "line_red_percent": percentage,
}
INCIDENTAL: dict[str, Check] = {"regulation": any_text, "most_years": above_zero, "confirmed": yes_or_no}


def check(data: Any) -> None:
    """Check the file as a whole. Raises FormsInvalid with every problem at once."""
    top = {"confirmed", "texts", "forms", "incidental", "lights"}
    if not isinstance(data, Mapping) or set(data) != top:
        raise FormsInvalid([f"the file must hold: {', '.join(sorted(top))}"])
    texts = data["texts"] if isinstance(data["texts"], Mapping) else {}
    problems = [
        *([f"confirmed: {problem}"] if (problem := yes_or_no(data["confirmed"])) else []),
        *_texts(data["texts"]),
        *_one("incidental", data["incidental"], INCIDENTAL),
        *_one("lights", data["lights"], LIGHTS),
        *_forms(data["forms"], texts),
    ]
    problems = problems or list(_limits(data["lights"]))
    if problems:
        raise FormsInvalid(problems)


def _limits(lights: Mapping[str, Any]) -> Iterator[str]:
    """Check that a light turns amber before it turns red."""
    for lower, higher in (
        ("released_amber_percent", "released_red_percent"),
        ("reached_amber_percent", "reached_green_percent"),
        ("plan_amber_percent", "plan_green_percent"),
    ):
        if lights[lower] >= lights[higher]:
            yield f"lights: {lower} must be below {higher}"


def _texts(texts: Any) -> Iterator[str]:
    if not isinstance(texts, Mapping) or not texts:
        yield "texts: must be a mapping with at least one text"
        return
    # The text of a line is kept under the code of the line.
    lines = {row["code"] for row in frame.read()["lijnen"]}
    for key, said in texts.items():
        yield from _one(f"texts: {key}", said, TEXT)
        if key in lines:
            yield f"texts: {key} is the code of a programme line"
    if sum(isinstance(said, Mapping) and said.get("place") == SectionPlace.LINE for said in texts.values()) > 1:
        yield "texts: only one can stand with each line"


def _forms(forms: Any, texts: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(forms, Mapping) or set(forms) != set(ReportKind.values):
        yield f"forms: must be exactly {', '.join(ReportKind.values)}"
        return
    checks: dict[str, Check] = {
        "years": one_of(*Years.values),
        "columns": some_of(*Column.values, least=1),
        "texts": some_of(*texts),
        "lists": some_of(*ReportList.values),
        "traffic_lights": yes_or_no,
        "forecast": yes_or_no,
    }
    for kind, said in forms.items():
        yield from _one(f"forms: {kind}", said, checks)


def _one(where: str, row: Any, checks: Mapping[str, Check]) -> Iterator[str]:
    if not isinstance(row, Mapping):
        yield f"{where}: must be a mapping"
        return
    for field, look in checks.items():
        problem = look(row[field]) if field in row else "is missing"
        if problem:
            yield f"{where}: {field} {problem}"
    for field in row.keys() - checks.keys():
        yield f"{where}: {field} is not a field that we know"
