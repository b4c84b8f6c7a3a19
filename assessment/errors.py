"""Exceptions of the assessment."""

from core.errors import DomainError


class DeclarationNeeded(DomainError):
    """The file opens only after a declaration of interest."""


class StepNotYours(DomainError):
    """Another role takes this step."""


class DeclarationRefused(DomainError):
    """The declaration of interest says too little, or was made before."""


class AssignmentNotAllowed(DomainError):
    """The person can't assess this proposal."""


class ScoreNotAllowed(DomainError):
    """Points outside the scale, an unknown criterion, or “not applicable” where that can't be."""


class SavedElsewhere(DomainError):
    """Somebody saved this assessment after the page was opened: another tab, another device."""


class AssessmentIncomplete(DomainError):
    """Not every criterion has points and a reason.

    `missing` maps what is missing (`gate`, `gate_reason`, `<code>`, `<code>_reason`) to a sentence about it.
    """

    def __init__(self, message: str, missing: dict[str, str]) -> None:
        super().__init__(message)
        self.missing = missing


class AlreadyHandedIn(DomainError):
    """An assessment that was handed in can't be changed."""


class ConsensusIncomplete(AssessmentIncomplete):
    """The consensus misses points, a reason, what was discussed, or who was there."""


class ConsensusRecorded(DomainError):
    """The team has recorded its consensus already."""


class NotAllHandedIn(DomainError):
    """The consensus waits for every assessor."""


class AdviceNotAllowed(DomainError):
    """The advice does not follow from the rule, or its amounts don't fit the request.

    `field` names the answer that is wrong: `conditions`, `explanation`, a year, or nothing in particular.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AdviceGiven(DomainError):
    """The team has given its advice already."""
