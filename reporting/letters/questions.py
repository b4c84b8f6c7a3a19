"""What leaves the house about questions of the council: one short mail for each step."""

from collections.abc import Iterable

from accounts.models import User
from accounts.states import Role
from core.domain import mail
from reporting.models import Answer, AnswerDraft, Question


def question_asked(question: Question) -> None:
    """Tell the programme managers, who draft, and the college, who answers."""
    _tell(question, "asked", User.objects.filter(role_holdings__role__in=[Role.PROGRAMME_MANAGER, Role.COLLEGE]))


def answer_offered(draft: AnswerDraft) -> None:
    """Tell the college that a draft waits."""
    college = User.objects.filter(role_holdings__role=Role.COLLEGE)
    _tell(draft.question, f"offered-{draft.version}", college)


def answer_returned(draft: AnswerDraft) -> None:
    """Tell who drafted that the college wants something else."""
    _tell(draft.question, f"returned-{draft.version}", [draft.drafted_by])


def answer_given(answer: Answer) -> None:
    """Tell who asked that the college answered."""
    _tell(answer.question, f"given-{answer.number}", [answer.question.asked_by])


def _tell(question: Question, step: str, people: Iterable[User]) -> None:
    """Send each person a mail, without what was asked or answered: that stands behind the login."""
    kind = step.partition("-")[0]
    for person in {one.pk: one for one in people if one.is_active}.values():
        mail.queue(
            key=f"question-{question.pk}-{step}-{person.pk}",
            to=person.email,
            language=person.language,
            template=f"reporting/mail/question_{kind}",
            context={"question": question, "name": person.full_name, "path": question.get_absolute_url()},
        )
