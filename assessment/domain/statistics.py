"""What the team's figures are about: a call, a line and a year, and of those what a person may know of (Awb 2:4)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from applications.domain import granted_shown
from applications.models import BudgetItemAmount, Call, Proposal
from applications.models.proposal import WHOLE_PROGRAMME, ProposalQuerySet
from applications.states import BudgetSide, ProposalState
from assessment.access import proposals_known_to
from core.domain import money
from programme.models import Line

EUROS: DecimalField[Decimal, Decimal] = DecimalField(max_digits=14, decimal_places=2)
NOTHING = Value(money.ZERO, output_field=EUROS)

# What an amount of the budget adds to what is asked: a cost adds to it, co-funding takes off.
ASKED = Case(When(item__side=BudgetSide.COST, then=F("amount")), default=-F("amount"), output_field=EUROS)


def lines_known_to(user: User) -> QuerySet[Line]:
    """Return the lines whose figures mean something to a person: all, or for the lead of a line the own lines."""
    lines = Line.objects.order_by("position")
    return lines if user.holds(*WHOLE_PROGRAMME) else lines.filter(leads__user=user)


@dataclass(frozen=True)
class Scope:
    """A part of the programme: of one call or of all (None), of one line or all, with costs in one year or any."""

    call: Call | None = None
    line: Line | None = None
    year: int | None = None

    def proposals(self, user: User) -> ProposalQuerySet:
        """Return the submitted proposals in it that a person may know of as a member of the team."""
        found = proposals_known_to(user)
        if self.line is not None:
            found = found.filter(line=self.line)
        return self._narrowed(found)

    def drafts(self, user: User) -> ProposalQuerySet:
        """Return the drafts in it, to count and for nothing else: what partners write is theirs until they submit.

        Never a draft in which the person has an interest; for the lead of a line those that were begun for that line.
        """
        found = Proposal.objects.filter(state=ProposalState.DRAFT)
        found = found.exclude(pk__in=Proposal.objects.of_interest_to(user).order_by().values("pk"))
        if not user.holds(*WHOLE_PROGRAMME):
            found = found.filter(proposed_line__leads__user=user)
        if self.line is not None:
            found = found.filter(proposed_line=self.line)
        return self._narrowed(found)

    def granted(self, user: User) -> dict[granted_shown.Place, Decimal]:
        """Return what was granted to its proposals, in euros by line and year. One query."""
        return granted_shown.granted_to(self.proposals(user))

    def of_year(self) -> Q:
        """Return the condition that narrows rows with a `year` to the year that was chosen."""
        return Q() if self.year is None else Q(year=self.year)

    def asked(self) -> Coalesce:
        """Return what a proposal asks in euros, of the chosen year or of all, for use in an annotation."""
        amounts = BudgetItemAmount.objects.filter(self.of_year(), item__proposal=OuterRef("pk")).order_by()
        asked = amounts.values("item__proposal").annotate(asked=Sum(ASKED)).values("asked")
        return Coalesce(Subquery(asked, output_field=EUROS), NOTHING)

    def _narrowed(self, found: ProposalQuerySet) -> ProposalQuerySet:
        if self.call is not None:
            found = found.filter(call=self.call)
        if self.year is not None:
            costs = BudgetItemAmount.objects.filter(year=self.year, item__side=BudgetSide.COST)
            found = found.filter(pk__in=costs.order_by().values("item__proposal"))
        return found.order_by()
