"""What leaves the house about assessing: one function and its templates for each message."""

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from assessment.models import Meeting
from core.domain import mail

ASSIGNED_TOPIC = "assessment.assigned"
WITHDRAWN_TOPIC = "assessment.assignment_withdrawn"


def mail_assigned(*, key: str, to: User, number: int, due_on: date) -> None:
    """Tell somebody that proposals wait to be assessed: how many and until when; which ones stands behind the login."""
    mail.queue(
        key=f"{ASSIGNED_TOPIC}:{key}",
        to=to.email,
        language=to.language,
        template="assessment/letters/assigned",
        context={"number": number, "due_on": due_on, "url": settings.SITE_URL + reverse("assessment:work")},
    )


def mail_withdrawn(*, key: str, to: User) -> None:
    """Tell somebody that a proposal need not be assessed any more; which one stands behind the login."""
    mail.queue(
        key=f"{WITHDRAWN_TOPIC}:{key}",
        to=to.email,
        language=to.language,
        template="assessment/letters/withdrawn",
        context={"url": settings.SITE_URL + reverse("assessment:work")},
    )


def mail_meeting(meeting: Meeting, *, to: User) -> None:
    """Ask somebody to come to a meeting of the team: when and where; what is on the agenda stands behind the login."""
    _mail_about_meeting(meeting, to=to, kind="meeting", moment=meeting.invited_at)


def mail_called_off(meeting: Meeting, *, to: User) -> None:
    """Tell somebody who was invited that a meeting of the team is off."""
    _mail_about_meeting(meeting, to=to, kind="meeting_off", moment=meeting.closed_at)


def _mail_about_meeting(meeting: Meeting, *, to: User, kind: str, moment: datetime | None) -> None:
    page = settings.SITE_URL + reverse("assessment:meeting", args=[meeting.pk])
    mail.queue(
        key=f"assessment.{kind}:{meeting.pk}:{to.pk}:{moment:%Y%m%d%H%M%S}",
        to=to.email,
        language=to.language,
        template=f"assessment/letters/{kind}",
        context={"meeting": meeting, "url": page},
    )


def mail_panel_asked(*, key: str, to: User, number: int, last_on: date) -> None:
    """Ask a member of the talent panel for an opinion: how many proposals and until when.

    Which ones stands behind the login: the member declares about interests first.
    """
    mail.queue(
        key=f"assessment.panel_asked:{key}",
        to=to.email,
        language=to.language,
        template="assessment/letters/panel_asked",
        context={
            "reader": to,
            "number": number,
            "last_on": last_on,
            "url": settings.SITE_URL + reverse("assessment:talent"),
        },
    )
