"""The talent panel for whoever runs assessments: asking, and who answered, not what."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from assessment.domain import panel_members
from assessment.models import PanelInvitation
from core.domain import clock
from tests.assessment import panelling, road
from tests.assessment.panelling import agree, give

CANARY = "Kanariezin van het panel"


@pytest.fixture
def members(cast):
    return [panelling.joined(cast.talent), panelling.young("bo")]


def asking(proposals, members, *, days=10):
    return {
        "proposals": [proposal.pk for proposal in proposals],
        "members": [member.pk for member in members],
        "last_on": f"{clock.today() + timedelta(days=days):%d-%m-%Y}",
        "request_key": str(uuid4()),
    }


def test_asking_with_a_last_day(cast, call, members, page_of):
    proposal = road.assigned_proposal(cast, call)
    form = page_of(cast.manager, "ask_panel").context["form"]
    assert list(form.fields["proposals"].queryset) == [proposal]
    assert set(form["members"].value()) == {member.pk for member in members}
    answer = page_of(cast.manager, "ask_panel", data=asking([proposal], members))
    assert answer.url == reverse("assessment:panel")
    assert PanelInvitation.objects.count() == 2


def test_the_proposal_that_one_comes_from_is_ticked(cast, call, members, page_of):
    proposal, _other = road.assigned_proposal(cast, call), road.assigned_proposal(cast, call, title="B")
    form = page_of(cast.manager, "ask_panel", voorstel=proposal.reference).context["form"]
    assert form["proposals"].value() == [proposal.pk]


def test_what_can_not_be_asked_is_said_at_its_question(cast, call, members, page_of):
    proposal = road.assigned_proposal(cast, call)
    empty = page_of(cast.manager, "ask_panel", data={"request_key": str(uuid4())})
    assert empty.status_code == 422
    assert set(empty.context["form"].errors) == {"proposals", "members", "last_on"}
    past = page_of(cast.manager, "ask_panel", data=asking([proposal], members, days=-3))
    assert past.status_code == 422
    assert set(past.context["form"].errors) == {"last_on"}
    assert not PanelInvitation.objects.exists()


def test_the_lead_sees_and_asks_about_the_own_line_only(cast, call, members, page_of):
    mine, other = road.assigned_proposal(cast, call), road.assigned_proposal(cast, call, line="wonen", title="Wonen")
    panelling.ask([mine, other], members, by=cast.manager)
    shown = page_of(cast.lead, "panel").content.decode()
    assert mine.title in shown
    assert other.title not in shown
    assert page_of(cast.lead, "ask_panel", data=asking([other], members)).status_code == 422


def test_who_answered_shows_and_what_does_not(cast, call, members, page_of):
    proposal = panelling.asked_proposal(cast, call, members)
    give(proposal, members[0], 3, sentence=CANARY)
    page = page_of(cast.manager, "panel")
    assert [(one.answered, one.asked) for one in page.context["open_now"]] == [(1, 2)]
    shown = page.content.decode()
    assert "Talent" in shown
    assert CANARY not in shown
    assert str(members[0].panel_membership.birth_year) not in shown


def test_with_an_interest_the_manager_does_not_see_the_question(cast, call, members, page_of):
    proposal = panelling.asked_proposal(cast, call, members, title="Kanarieplein")
    road.declarations.declare(
        proposal_id=proposal.pk, person=cast.manager, has_interest=True, explanation="Bestuurslid"
    )
    assert "Kanarieplein" not in page_of(cast.manager, "panel").content.decode()


def test_the_file_shows_the_voice_when_the_reader_may_see_scores(cast, call, members, page_of):
    proposal = panelling.asked_proposal(cast, call, members)
    give(proposal, members[0], 3, sentence=CANARY)
    assert CANARY not in page_of(cast.assessor1, "file", proposal).content.decode()
    assert CANARY not in page_of(cast.manager, "file", proposal).content.decode()
    road.hand_in(proposal, cast.assessor1, road.POINTS["positive"])
    assert CANARY in page_of(cast.assessor1, "file", proposal).content.decode()
    assert CANARY not in page_of(cast.assessor2, "score", proposal).content.decode()
    assert CANARY not in page_of(cast.manager, "file", proposal).content.decode()
    road.hand_in(proposal, cast.assessor2, road.POINTS["positive"])
    assert CANARY in page_of(cast.manager, "file", proposal).content.decode()


def test_the_history_of_the_file_names_nobody_of_the_panel(cast, call, members, page_of):
    proposal = panelling.asked_proposal(cast, call, members)
    give(proposal, members[0], 3)
    told = [(entry.title, entry.actor) for entry in page_of(cast.assessor1, "file", proposal).context["history"]]
    assert not {member.full_name for member in members} & {actor for _title, actor in told}
    assert {cast.assessor1.full_name, cast.assessor2.full_name, cast.manager.full_name} <= {who for _what, who in told}
    for reader, knows in ((cast.assessor1, False), (cast.finance, False), (cast.manager, True)):
        declared = {one.declaration.person for one in page_of(reader, "file", proposal).context["declared"]}
        assert (members[0] in declared) is knows
        assert cast.assessor1 in declared


def test_the_file_tells_the_runner_how_far_the_panel_is(cast, call, members, page_of):
    proposal = panelling.asked_proposal(cast, call, members)
    for person, told in ((cast.manager, True), (cast.lead, True), (cast.finance, False), (cast.assessor1, False)):
        assert (page_of(person, "file", proposal).context["panel_progress"] is not None) is told


def test_consensus_and_advice_show_the_voice(cast, call, members, page_of):
    proposal = panelling.asked_proposal(cast, call, members)
    give(proposal, members[0], 3, sentence=CANARY)
    agree(cast, proposal)
    assert CANARY in page_of(cast.manager, "advice", proposal).content.decode()


@pytest.mark.parametrize("number", [1, 6])
def test_the_overview_asks_the_database_the_same_for_one_and_for_many(
    cast, call, members, client_of, number, django_assert_max_num_queries
):
    client = client_of(cast.manager)
    panelling.ask(
        [road.assigned_proposal(cast, call, title=f"Plan {at}") for at in range(number)], members, by=cast.manager
    )
    with django_assert_max_num_queries(15):
        assert len(client.get("/team/panel/").context["open_now"]) == number


def test_without_members_there_is_nobody_to_ask(cast, call, page_of):
    road.assigned_proposal(cast, call)
    page = page_of(cast.manager, "ask_panel")
    assert page.status_code == 200
    assert page.context["can_ask"] is False
    assert [member.has_joined for member in panel_members.everybody()] == [False]
