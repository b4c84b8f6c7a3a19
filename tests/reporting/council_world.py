"""The objects that the doors of the council's pages are tried with."""

from tests.budget.road import granted_proposal


def raad_world(cast, call) -> dict[str, dict[str, object]]:
    """A line, and an activity that the college granted."""
    granted = granted_proposal(cast, call, title="Voor de raad")
    return {
        "line": {"code": "leven"},
        "activity": {"reference": granted.reference},
    }
