"""Questions of the council on the pages of earlier apps: the road only looks back, templates may look ahead."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from applications.models import Proposal
from programme.models import Line
from reporting.access.council import ASKERS, GIVERS
from reporting.access.reports import MAKERS
from reporting.models import Question, Report

register = template.Library()

MOST = 10


@register.inclusion_tag("reporting/questions/waiting.html")
def questions_waiting(user: User) -> dict[str, Any]:
    """Show how many questions wait for the person: all open ones for the team, offered drafts for the college."""
    gives = user.holds(*GIVERS)
    found: list[Question] = []
    if gives or user.holds(*MAKERS):
        found = list(Question.objects.known_to(user).with_state().open())
    if gives:
        found = [question for question in found if question.is_offered]
    return {
        "number": len(found),
        "late": sum(question.is_late for question in found),
        "first_due": found[0].due_on if found else None,
        "gives": gives,
    }


@register.inclusion_tag("reporting/questions/part.html")
def questions_about(user: User, subject: Report | Line | Proposal | None = None) -> dict[str, Any]:
    """Show the questions about a report, a line or an activity; without a subject all that are open. One query."""
    questions = Question.objects.known_to(user).with_state()
    match subject:
        case Report():
            found, query = questions.filter(report=subject), {"rapport": subject.reference}
        case Line():
            found, query = questions.filter(line=subject), {"regel": subject.code}
        case Proposal():
            found, query = questions.filter(proposal=subject), {"activiteit": subject.reference or ""}
        case _:
            found, query = questions.open(), {}
    address = reverse("reporting:question_new")
    return {
        "questions": list(found.order_by("due_on", "pk")[:MOST]),
        "ask_url": (f"{address}?{urlencode(query)}" if query else address) if user.holds(*ASKERS) else "",
    }
