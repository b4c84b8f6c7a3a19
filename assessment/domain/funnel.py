"""The funnel: how many proposals came to each step, how many stand there now, and with how many euros."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.domain import granted_shown
from applications.models import Proposal, StateChange
from applications.models.proposal import ProposalQuerySet
from applications.states import ProposalState
from assessment.access import files_open_to
from assessment.domain.statistics import EUROS, NOTHING, Scope
from assessment.models import AdvisedAmount, Assignment
from assessment.states import Outcome
from core.domain import money


class Kind(StrEnum):
    """What a row of the funnel is: a step of the road, a part of the step above it, or a way out."""

    STEP = "step"
    PART = "part"
    END = "end"


@dataclass(frozen=True)
class Step:
    """A row of the funnel. `reached` came this far, `here` of them stand here now; amounts are in euros or untold."""

    code: str
    label: str | Promise
    kind: Kind
    reached: int
    here: int | None = None
    asked: Decimal | None = None
    advised: Decimal | None = None
    granted: Decimal | None = None


@dataclass(frozen=True)
class Group:
    """Proposals that stand in the same place: how many, and what they ask and were advised together, in euros.

    `outcome` is empty without an advice, and where the person may not read the file; then nothing is advised either.
    """

    state: str
    is_complete: bool
    has_assessors: bool
    has_advice: bool
    was_listed: bool
    told_outcome: str
    number: int
    asked_total: Decimal
    advised_total: Decimal


Granted = Mapping[granted_shown.Place, Decimal]
Condition = Callable[[Group], bool]

NOT_TOLD = "not_told"
GRANTED = (ProposalState.GRANTED, ProposalState.SETTLED)


def funnel(scope: Scope, *, reader: User, granted: Granted) -> list[Step]:
    """Return the funnel of a part of the programme, of what `reader` may know of. Two queries.

    `granted` is what was granted in it, in euros (see `Scope.granted`).

    Of drafts only the number is told. The outcome of an advice and its amounts are told to who may read the file.
    """
    groups = _groups(scope, scope.proposals(reader), reader)
    drafts = scope.drafts(reader).aggregate(number=Count("pk", distinct=True))["number"]
    of_year = money.total(amount for (_line, year), amount in granted.items() if scope.year in {None, year})
    started = Step("started", _("Started"), Kind.STEP, drafts + sum(group.number for group in groups), drafts)
    return [started, *_on_the_road(groups), *_decided(groups, of_year), *_ended(groups)]


def _groups(scope: Scope, proposals: ProposalQuerySet, reader: User) -> list[Group]:
    """Return the proposals by where they stand: a few dozen rows, however many proposals there are. One query."""
    amounts = AdvisedAmount.objects.filter(scope.of_year(), advice__proposal=OuterRef("pk")).order_by()
    advised = amounts.values("advice__proposal").annotate(total=Sum("advised")).values("total")
    advised_total = Coalesce(Subquery(advised, output_field=EUROS), NOTHING)
    opens = Q(pk__in=files_open_to(reader).order_by().values("pk"))
    stands = Q(advice__isnull=False, advice__taken_back_at=None)
    placed = Proposal.objects.filter(pk__in=proposals.values("pk")).annotate(
        is_complete=Q(complete_at__isnull=False),
        has_assessors=Exists(Assignment.objects.filter(proposal=OuterRef("pk"))),
        has_advice=stands,
        was_listed=Exists(StateChange.objects.filter(proposal=OuterRef("pk"), to_state=ProposalState.LISTED)),
        told_outcome=Case(When(opens & stands, then=F("advice__outcome")), default=Value("")),
        asked=scope.asked(),
        advised=Case(When(opens & stands, then=advised_total), default=NOTHING),
    )
    keys = ("state", "is_complete", "has_assessors", "has_advice", "was_listed", "told_outcome")
    rows = placed.order_by().values_list(*keys)
    sums = {"number": Count("pk"), "asked_total": Sum("asked"), "advised_total": Sum("advised")}
    return [Group(*row) for row in rows.annotate(**sums)]


def _step(code: str, label: Promise, kind: Kind, groups: Sequence[Group], *, here: Condition | None = None) -> Step:
    """Return a row for the proposals of groups. `here` picks those that stand there now."""
    return Step(
        code,
        label,
        kind,
        reached=sum(group.number for group in groups),
        here=None if here is None else sum(group.number for group in groups if here(group)),
        asked=money.total(group.asked_total for group in groups),
    )


def _with_advised(step: Step, groups: Sequence[Group], granted: Decimal | None = None) -> Step:
    advised = money.total(group.advised_total for group in groups)
    return Step(step.code, step.label, step.kind, step.reached, step.here, step.asked, advised, granted)


def _in(*states: ProposalState) -> Condition:
    return lambda group: group.state in states


def _on_the_road(groups: list[Group]) -> list[Step]:
    """Return the steps from the submission to the list of the college; the outcomes are parts of the advice."""
    complete = [group for group in groups if group.is_complete]
    assessed = [group for group in complete if group.has_assessors]
    advised = [group for group in groups if group.has_advice]
    listed = [group for group in groups if group.was_listed]
    received = _in(ProposalState.SUBMITTED, ProposalState.SUPPLEMENT)
    in_assessment = _in(ProposalState.IN_ASSESSMENT)
    parts: list[tuple[str, Promise, list[Group]]] = [
        (outcome.value, outcome.label, [group for group in advised if group.told_outcome == outcome])
        for outcome in Outcome
    ]
    untold = [group for group in advised if not group.told_outcome]
    if untold:
        parts.append((NOT_TOLD, _("Outcome in a file that isn’t yours to read"), untold))
    return [
        _step("submitted", _("Submitted"), Kind.STEP, groups, here=received),
        _step(
            "complete",
            _("Found complete"),
            Kind.STEP,
            complete,
            here=lambda group: in_assessment(group) and not group.has_assessors,
        ),
        _step("assessed", _("With assessors"), Kind.STEP, assessed, here=in_assessment),
        _with_advised(
            _step("advised", _("Advice given"), Kind.STEP, advised, here=_in(ProposalState.ADVISED)), advised
        ),
        *(_with_advised(_step(code, label, Kind.PART, found), found) for code, label, found in parts),
        _with_advised(
            _step("listed", _("On a decision list"), Kind.STEP, listed, here=_in(ProposalState.LISTED)), listed
        ),
    ]


def _decided(groups: list[Group], granted: Decimal) -> list[Step]:
    given = [group for group in groups if group.state in GRANTED]
    refused = [group for group in groups if group.state == ProposalState.REFUSED]
    return [
        _with_advised(_step("granted", _("Granted"), Kind.STEP, given), given, granted),
        _with_advised(_step("refused", _("Refused"), Kind.END, refused), refused),
    ]


def _ended(groups: list[Group]) -> list[Step]:
    ends = ((ProposalState.WITHDRAWN, _("Withdrawn")), (ProposalState.NOT_PROCESSED, _("Not processed")))
    return [
        _step(state.value, label, Kind.END, [group for group in groups if group.state == state])
        for state, label in ends
    ]
