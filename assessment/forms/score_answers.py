"""Choosing between two versions of an answer on the page itself, for who has no script."""

from typing import Any

from django.http import QueryDict

from applications.domain.fields import Seen
from applications.forms.fields import CHOICES, VERSION, put_together
from assessment.domain.scores import Saved
from assessment.forms.scores import ScoreForm, as_typed

STAY = "stay"


def controls_of(name: str, value: Any) -> list[tuple[str, str]]:
    """Return the controls by which the page shows an answer; tiles that are not chosen are not among them."""
    return [(name, as_typed(value))] if as_typed(value) or value == "" else []


def with_choice(data: QueryDict, form: ScoreForm) -> QueryDict:
    """Return what was sent after the choice between two versions that was made in it, if any.

    `keep` and `both` name the answer and the version that was shown beside what was typed; `take` names the answer.
    `form` knows what the draft says.
    """
    made = next((choice for choice in CHOICES if choice in data), None)
    if made is None:
        return data
    name, _space, seen = data.get(made, "").partition(" ")
    if name not in form.names:
        return data
    chosen = data.copy()
    chosen["action"] = STAY
    stored = as_typed(form.held[name].value)
    if made == "take":
        chosen[name], seen = stored, str(form.held[name].seen)
    elif made == "both" and form.is_text(name):
        chosen[name] = put_together(chosen.get(name, ""), stored)
    chosen[f"{VERSION}{name}"] = seen
    return chosen


def conflicts_of(form: ScoreForm, saved: Saved) -> list[dict[str, Any]]:
    """Return both versions of every answer that was saved in another window meanwhile, for the page."""
    return [
        {
            "name": conflict.field,
            "label": form.label_of(conflict.field),
            "mine": form.said(conflict.field, conflict.mine),
            "theirs": form.said(conflict.field, conflict.theirs),
            "by": conflict.by,
            "own": True,
            "at": conflict.at,
            "seen": str(conflict.seen),
            "is_text": form.is_text(conflict.field),
        }
        for conflict in saved.conflicts
    ]


def versions_of(form: ScoreForm, seen: dict[str, Seen]) -> list[tuple[str, str]]:
    """Return which version of each answer the page shows."""
    return [(name, str(seen.get(name) or form.held[name].seen)) for name in form.names]
