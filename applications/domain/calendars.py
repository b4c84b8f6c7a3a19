"""A person's own deadlines as a calendar that other programmes read (iCalendar, RFC 5545)."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User
from applications.domain import deadlines
from applications.domain.deadlines import Deadline
from applications.models import CalendarFeed
from applications.states import CalendarEvent
from core.domain import audit, clock

DAY = timedelta(days=1)
_signer = Signer(salt="applications.calendar", sep=".")


def secret_of(feed: CalendarFeed) -> str:
    """Return the secret part of a calendar's address: the key that is kept, signed by the application."""
    return _signer.sign(feed.key)


def feed_by(secret: str) -> CalendarFeed | None:
    """Return the calendar that an address belongs to; None for one that we did not make, or that was renewed."""
    try:
        key = _signer.unsign(secret)
    except BadSignature:
        return None
    return CalendarFeed.objects.select_related("user").filter(key=key, user__is_active=True).first()


def make(*, user: User) -> CalendarFeed:
    """Give a person a calendar address; an address that was there before stops working at once."""
    with transaction.atomic():
        feed, _is_new = CalendarFeed.objects.update_or_create(
            user=user, defaults={"key": secrets.token_hex(16), "made_at": clock.now()}
        )
        audit.record(event=CalendarEvent.MADE, actor=user, about=feed)
        return feed


def stop(*, user: User) -> None:
    """Take a person's calendar address away. Without one nothing happens."""
    with transaction.atomic():
        feed = CalendarFeed.objects.select_for_update().filter(user=user).first()
        if feed is not None:
            audit.record(event=CalendarEvent.STOPPED, actor=user, about=feed)
            feed.delete()


def write(user: User) -> bytes:
    """Return the deadlines of a person as a calendar of whole days, in the person's language.

    A whole day has no time zone (RFC 5545, VALUE=DATE): it is the date in Amsterdam, wherever it is read. Nothing
    stands in it but the title of the deadline, the reference, and where to read on behind the login.
    """
    with translation.override(user.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Gemeente Hengelo//Talentfonds//NL")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("Talent fund Hengelo: your deadlines"))
        calendar.add("x-wr-timezone", str(clock.AMSTERDAM))
        calendar.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
        for deadline in deadlines.deadlines_for_partner(user):
            calendar.add_component(_event(deadline))
        written: bytes = calendar.to_ical()
        return written


def _event(deadline: Deadline) -> Event:
    event = Event()
    name = f"{deadline.kind}|{deadline.url}|{deadline.about}"
    event.add("uid", f"{sha256(name.encode()).hexdigest()[:32]}@{settings.SITE_URL.partition('://')[2]}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", deadline.on)
    event.add("dtend", deadline.on + DAY)
    event.add("summary", f"{deadline.about}: {deadline.title}" if deadline.about else deadline.title)
    event.add("url", settings.SITE_URL + deadline.url)
    event.add("transp", "TRANSPARENT")
    return event
