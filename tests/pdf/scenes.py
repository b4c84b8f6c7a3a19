"""Every document that the house makes: the template, and a road to it along the real verbs."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from applications.domain import changes, letter_templates, outgoing_letters, question_papers
from applications.domain.withdrawal import withdraw
from applications.states import ChangeState, ChangeSubject
from assessment.domain import agenda_papers
from budget.domain import objections, settlements
from budget.states import ObjectionOutcome
from core.domain import clock, outbox
from reporting.domain import file_export
from tests.applications.asking import ask, change_budget, hand_in
from tests.applications.road import submitted_proposal
from tests.assessment.test_college_proposal import given
from tests.assessment.test_minutes import talked_about
from tests.budget import test_conditions as conditions
from tests.budget.road import decision_of, granted_proposal, refused_proposal
from tests.budget.road_settlement import checked_account, prepared, settled_grant
from tests.conftest import Cast

Scene = Callable[[Cast, object], object]

EXTENDS = re.compile(r'\{% extends "([^"]+)" %\}')
ROOT = "core/pdf/base.html"
# They are filled by others.
SHELLS = {ROOT, "core/letter.html", "core/pdf/document.html", "assessment/pdf/paper.html"}


def templates_of_documents() -> set[str]:
    """Return every template that becomes a PDF: those that stand on the base of all documents."""
    place = Path(settings.BASE_DIR) / "templates"
    parents = {
        str(path.relative_to(place)): found[1]
        for path in place.rglob("*.html")
        if (found := EXTENDS.search(path.read_text(encoding="utf-8")))
    }

    def stands_on_the_base(name: str) -> bool:
        return name == ROOT or (name in parents and stands_on_the_base(parents[name]))

    return {name for name in parents if stands_on_the_base(name)} - SHELLS


def receipt(cast, call):
    submitted_proposal(cast, call)


def supplement(cast, call):
    proposal = submitted_proposal(cast, call)
    ask(proposal, cast)
    change_budget(proposal, cast.partner)
    hand_in(proposal, cast)


def withdrawal(cast, call):
    withdraw(
        proposal_id=submitted_proposal(cast, call).pk,
        by=cast.partner,
        reason="Wij gaan het anders doen.\n\nEn later.",
        request_key=uuid4(),
    )


def change_answer(cast, call):
    notice = changes.report(
        proposal_id=granted_proposal(cast, call).pk,
        by=cast.partner,
        moves_money=False,
        request_key=uuid4(),
        subject=ChangeSubject.PLANNING,
        what="We beginnen een maand later.",
        why="De werkplaats is nog niet klaar.",
        known_on=clock.today(),
    )
    changes.answer(
        notice_id=notice.pk, by=cast.manager, state=ChangeState.ACCEPTED, text="Dat is goed.", request_key=uuid4()
    )


def every_letter_of_the_team(cast, call):
    proposal = submitted_proposal(cast, call)
    for code in sorted({row["code"] for row in letter_templates.read()}):
        letter = outgoing_letters.draft(proposal=proposal, template_code=code, by=cast.manager, facts={})
        outgoing_letters.preview(letter)


def questions(cast, call):
    question_papers.paper_of(call, language="nl")
    question_papers.paper_of(call, language="en")


def college_proposal(cast, call):
    given(cast, call)


def agenda_and_minutes(cast, call):
    meeting, _proposals = talked_about(cast, call)
    agenda_papers.agenda(meeting, reader=cast.manager)


def decision(cast, call):
    granted_proposal(cast, call, send_letter=True, requested={2026: 20000, 2027: 30000})
    refused_proposal(cast, call, send_letter=True)


def condition(cast, call):
    with clock.set_to(conditions.datetime(2026, 6, 1, 9, 0, tzinfo=conditions.UTC)):
        granted = decision_of(granted_proposal(cast, call, requested={2026: 20000, 2027: 30000}))
    conditions.adopt()
    conditions.invoke(cast, granted)
    with clock.set_to(conditions.noon(conditions.LAST_DAY)):
        outbox.deliver_due()


def hearing(cast, call):
    settlement = prepared(cast, checked_account(cast, call).decision, {2026: 40000})
    settlements.ask_view(settlement_id=settlement.pk, version=settlement.version, by=cast.manager)


def settlement(cast, call):
    settled_grant(cast, call, {2026: 40000}, paid={2026: 45000}, send=True)


def objection_answer(cast, call):
    refused = decision_of(refused_proposal(cast, call, send_letter=True))
    received = objections.receive(
        decision_id=refused.pk,
        received_on=clock.today(),
        summary="De punten kloppen niet.",
        committee=False,
        by=cast.manager,
        request_key=uuid4(),
    )
    written = objections.prepare(
        objection_id=received.pk,
        outcome=ObjectionOutcome.UNFOUNDED,
        explanation="De punten kloppen wel.\n\nWij zagen ze na.",
        by=cast.manager,
        version=received.version,
    )
    objections.decide(objection_id=written.pk, by=cast.college, version=written.version)


def whole_file(cast, call):
    proposal = granted_proposal(cast, call, send_letter=True)
    file_export.whole(proposal, by=cast.manager)
    file_export.redacted(proposal, by=cast.manager, choice=file_export.Choice(words=("Podium",)))


# The reports of the P&C cycle have a test of their own, with every kind: test_every_report.py.
REPORT = "reporting/pdf/report.html"
SCENES: dict[str, Scene] = {
    "applications/letters/receipt.html": receipt,
    "applications/letters/supplement.html": supplement,
    "applications/letters/withdrawal.html": withdrawal,
    "applications/letters/change_answer.html": change_answer,
    "applications/letters/outgoing.html": every_letter_of_the_team,
    "applications/pdf/questions.html": questions,
    "assessment/pdf/college_proposal.html": college_proposal,
    "assessment/pdf/agenda.html": agenda_and_minutes,
    "assessment/pdf/minutes.html": agenda_and_minutes,
    "budget/letters/decision.html": decision,
    "budget/letters/condition.html": condition,
    "budget/letters/hearing.html": hearing,
    "budget/letters/settlement.html": settlement,
    "budget/letters/objection_answer.html": objection_answer,
    "reporting/pdf/file.html": whole_file,
}
