"""The council's frame: from the file that retells the Programmaplan Talent to data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.db import models, transaction

from core.domain import audit, clock
from programme.domain import anchors, criteria, frame_shape
from programme.models import (
    Area,
    CriteriaVersion,
    Criterion,
    DesiredResult,
    Indicator,
    IndicatorDefinition,
    Line,
    ScaleLevel,
    TargetGroup,
)
from programme.states import ProgrammeEvent

M = TypeVar("M", bound=models.Model)

SOURCE = Path(__file__).parent.parent / "data" / "programme.yaml"
FIRST_VERSION = 1


def read() -> dict[str, Any]:
    """Return the frame as the file has it: amounts in whole euros, codes and texts in Dutch."""
    data: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return data


def load(data: Mapping[str, Any]) -> None:
    """Bring the frame in line with the data, all but the money, which the budget loads.

    That is lines, desired results, target groups, areas, indicators and the first version of the criteria. Can be
    repeated: what is there already stays the same row, and a second run changes nothing. The first version of the
    criteria is adopted once it is loaded, and from then on left as it is; so is what an indicator means. What the data
    no longer names stays, since proposals may refer to it. Raises FrameInvalid, and then nothing is loaded.
    """
    frame_shape.check(data)
    with transaction.atomic():
        _load_lines(data["lijnen"])
        _load_criteria(data)
        for position, row in enumerate(data["doelgroepen"], start=1):
            values = {"name": row["naam"], "stream": row["stroom"], "ages": row["leeftijd"], "position": position}
            _put(TargetGroup, {"code": row["code"]}, values)
        for position, name in enumerate(data["gebieden"], start=1):
            _put(Area, {"name": name}, {"position": position})
        for position, row in enumerate(data["indicatoren"], start=1):
            _load_indicator(row, position)


def _load_lines(rows: list[dict[str, Any]]) -> None:
    for position, row in enumerate(rows, start=1):
        line = _put(
            Line,
            {"code": row["code"]},
            {
                "name": row["naam"],
                "position": position,
                "work_kind": frame_shape.WORK_KINDS[row["soort"]].value,
                "budget_programme": row["begrotingsprogramma"],
                "task_field": row["taakveld"]["naam"],
                "task_field_confirmed": row["taakveld"]["bevestigd"],
                "ambition": row["ambitie"],
            },
        )
        for place, result in enumerate(row["resultaten"], start=1):
            values = {"line": line, "position": place, "kind": result["soort"], "text": result["tekst"]}
            _put(DesiredResult, {"code": result["code"]}, values)


def _load_criteria(data: Mapping[str, Any]) -> None:
    rule = data["beslisregel"]
    if CriteriaVersion.objects.filter(number=FIRST_VERSION).exists():
        return
    version = _put(
        CriteriaVersion,
        {"number": FIRST_VERSION},
        {
            "source": data["bron"],
            "minimum_points": rule["minimum_per_criterium"],
            "threshold_percentage": rule["drempel_percentage"],
            "discuss_from_spread": rule["spreiding_bespreken_vanaf"],
            "assessor_count": rule["beoordelaars"],
            "confirmed": rule["bevestigd"],
        },
    )
    proposed = anchors.proposed()
    for position, row in enumerate(data["criteria"], start=1):
        values = {
            "position": position,
            "letter": row["letter"],
            "label": row["label"],
            "meaning": row["betekenis"],
            "may_be_not_applicable": row["mag_nvt"],
            "concerns_talent": row["code"] in proposed and proposed[row["code"]].concerns_talent,
            "confirmed": row["bevestigd"],
        }
        _put(Criterion, {"version": version, "code": row["code"]}, values)
    for row in data["schaal"]:
        _put(ScaleLevel, {"version": version, "points": row["punten"]}, {"label": row["label"]})
    anchors.propose(version)
    criteria.adopt_loaded(version)


def _load_indicator(row: Mapping[str, Any], position: int) -> None:
    """Lay an indicator down with its first definition; what it means from then on, the programme manager says."""
    indicator = _put(Indicator, {"code": row["code"]}, {"position": position})
    if indicator.definitions.exists():
        return
    values = {
        "name": row["naam"],
        "unit": row["eenheid"],
        "direction": row["richting"],
        "frequency": row["meting"],
        "baseline_words": row["nulmeting"] or "",
        "baseline_value": row["nulwaarde"],
    }
    made = IndicatorDefinition.objects.create(
        indicator=indicator, number=FIRST_VERSION, written_at=clock.now(), **values
    )
    written = {name: str(value) for name, value in values.items()}
    audit.record(event=ProgrammeEvent.FRAME_LOADED, actor=None, about=made, changes=written)


def _put(model: type[M], key: dict[str, Any], values: dict[str, Any]) -> M:
    """Make the object with this key, or change what differs; either leaves an audit row, no difference leaves none."""
    rows = model._default_manager.select_for_update(of=("self",))
    found, created = rows.get_or_create(**key, defaults=values)
    changed = {name: value for name, value in values.items() if not created and getattr(found, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(found, name, value)
        found.save(update_fields=list(changed))
    if created or changed:
        written = {name: str(value) for name, value in (changed or values).items()}
        audit.record(event=ProgrammeEvent.FRAME_LOADED, actor=None, about=found, changes=written)
    return found
