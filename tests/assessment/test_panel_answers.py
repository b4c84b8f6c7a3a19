"""Giving an opinion as a member of the talent panel, and what can't be done with it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.states import Role
from assessment.domain import advice, declarations, panel_answers, panel_members
from assessment.errors import (
    DeclarationNeeded,
    NotInPanel,
    PanelAnswerChanged,
    PanelAnswerIncomplete,
    PanelClosed,
    ScoreNotAllowed,
    StepNotYours,
)
from assessment.models import PanelAnswer, PanelMark
from core.domain import clock
from core.models import AuditEntry
from programme.models import CriteriaVersion, Criterion
from tests.assessment import panelling, road
from tests.assessment.panelling import DAYS, agree, give, marks_of


@pytest.fixture
def member(cast):
    return panelling.joined(cast.talent)


@pytest.fixture
def asked(cast, call, member):
    return panelling.asked_proposal(cast, call, [member])


def test_a_mark_for_each_criterion_that_concerns_talent_and_one_sentence(asked, member):
    answer = give(asked, member, 3, 1, sentence="  Zo wil ik wonen.  ")
    concerning = list(Criterion.objects.filter(concerns_talent=True).order_by("position"))
    assert 1 < len(concerning) < 6
    assert [mark.criterion for mark in answer.marks.all()] == concerning
    assert [mark.points for mark in answer.marks.all()][:2] == [3, 1]
    assert answer.sentence == "Zo wil ik wonen."


def test_the_trail_tells_that_somebody_answered_and_not_what(asked, member):
    give(asked, member, 0, sentence="Kanariezin")
    entry = AuditEntry.objects.get(event="assessment.panel_answered")
    assert entry.changes == {}
    assert entry.actor == member


def test_an_opinion_can_be_changed_until_the_last_day_and_stays_after(asked, member):
    first = give(asked, member, 1)
    last_day = clock.now() + timedelta(days=DAYS)
    with clock.set_to(last_day):
        give(asked, member, 3, seen=first.changed_at)
    assert set(PanelMark.objects.values_list("points", flat=True)) == {3}
    assert PanelAnswer.objects.get().given_at == first.given_at
    with clock.set_to(last_day + timedelta(days=1)), pytest.raises(PanelClosed):
        give(asked, member, 0, seen=PanelAnswer.objects.get().changed_at)


def test_the_first_mark_freezes_the_version_of_the_criteria(asked, member):
    assert CriteriaVersion.objects.get().frozen_at is None
    give(asked, member)
    assert CriteriaVersion.objects.get().frozen_at is not None


@pytest.mark.parametrize("wrong", ["without a mark", "without a sentence", "too long"])
def test_what_is_missing_is_told_and_nothing_is_saved(asked, member, wrong):
    marks, sentence = marks_of(asked, 2), "Goed plan."
    if wrong == "without a mark":
        marks[next(iter(marks))] = None
    else:
        sentence = "   " if wrong == "without a sentence" else "a" * 281
    with pytest.raises(PanelAnswerIncomplete) as refused:
        panel_answers.give(proposal_id=asked.pk, by=member, marks=marks, sentence=sentence)
    assert len(refused.value.missing) == 1
    assert not PanelAnswer.objects.exists()


def test_280_characters_are_enough_and_allowed(asked, member):
    assert len(give(asked, member, sentence="a" * 280).sentence) == 280


@pytest.mark.parametrize("points", [-1, 4])
def test_marks_stay_on_the_scale(asked, member, points):
    with pytest.raises(ScoreNotAllowed):
        give(asked, member, points)
    give(asked, member, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        PanelMark.objects.update(points=points)


def test_a_criterion_that_does_not_concern_talent_gets_no_mark(asked, member):
    other = Criterion.objects.filter(concerns_talent=False).first()
    with pytest.raises(ScoreNotAllowed):
        panel_answers.give(
            proposal_id=asked.pk, by=member, marks=marks_of(asked, 2) | {other.code: 2}, sentence="Goed."
        )
    answer = give(asked, member)
    with pytest.raises(IntegrityError, match="not one for the talent panel"), transaction.atomic():
        answer.marks.create(criterion=other, points=2, marked_at=clock.now())


def test_who_was_not_asked_has_no_voice(cast, asked):
    for person in (panelling.young("bo"), cast.partner, cast.assessor1, cast.manager):
        with pytest.raises(StepNotYours):
            give(asked, person)


def test_first_the_declaration_of_interest(cast, call, member):
    proposal = road.assigned_proposal(cast, call)
    panelling.ask([proposal], [member], by=cast.manager)
    with pytest.raises(DeclarationNeeded):
        give(proposal, member)
    with pytest.raises(IntegrityError, match="not declared about interests"), transaction.atomic():
        PanelAnswer.objects.create(
            invitation=proposal.panel_question.invitations.get(),
            sentence="Toch",
            given_at=clock.now(),
            changed_at=clock.now(),
        )


def test_with_an_interest_the_proposal_is_gone_for_the_member(cast, call, member):
    proposal = road.assigned_proposal(cast, call)
    panelling.ask([proposal], [member], by=cast.manager)
    declarations.declare(proposal_id=proposal.pk, person=member, has_interest=True, explanation="Mijn zus werkt er")
    with pytest.raises(StepNotYours):
        give(proposal, member)
    assert proposal.shut_files.get().user == member


def test_an_interest_that_comes_later_closes_it_as_well(cast, asked, member):
    give(asked, member)
    member.memberships.create(organisation=cast.organisation, role="reader")
    with pytest.raises(StepNotYours):
        give(asked, member, seen=PanelAnswer.objects.get().changed_at)


@pytest.mark.parametrize("way", ["left", "role taken", "36"])
def test_who_is_not_in_the_panel_any_more_saves_nothing(asked, member, way):
    if way == "left":
        panel_members.leave(by=member)
    elif way == "role taken":
        member.role_holdings.filter(role=Role.TALENT).delete()
    else:
        member.panel_membership.birth_year -= 12
        member.panel_membership.save()
    with pytest.raises(NotInPanel):
        give(asked, User.objects.get(pk=member.pk))
    assert not PanelAnswer.objects.exists()


def test_another_window_is_never_overwritten_silently(asked, member):
    give(asked, member, 3)
    with pytest.raises(PanelAnswerChanged):
        give(asked, member, 0, seen=None)
    assert set(PanelMark.objects.values_list("points", flat=True)) == {3}


def test_the_consensus_fixes_what_the_panel_said(cast, call, asked, member):
    answer = give(asked, member, 3)
    agree(cast, asked)
    with pytest.raises(PanelClosed):
        give(asked, member, 0, seen=answer.changed_at)
    for change in (
        lambda: PanelMark.objects.update(points=0),
        lambda: PanelAnswer.objects.update(sentence="Anders"),
        lambda: PanelMark.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
            change()


def test_the_database_keeps_the_last_day_too(asked, member):
    give(asked, member, 3)
    late = clock.now() + timedelta(days=DAYS + 1)
    for change in (
        lambda: PanelAnswer.objects.update(changed_at=late, sentence="Te laat"),
        lambda: PanelMark.objects.update(points=0, marked_at=late),
    ):
        with pytest.raises(IntegrityError, match="the panel has spoken"), transaction.atomic():
            change()
    PanelAnswer.objects.update(sentence=F("sentence"))


def test_the_outcome_is_the_same_with_and_without_the_panel(cast, call, member):
    members = [member, panelling.young("bo"), panelling.young("cas")]
    with_panel = panelling.asked_proposal(cast, call, members)
    for person in members:
        give(with_panel, person, 0, sentence="Niets voor ons.")
    without = road.declared_proposal(cast, call, title="Zonder")
    results = [advice.outcome_of(agree(cast, proposal)) for proposal in (with_panel, without)]
    assert results[0] == results[1]
    assert results[0].outcome == "positive"
