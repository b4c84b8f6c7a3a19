"""What the data of the frame must look like before any of it is loaded."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from programme.errors import FrameInvalid
from programme.models import (
    Area,
    Criterion,
    DesiredResult,
    Indicator,
    IndicatorDefinition,
    Line,
    ScaleLevel,
    TargetGroup,
)
from programme.states import Direction, Frequency, MigrationMoment, ResultKind, Stream, WorkKind

# A check looks at a value and says what is wrong with it, or nothing.
Check = Callable[[Any], str]

WORK_KINDS = {"activiteiten": WorkKind.ACTIVITY, "inspanningen": WorkKind.EFFORT}
LETTERS = "TALENT"
PERCENT = 100
# Fields that hold rows of their own, which are checked apart.
NESTED = {"resultaten"}


def text_for(model: Any, field: str) -> Check:
    """Return the check that a value is text that fits a field of a model."""
    longest = model._meta.get_field(field).max_length

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            return "must be text"
        return f"is longer than {longest} characters" if longest and len(value) > longest else ""

    return check


def one_of(*known: str) -> Check:
    """Return the check that a value is one of the words that we know."""
    return lambda value: "" if value in known else f"must be one of: {', '.join(known)}"


def whole_number(value: Any) -> str:
    """Check that a value is a whole number of zero or more."""
    return "" if type(value) is int and value >= 0 else "must be a whole number of zero or more"


def percentage(value: Any) -> str:
    """Check that a value is a whole percentage."""
    return whole_number(value) or ("" if value <= PERCENT else "must be at most 100")


def yes_or_no(value: Any) -> str:
    """Check that a value is true or false."""
    return "" if type(value) is bool else "must be true or false"


def budget_by_year(value: Any) -> str:
    """Check that a value gives whole euros for each year."""
    if not isinstance(value, Mapping) or not value:
        return "must give an amount for each year"
    good = all(type(year) is int and not whole_number(amount) for year, amount in value.items())
    return "" if good else "must give whole euros for each year"


def task_field(value: Any) -> str:
    """Check that a value names a task field of Iv3, and says whether Hengelo confirmed it."""
    if not isinstance(value, Mapping) or value.keys() != {"naam", "bevestigd"}:
        return "must give naam and bevestigd"
    return text_for(Line, "task_field")(value["naam"]) or yes_or_no(value["bevestigd"])


def unknown_or(check: Check) -> Check:
    """Return a check that lets an empty value pass."""
    return lambda value: "" if value is None else check(value)


LINE: dict[str, Check] = {
    "code": text_for(Line, "code"),
    "naam": text_for(Line, "name"),
    "soort": one_of(*WORK_KINDS),
    "begrotingsprogramma": text_for(Line, "budget_programme"),
    "taakveld": task_field,
    "budget": budget_by_year,
    "ambitie": text_for(Line, "ambition"),
}
RESULT: dict[str, Check] = {
    "code": text_for(DesiredResult, "code"),
    "soort": one_of(*ResultKind.values),
    "tekst": text_for(DesiredResult, "text"),
}
CRITERION: dict[str, Check] = {
    "letter": one_of(*LETTERS),
    "code": text_for(Criterion, "code"),
    "label": text_for(Criterion, "label"),
    "betekenis": text_for(Criterion, "meaning"),
    "mag_nvt": yes_or_no,
    "bevestigd": yes_or_no,
}
LEVEL: dict[str, Check] = {"punten": whole_number, "label": text_for(ScaleLevel, "label")}
RULE: dict[str, Check] = {
    "minimum_per_criterium": whole_number,
    "drempel_percentage": percentage,
    "spreiding_bespreken_vanaf": whole_number,
    "beoordelaars": whole_number,
    "bevestigd": yes_or_no,
}
GROUP: dict[str, Check] = {
    "code": text_for(TargetGroup, "code"),
    "naam": text_for(TargetGroup, "name"),
    "stroom": one_of(*Stream.values),
    "leeftijd": text_for(TargetGroup, "ages"),
}
INDICATOR: dict[str, Check] = {
    "code": text_for(Indicator, "code"),
    "naam": text_for(IndicatorDefinition, "name"),
    "eenheid": text_for(IndicatorDefinition, "unit"),
    "richting": one_of(*Direction.values),
    "meting": one_of(*Frequency.values),
    "nulmeting": unknown_or(text_for(IndicatorDefinition, "baseline_words")),
    "nulwaarde": unknown_or(whole_number),
}


def check(data: Any) -> None:
    """Check the data of the whole frame, except amounts against each other: that is the budget's concern.

    Raises FrameInvalid with every problem at once.
    """
    if not isinstance(data, Mapping):
        raise FrameInvalid(["frame: must be a mapping"])
    problems = [
        *_one("beslisregel", data.get("beslisregel"), RULE),
        *_many("lijnen", data.get("lijnen"), LINE, key="code"),
        *_results(data.get("lijnen")),
        *_many("criteria", data.get("criteria"), CRITERION, key="code"),
        *_many("schaal", data.get("schaal"), LEVEL, key="punten"),
        *_many("doelgroepen", data.get("doelgroepen"), GROUP, key="code"),
        *_many("indicatoren", data.get("indicatoren"), INDICATOR, key="code"),
        *_many("gebieden", _as_rows(data.get("gebieden")), {"naam": text_for(Area, "name")}, key="naam"),
        *_many("bron", _as_rows([data.get("bron")]), {"naam": text_for(Area, "name")}, key="naam"),
    ]
    problems = problems or list(_across(data))
    if problems:
        raise FrameInvalid(problems)


def _one(where: str, row: Any, checks: Mapping[str, Check]) -> Iterator[str]:
    if not isinstance(row, Mapping):
        yield f"{where}: must be a mapping"
        return
    for field, look in checks.items():
        problem = look(row[field]) if field in row else "is missing"
        if problem:
            yield f"{where}: {field} {problem}"
    # An unquoted comma in the file cuts a text in two, and the rest turns up as a field of its own.
    for field in row.keys() - checks.keys() - NESTED:
        yield f"{where}: {field} is not a field that we know"


def _many(where: str, rows: Any, checks: Mapping[str, Check], *, key: str) -> Iterator[str]:
    if not isinstance(rows, list) or not rows:
        yield f"{where}: must be a list with at least one row"
        return
    seen = set()
    for number, row in enumerate(rows, start=1):
        yield from _one(f"{where} {number}", row, checks)
        value = str(row.get(key)) if isinstance(row, Mapping) else None
        if value in seen:
            yield f"{where} {number}: {key} {value} stands there twice"
        seen.add(value)


def _results(lines: Any) -> Iterator[str]:
    """Check the desired results of all lines together: their codes are unique across lines."""
    if not isinstance(lines, list):
        return
    results: list[Any] = []
    for line in lines:
        of_line = line.get("resultaten") if isinstance(line, Mapping) else None
        if not isinstance(of_line, list) or not of_line:
            code = line.get("code") if isinstance(line, Mapping) else line
            yield f"lijnen: {code} needs a list of resultaten"
        else:
            results += of_line
    if results:
        yield from _many("resultaten", results, RESULT, key="code")


def _as_rows(names: Any) -> Any:
    return [{"naam": name} for name in names] if isinstance(names, list) else names


def _across(data: Mapping[str, Any]) -> Iterator[str]:
    """Check what holds between parts that are each well by themselves."""
    letters = "".join(row["letter"] for row in data["criteria"])
    if letters != LETTERS:
        yield f"criteria: the letters spell {letters}, not {LETTERS}"
    highest = max(row["punten"] for row in data["schaal"])
    if data["beslisregel"]["minimum_per_criterium"] > highest:
        yield f"beslisregel: minimum_per_criterium is above the highest level of the scale, {highest}"
    if set(data.get("migratiemomenten") or ()) != set(MigrationMoment.values):
        yield f"migratiemomenten: must be {', '.join(MigrationMoment.values)}"
