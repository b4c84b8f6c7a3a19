"""Exceptions of the reports."""

from core.errors import DomainError


class CutOffInFuture(DomainError):
    """A report can't tell about a day that has yet to come."""
