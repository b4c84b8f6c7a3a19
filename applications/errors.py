"""Exceptions of calls and proposals."""

from collections.abc import Collection
from typing import Any

from core.errors import DomainError


class CallClosed(DomainError):
    """The call is not open, or no longer."""


class CallRefused(DomainError):
    """Something that does not hold together in a call. `field` names what to change, empty for the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CallFixed(DomainError):
    """The call is published or frozen: this can't be changed any more."""


class CallNotReady(DomainError):
    """The call can't be published yet. `missing` lists the sentences that say why."""

    def __init__(self, message: str, missing: list[str]) -> None:
        super().__init__(message)
        self.missing = missing


class ProposalFrozen(DomainError):
    """A submitted proposal can't be changed."""


class ProposalIncomplete(DomainError):
    """Something that a proposal must say before submission is missing. `missing` lists (step, sentence) pairs."""

    def __init__(self, message: str, missing: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.missing = missing


class MoveNotAllowed(DomainError):
    """The proposal is in another state than the step needs."""


class ContentRefused(DomainError):
    """Something that even a draft can't hold, such as an end before the start.

    `field` names the question; `fields` all that have to do with it.
    """

    def __init__(self, message: str, field: str, fields: Collection[str] = ()) -> None:
        super().__init__(message)
        self.field = field
        self.fields = {field, *fields}


class FieldChanged(DomainError):
    """Somebody else changed a field meanwhile. `field` names it; `theirs` is what it says now."""

    def __init__(self, message: str, field: str, theirs: Any) -> None:
        super().__init__(message)
        self.field = field
        self.theirs = theirs


class PointsOpen(DomainError):
    """The checklist of completeness still has open points. `points` lists their codes."""

    def __init__(self, message: str, points: list[str]) -> None:
        super().__init__(message)
        self.points = points


class ReasonNeeded(DomainError):
    """A choice that differs from before needs a reason."""


class FieldUnknown(DomainError):
    """A merge field that the letter does not have."""


class FieldsOpen(DomainError):
    """A letter can't leave the house while merge fields are open. `fields` lists their names."""

    def __init__(self, message: str, fields: list[str]) -> None:
        super().__init__(message)
        self.fields = fields


class TextChanged(DomainError):
    """Somebody else changed the text since this page was opened."""


class LetterFrozen(DomainError):
    """A letter that was sent can't be changed."""


class TemplateMissing(DomainError):
    """There is no template for this letter."""


class NotAnOwner(DomainError):
    """Only an owner of a proposal decides who works on it."""


class LastOwner(DomainError):
    """A proposal always keeps an owner."""


class ContactStays(DomainError):
    """The contact named in what was submitted can't be taken off it."""


class InvitationRefused(DomainError):
    """The invitation can't be sent: it is open already, or the person works on the proposal."""


class InvitationClosed(DomainError):
    """The invitation was withdrawn, used by somebody, or has expired."""


class InvitationNotYours(DomainError):
    """The invitation is for another e-mail address than those that the person has confirmed."""


class NotYours(DomainError):
    """The step is for others than this person."""


class TextNeeded(DomainError):
    """Something that has to be said is empty."""


class AttachmentRefused(DomainError):
    """A file can't be added to a proposal: too large, too many, there already, or not one that we take."""


class OutageRefused(DomainError):
    """An outage that can't be recorded as it was entered."""
