"""De-minimis aid with what this fund granted itself: the sum, the test when the college approves, the register.

What partners declare, what forms one undertaking and how long aid counts stands in applications.domain.de_minimis.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Organisation
from applications.domain import de_minimis as declarations
from applications.domain.amounts import requested_by_year
from applications.domain.de_minimis import CEILING, Aid, Undertaking, counts_on, counts_until
from applications.models import AidJudgement, Proposal
from budget.access.de_minimis import lock_organisations
from budget.domain.exports import Table
from budget.errors import AboveDeMinimis
from budget.models import Decision, DeMinimisGrant, LedgerEntry
from budget.models.decision_list import DecisionQuerySet
from budget.states import EFFECTS, EntryKind, Ruling
from core.domain import clock, money
from core.domain.money import ZERO, format_euros, total
from core.domain.spreadsheets import Value


@dataclass(frozen=True)
class Granted:
    """A grant of this fund that counts as aid: what it amounts to now, in euros."""

    decision: Decision
    amount: Decimal
    granted_on: date

    @property
    def counts_until(self) -> date:
        """The last day on which it counts."""
        return counts_until(self.granted_on)


@dataclass(frozen=True)
class Picture:
    """How a proposal stands to the ceiling on a day, in euros."""

    undertaking: Undertaking
    is_aid: bool
    judgement: AidJudgement | None
    declared: list[Aid]
    granted: list[Granted]
    asked: Decimal

    @property
    def declared_total(self) -> Decimal:
        """By others."""
        return total(aid.amount for aid in self.declared)

    @property
    def granted_total(self) -> Decimal:
        """By this fund, before this proposal."""
        return total(one.amount for one in self.granted)

    @property
    def before(self) -> Decimal:
        """By others and by this fund, before this proposal."""
        return self.declared_total + self.granted_total

    @property
    def after(self) -> Decimal:
        """Together with what is asked now."""
        return self.before + self.asked

    @property
    def room(self) -> Decimal:
        """What can still be granted as de-minimis aid; never below zero."""
        return max(CEILING - self.before, ZERO)

    @property
    def ceiling(self) -> Decimal:
        """The most that one undertaking may receive in three years."""
        return CEILING

    @property
    def is_above(self) -> bool:
        """Whether a grant of what is asked would bring the undertaking above the ceiling."""
        return self.is_aid and self.after > CEILING


def grants_to(organisations: Iterable[Organisation], *, day: date, leave_out: Iterable[int] = ()) -> list[Granted]:
    """Return the grants of this fund that count as aid on a day, the oldest first; without decisions by primary key."""
    held = Decision.objects.standing().filter(ruling=Ruling.GRANT, proposal__organisation__in=list(organisations))
    found = held.exclude(pk__in=list(leave_out)).select_related("proposal__organisation").order_by("decided_on", "pk")
    decisions = [one for one in found if one.decided_on is not None and counts_on(one.decided_on, day)]
    return _counted(decisions)


def _counted(decisions: Sequence[Decision]) -> list[Granted]:
    """Keep the decisions that grant aid, with what each amounts to now: what was released or settled lower is no aid.

    Two queries more, however many decisions.
    """
    aid = declarations.are_aid([one.proposal for one in decisions])
    grants = [one for one in decisions if one.proposal_id in aid]
    sums = LedgerEntry.objects.filter(decision__in=grants).order_by().values_list("decision", "kind")
    amounts: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for pk, kind, booked in sums.annotate(total=Sum("amount")):
        effect = EFFECTS[EntryKind(kind)]
        amounts[pk] += (effect.granted + effect.spent) * booked
    return [Granted(one, amounts[one.pk], one.decided_on) for one in grants if one.decided_on is not None]


def picture_of(proposal: Proposal, *, day: date | None = None) -> Picture:
    """Return how a proposal stands to the ceiling, for the team. Its own standing grant counts as what is asked."""
    return _picture(proposal, declarations.undertaking_of(proposal), day=day or clock.today(), whole=True)


def picture_for_partner(proposal: Proposal) -> Picture:
    """Return the same from the proposal's own words and what this fund granted, which is public: nothing of others."""
    return _picture(proposal, declarations.undertaking_as_named(proposal), day=clock.today(), whole=False)


def _picture(proposal: Proposal, undertaking: Undertaking, *, day: date, whole: bool) -> Picture:
    own = Decision.objects.filter(proposal=proposal).values_list("pk", flat=True)
    if whole:
        declared = declarations.declared_by(undertaking, proposal, day=day)
    else:
        declared = [aid for aid in declarations.aids_in(proposal) if counts_on(aid.granted_on, day)]
    return Picture(
        undertaking=undertaking,
        is_aid=proposal.pk in declarations.are_aid([proposal]),
        judgement=AidJudgement.objects.latest_of([proposal]).get(proposal.pk),
        declared=declared,
        granted=grants_to(undertaking.organisations, day=day, leave_out=own),
        asked=_asked(proposal),
    )


def _asked(proposal: Proposal) -> Decimal:
    """Return what would be granted: as the last decision says, or else as the partner asks."""
    last = Decision.objects.filter(proposal=proposal, ruling=Ruling.GRANT).order_by("-pk").first()
    if last is not None and last.granted_total:
        return last.granted_total
    return max(money.total(requested_by_year(proposal).values()), ZERO)


def check(decisions: Sequence[Decision], *, day: date) -> list[DeMinimisGrant]:
    """Refuse grants that bring an undertaking above the ceiling on a day; return what is to be written down.

    Locks every partner that is part of the undertakings, in order of primary key, so that two approvals at once count
    each other. Call it once the proposals are locked and before the lines are. Raises AboveDeMinimis with the figures
    of every grant that is too much. Regulation (EU) 2023/2831, art. 3.
    """
    aid = declarations.are_aid([one.proposal for one in decisions if one.ruling == Ruling.GRANT])
    grants = [one for one in decisions if one.ruling == Ruling.GRANT and one.proposal_id in aid]
    if not grants:
        return []
    known = {one.pk: declarations.undertaking_of(one.proposal) for one in grants}
    lock_organisations(partner.pk for undertaking in known.values() for partner in undertaking.organisations)
    # What is on the table now, and what it replaces, is no grant from before.
    leave_out = [pk for one in decisions for pk in (one.pk, one.replaces_id) if pk is not None]
    found: list[DeMinimisGrant] = []
    refused: list[str] = []
    for one in grants:
        undertaking = known[one.pk]
        before = total(grant.amount for grant in grants_to(undertaking.organisations, day=day, leave_out=leave_out))
        partners = set(undertaking.organisations)
        before += total(row.amount for row in found if partners & set(known[row.decision_id].organisations))
        declared = total(item.amount for item in declarations.declared_by(undertaking, one.proposal, day=day))
        row = DeMinimisGrant(
            decision=one,
            kvk_numbers=sorted(undertaking.kvk_numbers),
            granted_on=day,
            declared=declared,
            granted_before=before,
            amount=one.granted_total,
        )
        found.append(row)
        if declared + before + row.amount > CEILING:
            refused.append(_too_much(row))
    if refused:
        raise AboveDeMinimis(" ".join(refused))
    return found


def _too_much(row: DeMinimisGrant) -> str:
    had = row.declared + row.granted_before
    return _(
        "%(proposal)s: %(partner)s had %(declared)s of de-minimis aid from others and %(granted)s from this fund in "
        "three years. With %(amount)s it comes to %(after)s, and at most %(ceiling)s is allowed: grant %(room)s at "
        "most, or let the team judge whether this is aid at all."
    ) % {
        "proposal": row.decision.proposal,
        "partner": row.decision.proposal.organisation,
        "declared": format_euros(row.declared),
        "granted": format_euros(row.granted_before),
        "amount": format_euros(row.amount),
        "after": format_euros(had + row.amount),
        "ceiling": format_euros(CEILING),
        "room": format_euros(max(CEILING - had, ZERO)),
    }


def write_down(rows: Iterable[DeMinimisGrant]) -> None:
    """Keep what was tested beside the decisions that became final."""
    DeMinimisGrant.objects.bulk_create(rows)


def for_register(found: DecisionQuerySet) -> list[Granted]:
    """Return the grants among decisions that count as aid, the newest first."""
    decisions = list(found.select_related("proposal__organisation", "proposal__line").order_by("-decided_on", "-pk"))
    return _counted(decisions)


def register_table(grants: Iterable[Granted]) -> Table:
    """Return header and rows for the central register of de-minimis aid (Regulation (EU) 2023/2831, art. 6).

    The sector (NACE) is not known here and stays empty: the register asks for it.
    """
    header: list[Value] = [
        _("Beneficiary"),
        _("KvK number"),
        _("Amount of the aid (euros)"),
        _("Date of granting"),
        _("Granting authority"),
        _("Aid instrument"),
        _("Sector (NACE)"),
        _("Objective"),
        _("Decision"),
        _("Proposal"),
        _("Legal basis"),
    ]
    return header, [
        [
            one.decision.proposal.organisation.name,
            one.decision.proposal.organisation.kvk_number,
            one.amount,
            one.granted_on,
            _("Municipality of Hengelo"),
            _("Direct grant"),
            "",
            one.decision.proposal.title,
            one.decision.reference,
            one.decision.proposal.reference,
            _("Regulation (EU) 2023/2831"),
        ]
        for one in grants
    ]
