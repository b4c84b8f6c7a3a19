"""Exceptions of the assessment."""

from typing import Any

from core.errors import DomainError


class DeclarationNeeded(DomainError):
    """The file opens only after a declaration of interest."""


class StepNotYours(DomainError):
    """Another role takes this step."""


class DeclarationRefused(DomainError):
    """The declaration of interest says too little, or was made before."""


class AssignmentNotAllowed(DomainError):
    """The person can't assess this proposal."""


class PlanStale(DomainError):
    """Something changed after the division was shown, so that it is not carried out."""


class CapacityRefused(DomainError):
    """The capacity of an assessor is no number of files, or the days away are no period."""


class LotteryRefused(DomainError):
    """There is nothing to draw, it is too early, or it was drawn before."""


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

    `field` names the answer that is wrong (see advice_content.checked), or nothing in particular.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AdviceGiven(DomainError):
    """The team has given its advice already."""


class AdviceBound(DomainError):
    """There is no advice that can be taken back: none was given, or it stands on a list or was decided on."""


class DraftChanged(DomainError):
    """Somebody saved the advice that is being written after the page was opened."""


class FilterNotSaved(DomainError):
    """A filter of the list has no name, a name that is taken, or asks nothing. `field` names the answer."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class BulkRefused(DomainError):
    """An action on many proposals can't be carried out on one of them, so on none. `lines` tells which and why."""

    def __init__(self, message: str, lines: list[Any]) -> None:
        super().__init__(message)
        self.lines = lines


class NotInPanel(DomainError):
    """The person does not take part in the talent panel: no role, not of age, or joined before."""


class PanelNotAsked(DomainError):
    """A proposal can't be put to the panel. `field` names the answer that is wrong, or nothing in particular."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class PanelClosed(DomainError):
    """The panel's last day has passed, or the team has agreed."""


class PanelAnswerChanged(DomainError):
    """A member changed the own answer after the page was opened: another tab, another device."""


class PanelAnswerIncomplete(AssessmentIncomplete):
    """Not every criterion that concerns talent has a mark, or the sentence misses or is too long."""


class NothingToDo(DomainError):
    """An action would leave everything as it is."""


class MeetingNotReady(DomainError):
    """The meeting has not begun, is over, or misses something for this step.

    `field` names the answer that is wrong, or nothing in particular.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotForAgenda(DomainError):
    """The proposal can't be on the agenda, or stands on another one."""
