"""Exceptions of calls and proposals."""

from core.errors import DomainError


class CallClosed(DomainError):
    """The call is not open, or no longer."""


class ProposalFrozen(DomainError):
    """A submitted proposal can't be changed."""


class ProposalIncomplete(DomainError):
    """Something that a proposal must say before submission is missing. `missing` lists (step, sentence) pairs."""

    def __init__(self, message: str, missing: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.missing = missing


class MoveNotAllowed(DomainError):
    """The proposal is in another state than the step needs."""
