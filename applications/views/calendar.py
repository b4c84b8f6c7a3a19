"""A person's own deadlines: on a page, and as a calendar to subscribe to."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import AuthedRequest, signed_in
from applications.domain import calendars, deadlines
from applications.models import CalendarFeed


@require_safe
@signed_in
def calendar(request: AuthedRequest) -> HttpResponse:
    """Show a person's own deadlines, and the address by which a calendar can follow them."""
    feed = CalendarFeed.objects.filter(user=request.user).first()
    context = {
        "deadlines": deadlines.deadlines_for_partner(request.user),
        "feed": feed,
        "address": _address_of(feed) if feed else "",
    }
    return render(request, "applications/calendar/calendar.html", context)


@require_POST
@signed_in
def make(request: AuthedRequest) -> HttpResponse:
    """Give a person an address for the calendar, or another one: the old one stops working."""
    calendars.make(user=request.user)
    messages.success(request, _("Your calendar has a new address. An address from before does not work any more."))
    return redirect("applications:calendar")


@require_POST
@signed_in
def stop(request: AuthedRequest) -> HttpResponse:
    """Take the address away."""
    calendars.stop(user=request.user)
    messages.success(request, _("Your deadlines can’t be read by a calendar any more."))
    return redirect("applications:calendar")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Hand the deadlines to whoever knows the address: calendars can't sign in. No cookie is set or read."""
    found = calendars.feed_by(secret)
    if found is None:
        raise Http404
    answer = HttpResponse(calendars.write(found.user), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="talentfonds.ics"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _address_of(found: CalendarFeed) -> str:
    address: str = settings.SITE_URL + reverse("applications:calendar_feed", args=[calendars.secret_of(found)])
    return address
