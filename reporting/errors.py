"""Exceptions of the reports."""

from core.errors import DomainError


class CutOffInFuture(DomainError):
    """A report can't tell about a day that has yet to come."""


class YearWithoutBudget(DomainError):
    """The council set no budget in this year, so there is nothing to report."""


class NotStopped(DomainError):
    """Only a rendering that failed or was cancelled can be made again."""


class NotAtWork(DomainError):
    """A rendering that has ended can't be cancelled."""


class ReportIsFinal(DomainError):
    """Of a report that is final nothing more is made."""


class FormsInvalid(DomainError):
    """The file with the forms of the reports can't be read. `problems` says where and why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ReportClosed(DomainError):
    """A report that is final, or that is being made so, takes no text and no signature."""


class TextNotYours(DomainError):
    """Somebody else writes this text of a report."""


class TextChanged(DomainError):
    """Somebody saved another version of a text after the page was opened."""


class TextEmpty(DomainError):
    """There is nothing to save of a text that nobody began."""


class NotASigner(DomainError):
    """A report is signed by the programme manager and the financial adviser, and by nobody else."""


class NotReadyToSign(DomainError):
    """A report without figures, or without a text that its form needs, can't be signed."""


class NotSigned(DomainError):
    """Nothing becomes final that the programme manager and the financial adviser did not both sign."""


class ContentChanged(DomainError):
    """The report says something else than what was on the screen."""


class FourEyes(DomainError):
    """Each of the two signatures is given once, by two different people."""


class TermsInvalid(DomainError):
    """The file with the terms to keep files can't be read."""


class NothingDue(DomainError):
    """An order is about files whose term is over, at least one, and none of them is on another open order."""


class PurgeNotYours(DomainError):
    """An order is prepared by one person and signed by another."""


class PurgeChanged(DomainError):
    """An order is not what was signed, or a file on it is no longer due."""


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
