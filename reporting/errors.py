"""Exceptions of the reports."""

from core.errors import DomainError


class CutOffInFuture(DomainError):
    """A report can't tell about a day that has yet to come."""


class YearWithoutBudget(DomainError):
    """The council set no budget in this year, so there is nothing to report."""


class NotFailed(DomainError):
    """Only a report that failed can be made again."""
