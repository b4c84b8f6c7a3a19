"""The agenda as a PDF and the meeting as an appointment: made for one reader, and not kept."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User
from assessment.domain import agendas
from assessment.models import Meeting
from core.domain import clock, pdf

# How long a calendar keeps free for a meeting.
LASTS = timedelta(hours=2)


def agenda(meeting: Meeting, *, reader: User) -> bytes:
    """Return the agenda as an accessible PDF, with the items that the reader may know of (Awb 2:4)."""
    context = {
        "meeting": meeting,
        "items": agendas.items_for(reader, meeting),
        "asked": [row.person for row in meeting.attendance.select_related("person")],
        "moment": clock.now(),
    }
    content, _html = pdf.render(template="assessment/pdf/agenda.html", context=context, language=reader.language)
    return content


def appointment(meeting: Meeting, *, reader: User) -> bytes:
    """Return the meeting as a calendar file (iCalendar, RFC 5545): when, where, and where the agenda is."""
    with translation.override(reader.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Gemeente Hengelo//Talentfonds//NL")
        calendar.add("version", "2.0")
        event = Event()
        event.add("uid", f"meeting-{meeting.pk}@{settings.SITE_URL.partition('://')[2]}")
        event.add("dtstamp", clock.now())
        event.add("dtstart", meeting.starts_at)
        event.add("dtend", meeting.starts_at + LASTS)
        event.add("summary", _("Team meeting, Talentfonds Hengelo"))
        if meeting.place:
            event.add("location", meeting.place)
        event.add("url", settings.SITE_URL + reverse("assessment:meeting", args=[meeting.pk]))
        calendar.add_component(event)
        written: bytes = calendar.to_ical()
        return written
