"""What the council asks in the demo's year, and what the college answers."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from reporting.domain import questions
from reporting.domain.questions import About
from reporting.models import Question
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

KEYS = UUID("6f0f5f0e-6d5c-4c55-9a53-0a1f0a3d9b11")
ABOUT_LIFE = "Op de lijn Leven is van 2026 nog ruimte over. Komen er dit jaar genoeg plannen binnen om die te benutten?"
ANSWER = (
    "Ja. De voorstellen die nu op deze lijn liggen, vragen samen vrijwel alle vrije ruimte van 2026. "
    "Wat aan het eind van het jaar overblijft, leggen wij de raad voor om over te hevelen."
)
ABOUT_ALL = "Hoeveel jongeren heeft het programma tot nu toe bereikt, en hoe wordt dat geteld?"


def steps(cast: Cast) -> Iterable[tuple[datetime, Callable[[], object]]]:
    """Return a question that was answered and one that is open, each step with its moment."""
    yield moment("2026-10-19T20:15"), partial(_ask, cast, About(line="leven"), ABOUT_LIFE)
    yield moment("2026-10-28T10:40"), partial(_draft, cast)
    yield moment("2026-11-03T13:20"), partial(_give, cast)
    yield moment("2026-11-16T21:05"), partial(_ask, cast, About(), ABOUT_ALL)


def _ask(cast: Cast, about: About, text: str) -> None:
    questions.ask(about=about, text=text, by=cast["council"], request_key=uuid5(KEYS, text))


def _draft(cast: Cast) -> None:
    question = Question.objects.get(text=ABOUT_LIFE)
    questions.draft(question_id=question.pk, text=ANSWER, version=0, offer=True, by=cast["manager"])


def _give(cast: Cast) -> None:
    questions.give(question_id=Question.objects.get(text=ABOUT_LIFE).pk, version=1, by=cast["college"])
