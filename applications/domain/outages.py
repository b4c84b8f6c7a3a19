"""Outages of the site, and the calls that close later because of one.

Assumption, to be confirmed: an outage of a quarter of an hour or more that touches the last 24 hours before a call
closes lets that call close one working day later, counted from the day on which it would close or, when that is
later, from the day on which the site was back. The law does not hold it against a sender that the municipality's own
system was down on the last day (Awb, section 2.3).
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.errors import OutageRefused, TextNeeded
from applications.models import Call, MovedClosing, Outage
from applications.states import CallEvent
from core.domain import audit, clock, requests, terms

SHORTEST = timedelta(minutes=15)
BEFORE_CLOSING = timedelta(hours=24)
LONGEST = timedelta(days=14)


def record(*, by: User, began_at: datetime, ended_at: datetime, what: str, request_key: UUID) -> Outage:
    """Record that partners could not reach the site between two moments; calls that it hit close later.

    The same request key records once. Raises TextNeeded without what happened, OutageRefused when it ends before it
    begins, lies in the future, or lasts longer than two weeks.
    """
    what = what.strip()
    with transaction.atomic():
        body = {"began_at": began_at, "ended_at": ended_at, "what": what}
        handled, is_new = requests.take(key=request_key, actor=by, purpose="applications.outage", body=body)
        if not is_new:
            return Outage.objects.get(pk=(handled.answer or {})["outage"])
        _check(began_at, ended_at, what)
        outage = Outage.objects.create(
            began_at=began_at, ended_at=ended_at, what=what, recorded_at=clock.now(), recorded_by=by
        )
        changes = {"began_at": began_at.isoformat(), "ended_at": ended_at.isoformat(), "what": what}
        audit.record(event=CallEvent.OUTAGE_RECORDED, actor=by, about=outage, changes=changes)
        for call in Call.objects.select_for_update(of=("self",)).filter(closes_on__isnull=False).order_by("pk"):
            _move(call, outage, by=by)
        requests.answer(handled, outage=outage.pk)
        return outage


def _check(began_at: datetime, ended_at: datetime, what: str) -> None:
    if not what:
        raise TextNeeded(_("Say what was down: an auditor reads it."))
    if ended_at <= began_at:
        raise OutageRefused(_("An outage ends after it began."))
    if ended_at > clock.now():
        raise OutageRefused(_("Record an outage when it is over."))
    if ended_at - began_at > LONGEST:
        raise OutageRefused(_("An outage of more than two weeks asks for another closing date of the call."))


def closes_anew(*, closes_on: date, began_at: datetime, ended_at: datetime) -> date | None:
    """Return the new last day of a call that an outage hit, or None when the outage does not matter for it."""
    closing = clock.end_of_day(closes_on)
    if ended_at - began_at < SHORTEST or began_at >= closing or ended_at <= closing - BEFORE_CLOSING:
        return None
    return terms.roll_forward(max(closes_on, clock.local_date(ended_at)) + timedelta(days=1))


def _move(call: Call, outage: Outage, *, by: User) -> None:
    if call.closes_on is None:
        return
    closes_on = closes_anew(closes_on=call.closes_on, began_at=outage.began_at, ended_at=outage.ended_at)
    if closes_on is None:
        return
    moved = MovedClosing.objects.create(outage=outage, call=call, closed_on=call.closes_on, closes_on=closes_on)
    call.closes_on = closes_on
    call.save(update_fields=["closes_on"])
    changes = {"closes_on": [moved.closed_on.isoformat(), closes_on.isoformat()], "outage": outage.pk}
    audit.record(event=CallEvent.CLOSING_MOVED, actor=by, about=call, changes=changes)
