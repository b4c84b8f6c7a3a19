"""The talent panel of the demo: who is in it, what it was asked, and what it said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import uuid4

from accounts.models import User
from applications.models import Proposal
from assessment.domain import declarations, panel_answers, panel_members, panel_questions
from talentfund.demo.people import Cast
from talentfund.demo.proposals import moment

JOINED = moment("2026-02-02T16:30")
# The year of birth that each declares.
BORN = {"talent": 2002, "talent2": 1996, "talent3": 2005}


@dataclass(frozen=True)
class Question:
    """Proposals that the panel was asked about, and by account and proposal the marks and the sentence."""

    asked: str
    last_on: date
    keys: tuple[str, ...]
    answered: str
    answers: Mapping[tuple[str, str], tuple[tuple[int, ...], str]] = field(default_factory=dict)


QUESTIONS = (
    Question(
        "2026-03-27T10:00",
        date(2026, 4, 15),
        ("tuin-tussen-de-sporen",),
        "2026-04-04T19:20",
        {
            ("talent", "tuin-tussen-de-sporen"): (
                (3, 3, 3),
                "Een plek waar je niets hoeft te kopen, die missen we hier.",
            ),
            ("talent2", "tuin-tussen-de-sporen"): (
                (2, 3, 2),
                "Ik zou er na mijn werk gaan zitten, als er ook ’s avonds licht is.",
            ),
            ("talent3", "tuin-tussen-de-sporen"): ((3, 3, 2), "Zelf meebouwen maakt het ook echt van ons."),
        },
    ),
    Question(
        "2026-10-14T09:15",
        date(2026, 10, 27),
        ("techniek-op-het-plein", "winterkas"),
        "2026-10-21T20:45",
        {
            ("talent", "techniek-op-het-plein"): (
                (2, 1, 2),
                "Leuk voor scholieren, maar wie al werkt merkt er weinig van.",
            ),
            ("talent2", "techniek-op-het-plein"): ((3, 2, 3), "Had ik dit maar gehad toen ik een opleiding koos."),
            ("talent", "winterkas"): ((3, 3, 3), "In de winter is er niets te doen, dus dit gaat vol zitten."),
            ("talent2", "winterkas"): ((2, 3, 2), "Mooi idee, als een kop koffie er betaalbaar blijft."),
            ("talent3", "winterkas"): ((1, 3, 3), "Vooral fijn voor studenten; starters hebben overdag geen tijd."),
        },
    ),
    Question(
        "2026-11-03T11:00",
        date(2026, 12, 4),
        ("weekend-thuis",),
        "2026-11-09T21:10",
        {
            ("talent", "weekend-thuis"): ((3, 3, 2), "Mijn vrienden in Utrecht zouden hier echt voor komen."),
            ("talent2", "weekend-thuis"): ((2, 1, 3), "Goed bedacht, maar laat ook zien wat wonen hier kost."),
            ("talent3", "weekend-thuis"): ((3, 2, 1), "Eén dag is kort; geef mensen daarna een vast contact."),
        },
    ),
    Question(
        "2026-11-11T09:30",
        date(2026, 12, 8),
        ("laatste-trein-eerste-fiets", "eerste-baan-tweede-thuis"),
        "2026-11-15T18:05",
        {
            ("talent2", "laatste-trein-eerste-fiets"): (
                (2, 3, 1),
                "Nu ga ik om half elf weg omdat ik anders moet lopen.",
            ),
        },
    ),
)


def steps(cast: Cast, proposal_id: Callable[[str], int]) -> Iterable[tuple[datetime, Callable[[], object]]]:
    """Return what the panel does, each with its moment. `proposal_id` gives the id of a proposal by its key."""
    for account, year in BORN.items():
        yield JOINED, partial(panel_members.join, by=cast[account], birth_year=year)
    for question in QUESTIONS:
        yield moment(question.asked), partial(_ask, cast, proposal_id, question)
        for (account, key), (marks, sentence) in question.answers.items():
            yield moment(question.answered), partial(_answer, proposal_id, key, cast[account], marks, sentence)


def _ask(cast: Cast, proposal_id: Callable[[str], int], question: Question) -> None:
    panel_questions.ask(
        proposal_ids=[proposal_id(key) for key in question.keys],
        members=[cast[account] for account in BORN],
        last_on=question.last_on,
        by=cast["manager"],
        request_key=uuid4(),
    )


def _answer(proposal_id: Callable[[str], int], key: str, person: User, marks: tuple[int, ...], sentence: str) -> None:
    proposal = Proposal.objects.select_related("call__criteria_version").get(pk=proposal_id(key))
    declarations.declare(proposal_id=proposal.pk, person=person, has_interest=False, explanation="")
    criteria = panel_answers.criteria_for(proposal)
    panel_answers.give(
        proposal_id=proposal.pk,
        by=person,
        marks={criterion.code: points for criterion, points in zip(criteria, marks, strict=True)},
        sentence=sentence,
    )
