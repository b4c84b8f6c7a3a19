"""Dividing proposals evenly among assessors. Arithmetic only: nothing is read or written here, no dice are thrown.

The division gives as many places as can be given, and among all divisions that do so one in which the work is as level
as it can be. It is built place by place: a new place goes along the chain of swaps that ends at the person with the
least work. Every step keeps the division level, so the last one is (shortest augmenting paths; the cost of one more
file for a person is what that person has already).
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bearer:
    """An assessor: how many open files the person has, and how many more the person can take."""

    pk: int
    load: int
    room: int


@dataclass(frozen=True)
class File:
    """A proposal: how many assessors it still needs, and who can't be one of them."""

    pk: int
    missing: int
    barred: frozenset[int] = frozenset()


# The assessors that each file gets, by primary key of the file.
Division = dict[int, list[int]]


def evenly(files: Sequence[File], bearers: Iterable[Bearer]) -> Division:
    """Divide files: never somebody barred, nobody twice, nobody beyond the room, and loads as level as can be.

    What comes first is filled first when there are too few places. The same question has the same answer.
    """
    people = {bearer.pk: bearer for bearer in sorted(bearers, key=lambda bearer: bearer.pk)}
    state = _State(
        allowed={file.pk: [pk for pk in people if pk not in file.barred] for file in files},
        given={file.pk: set() for file in files},
        held={pk: set() for pk in people},
        loads={pk: bearer.load for pk, bearer in people.items()},
        rooms={pk: bearer.room for pk, bearer in people.items()},
    )
    for file in files:
        for _place in range(file.missing):
            if not state.add_to(file.pk):
                break
    return {file.pk: sorted(state.given[file.pk]) for file in files}


def for_everybody(files: Sequence[File], bearers: Iterable[Bearer]) -> Division:
    """Give every file to everybody who isn't barred from it."""
    people = sorted(bearer.pk for bearer in bearers)
    return {file.pk: [pk for pk in people if pk not in file.barred] for file in files}


@dataclass
class _State:
    """A division under way: who may have which file, who has it, and how much work everybody has."""

    allowed: Mapping[int, list[int]]
    given: dict[int, set[int]]
    held: dict[int, set[int]]
    loads: dict[int, int]
    rooms: dict[int, int]

    def add_to(self, file: int) -> bool:
        """Give a file one assessor more, if need be by swaps. False when nobody can take one."""
        came_by, depth = self._reach(file)
        ends = [pk for pk in came_by if self.rooms[pk] > 0]
        if not ends:
            return False
        end = min(ends, key=lambda pk: (self.loads[pk], depth[pk], pk))
        self.loads[end] += 1
        self.rooms[end] -= 1
        taker: int | None = end
        while taker is not None:
            taken, giver = came_by[taker]
            self.given[taken].add(taker)
            self.held[taker].add(taken)
            if giver is not None:
                self.given[taken].discard(giver)
                self.held[giver].discard(taken)
            taker = giver
        return True

    def _reach(self, file: int) -> tuple[dict[int, tuple[int, int | None]], dict[int, int]]:
        """Return who can get a file more by a chain of swaps: which file, from whom (None: it is the new place)."""
        came_by: dict[int, tuple[int, int | None]] = {}
        depth: dict[int, int] = {}
        queue: deque[tuple[int, int | None]] = deque([(file, None)])
        while queue:
            offered, giver = queue.popleft()
            for taker in self.allowed[offered]:
                if taker in came_by or taker in self.given[offered]:
                    continue
                came_by[taker] = (offered, giver)
                depth[taker] = 0 if giver is None else depth[giver] + 1
                queue.extend((held, taker) for held in sorted(self.held[taker]))
        return came_by, depth
