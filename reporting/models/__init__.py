"""The reports that the council reads."""

from reporting.models.report import Report

__all__ = ["Report"]
