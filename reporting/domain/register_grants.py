"""One grant of the public register: its years, its decision, what it promised and what came of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from applications.states import FundingForm
from budget.models import Account, Decision, ReportedResult, Settlement
from budget.states import AccountState, SettlementState
from core.domain.money import ZERO, total
from programme.models import Line
from reporting.domain import public_text, register
from reporting.domain.register import Row
from reporting.states import GRANT_STATE_KINDS, GrantState


class Result(NamedTuple):
    """A result that was promised: what is counted, then, at the end, and what was reached (empty: not told yet)."""

    indicator: str
    baseline: str
    target: str
    achieved: str


class Year(NamedTuple):
    """A year of a grant, in euros; a year for which something was asked and nothing granted is one too."""

    year: int
    requested: Decimal
    granted: Decimal
    settled: Decimal | None
    conditional: bool


@dataclass(frozen=True)
class Grant:
    """A grant as the public reads it, in euros. `settled_on` is None until the partner has the letter of that."""

    reference: str
    decision: str
    college_number: str
    decided_on: date
    sent_on: date
    title: str
    summary: str
    line: Line
    kind: FundingForm
    applicant: str
    kvk_number: str
    starts_on: date | None
    ends_on: date | None
    areas: tuple[str, ...]
    served: tuple[str, ...]
    rows: tuple[Row, ...]
    years: tuple[Year, ...]
    results: tuple[Result, ...]
    requested: Decimal
    settlement: str
    settled_on: date | None
    after_objection: bool

    @property
    def applicant_shown(self) -> str:
        """Who got the grant, as the public reads it."""
        return self.applicant or _("Resident(s)")

    @property
    def granted(self) -> Decimal:
        """What was granted over all years."""
        return total(row.granted for row in self.rows)

    @property
    def settled(self) -> Decimal | None:
        """What was settled over all years, or None until then."""
        return total(row.settled or ZERO for row in self.rows) if self.settled_on else None

    @property
    def has_condition(self) -> bool:
        """Whether money of a year waits for the council's budget of that year (Awb 4:34)."""
        return any(row.conditional for row in self.rows)

    @property
    def state(self) -> GrantState:
        """Where the grant is."""
        if self.settled_on:
            return GrantState.SETTLED
        return GrantState.CONDITIONAL if self.has_condition else GrantState.GRANTED

    @property
    def state_label(self) -> str:
        """Where the grant is, in words."""
        return str(self.state.label)

    @property
    def state_kind(self) -> str:
        """How the state looks, beside its words."""
        return GRANT_STATE_KINDS[self.state]

    @property
    def kind_label(self) -> str:
        """In what form the municipality pays, in words."""
        return str(self.kind.label)

    @property
    def last_changed_on(self) -> date:
        """When the last letter about it was sent."""
        return max(filter(None, (self.sent_on, self.settled_on)))


def grants(of: QuerySet[Decision] | None = None) -> list[Grant]:
    """Return the grants of the register by reference: all of them, or those by some decisions in it.

    The same number of queries for any number of grants.
    """
    found = register.decisions() if of is None else of
    whole = [_grant(one) for one in _with_content(found.order_by("proposal__reference"))]
    return [grant for grant in whole if grant.rows]


def grant(reference: str) -> Grant | None:
    """Return the grant with the reference of its proposal, or None when the register has no such grant."""
    found = grants(register.decisions().filter(proposal__reference=reference))
    return found[0] if found else None


def _with_content(found: QuerySet[Decision]) -> QuerySet[Decision]:
    rows = register.for_page(register.published()).order_by("budget_line__year")
    settlements = Settlement.objects.filter(state=SettlementState.FINAL, letter__isnull=False)
    reached = ReportedResult.objects.filter(account__state=AccountState.CHECKED).select_related("account")
    return found.select_related(
        "letter",
        "decision_list",
        "proposal__organisation",
        "proposal__contact",
        "proposal__line",
        "proposal__call",
    ).prefetch_related(
        Prefetch("amounts", queryset=rows, to_attr="published_rows"),
        "advice__amounts",
        Prefetch("settlement", queryset=settlements.select_related("letter")),
        "proposal__organisation__memberships__user",
        "proposal__collaborators__user",
        "proposal__promised_results",
        "proposal__desired_results",
        "proposal__areas",
        Prefetch("account", queryset=Account.objects.prefetch_related(Prefetch("results", queryset=reached))),
    )


def _grant(decision: Any) -> Grant:
    proposal = decision.proposal
    names = public_text.people_of(proposal)
    rows = tuple(register.rows_of(decision.published_rows))
    settlement = getattr(decision, "settlement", None)
    by_resident = public_text.is_person(proposal)
    return Grant(
        reference=proposal.reference,
        decision=decision.reference,
        college_number=public_text.shown(decision.decision_list.number, names),
        decided_on=decision.decided_on,
        sent_on=decision.letter.sent_on,
        title=public_text.shown(proposal.title, names),
        # What residents write of themselves is about persons: the title alone says what it is for.
        summary="" if by_resident else public_text.shown(proposal.summary, names),
        line=rows[0].line if rows else proposal.line,
        kind=FundingForm(proposal.funding_form),
        applicant="" if by_resident else proposal.organisation.name,
        kvk_number="" if by_resident else proposal.organisation.kvk_number or "",
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        areas=tuple(area.name for area in proposal.areas.all()),
        served=tuple(result.text for result in proposal.desired_results.all()),
        rows=rows,
        years=_years(decision, rows, settled=settlement is not None),
        results=_results(decision, names),
        requested=total(one.requested for one in decision.advice.amounts.all()),
        settlement=settlement.reference if settlement else "",
        settled_on=settlement.letter.sent_on if settlement else None,
        after_objection=decision.objection_id is not None,
    )


def _years(decision: Any, rows: tuple[Row, ...], *, settled: bool) -> tuple[Year, ...]:
    """Return every year for which something was asked or granted."""
    requested = {one.year: one.requested for one in decision.advice.amounts.all() if one.requested}
    by_year = {row.year: row for row in rows}
    nothing = Year(0, ZERO, ZERO, ZERO if settled else None, conditional=False)
    found = []
    for year in sorted({*requested, *by_year}):
        row = by_year.get(year)
        told = Year(year, row.requested, row.granted, row.settled, row.conditional) if row else nothing
        found.append(told._replace(year=year, requested=requested.get(year, ZERO)))
    return tuple(found)


def _results(decision: Any, names: list[str]) -> tuple[Result, ...]:
    account = getattr(decision, "account", None)
    achieved = {one.promised_result_id: one.achieved for one in account.results.all()} if account else {}

    def shown(text: str) -> str:
        return public_text.shown(text, names)

    return tuple(
        Result(shown(one.indicator), shown(one.baseline), shown(one.target), shown(achieved.get(one.pk, "")))
        for one in decision.proposal.promised_results.all()
    )
