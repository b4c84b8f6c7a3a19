"""Exceptions of the frame."""

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
