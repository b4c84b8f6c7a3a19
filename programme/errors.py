"""Exceptions of the frame."""

from typing import NamedTuple

from core.errors import DomainError


class FrameInvalid(DomainError):
    """The data of the frame can't be read. `problems` says where and why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class CriteriaNotYours(DomainError):
    """Only the programme manager writes and adopts criteria."""


class CriteriaNotAdopted(DomainError):
    """The version of the criteria is still a draft."""


class CriteriaFixed(DomainError):
    """The version of the criteria is adopted, so it can't be changed or removed any more."""


class CriteriaChanged(DomainError):
    """Somebody else changed this part of the draft since the page was shown."""


class CriteriaRefused(DomainError):
    """Something in a version of the criteria that does not hold together. `field` names what to change."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CriteriaNotReady(DomainError):
    """A draft can't be adopted yet. `missing` lists the sentences that say why."""

    def __init__(self, message: str, missing: list[str]) -> None:
        super().__init__(message)
        self.missing = missing


class IndicatorNotYours(DomainError):
    """The person may not enter values, or not define what they mean."""


class IndicatorRefused(DomainError):
    """A definition or a value that does not hold together. `field` names what to change."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class IndicatorChanged(DomainError):
    """Somebody else wrote the definition or the value since the page was shown."""


class BadLine(NamedTuple):
    """A line of a file that can't be taken in, counted from 1 with the heading, and why."""

    number: int
    reason: str


class IndicatorFileRefused(DomainError):
    """A file of values that is refused as a whole. `problems` names every line that is wrong."""

    def __init__(self, message: str, problems: list[BadLine] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []
