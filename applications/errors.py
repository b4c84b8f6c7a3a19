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


class ContentRefused(DomainError):
    """Something that even a draft can't hold, such as an end before the start. `field` names the question."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class PointsOpen(DomainError):
    """The checklist of completeness still has open points. `points` lists their codes."""

    def __init__(self, message: str, points: list[str]) -> None:
        super().__init__(message)
        self.points = points


class ReasonNeeded(DomainError):
    """A choice that differs from before needs a reason."""
