"""The reports that the council reads."""

from reporting.models.rendering import Rendering
from reporting.models.report import Report

__all__ = ["Rendering", "Report"]
