"""Who is in the talent panel: 18 to 35, known by the year of birth alone, and no longer than needed."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.states import Role
from assessment import tasks
from assessment.domain import panel_members
from assessment.errors import NotInPanel
from assessment.models import PanelInvitation, PanelMember
from core.domain import clock
from core.models import AuditEntry
from programme.models import Line, LineLead
from tests.assessment import panelling, road

THIS_YEAR = 2026
NOW = datetime(THIS_YEAR, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with clock.set_to(NOW):
        yield


@pytest.mark.parametrize("age", [18, 35])
def test_who_becomes_18_to_35_this_year_joins(cast, age):
    panel_members.join(by=cast.talent, birth_year=THIS_YEAR - age)
    assert panel_members.is_member(cast.talent)
    assert list(panel_members.members()) == [cast.talent]


@pytest.mark.parametrize("age", [17, 36])
def test_who_is_younger_or_older_does_not_and_nothing_is_kept(cast, age):
    with pytest.raises(NotInPanel):
        panel_members.join(by=cast.talent, birth_year=THIS_YEAR - age)
    assert not PanelMember.objects.exists()


def test_the_year_of_birth_stands_in_no_log(cast):
    panelling.joined(cast.talent, age=24)
    entry = AuditEntry.objects.get(event="assessment.panel_joined")
    assert str(THIS_YEAR - 24) not in f"{entry.changes} {entry.object_label}"


def test_one_joins_once(cast):
    panelling.joined(cast.talent)
    with pytest.raises(NotInPanel):
        panel_members.join(by=cast.talent, birth_year=2004)


@pytest.mark.parametrize("name", ["partner", "assessor1", "manager", "college", "lead"])
def test_only_who_was_asked_for_the_panel_joins(cast, name):
    with pytest.raises(NotInPanel):
        panel_members.join(by=getattr(cast, name), birth_year=2004)


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.PROGRAMME_MANAGER, Role.FINANCIAL_ADVISER, Role.COLLEGE])
def test_who_judges_or_decides_has_no_voice_in_the_panel_as_well(cast, role):
    panelling.joined(cast.talent)
    cast.talent.role_holdings.create(role=role)
    assert not panel_members.is_member(cast.talent)
    assert not panel_members.may_join(User.objects.get(pk=cast.talent.pk))


def test_nor_does_who_leads_a_line(cast):
    LineLead.objects.create(line=Line.objects.get(code="wonen"), user=cast.talent)
    assert not panel_members.may_join(cast.talent)


def test_who_leaves_takes_the_year_of_birth_along(cast):
    panelling.joined(cast.talent)
    panel_members.leave(by=cast.talent)
    assert not PanelMember.objects.exists()
    panel_members.leave(by=cast.talent)
    assert AuditEntry.objects.filter(event="assessment.panel_left").count() == 1


def test_who_becomes_36_is_out_and_forgotten_by_itself(cast):
    old, young = panelling.young("oud", age=35), panelling.young("jong", age=34)
    with clock.set_to(NOW.replace(year=THIS_YEAR + 1)):
        assert not panel_members.is_member(old)
        assert panel_members.is_member(young)
        assert tasks.tidy_panel() == 1
    assert [member.person for member in PanelMember.objects.all()] == [young]


def test_who_loses_the_role_is_forgotten_in_the_night(cast):
    panelling.joined(cast.talent)
    assert tasks.tidy_panel() == 0
    cast.talent.role_holdings.all().delete()
    assert tasks.tidy_panel() == 1
    assert not PanelMember.objects.exists()


def test_the_database_too_refuses_who_is_too_old_or_never_joined(cast, call):
    member = panelling.joined(cast.talent)
    proposal = road.assigned_proposal(cast, call)
    panelling.ask([proposal], [member], by=cast.manager)
    question = proposal.panel_question
    for person in (panelling.young("oud", age=35), cast.partner2):
        with pytest.raises(IntegrityError, match="18 to 35"), transaction.atomic():
            PanelInvitation.objects.create(
                question=question, member=person, asked_by=cast.manager, asked_at=NOW.replace(year=THIS_YEAR + 1)
            )
