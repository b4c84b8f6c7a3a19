from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.domain import clock

# RFC 9116 wants a date of expiry; half a year says that somebody still keeps the site.
VALID_FOR = timedelta(days=182)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Tell who found a weakness where to report it (RFC 9116)."""
    expires = (clock.now() + VALID_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
