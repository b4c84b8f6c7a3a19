"""How much work the assessors have, how much they can bear, and when they are away."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.states import Role
from applications.models import Proposal
from assessment.errors import CapacityRefused, StepNotYours
from assessment.models import AssessorCapacity, Assignment
from assessment.models.assigning import FILES_MOST
from assessment.states import AssessmentEvent
from core.domain import audit, clock


@dataclass(frozen=True)
class Load:
    """One assessor: what the person can bear at a time, and how many files are open, late and handed in."""

    person: User
    capacity: int
    is_usual: bool
    away_from: date | None
    away_until: date | None
    open: int
    late: int
    handed_in: int

    @property
    def room(self) -> int:
        """How many files more the person can take now."""
        return max(self.capacity - self.open, 0)

    @property
    def is_over(self) -> bool:
        """Whether the person has more than the person can bear."""
        return self.open > self.capacity

    def is_away_between(self, first: date, last: date) -> bool:
        """Tell whether the person is away on a day of a period; both ends count."""
        return (
            self.away_from is not None
            and self.away_until is not None
            and self.away_from <= last
            and first <= self.away_until
        )


def assessors() -> QuerySet[User]:
    """Return everybody who can be asked to assess, by name."""
    holders = User.objects.filter(role_holdings__role=Role.ASSESSOR, is_active=True)
    return holders.select_related("capacity").order_by("full_name", "pk")


def loads(*, reader: User | None = None) -> list[Load]:
    """Return the load of every assessor, by name.

    For a reader, proposals in which the reader has an interest don't count: nobody learns of a file by a number that
    is one higher (Awb 2:4). Without a reader everything counts, for the division.
    """
    counted = Assignment.objects.all()
    if reader is not None:
        counted = counted.exclude(proposal__in=Proposal.objects.of_interest_to(reader).order_by().values("pk"))
    numbers = counted.numbers_by_assessor(clock.today())
    return [_load(person, numbers.get(person.pk, (0, 0, 0))) for person in assessors()]


def _load(person: User, numbers: tuple[int, int, int]) -> Load:
    capacity: AssessorCapacity | None = getattr(person, "capacity", None)
    return Load(
        person,
        settings.ASSESSMENT_OPEN_FILES if capacity is None else capacity.open_files,
        capacity is None,
        None if capacity is None else capacity.away_from,
        None if capacity is None else capacity.away_until,
        *numbers,
    )


def may_set(*, by: User, person: User) -> bool:
    """Tell whether somebody may say what an assessor can bear: the programme manager, and the assessor."""
    return by.holds(Role.PROGRAMME_MANAGER) or (by == person and by.holds(Role.ASSESSOR))


def set_capacity(
    *, person: User, by: User, open_files: int, away_from: date | None, away_until: date | None
) -> AssessorCapacity:
    """Say how many open files an assessor can bear at a time (0: none for now), and between which days nobody asks.

    What was assigned stays assigned. Raises CapacityRefused, or StepNotYours for anybody but the assessor and the
    programme manager.
    """
    if not may_set(by=by, person=person):
        raise StepNotYours(_("Only the programme manager and the assessor can say this."))
    if not person.holds(Role.ASSESSOR):
        raise CapacityRefused(_("%(person)s is not an assessor.") % {"person": person.full_name})
    if not 0 <= open_files <= FILES_MOST:
        raise CapacityRefused(_("Fill in a number from 0 to %(most)d.") % {"most": FILES_MOST})
    if (away_from is None) != (away_until is None):
        raise CapacityRefused(_("Fill in both days, or none: the first and the last day away."))
    if away_from is not None and away_until is not None and away_until < away_from:
        raise CapacityRefused(_("The last day away can't come before the first."))
    facts = {"open_files": open_files, "away_from": away_from, "away_until": away_until}
    with transaction.atomic():
        capacity, _is_new = AssessorCapacity.objects.update_or_create(
            assessor=person, defaults={**facts, "set_at": clock.now(), "set_by": by}
        )
        changes = {name: None if value is None else str(value) for name, value in facts.items()}
        audit.record(event=AssessmentEvent.CAPACITY_SET, actor=by, about=person, changes=changes)
    return capacity
