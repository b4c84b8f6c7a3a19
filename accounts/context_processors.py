"""What every template may know of the person at the screen."""

from typing import Any

from django.http import HttpRequest


def roles(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation for the roles that the person holds."""
    return {"navigation": []}
