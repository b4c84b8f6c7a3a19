"""Exceptions of the money."""

from decimal import Decimal
from typing import NamedTuple

from core.errors import DomainError


class Shortage(NamedTuple):
    """How much is missing on one line and year, in euros."""

    line: str
    year: int
    free: Decimal
    asked: Decimal

    @property
    def missing(self) -> Decimal:
        """The amount that does not fit, in euros."""
        return self.asked - self.free


class NoRoom(DomainError):
    """A grant does not fit. `shortages` names every line and year, and what is missing there."""

    def __init__(self, message: str, shortages: list[Shortage]) -> None:
        super().__init__(message)
        self.shortages = shortages


class AboveDeMinimis(DomainError):
    """A grant would bring an undertaking above the de-minimis ceiling (Regulation (EU) 2023/2831, art. 3)."""


class AboveCeiling(DomainError):
    """A grant would come above a ceiling that the call published (Awb 4:25)."""


class AboveReserve(DomainError):
    """The lines together would draw more from the reserve than the council allowed."""


class BelowCommitted(DomainError):
    """A line would get less than what is granted and spent on it already."""


class MoreThanGranted(DomainError):
    """A movement would take more from a grant than it still holds."""


class ListNotReady(DomainError):
    """The decision list is in another state than the step needs, or an item on it is not in order."""


class ListChanged(ListNotReady):
    """Somebody changed the list after the page that the person decided on was shown."""


class StepNotYours(DomainError):
    """The person's role does not do the step."""


class HasInterest(DomainError):
    """Nobody takes a step in a matter of one's own (Awb 2:4)."""


class SamePerson(DomainError):
    """Preparing and approving are never done by the same person."""


class CouncilDecisionNotReady(DomainError):
    """A decision of the council is in another state than the step needs, or its amounts don't add up."""


class CouncilDecisionChanged(CouncilDecisionNotReady):
    """Somebody changed a decision of the council after the page that the person acted on was shown."""


class ConditionNotOpen(DomainError):
    """The condition of a grant can't be invoked (any more): it lapsed, was invoked, or has no term yet (Awb 4:34)."""


class MoreThanFree(DomainError):
    """More would be carried over than is free on a line and year. `line` is the code of the programme line."""

    def __init__(self, message: str, line: str) -> None:
        super().__init__(message)
        self.line = line


class AccountNotReady(DomainError):
    """The account is in another state than the step needs, or what it asks is not filled in."""


class AccountChanged(AccountNotReady):
    """Somebody changed the account after the page was shown."""


class SettlementNotReady(DomainError):
    """The settlement is in another state than the step needs, or its figures or grounds are not in order."""


class SettlementChanged(SettlementNotReady):
    """Somebody changed the settlement after the page that the person decided on was shown."""


class MoreThanClaimed(DomainError):
    """More would come in on a claim than the claim is."""


class PaymentNotReady(DomainError):
    """A payment or payment order is in another state than the step needs, or the money is not there to be paid."""


class SepaNotConfigured(DomainError):
    """The municipality's own name, IBAN or BIC is missing, so no order to the bank can be made."""


class BadLine(NamedTuple):
    """A line of an imported file that can't be used: its number from 1, and why."""

    number: int
    reason: str


class ImportRefused(DomainError):
    """A file was refused as a whole. `problems` lists every line that is wrong; nothing was booked or kept."""

    def __init__(self, message: str, problems: list[BadLine] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class ScenarioNotReady(DomainError):
    """What is asked of a scenario can't be done with what stands in it."""


class ScenarioChanged(ScenarioNotReady):
    """Somebody changed the scenario after the page that the person works on was shown."""


class ObjectionNotReady(DomainError):
    """The objection, or the decision it is about, is in another state than the step needs."""


class ObjectionChanged(ObjectionNotReady):
    """Somebody changed the objection after the page that the person decided on was shown."""


class ProgressNotReady(DomainError):
    """No progress report can be sent or judged here now."""
