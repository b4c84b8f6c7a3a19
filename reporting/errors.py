"""Exceptions of the reports."""

from core.errors import DomainError


class CutOffInFuture(DomainError):
    """A report can't tell about a day that has yet to come."""


class YearWithoutBudget(DomainError):
    """The council set no budget in this year, so there is nothing to report."""


class NotFailed(DomainError):
    """Only a report that failed can be made again."""


class FormsInvalid(DomainError):
    """The file with the forms of the reports can't be read. `problems` says where and why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
