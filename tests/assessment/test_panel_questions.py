"""Putting proposals to the talent panel."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assessment.domain import panel_questions
from assessment.errors import NothingToDo, PanelNotAsked, StepNotYours
from assessment.models import PanelInvitation, PanelQuestion
from core.domain import clock
from core.errors import RequestKeyReused
from core.models import AuditEntry, OutboxMessage
from programme.models import Criterion
from tests.applications.road import submitted_proposal
from tests.assessment import panelling, road
from tests.assessment.panelling import DAYS


def mails():
    return OutboxMessage.objects.filter(key__startswith="assessment.panel_asked:")


def test_each_member_gets_one_mail_however_many_proposals(cast, call):
    first, second = road.assigned_proposal(cast, call), road.assigned_proposal(cast, call, title="Nog een")
    members = [panelling.joined(cast.talent), panelling.young("bo")]
    panelling.ask([first, second], members, by=cast.manager)
    assert PanelInvitation.objects.count() == 4
    assert sorted(mail.payload["to"] for mail in mails()) == ["bo@test.example", "talent@test.example"]
    for mail in mails():
        assert "2 plannen" in mail.payload["body"] or "2 plans" in mail.payload["body"]
        assert first.title not in mail.payload["body"]


def test_the_lead_asks_about_the_own_line_only(cast, call):
    member = panelling.joined(cast.talent)
    panelling.ask([road.assigned_proposal(cast, call)], [member], by=cast.lead)
    other = road.assigned_proposal(cast, call, line="wonen")
    for person in (cast.lead, cast.assessor1, cast.finance, cast.college, cast.talent):
        with pytest.raises(StepNotYours):
            panelling.ask([other], [member], by=person)


def test_a_manager_with_an_interest_can_not_ask(cast, call):
    proposal = road.assigned_proposal(cast, call)
    member = panelling.joined(cast.talent)
    cast.manager.memberships.create(organisation=cast.organisation, role="reader")
    with pytest.raises(StepNotYours):
        panelling.ask([proposal], [member], by=cast.manager)
    assert not panel_questions.askable_by(cast.manager).exists()


def test_all_or_nothing(cast, call):
    proposal, early = road.assigned_proposal(cast, call), submitted_proposal(cast, call, title="Te vroeg")
    member = panelling.joined(cast.talent)
    with pytest.raises(PanelNotAsked) as refused:
        panelling.ask([proposal, early], [member], by=cast.manager)
    assert refused.value.field == "proposals"
    assert not PanelQuestion.objects.exists()
    assert not mails().exists()


def test_after_the_consensus_the_panel_is_not_asked_any_more(cast, call):
    proposal = road.agreed_proposal(cast, call)
    with pytest.raises(PanelNotAsked):
        panelling.ask([proposal], [panelling.joined(cast.talent)], by=cast.manager)


def test_a_version_in_which_nothing_concerns_talent_has_nothing_to_ask(cast, call, monkeypatch):
    proposal = road.assigned_proposal(cast, call)
    member = panelling.joined(cast.talent)
    monkeypatch.setattr(Criterion.objects.none().__class__, "exists", lambda self: self.model is not Criterion)
    with pytest.raises(PanelNotAsked):
        panelling.ask([proposal], [member], by=cast.manager)


@pytest.mark.parametrize("days", [-1, panel_questions.DAYS_MOST + 1])
def test_the_last_day_is_neither_past_nor_far_away(cast, call, days):
    with pytest.raises(PanelNotAsked) as refused:
        panelling.ask([road.assigned_proposal(cast, call)], [panelling.joined(cast.talent)], by=cast.manager, days=days)
    assert refused.value.field == "last_on"


def test_who_has_an_interest_is_left_out_for_that_proposal_alone(cast, call):
    shut, free = road.assigned_proposal(cast, call), road.assigned_proposal(cast, call, title="Vrij")
    declared, works_there = panelling.joined(cast.talent), panelling.young("bo")
    works_there.memberships.create(organisation=cast.organisation, role="reader")
    panelling.ask([shut], [declared], by=cast.manager)
    road.declarations.declare(proposal_id=shut.pk, person=declared, has_interest=True, explanation="Mijn broer")
    other = panelling.young("cas")
    panelling.ask([shut, free], [declared, other], by=cast.manager)
    asked = PanelInvitation.objects.values_list("question__proposal__title", "member__full_name")
    assert (free.title, "Talent") in asked
    assert (shut.title, "Cas") in asked
    assert not PanelInvitation.objects.filter(member=works_there).exists()
    with pytest.raises(PanelNotAsked) as refused:
        panelling.ask([road.assigned_proposal(cast, call, title="C")], [works_there], by=cast.manager)
    assert refused.value.field == "members"


def test_the_database_refuses_to_ask_for_whom_the_file_is_shut(cast, call):
    proposal = panelling.asked_proposal(cast, call, [panelling.joined(cast.talent)])
    person = panelling.young("bo")
    proposal.shut_files.create(user=person, since=clock.now())
    with pytest.raises(IntegrityError, match="is shut for person"), transaction.atomic():
        proposal.panel_question.invitations.create(member=person, asked_by=cast.manager, asked_at=clock.now())


def test_asking_again_adds_members_and_may_give_more_time_but_never_less(cast, call):
    proposal = road.assigned_proposal(cast, call)
    first, second = panelling.joined(cast.talent), panelling.young("bo")
    panelling.ask([proposal], [first], by=cast.manager)
    panelling.ask([proposal], [first, second], by=cast.manager, days=DAYS + 5)
    question = PanelQuestion.objects.get()
    assert question.invitations.count() == 2
    assert question.last_on == clock.today() + timedelta(days=DAYS + 5)
    assert mails().count() == 2
    with pytest.raises(PanelNotAsked):
        panelling.ask([proposal], [panelling.young("cas")], by=cast.manager, days=DAYS)
    with pytest.raises(NothingToDo):
        panelling.ask([proposal], [first, second], by=cast.manager, days=DAYS + 5)
    assert panelling.ask([proposal], [first], by=cast.manager, days=DAYS + 6) == []
    assert PanelQuestion.objects.get().last_on == clock.today() + timedelta(days=DAYS + 6)
    with pytest.raises(IntegrityError, match="the panel was asked"), transaction.atomic():
        PanelQuestion.objects.update(last_on=clock.today())


def test_a_second_press_asks_once(cast, call):
    proposal, member = road.assigned_proposal(cast, call), panelling.joined(cast.talent)
    said = {"proposal_ids": [proposal.pk], "members": [member], "by": cast.manager, "request_key": uuid4()}
    day = clock.today() + timedelta(days=DAYS)
    first = panel_questions.ask(**said, last_on=day)
    assert panel_questions.ask(**said, last_on=day) == first
    assert AuditEntry.objects.filter(event="assessment.panel_asked").count() == 1
    with pytest.raises(RequestKeyReused):
        panel_questions.ask(**said, last_on=day + timedelta(days=1))


def test_what_was_asked_stays(cast, call):
    panelling.asked_proposal(cast, call, [panelling.joined(cast.talent)])
    for change in (
        lambda: PanelInvitation.objects.update(member=cast.partner),
        lambda: PanelInvitation.objects.all().delete(),
        lambda: PanelQuestion.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
