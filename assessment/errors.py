"""Exceptions of the assessment."""

from core.errors import DomainError


class DeclarationNeeded(DomainError):
    """The file opens only after a declaration of interest."""


class AssignmentNotAllowed(DomainError):
    """This person can't assess this proposal."""


class AssessmentIncomplete(DomainError):
    """Not every criterion has a score and a reason. `missing` lists the labels."""

    def __init__(self, message: str, missing: list[str]) -> None:
        super().__init__(message)
        self.missing = missing


class AlreadyHandedIn(DomainError):
    """An assessment that was handed in can't be changed."""


class NotAllHandedIn(DomainError):
    """The consensus waits for every assessor."""


class AdviceNotAllowed(DomainError):
    """The advice does not follow from the rule, or its amounts don't fit the request."""
