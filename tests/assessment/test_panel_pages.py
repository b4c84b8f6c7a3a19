"""The pages of the talent panel: joining, declaring, giving an opinion, and looking back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from applications.models import Attachment
from assessment.models import PanelAnswer, PanelMember
from core.domain import clock
from core.models import AuditEntry
from tests.assessment import panelling, road
from tests.assessment.panelling import DAYS, SENTENCE, agree, give, marks_of

SECRETS = ("NL91ABNA0417164300", "12345678", "Partner", "partner@test.example", "Eigen bijdrage", "Begeleiding en materiaal",
           "ROC van Twente", "Omdat het klopt", "Samen gezien", "Sluit aan bij de gewenste resultaten")  # fmt: skip


@pytest.fixture
def member(cast):
    return panelling.joined(cast.talent)


@pytest.fixture
def asked(cast, call, member):
    return panelling.asked_proposal(cast, call, [member])


@pytest.fixture
def visit(client_of):
    def fetch(user, name, proposal=None, data=None):
        address = reverse(f"assessment:{name}", args=[proposal.reference] if proposal else [])
        client = client_of(user)
        return client.get(address) if data is None else client.post(address, data)

    return fetch


def typed(proposal, *points, sentence=SENTENCE, seen=""):
    return {**marks_of(proposal, *(points or (2,))), "sentence": sentence, "seen": seen}


def test_the_first_page_invites_who_has_not_joined(cast, visit):
    shown = visit(cast.talent, "talent").content.decode()
    assert reverse("assessment:join_panel") in shown


def test_joining_takes_a_year_of_birth_and_nothing_else(cast, visit):
    answer = visit(cast.talent, "join_panel", data={"birth_year": str(clock.today().year - 24)})
    assert answer.url == reverse("assessment:talent")
    assert PanelMember.objects.get().person == cast.talent
    assert reverse("assessment:join_panel") in visit(cast.talent, "talent").content.decode()


@pytest.mark.parametrize("year", ["", "02", "abcd", "1950", "2020"])
def test_a_year_that_does_not_fit_stays_on_the_page_with_an_error(cast, visit, year):
    answer = visit(cast.talent, "join_panel", data={"birth_year": year})
    assert answer.status_code == 422
    assert answer.context["form"].errors["birth_year"]
    assert not PanelMember.objects.exists()


def test_who_leaves_is_told_that_the_year_is_gone(member, visit):
    assert str(member.panel_membership.birth_year) in visit(member, "join_panel").content.decode()
    assert visit(member, "leave_panel", data={}).status_code == 302
    assert not PanelMember.objects.exists()


def test_what_waits_comes_first_with_its_last_day(asked, member, visit):
    shown = visit(member, "talent")
    assert [invitation.question.proposal for invitation in shown.context["waiting"]] == [asked]
    assert asked.title in shown.content.decode()


def test_before_the_declaration_only_title_and_organisation_show(cast, call, member, visit):
    proposal = road.assigned_proposal(cast, call)
    panelling.ask([proposal], [member], by=cast.manager)
    assert visit(member, "opinion", proposal).url == reverse("assessment:declare_as_talent", args=[proposal.reference])
    shown = visit(member, "declare_as_talent", proposal).content.decode()
    assert proposal.title in shown
    assert cast.organisation.name in shown
    assert proposal.summary not in shown
    assert visit(member, "declare_as_talent", proposal, {"has_interest": "yes"}).status_code == 422
    assert visit(member, "declare_as_talent", proposal, {"has_interest": "no"}).url.endswith(f"/{proposal.reference}/")
    assert reverse("assessment:declare_as_talent", args=[proposal.reference]) in visit(member, "opinion", proposal).text
    later = visit(member, "declare_as_talent", proposal)
    assert 'name="has_interest"' not in later.text, "later there is only an interest to declare"
    assert visit(member, "declare_as_talent", proposal, {"explanation": "Mijn vriendin werkt er"}).url
    assert visit(member, "opinion", proposal).status_code == 404


def test_with_an_interest_it_is_gone_from_every_page(cast, call, member, visit):
    proposal = road.assigned_proposal(cast, call)
    panelling.ask([proposal], [member], by=cast.manager)
    said = {"has_interest": "yes", "explanation": "Mijn zus werkt daar"}
    assert visit(member, "declare_as_talent", proposal, said).url == reverse("assessment:talent")
    assert proposal.title not in visit(member, "talent").content.decode()
    for name in ("opinion", "declare_as_talent"):
        assert visit(member, name, proposal).status_code == 404
        assert visit(member, name, proposal, {}).status_code == 404


def test_the_plan_in_plain_form_without_anything_about_people_money_by_year_or_scores(cast, asked, member, visit):
    road.hand_in(asked, cast.assessor1, road.POINTS["positive"])
    shown = visit(member, "opinion", asked).content.decode()
    for told in (asked.title, asked.summary, asked.description, cast.organisation.name, "25.000", "120"):
        assert told in shown
    found = [secret for secret in SECRETS if secret in shown.replace("Talentpanel", "")]
    assert found == []
    assert AuditEntry.objects.about(asked).filter(event="proposal.opened", actor=member).exists()


def test_giving_an_opinion_and_changing_it(asked, member, visit):
    assert visit(member, "opinion", asked, typed(asked, 2)).url == reverse("assessment:talent")
    answer = PanelAnswer.objects.get()
    listed = visit(member, "talent")
    assert listed.context["waiting"] == []
    assert SENTENCE in listed.content.decode()
    again = visit(member, "opinion", asked)
    assert again.context["form"]["sentence"].value() == SENTENCE
    visit(member, "opinion", asked, typed(asked, 3, seen=answer.changed_at.isoformat()))
    assert {mark.points for mark in answer.marks.all()} == {3}


def test_what_is_missing_is_told_and_what_was_typed_stays(asked, member, visit):
    data = typed(asked, 2, sentence="")
    first = next(iter(data))
    data[first] = ""
    answer = visit(member, "opinion", asked, data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {first, "sentence"}
    long = visit(member, "opinion", asked, typed(asked, 2, sentence="b" * 281))
    assert long.status_code == 422
    assert "b" * 281 in long.content.decode()


def test_another_window_is_shown_and_replaced_only_on_purpose(asked, member, visit):
    give(asked, member, 3, sentence="Eerst dit")
    answer = visit(member, "opinion", asked, typed(asked, 1, sentence="Nu dat"))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Eerst dit" in shown
    assert "Nu dat" in shown
    seen = answer.context["seen"]
    assert visit(member, "opinion", asked, typed(asked, 1, sentence="Nu dat", seen=seen)).status_code == 302
    assert PanelAnswer.objects.get().sentence == "Nu dat"


@pytest.mark.parametrize("seen", ["gisteren", "2026"])
def test_a_strange_version_is_refused_politely(asked, member, visit, seen):
    assert visit(member, "opinion", asked, typed(asked, 2, seen=seen)).status_code == 422


def test_after_the_consensus_the_page_looks_back_and_saves_nothing(cast, asked, member, visit):
    give(asked, member, 3)
    agree(cast, asked)
    shown = visit(member, "opinion", asked).content.decode()
    assert SENTENCE in shown
    assert "<textarea" not in shown
    assert visit(member, "opinion", asked, typed(asked, 0)).status_code == 302
    assert {mark.points for mark in PanelAnswer.objects.get().marks.all()} == {3}


def test_who_was_late_is_told_so(asked, member, visit):
    with clock.set_to(clock.now() + timedelta(days=DAYS + 1)):
        assert visit(member, "talent").context["waiting"] == []
        assert visit(member, "opinion", asked).status_code == 200
        assert visit(member, "opinion", asked, typed(asked, 0)).status_code == 302
    assert not PanelAnswer.objects.exists()


def test_what_became_of_it_is_what_a_partner_reads_and_no_more(cast, asked, member, visit, settings):
    settings.LANGUAGE_CODE = "en"
    give(asked, member, 3)
    assert "the programme team assesses it" in visit(member, "talent").content.decode()
    agree(cast, asked)
    road.give(asked, cast.manager)
    for name, proposal in (("talent", None), ("opinion", asked)):
        shown = visit(member, name, proposal).content.decode()
        assert "Assessed: the advice is ready" in shown
        for secret in SECRETS:
            assert secret not in shown


def test_who_became_36_still_reads_what_was_given_and_gives_no_more(cast, call, member, visit):
    answered = panelling.asked_proposal(cast, call, [member])
    give(answered, member)
    waiting = panelling.asked_proposal(cast, call, [member], title="Wacht nog")
    member.panel_membership.birth_year -= 12
    member.panel_membership.save()
    shown = visit(member, "talent")
    assert shown.context["waiting"] == []
    assert answered.title in shown.content.decode()
    assert visit(member, "opinion", waiting).url == reverse("assessment:join_panel")


@pytest.mark.parametrize("number", [1, 5])
def test_the_first_page_asks_the_database_the_same_for_one_and_for_many(
    cast, call, member, client_of, number, django_assert_max_num_queries
):
    client = client_of(member)
    for at in range(number):
        give(panelling.asked_proposal(cast, call, [member], title=f"Gegeven {at}"), member)
        panelling.asked_proposal(cast, call, [member], title=f"Wacht {at}")
    with django_assert_max_num_queries(14):
        assert len(client.get("/talent/").context["given"]) == number


def test_a_member_gets_nothing_of_the_file_from_any_address(cast, asked, member, client_of, page_of):
    agree(cast, asked)
    road.give(asked, cast.manager)
    for step in ("file", "assign", "declare", "score", "consensus", "advice"):
        assert page_of(member, step, asked).status_code == 404
    for path in ("/team/", "/team/voorstellen/", "/team/panel/", "/team/panel/vragen/"):
        assert client_of(member).get(path).status_code == 403
    assert asked.title not in client_of(member).get("/zoeken/", {"q": asked.title}).context["hits"]
    assert client_of(member).get("/zoeken/", {"q": asked.reference}).context["hits"] == []
    assert not Attachment.objects.filter(proposal=asked).exists()


def test_nobody_else_opens_the_pages_of_the_panel(cast, asked, visit):
    for name in ("partner", "assessor1", "manager", "lead", "college"):
        assert visit(getattr(cast, name), "talent").status_code == 403
        assert visit(getattr(cast, name), "opinion", asked).status_code == 403
    other = panelling.young("bo")
    assert visit(other, "opinion", asked).status_code == 404
    assert visit(User.objects.get(pk=other.pk), "declare_as_talent", asked).status_code == 404
