"""Exceptions of the frame."""

from core.errors import DomainError


class FrameInvalid(DomainError):
    """The data of the frame can't be read. `problems` says where and why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
