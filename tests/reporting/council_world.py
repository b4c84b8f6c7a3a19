"""The objects that the doors of the council's pages are tried with."""

from uuid import uuid4

from reporting.domain import questions
from reporting.domain.questions import About
from tests.budget.road import granted_proposal


def raad_world(cast, call) -> dict[str, dict[str, object]]:
    """A line, an activity that the college granted, and a question about it."""
    granted = granted_proposal(cast, call, title="Voor de raad")
    about = About(activity=granted.reference)
    question = questions.ask(about=about, text="Waarom hier?", by=cast.council, request_key=uuid4())
    return {
        "question": {"reference": question.reference},
        "line": {"code": "leven"},
        "activity": {"reference": granted.reference},
    }
