"""What happens in the demo, in order of time, each step at its own moment with the verb that people use for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any
from uuid import uuid4

from accounts.domain import organisations
from accounts.models import User
from applications.domain import intake
from applications.domain.intake import POINTS
from applications.models import Proposal
from assessment.domain import advice, agendas, assignments, consensus, declarations, scores
from assessment.domain.consensus import Agreed
from assessment.domain.scores import Gate, Given
from assessment.models import Assignment
from budget.domain import decision_items, decision_lists, ledger
from budget.domain.ledger import Movement
from budget.models import BudgetLine, Decision, DecisionList
from core.domain import clock, documents, outbox
from programme.models import Line
from talentfund.celery import app
from talentfund.demo import (
    calls,
    correspondence,
    council,
    indicators,
    meetings,
    money,
    panel,
    people,
    proposals,
    questions,
    reports,
)
from talentfund.demo.advices import advised
from talentfund.demo.proposals import euros, moment

# Meetings of the college: the list's key, its date, and how far it got.
MEETINGS = {
    "L2025-05": date(2025, 5, 13),
    "L2025-09": date(2025, 9, 16),
    "L2026-02": date(2026, 2, 10),
    "L2026-06": date(2026, 6, 9),
    "L2026-12": date(2026, 12, 1),
    "LDRAFT": date(2026, 12, 15),
}
# The council's frame and the partners are there before the first proposal.
BEGINS = moment("2025-01-20T09:00")
# Realised amounts are booked when a year's books close, and meanwhile for the running year.
BOOKS_CLOSE = {2025: moment("2025-12-30T15:00")}
RUNNING_YEAR = moment("2026-11-17T15:00")
APPROVED = ("L2025-05", "L2025-09", "L2026-02", "L2026-06")
PROPOSED = "L2026-12"
LISTS_MADE_ON = {PROPOSED: "2026-11-19T10:00", "LDRAFT": "2026-11-19T15:00"}


@dataclass(order=True)
class Step:
    """Something that happens at a moment."""

    at: datetime
    order: int
    act: Callable[[], None] = field(compare=False)


class Demo:
    """Tells the story: first collects every step of every proposal, then acts them out in order of time."""

    def __init__(self) -> None:
        app.loader.import_default_modules()  # registers who carries out what waits in the outbox
        self.cast = people.make_cast()
        self.steps: list[Step] = []
        self.lists: dict[str, DecisionList] = {}
        self.proposals: dict[str, Proposal] = {}
        self.call = calls.open_call(self.cast)

    def tell(self, stories: list[dict[str, Any]], *, alone: bool = False) -> None:
        """Act out what happens to these proposals; `alone` leaves out what names other proposals of the year."""
        with clock.set_to(BEGINS):
            self._make_organisations()
        for story in stories:
            self._plan(story)
        self._plan_lists(stories)
        told = (
            council.steps(self.cast),
            money.monthly_payments(self.cast),
        )
        beside = (
            correspondence.steps(self.cast, self.proposals),
            meetings.steps(self.cast, self._pk),
            panel.steps(self.cast, self._pk),
            indicators.steps(self.cast),
            questions.steps(self.cast),
            reports.steps(self.cast),
        )
        for when, act in chain.from_iterable(told if alone else told + beside):
            self._at(when, act)
        self._at(calls.NEXT_PREPARED_AT, partial(calls.prepare_next, self.cast))
        for step in sorted(self.steps):
            with clock.set_to(step.at):
                step.act()
                outbox.deliver_due()

    def _at(self, when: datetime, act: Callable[[], object]) -> None:
        def run() -> None:
            act()

        self.steps.append(Step(when, len(self.steps), run))

    def _make_organisations(self) -> None:
        accounts = {person.email: person.account for person in people.PEOPLE}
        for said in proposals.read_organisations():
            contact = said["contact"]
            account = accounts.get(contact["email"])
            user = self.cast[account] if account else people.make_user(contact["name"], contact["email"])
            organisations.create(
                by=user,
                name=said["name"],
                kind=said["kind"],
                kvk_number=said["kvk_number"],
                iban=said["iban"],
                phone=said["phone"],
            )
            self.cast.contacts[said["key"]] = user

    # One proposal -------------------------------------------------------------------------------------------------

    def _plan(self, said: Mapping[str, Any]) -> None:
        story, partner = said.get("story") or {}, self.cast.contacts[said["organisation"]]
        written = moment(story["submitted"]) if "submitted" in story else moment("2026-11-16T20:10")

        def write() -> None:
            self.proposals[said["key"]] = proposals.write(said, by=partner, call=self.call)
            if "submitted" in story:
                proposals.submit(self.proposals[said["key"]], by=partner)

        self._at(written, write)
        if "complete" in story:
            self._at(moment(story["complete"]), partial(self._check, said["key"], story))
        if "assessors" in story:
            self._plan_assessment(said["key"], story)
        if "advice" in story:
            self._at(moment(story["advice"]["on"]), partial(self._advise, said["key"], story["advice"]))
        for when, act in money.account_steps(said["key"], story, self.cast, self._pk, partner):
            self._at(when, act)

    def _pk(self, key: str) -> int:
        return self.proposals[key].pk

    def _check(self, key: str, story: Mapping[str, Any]) -> None:
        manager = self.cast["manager"]
        intake.find_complete(proposal_id=self._pk(key), by=manager, points=dict.fromkeys(POINTS, True), remark="")
        if "team_line" in story:
            line = Line.objects.get(code=story["team_line"])
            intake.tag_line(proposal_id=self._pk(key), by=manager, line=line, reason=story["team_line_reason"])

    def _plan_assessment(self, key: str, story: Mapping[str, Any]) -> None:
        complete = moment(story["complete"])
        for account in story["assessors"]:
            self._at(complete + timedelta(hours=1), partial(self._assign, key, account))
        assessed = moment(story["assessed"]) if story.get("assessed") else None
        for account, given in (story.get("scores") or {}).items():
            when = assessed or complete + timedelta(days=3)
            self._at(when, partial(self._score, key, account, given))
        if "consensus" in story:
            self._at(moment(story["consensus"]["on"]), partial(self._agree, key, story))

    def _assign(self, key: str, account: str) -> None:
        assignments.assign(proposal_id=self._pk(key), assessor=self.cast[account], by=self.cast["manager"])

    def _score(self, key: str, account: str, given: Mapping[str, Any]) -> None:
        person = self.cast[account]
        declarations.declare(proposal_id=self._pk(key), person=person, has_interest=False, explanation="")
        assignment = Assignment.objects.get(proposal_id=self._pk(key), assessor=person)
        scores.save(
            assignment_id=assignment.pk,
            by=person,
            gate=Gate(passes=True, reason=given["gate_reason"]),
            scores={code: _given(*given[code]) for code in given if code != "gate_reason"},
        )
        scores.hand_in(assignment_id=assignment.pk, by=person)

    def _agree(self, key: str, story: Mapping[str, Any]) -> None:
        said = story["consensus"]
        waiting = agendas.waiting_item_of(self.proposals[key])
        consensus.record(
            proposal_id=self._pk(key),
            by=self.cast["manager"],
            gate=Gate(passes=True, reason=said["gate_reason"]),
            scores={
                code: Agreed(
                    points=None if score["points"] == "nvt" else score["points"],
                    not_applicable=score["points"] == "nvt",
                    reason=score["reason"],
                    discussion=score.get("discussion", ""),
                )
                for code, score in said["scores"].items()
            },
            present=[self.cast["manager"], *(self.cast[account] for account in story["assessors"])],
            item_id=None if waiting is None else waiting.pk,
        )

    def _advise(self, key: str, said: Mapping[str, Any]) -> None:
        advice.give(proposal_id=self._pk(key), by=self.cast["manager"], content=advised(said))

    # The college --------------------------------------------------------------------------------------------------

    def _plan_lists(self, stories: list[dict[str, Any]]) -> None:
        for name, meeting_on in MEETINGS.items():
            mine = [said for said in stories if (said.get("story") or {}).get("list") == name]
            if not mine:
                continue
            made = moment(LISTS_MADE_ON.get(name) or f"{meeting_on - timedelta(days=5)}T10:00")
            self._at(made, partial(self._prepare, name, mine, meeting_on))
            if name not in APPROVED:
                continue
            self._at(moment(f"{meeting_on}T11:30"), partial(self._approve, name))
            for said in mine:
                self._plan_realisation(said["key"], said["story"])

    def _prepare(self, name: str, mine: list[dict[str, Any]], meeting_on: date) -> None:
        finance = self.cast["finance"]
        decision_list = decision_lists.start(by=finance, meeting_on=meeting_on)
        for said in mine:
            decision_items.put_on(list_id=decision_list.pk, proposal_id=self._pk(said["key"]), by=finance)
        if name != "LDRAFT":
            decision_lists.propose(list_id=decision_list.pk, by=finance)
        self.lists[name] = DecisionList.objects.get(pk=decision_list.pk)

    def _approve(self, name: str) -> None:
        decision_list = self.lists[name]
        decision_lists.approve(
            list_id=decision_list.pk, version=decision_list.version, by=self.cast["college"], request_key=uuid4()
        )

    def _plan_realisation(self, key: str, story: Mapping[str, Any]) -> None:
        """Plan what is realised of a grant, and what is released after."""
        for book, amounts in ((ledger.book_expense, "spent"), (ledger.book_release, "released")):
            for year, amount in (story.get(amounts) or {}).items():
                when = BOOKS_CLOSE.get(int(year), RUNNING_YEAR)
                if book is ledger.book_release:
                    when += timedelta(minutes=30)
                self._at(when, partial(self._realise, book, key, int(year), euros(amount)))

    def _realise(self, book: Callable[..., object], key: str, year: int, amount: Any) -> None:
        decision = Decision.objects.select_related("proposal__line").get(proposal_id=self._pk(key))
        line = BudgetLine.objects.get(line=decision.proposal.line, year=year)
        document = documents.store(
            kind="realisation",
            title=f"Realisatie {decision.proposal} {year}",
            file_name=f"realisatie-{decision.proposal}-{year}.csv",
            content=f"voorstel;jaar;euro\r\n{decision.proposal};{year};{amount}\r\n".encode(),
            facts={"proposal": str(decision.proposal), "year": year, "amount": str(amount)},
        )
        book(decision, [Movement(line, amount)], by=self.cast["finance"], document=document)


def _given(points: int | str, reason: str) -> Given:
    if points == "nvt":
        return Given(points=None, reason=reason, not_applicable=True)
    return Given(points=int(points), reason=reason)


def is_told() -> bool:
    """Tell whether this database holds people already."""
    return User.objects.exists()
