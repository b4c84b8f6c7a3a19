"""Proposals that look like another: pointed out, never in the way."""

from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual

from accounts.models import User
from applications.models import Proposal

# How alike two titles are (0 to 1) from where we say so: "Makersweekend 2026" and "Makersweekend 2027" are.
NEARLY = 0.5
MOST = 6


@dataclass(frozen=True)
class Likeness:
    """A proposal that looks like another, and in what."""

    proposal: Proposal
    same_organisation: bool
    alike: bool


class Found(NamedTuple):
    """What looks like a proposal, the most alike first; `more` when there is more than is shown."""

    likenesses: list[Likeness]
    more: bool


def own(*, user: User, organisation_id: int, title: str, leave_out: int | None = None) -> list[Likeness]:
    """Return the proposals of a person's own organisation with nearly the same title; for other people nothing."""
    among = Proposal.objects.of_partner(user).filter(organisation=organisation_id)
    others = among if leave_out is None else among.exclude(pk=leave_out)
    found = _with_likeness(others, title).filter(_nearly(title)).order_by(F("alike").desc(), "-pk")[:MOST]
    return [Likeness(proposal, same_organisation=True, alike=True) for proposal in found]


def for_team(*, user: User, proposal: Proposal) -> Found:
    """Return what looks like a proposal among all that a person of the team may know of: its organisation, its title.

    What is shut for the person is not there (Awb 2:4).
    """
    known = Proposal.objects.filter(pk__in=Proposal.objects.visible_to_team(user).order_by().values("pk"))
    same = Q(organisation=proposal.organisation_id) | _nearly(proposal.title)
    found = _with_likeness(known, proposal.title).exclude(pk=proposal.pk).filter(same)
    listed = list(found.select_related("organisation").order_by(F("alike").desc(), "-pk")[: MOST + 1])
    likenesses = [
        Likeness(
            one,
            same_organisation=one.organisation_id == proposal.organisation_id,
            alike=one.alike >= NEARLY,  # type: ignore[attr-defined]
        )
        for one in listed[:MOST]
    ]
    return Found(likenesses, more=len(listed) > MOST)


def _nearly(title: str) -> Q:
    """Choose titles that are nearly the same: first by the index, which knows of less, then by how alike they are."""
    return Q(title__trigram_similar=title) & Q(GreaterThanOrEqual(TrigramSimilarity("title", title), NEARLY))


def _with_likeness(among: QuerySet[Proposal], title: str) -> QuerySet[Proposal]:
    return among.annotate(alike=TrigramSimilarity("title", title))
