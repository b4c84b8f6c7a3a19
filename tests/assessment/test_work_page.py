"""The first page of the team: what waits and what is late, the most urgent first, in words, and cheap for everybody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Proposal, ShutFile
from applications.states import ProposalState
from assessment.domain import advice_drafts
from assessment.domain.work import SHOWN, desk_for, piles_for
from assessment.models import Assignment
from core.domain import clock
from core.domain.references import next_reference
from core.states import Series
from tests.assessment import meeting_world, road

PAGE = "/team/"


def pile(person, code):
    return next(one for one in piles_for(person) if one.code == code)


def made_late(proposal: Proposal, days: int) -> None:
    """Let the assessments of a proposal have been due some days ago, and asked long before."""
    today = clock.today()
    proposal.assignments.update(assigned_at=clock.now() - timedelta(days=60), due_on=today - timedelta(days=days))


def titles(found) -> list[str]:
    return [task.title for task in found.tasks]


def test_an_assessor_reads_first_what_is_late_and_how_many_days(cast, call, client_of):
    road.assigned_proposal(cast, call, title="Op tijd")
    made_late(road.assigned_proposal(cast, call, title="Wat te laat"), 2)
    made_late(road.declared_proposal(cast, call, title="Veel te laat"), 9)
    late = desk_for(cast.assessor1).late
    assert [task.days_late for task in late.tasks] == [9, 2]
    assert titles(late)[0].endswith("Veel te laat")
    page = client_of(cast.assessor1).get(PAGE).content.decode()
    assert 'aria-labelledby="late"' in page
    assert "9 " in page.split('id="late"')[1].split("</section>")[0]
    assert clock.today().strftime("%Y") in page
    assert titles(pile(cast.assessor1, "declare")) == ["Wat te laat", "Op tijd"]


def test_who_runs_the_assessment_reads_which_assessor_is_late(cast, call):
    made_late(road.declared_proposal(cast, call, title="Leven loopt"), 3)
    made_late(road.declared_proposal(cast, call, title="Wonen loopt", line="wonen"), 5)
    late = [task.title for task in desk_for(cast.manager).late.tasks]
    assert len(late) == 4
    assert "Assessor1" in late[0]
    assert "Wonen loopt" in late[0]
    assert {title.rpartition(": ")[2] for title in titles(desk_for(cast.lead).late)} == {"Leven loopt"}
    assert desk_for(cast.finance).late.count == 0
    assert all("Assessor" not in title for title in titles(desk_for(cast.assessor1).late))
    assert all(one.code != "late_assessors" for one in desk_for(cast.manager).piles)


def test_nothing_of_a_shut_file_is_late_for_that_person(cast, call):
    proposal = road.declared_proposal(cast, call)
    made_late(proposal, 3)
    ShutFile.objects.create(proposal=proposal, user=cast.manager, since=clock.now())
    assert desk_for(cast.manager).late.count == 0
    ShutFile.objects.create(proposal=proposal, user=cast.assessor1, since=clock.now())
    assert desk_for(cast.assessor1).late.count == 0
    assert [task.title.partition(" ")[0] for task in desk_for(cast.lead).late.tasks] == ["Assessor2"]


def test_what_was_handed_in_is_late_no_more(cast, call):
    proposal = road.declared_proposal(cast, call)
    road.hand_in(proposal, cast.assessor1, road.POINTS["positive"])
    made_late(proposal, 3)
    assert [task.title.partition(" ")[0] for task in desk_for(cast.manager).late.tasks] == ["Assessor2"]
    assert desk_for(cast.assessor1).late.count == 0


def test_a_decision_period_that_has_passed_is_late_and_one_that_is_near_is_not(cast, call):
    proposal = road.assigned_proposal(cast, call)
    with clock.set_to(clock.now() + timedelta(weeks=12)):
        assert any(proposal.reference in title for title in titles(desk_for(cast.manager).soon))
    with clock.set_to(clock.now() + timedelta(weeks=15)):
        late = desk_for(cast.manager).late
        assert any(proposal.reference in title for title in titles(late))
        assert [task.on for task in late.tasks] == sorted(task.on for task in late.tasks)


def test_a_pile_has_the_nearest_last_day_on_top_and_waiting_for_others_comes_last(cast, call):
    road.assigned_proposal(cast, call, title="Bij beoordelaars")
    with clock.set_to(clock.now() - timedelta(weeks=5)):
        road.agreed_proposal(cast, call, title="Eerder")
    road.agreed_proposal(cast, call, title="Later")
    desk = desk_for(cast.manager)
    assert [one.code for one in desk.piles] == ["advice", "wait"]
    assert titles(desk.piles[0]) == ["Eerder", "Later"]
    assert desk.to_do_count == 2


def test_an_advice_that_was_begun_has_a_pile_of_its_own(cast, call):
    proposal = road.agreed_proposal(cast, call)
    assert pile(cast.manager, "advice").proposals == [proposal]
    advice_drafts.save(proposal_id=proposal.pk, by=cast.manager, typed={"explanation": "Begin"}, seen_version=0)
    assert pile(cast.manager, "advice").count == 0
    assert pile(cast.manager, "advice_begun").proposals == [proposal]


def test_a_meeting_waits_for_who_was_asked_to_come(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    meeting = meeting_world.planned(cast, proposal)
    [task] = pile(cast.assessor1, "meetings").tasks
    assert task.url == f"/team/overleg/{meeting.pk}/"
    assert task.on == clock.local_date(meeting.starts_at)
    assert pile(cast.assessor3, "meetings").count == (cast.assessor3 in meeting_world.people_of(cast))
    [item] = pile(cast.manager, "consensus").tasks
    assert str(clock.local_date(meeting.starts_at).day) in item.note


def test_nothing_on_the_page_changes_for_an_assessor_when_another_hands_in(cast, call, client_of):
    proposal = road.declared_proposal(cast, call)
    client = client_of(cast.assessor1)
    before = desk_for(cast.assessor1)
    road.hand_in(proposal, cast.assessor2, road.POINTS["negative"], reason="Geheim van de ander")
    assert desk_for(cast.assessor1) == before
    assert "Geheim" not in client.get(PAGE).content.decode()


def fill(cast, call, number: int) -> None:
    """Lay many rows of every pile: assigned and late, received, advised."""
    first = road.declared_proposal(cast, call, title="Nummer nul met een titel van een gewone lengte")
    road.assigned_proposal(cast, call, title="Nog te verklaren")
    states = (ProposalState.IN_ASSESSMENT, ProposalState.IN_ASSESSMENT, ProposalState.SUBMITTED, ProposalState.ADVISED)
    copies = Proposal.objects.bulk_create(
        Proposal(
            call=call, organisation=cast.organisation, contact=cast.partner, created_at=first.created_at,
            title=f"Een voorstel met een titel van een gewone lengte, nummer {n}", state=states[n % 4],
            line=first.line, proposed_line=first.line, submitted_at=first.submitted_at,
            complete_at=first.complete_at, reference=next_reference(Series.PROPOSAL, year=2026),
        )
        for n in range(1, number * len(states))
    )  # fmt: skip
    Assignment.objects.bulk_create(
        Assignment(
            proposal=proposal, assessor=person, assigned_by=cast.manager,
            assigned_at=clock.now() - timedelta(days=40), due_on=clock.today() - timedelta(days=n % 9 - 4),
        )
        for n, proposal in enumerate(copies) if proposal.state == ProposalState.IN_ASSESSMENT and n % 8
        for person in (cast.assessor1, cast.assessor2)
    )  # fmt: skip


@pytest.mark.parametrize("number", [1, 50])
def test_at_most_twelve_queries_and_sixty_kilobytes_for_every_role(number, cast, call, client_of):
    fill(cast, call, number)
    with clock.set_to(clock.now() + timedelta(weeks=12)):
        for name in ("manager", "lead", "assessor1", "finance"):
            client = client_of(getattr(cast, name))
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(PAGE)
            assert len(seen) <= 12, (name, len(seen), [query["sql"][:150] for query in seen])
            assert len(answer.content) < 60_000, (name, len(answer.content))
            assert number == 1 or any(one.count > SHOWN for one in answer.context["desk"].piles)


def test_the_page_takes_as_many_queries_for_many_as_for_few(cast, call, client_of):
    found = []
    for number in (2, 20):
        fill(cast, call, number)
        client = client_of(cast.manager)
        with CaptureQueriesContext(connection) as seen:
            client.get(PAGE)
        found.append(len(seen))
    assert found[0] == found[1]


def test_nothing_to_do_says_so(cast, client_of):
    page = client_of(cast.manager).get(PAGE).content.decode()
    assert "tf-empty" in page
    assert "/team/cijfers/" in page
