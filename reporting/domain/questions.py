"""Questions of the council and answers of the college: asked, drafted by the team, given by the college, kept for good.

The active duty to inform stands in article 169 of the Gemeentewet; the term is an assumption (data/questions.yaml).
"""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.domain import audit, clock, references, requests, terms
from core.states import Series
from programme.models import Line
from reporting.access.council import (
    activities_for,
    lock_question,
    require_asker,
    require_drafter,
    require_giver,
)
from reporting.errors import DraftChanged, NoDraftOffered, NothingSaid, SameHand
from reporting.letters.questions import answer_given, answer_offered, answer_returned, question_asked
from reporting.models import Answer, AnswerDraft, Question, Report
from reporting.states.council import QuestionEvent

TERM = settings.BASE_DIR / "reporting" / "data" / "questions.yaml"


class Term(NamedTuple):
    """How long the college has for an answer, and whether Hengelo confirmed that."""

    answer_days: int
    confirmed: bool


class About(NamedTuple):
    """What a question is about: the reference of a report, line or activity; the programme when all are empty."""

    report: str = ""
    line: str = ""
    activity: str = ""


@cache
def term() -> Term:
    """Return the term as the data say."""
    said = yaml.safe_load(TERM.read_text(encoding="utf-8"))
    return Term(int(said["answer_days"]), bool(said["confirmed"]))


def due_on(asked: date) -> date:
    """Return the day by which a question that is asked on a day is answered: never in a weekend or on a holiday."""
    return terms.roll_forward(asked + timedelta(days=term().answer_days))


def ask(*, about: About, text: str, by: User, request_key: UUID) -> Question:
    """Ask the college something. A repeat of the request gives the question that it made first.

    Raises NotYours, NothingSaid, and DoesNotExist for what the asker can't read.
    """
    require_asker(by)
    text = _said(text)
    with transaction.atomic():
        body = {**about._asdict(), "text": text}
        taken, is_new = requests.take(key=request_key, actor=by, purpose="reporting.ask", body=body)
        if not is_new and taken.answer is not None:
            return Question.objects.get(reference=taken.answer["reference"])
        today = clock.today()
        question = Question.objects.create(
            reference=references.next_reference(Series.QUESTION, year=today.year),
            report=Report.objects.visible_to(by).get(reference=about.report) if about.report else None,
            line=Line.objects.get(code=about.line) if about.line else None,
            proposal=activities_for(by).get(reference=about.activity) if about.activity else None,
            text=text,
            asked_by=by,
            asked_at=clock.now(),
            due_on=due_on(today),
        )
        changes = {"about": str(question.subject or ""), "due_on": question.due_on.isoformat()}
        audit.record(event=QuestionEvent.ASKED, actor=by, about=question, changes=changes)
        question_asked(question)
        requests.answer(taken, reference=question.reference)
    return question


def draft(*, question_id: int, text: str, version: int, offer: bool, by: User) -> AnswerDraft:
    """Write down a draft of an answer, as the page showed it in `version` (0: there was none); `offer` sends it on.

    Raises NotYours, NothingSaid, and DraftChanged when somebody else wrote in between.
    """
    require_drafter(by)
    text = _said(text)
    with transaction.atomic():
        question = lock_question(question_id)
        kept = AnswerDraft.objects.filter(question=question).first()
        _require(kept, version)
        kept = kept or AnswerDraft(question=question)
        kept.version, kept.text = version + 1, text
        kept.drafted_by, kept.drafted_at = by, clock.now()
        kept.offered_at = clock.now() if offer else None
        kept.save()
        changes = {"version": kept.version, "offered": offer}
        audit.record(event=QuestionEvent.DRAFTED, actor=by, about=question, changes=changes)
        if offer:
            answer_offered(kept)
    return kept


def give_back(*, question_id: int, reason: str, version: int, by: User) -> AnswerDraft:
    """Send a draft back to the team with the reason. Raises NotYours, NothingSaid, NoDraftOffered, DraftChanged."""
    require_giver(by)
    reason = _said(reason)
    with transaction.atomic():
        question = lock_question(question_id)
        kept = _offered(question, version)
        kept.version, kept.offered_at, kept.returned = version + 1, None, reason
        kept.save(update_fields=["version", "offered_at", "returned"])
        audit.record(event=QuestionEvent.RETURNED, actor=by, about=question, changes={"reason": reason})
        answer_returned(kept)
    return kept


def give(*, question_id: int, version: int, by: User) -> Answer:
    """Answer the council with the draft that the team offered, as the page showed it in `version`: kept for good.

    Raises NotYours, NoDraftOffered, DraftChanged, and SameHand for who drafted it.
    """
    require_giver(by)
    with transaction.atomic():
        question = lock_question(question_id)
        kept = _offered(question, version)
        if kept.drafted_by_id == by.pk:
            raise SameHand(_("You drafted this answer, so somebody else of the college has to give it."))
        answer = Answer.objects.create(
            question=question,
            number=question.answers.count() + 1,
            text=kept.text,
            drafted_by_id=kept.drafted_by_id,
            given_by=by,
            given_at=clock.now(),
        )
        kept.delete()
        audit.record(event=QuestionEvent.GIVEN, actor=by, about=question, changes={"number": answer.number})
        answer_given(answer)
    return answer


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise NothingSaid(_("Write down what you want to say."))
    return text


def _require(kept: AnswerDraft | None, version: int) -> None:
    if (kept.version if kept else 0) != version:
        raise DraftChanged(_("Somebody else wrote in this draft in the meantime. Read what is there now."))


def _offered(question: Question, version: int) -> AnswerDraft:
    kept = AnswerDraft.objects.filter(question=question, offered_at__isnull=False).first()
    if kept is None:
        raise NoDraftOffered(_("No draft waits for the college."))
    _require(kept, version)
    return kept
