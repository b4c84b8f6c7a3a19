"""What partner and team wrote each other in the demo: a request to supplement that is still open, and messages."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import uuid4

from applications.domain import messages, supplements
from applications.models import Proposal
from applications.states import Side
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

# What is not in order in a proposal, and what is missing in words, a line for each.
INCOMPLETE = "handen-in-de-grond"
POINTS = ["budget"]
MISSING = "De offerte van de begeleiders.\nWat elke werkgever bijdraagt."
ASKED_AT = moment("2026-11-19T11:20")


class Said(NamedTuple):
    """A message about a proposal (by its key), from one side to the other."""

    at: str
    key: str
    side: Side
    text: str


MESSAGES = (
    Said("2026-11-18T09:12", "nachtlab", Side.PARTNER, "Mogen we de vergunning later sturen? Die komt pas in januari."),
    Said("2026-11-18T14:40", "nachtlab", Side.TEAM, "Dat kan. Zet in je planning wanneer je de vergunning verwacht."),
    Said("2026-11-20T16:05", "werkplaats-na-vijven", Side.PARTNER, "Wanneer horen we wat het college besluit?"),
)


def steps(cast: Cast, found: Mapping[str, Proposal]) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Return what was written, each with its moment. `found` has the proposals by key, once they are there."""
    yield ASKED_AT, partial(_ask, cast, found)
    for said in MESSAGES:
        yield moment(said.at), partial(_write, cast, found, said)


def _ask(cast: Cast, found: Mapping[str, Proposal]) -> None:
    supplements.ask(
        proposal_id=found[INCOMPLETE].pk, by=cast["manager"], points=POINTS, steps=[], text=MISSING, request_key=uuid4()
    )


def _write(cast: Cast, found: Mapping[str, Proposal], said: Said) -> None:
    proposal = found[said.key]
    by = cast["manager"] if said.side == Side.TEAM else proposal.contact
    messages.send(proposal_id=proposal.pk, by=by, side=said.side, text=said.text, request_key=uuid4())
