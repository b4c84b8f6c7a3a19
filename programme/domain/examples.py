"""Examples of answers to the criteria, for who is about to write: help, no part of the rubric."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import translation

from programme.models import Criterion

DATA = Path(__file__).resolve().parent.parent / "data" / "examples.yaml"


@dataclass(frozen=True)
class Example:
    """An answer that convinces, one that doesn't yet, and why, in one language."""

    good: str
    weak: str
    why: str


@cache
def _read() -> dict[str, dict[str, dict[str, str]]]:
    data: Any = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {code: {part: dict(texts) for part, texts in parts.items()} for code, parts in data.items()}


def for_criteria(criteria: Iterable[Criterion]) -> dict[str, Example]:
    """Return the example of each criterion that has one, by its code, in the active language or else in Dutch."""
    language = (translation.get_language() or "nl").partition("-")[0]
    known = _read()
    return {
        criterion.code: Example(
            **{part: texts.get(language, texts["nl"]) for part, texts in known[criterion.code].items()}
        )
        for criterion in criteria
        if criterion.code in known
    }
