"""Exceptions of the questions of the council."""

from core.errors import DomainError


class NotYours(DomainError):
    """A step that is for another role."""


class NothingSaid(DomainError):
    """A question, an answer or a reason needs words."""


class DraftChanged(DomainError):
    """Somebody else changed the draft since the page showed it."""


class NoDraftOffered(DomainError):
    """No draft waits for the college."""


class SameHand(DomainError):
    """Who drafted an answer does not give it: two signatures."""
