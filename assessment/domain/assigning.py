"""Dividing many proposals among assessors at once: first a plan to look at, then all of it or nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Prefetch, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from accounts.states import Role
from applications.models import Collaborator, Proposal, ShutFile
from applications.states import ProposalState
from assessment.access import lock_files, lock_people, proposals_known_to
from assessment.domain import assignments, balance, workload
from assessment.domain.balance import Bearer, File
from assessment.domain.workload import Load
from assessment.errors import PlanStale
from assessment.models import Assignment, Consensus, WithdrawnAssignment
from assessment.states import AssigningWay
from core.domain import clock, requests


@dataclass(frozen=True)
class Wish:
    """What somebody wants divided: the proposals of a line (code; empty: all lines), among whom, how, until when."""

    line: str
    assessors: tuple[int, ...]
    way: AssigningWay
    due_on: date


@dataclass(frozen=True)
class Share:
    """What one assessor would get. `open` counts what the reader may know of; `is_over`: it is too much."""

    person: User
    proposals: list[Proposal]
    open: int
    capacity: int
    is_over: bool

    @property
    def after(self) -> int:
        """How many open files the person would have."""
        return self.open + len(self.proposals)


@dataclass(frozen=True)
class Gap:
    """A proposal that would still miss assessors, and why."""

    proposal: Proposal
    missing: int
    reasons: list[str]


@dataclass(frozen=True)
class Plan:
    """A division to look at. Its fingerprint tells whether the same division still follows later."""

    wish: Wish
    shares: list[Share]
    gaps: list[Gap]
    places: list[tuple[Proposal, list[User]]]
    fingerprint: str

    @property
    def count(self) -> int:
        """How many places it fills."""
        return sum(len(people) for _proposal, people in self.places)


def under_assessment(by: User) -> QuerySet[Proposal]:
    """Return the proposals that wait for assessors or for what they hand in, of whom `by` runs the assessment.

    Adds `needed`, `counting` and `done` (numbers of assessors). What waits longest comes first.
    """
    open_to_all = proposals_known_to(by).filter(state=ProposalState.IN_ASSESSMENT)
    open_to_all = open_to_all.exclude(Exists(Consensus.objects.filter(proposal=OuterRef("pk"))))
    if not by.holds(Role.PROGRAMME_MANAGER):
        open_to_all = open_to_all.filter(line__leads__user=by)
    counting = Assignment.objects.that_count().filter(proposal=OuterRef("pk"))
    return (
        open_to_all.select_related("organisation", "line")
        .annotate(
            needed=F("call__criteria_version__assessor_count"),
            counting=counting.number_by_proposal(),
            done=counting.handed_in().number_by_proposal(),
        )
        .order_by("complete_at", "pk")
    )


def unfilled(by: User) -> QuerySet[Proposal]:
    """Return the proposals that miss assessors, of whom `by` runs the assessment; what waits longest comes first."""
    return under_assessment(by).filter(counting__lt=F("needed"))  # type: ignore[misc]


def overview(by: User) -> QuerySet[Proposal]:
    """Return what the page on assigning shows: what misses assessors first, then what waits for them."""
    shown = Prefetch("assignments", Assignment.objects.for_overview(), to_attr="asked")
    is_filled = Case(When(counting__gte=F("needed"), then=1), default=0)
    return (
        under_assessment(by)
        .annotate(is_filled=is_filled)
        .order_by("is_filled", "complete_at", "pk")
        .prefetch_related(shown)
    )


def plan(wish: Wish, *, by: User) -> Plan:
    """Divide the proposals that miss assessors among the people of a wish, without doing it.

    Evenly: each gets as many as it misses, within everybody's capacity, nobody who is away before the day. Everybody:
    each person gets all of them, capacity or not; who would have too much is shown. Never somebody with an interest,
    of the organisation, who works or worked on it (Awb 2:4), who was asked already, or from whom it was taken back.
    """
    proposals = list(_wished(wish, by))
    everybody = workload.loads()
    chosen = [load for load in everybody if load.person.pk in wish.assessors]
    barred = _barred(proposals)
    files = [
        File(proposal.pk, vars(proposal)["needed"] - vars(proposal)["counting"], barred[proposal.pk])
        for proposal in proposals
    ]
    here = [load for load in chosen if not load.is_away_between(clock.today(), wish.due_on)]
    bearers = [Bearer(load.person.pk, load.open, load.room) for load in here]
    divide = balance.evenly if wish.way == AssigningWay.EVENLY else balance.for_everybody
    division = divide(files, bearers)
    people = {load.person.pk: load.person for load in chosen}
    places = [(proposal, [people[pk] for pk in division[proposal.pk]]) for proposal in proposals]
    missing = {file.pk: max(file.missing - len(division[file.pk]), 0) for file in files}
    return Plan(
        wish,
        _shares(here, places, {load.person.pk: load.open for load in workload.loads(reader=by)}),
        [
            _gap(one, missing[one.pk], wish, chosen, barred=set(barred[one.pk]), given=set(division[one.pk]))
            for one in proposals
            if missing[one.pk]
        ],
        [(proposal, chosen_ones) for proposal, chosen_ones in places if chosen_ones],
        _fingerprint(wish, division, missing),
    )


def carry_out(*, wish: Wish, fingerprint: str, by: User, request_key: UUID) -> list[Assignment]:
    """Carry out a plan that somebody looked at: all of it, or nothing, with one message for each assessor.

    `fingerprint` is that of the plan that was shown. Raises PlanStale when another plan follows now, because somebody
    assigned, declared an interest, handed in or withdrew meanwhile; and what `assign_all` raises. A repeat of the
    request gives what was made.
    """
    body = {
        "line": wish.line,
        "assessors": wish.assessors,
        "way": wish.way,
        "due_on": wish.due_on,
        "fingerprint": fingerprint,
    }
    with transaction.atomic():
        request, is_new = requests.take(key=request_key, actor=by, purpose="assessment.divide", body=body)
        if not is_new:
            return list(Assignment.objects.filter(pk__in=(request.answer or {})["assignments"]))
        lock_files(_wished(wish, by).order_by().values_list("pk", flat=True))
        lock_people(wish.assessors)
        now = plan(wish, by=by)
        if now.fingerprint != fingerprint or not now.count:
            raise PlanStale(_("Something changed after this page was made. Look at the division as it would be now."))
        made = assignments.assign_many(places=now.places, by=by, due_on=wish.due_on)
        requests.answer(request, assignments=[one.pk for one in made])
    return made


def _wished(wish: Wish, by: User) -> QuerySet[Proposal]:
    return unfilled(by).filter(line__code=wish.line) if wish.line else unfilled(by)


def _barred(proposals: Sequence[Proposal]) -> dict[int, frozenset[int]]:
    """Return for each proposal (by primary key) who can't be asked for it by a division: five queries."""
    numbers = [proposal.pk for proposal in proposals]
    found: dict[int, set[int]] = {number: set() for number in numbers}
    for model, person in (
        (ShutFile, "user"),
        (Collaborator, "user"),
        (Assignment, "assessor"),
        (WithdrawnAssignment, "assessor"),
    ):
        rows = model._default_manager.filter(proposal__in=numbers).values_list("proposal", person)
        for proposal_id, person_id in rows:
            found[proposal_id].add(person_id)
    members: dict[int, set[int]] = {}
    organisations = {proposal.organisation_id for proposal in proposals}
    for organisation_id, person_id in Membership.objects.filter(organisation__in=organisations).values_list(
        "organisation", "user"
    ):
        members.setdefault(organisation_id, set()).add(person_id)
    return {one.pk: frozenset(found[one.pk] | members.get(one.organisation_id, set())) for one in proposals}


def _shares(here: list[Load], places: list[tuple[Proposal, list[User]]], known: dict[int, int]) -> list[Share]:
    got: dict[int, list[Proposal]] = {}
    for proposal, people in places:
        for person in people:
            got.setdefault(person.pk, []).append(proposal)
    shares = []
    for load in here:
        proposals = got.get(load.person.pk, [])
        is_over = bool(proposals) and len(proposals) > load.room
        shares.append(Share(load.person, proposals, known[load.person.pk], load.capacity, is_over))
    return shares


def _gap(proposal: Proposal, missing: int, wish: Wish, chosen: list[Load], *, barred: set[int], given: set[int]) -> Gap:
    """Say why a proposal would still miss assessors: what keeps each of the chosen people from it."""
    kept = sum(load.person.pk in barred for load in chosen)
    others = [load for load in chosen if load.person.pk not in barred | given]
    away = sum(load.is_away_between(clock.today(), wish.due_on) for load in others)
    full = len(others) - away
    reasons = []
    if len(chosen) - kept < missing + len(given):
        reasons.append(_("Too few people were chosen who can be asked."))
    if kept:
        was_asked = ngettext(
            "%(count)d person was asked before, or has an interest.",
            "%(count)d people were asked before, or have an interest.",
            kept,
        )
        reasons.append(was_asked % {"count": kept})
    if away:
        reasons.append(ngettext("%(count)d person is away.", "%(count)d people are away.", away) % {"count": away})
    if full:
        no_room = ngettext("%(count)d person has no room for more.", "%(count)d people have no room for more.", full)
        reasons.append(no_room % {"count": full})
    return Gap(proposal, missing, reasons)


def _fingerprint(wish: Wish, division: balance.Division, missing: dict[int, int]) -> str:
    told = [wish.way, wish.due_on.isoformat(), sorted(division.items()), sorted(missing.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
