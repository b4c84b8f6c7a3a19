"""HTML to PDF: tagged for screen readers (PDF/UA-1), reading nothing but what we hand over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation


def render(*, template: str, context: Mapping[str, Any], language: str = "nl") -> tuple[bytes, str]:
    """Render a template as an accessible PDF. Returns the PDF's bytes and the HTML that it was made from.

    The same input gives the same bytes. Anything that the HTML would fetch from elsewhere is refused.
    """
    raise NotImplementedError
