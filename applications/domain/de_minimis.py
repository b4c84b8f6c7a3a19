"""De-minimis aid: what a partner declares, what forms one undertaking, and what still counts on a day.

At most EUR 300,000 to one undertaking in any three years (Regulation (EU) 2023/2831, art. 3). See docs/de-minimis.md.
What this fund granted itself is added by budget.domain.de_minimis.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.states import OrganisationKind
from applications.access import lock_proposal
from applications.domain import drafts, openness
from applications.errors import ContentRefused, MoveNotAllowed, ReasonNeeded
from applications.models import AidJudgement, DeMinimisAid, LinkedUndertaking, Proposal
from applications.states import ENDED, UNDER_REVIEW, ProposalEvent
from core.domain import audit, clock, money

CEILING = Decimal("300000.00")
YEARS = 3
ROWS_MOST = 40
# A grant counts as aid for these, as long as the team says nothing else.
AID_KINDS = (OrganisationKind.COMPANY,)


@dataclass(frozen=True)
class Aid:
    """De-minimis aid of another body: the day of granting, who granted it, euros."""

    granted_on: date
    granted_by: str
    amount: Decimal


@dataclass(frozen=True)
class Linked:
    """A company that forms one undertaking with the partner: name, and KvK number of eight digits."""

    name: str
    kvk_number: str


@dataclass(frozen=True)
class Undertaking:
    """What counts as one: KvK numbers, and which of them are partners here."""

    kvk_numbers: frozenset[str]
    organisations: tuple[Organisation, ...]


def counts_until(granted_on: date) -> date:
    """Return the last day on which aid still counts: the same day three years later.

    The day of granting itself is not part of the three years (Regulation 1182/71, art. 3). Aid of 29 February counts
    until the 28th where there is no 29th.
    """
    try:
        return granted_on.replace(year=granted_on.year + YEARS)
    except ValueError:
        return granted_on.replace(year=granted_on.year + YEARS, day=28)


def counts_on(granted_on: date, day: date) -> bool:
    """Tell whether aid counts for a grant on a day. Aid of a later day counts too: it falls in the same three years."""
    return counts_until(granted_on) >= day and granted_on <= counts_until(day)


def declare(*, proposal_id: int, by: User, aids: Sequence[Aid], linked: Sequence[Linked]) -> Proposal:
    """Save which de-minimis aid a partner had and which companies form one undertaking with it.

    The sum becomes the answer to the question in the form. Raises ProposalFrozen, or ContentRefused for an amount of
    zero or less, a day still to come, aid that no longer counts, the own number, a number twice or too many rows.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        openness.check_open(proposal, ["de_minimis_aid"])
        _check_aids(aids)
        _check_linked(proposal, linked)
        proposal.de_minimis_aids.all().delete()
        proposal.linked_undertakings.all().delete()
        DeMinimisAid.objects.bulk_create(
            DeMinimisAid(proposal=proposal, position=position, **vars(aid))
            for position, aid in enumerate(aids, start=1)
        )
        LinkedUndertaking.objects.bulk_create(
            LinkedUndertaking(proposal=proposal, position=position, **vars(one))
            for position, one in enumerate(linked, start=1)
        )
        drafts.save_declarations(
            proposal_id=proposal.pk,
            by=by,
            declared_truth=proposal.declared_truth,
            de_minimis_aid=money.total(aid.amount for aid in aids),
        )
        changes = {"rows": len(aids), "linked": [one.kvk_number for one in linked]}
        audit.record(event=ProposalEvent.DE_MINIMIS_DECLARED, actor=by, about=proposal, changes=changes)
        return Proposal.objects.get(pk=proposal.pk)


def _check_aids(aids: Sequence[Aid]) -> None:
    today = clock.today()
    if len(aids) > ROWS_MOST:
        raise ContentRefused(_("At most %(most)d rows.") % {"most": ROWS_MOST}, "aids")
    for aid in aids:
        figures = {"day": f"{aid.granted_on:%d-%m-%Y}", "amount": money.format_euros(aid.amount)}
        if aid.amount <= 0:
            raise ContentRefused(_("Fill in an amount above zero for the aid of %(day)s.") % figures, "aids")
        if not aid.granted_by.strip():
            raise ContentRefused(_("Say who granted the aid of %(day)s.") % figures, "aids")
        if aid.granted_on > today:
            raise ContentRefused(_("The aid of %(day)s lies in the future.") % figures, "aids")
        if not counts_on(aid.granted_on, today):
            raise ContentRefused(
                _("The aid of %(day)s is more than three years old. Leave it out: it does not count.") % figures, "aids"
            )
    if money.total(aid.amount for aid in aids) > money.LARGEST:
        raise ContentRefused(_("These amounts together are too large."), "aids")


def _check_linked(proposal: Proposal, linked: Sequence[Linked]) -> None:
    numbers = [one.kvk_number for one in linked]
    if len(linked) > ROWS_MOST:
        raise ContentRefused(_("At most %(most)d rows.") % {"most": ROWS_MOST}, "linked")
    if any(not (number.isascii() and number.isdigit() and len(number) == 8) for number in numbers):  # noqa: PLR2004
        raise ContentRefused(_("A KvK number has eight digits."), "linked")
    if proposal.organisation.kvk_number in numbers:
        raise ContentRefused(_("Leave out your own KvK number: that one counts already."), "linked")
    if len(set(numbers)) < len(numbers):
        raise ContentRefused(_("The same KvK number stands there twice."), "linked")


def judge(*, proposal_id: int, by: User, is_aid: bool, reason: str) -> AidJudgement:
    """Write down whether a grant on a proposal would be state aid, and why.

    Raises ReasonNeeded, or MoveNotAllowed once the college has decided.
    """
    if not reason.strip():
        raise ReasonNeeded(_("Say why: an auditor reads this."))
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        if proposal.state not in UNDER_REVIEW:
            raise MoveNotAllowed(
                _("%(proposal)s is now “%(state)s”: this can't be changed any more.")
                % {"proposal": proposal, "state": proposal.get_state_display()}
            )
        judgement = AidJudgement.objects.create(
            proposal=proposal, is_aid=is_aid, reason=reason.strip(), judged_by=by, judged_at=clock.now()
        )
        changes = {"is_aid": is_aid, "reason": judgement.reason}
        audit.record(event=ProposalEvent.AID_JUDGED, actor=by, about=proposal, changes=changes)
        return judgement


def are_aid(proposals: Iterable[Proposal]) -> set[int]:
    """Return of which proposals (by primary key) a grant counts as aid: as the team judged, else by kind of partner."""
    proposals = list(proposals)
    judged = AidJudgement.objects.latest_of(proposals)
    return {
        one.pk
        for one in proposals
        if (judged[one.pk].is_aid if one.pk in judged else one.organisation.kind in AID_KINDS)
    }


def undertaking_of(proposal: Proposal) -> Undertaking:
    """Return what forms one undertaking with the partner: every number that a declaration ties to it, on and on.

    Declarations of others count too, as soon as they were sent: a link has two sides.
    """
    own = proposal.organisation.kvk_number
    numbers = {own} - {None} | set(proposal.linked_undertakings.values_list("kvk_number", flat=True))
    sent = LinkedUndertaking.objects.filter(proposal__submitted_at__isnull=False).exclude(proposal__state__in=ENDED)
    while True:
        ties = sent.filter(Q(kvk_number__in=numbers) | Q(proposal__organisation__kvk_number__in=numbers))
        pairs = ties.values_list("kvk_number", "proposal__organisation__kvk_number")
        found = {number for pair in pairs for number in pair}
        if found - {None} <= numbers:
            break
        numbers |= found - {None}
    return _with_partners(proposal, numbers)


def undertaking_as_named(proposal: Proposal) -> Undertaking:
    """Return the undertaking as this proposal alone names it: what may be shown to the partner."""
    numbers = {proposal.organisation.kvk_number} - {None}
    return _with_partners(proposal, numbers | set(proposal.linked_undertakings.values_list("kvk_number", flat=True)))


def _with_partners(proposal: Proposal, numbers: set[str | None]) -> Undertaking:
    known = Q(kvk_number__in=numbers) | Q(pk=proposal.organisation_id)
    organisations = tuple(Organisation.objects.filter(known).order_by("pk"))
    return Undertaking(frozenset(number for number in numbers if number), organisations)


def declared_by(undertaking: Undertaking, proposal: Proposal, *, day: date) -> list[Aid]:
    """Return the aid of others that an undertaking declared and that counts on a day, the oldest first.

    What several proposals declare is one and the same aid; what only one of them declares counts as well. An amount
    without rows counts as granted on the day of that declaration.
    """
    sent = Q(organisation__in=undertaking.organisations, submitted_at__isnull=False) & ~Q(state__in=ENDED)
    proposals = Proposal.objects.filter(sent | Q(pk=proposal.pk)).prefetch_related("de_minimis_aids")
    together: Counter[Aid] = Counter()
    for one in proposals:
        together |= Counter(aids_in(one))
    return sorted(
        (aid for aid in together.elements() if counts_on(aid.granted_on, day)),
        key=lambda aid: (aid.granted_on, aid.granted_by, aid.amount),
    )


def aids_in(proposal: Proposal) -> list[Aid]:
    """Return the aid that one proposal declares, row by row; what the rows don't explain as one row more."""
    rows = [
        Aid(row.granted_on, " ".join(row.granted_by.split()).casefold(), row.amount)
        for row in proposal.de_minimis_aids.all()
    ]
    unexplained = (proposal.de_minimis_aid or money.ZERO) - money.total(row.amount for row in rows)
    if unexplained > 0:
        moment = proposal.submitted_at or clock.now()
        rows.append(Aid(clock.local_date(moment), "", unexplained))
    return rows
