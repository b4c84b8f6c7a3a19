"""Searching: in Dutch, only in what one may read, current whatever changes, and harmless to look at."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from accounts.states import Role
from applications.domain import intake, proposals, shut_files
from applications.domain.search import Readable, find, hits, pieces, tidy
from applications.models import BudgetItem, CriterionAnswer, PromisedResult, Proposal, ProposalSearch
from assessment.access import files_open_to, proposals_known_to
from assessment.domain import assignments, declarations
from core.management.commands.grant_rights import grant
from tests.applications.road import draft_proposal, submitted_proposal
from tests.assessment.road import declare_none

CANARY = "kwartelsnavel"


def found_by(user, text, **options):
    readable = Readable(Proposal.objects.of_partner(user), files_open_to(user), proposals_known_to(user))
    return list(find(tidy(text), readable, **options))


def page_of(client, text, **more):
    return client.get(f"{reverse('assessment:search')}?{urlencode({'q': text, **more})}")


def canary_in(cast, call, field="description", **over):
    """A submitted proposal whose description holds a word that stands nowhere else."""
    draft = draft_proposal(cast, call, **over)
    Proposal.objects.filter(pk=draft.pk).update(**{field: f"Wij maken een {CANARY} van hout."})
    return draft


def sent_canary(cast, call, **over):
    draft = canary_in(cast, call, **over)
    proposals.submit(proposal_id=draft.pk, by=cast.partner, request_key=uuid4())
    return Proposal.objects.get(pk=draft.pk)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Wij bouwen werkplaatsen", "werkplaats"),
        ("Een café in de stad", "cafe"),
        ("Een cafe in de stad", "café"),
        ("Jongeren ontmoeten elkaar", "ontmoet jongere"),
        ("Muziek en theater", "theater of dans"),
        ("Een open dag voor makers", '"open dag"'),
    ],
)
def test_words_are_found_as_the_dutch_form_them(cast, call, text, question):
    draft = draft_proposal(cast, call)
    Proposal.objects.filter(pk=draft.pk).update(description=text)
    assert found_by(cast.partner, question) == [draft]


@pytest.mark.parametrize("question", ["zeppelin", '"dag open"', "makers -dag", "de het een", '"', "-", ":*", "&|!()"])
def test_what_is_not_there_is_not_found_and_no_sign_breaks_the_page(cast, call, client_of, question):
    draft = draft_proposal(cast, call, title="Iets")
    Proposal.objects.filter(pk=draft.pk).update(description="Een open dag voor makers")
    assert found_by(cast.partner, question) == []
    page = page_of(client_of(cast.partner), question)
    assert page.status_code == 200


def test_a_word_within_a_longer_one_is_found_when_nothing_else_is(cast, call, client_of):
    draft = draft_proposal(cast, call, title="Werkplaatsenroute")
    assert found_by(cast.partner, "werkplaatsenr") == []
    page = page_of(client_of(cast.partner), "werkplaatsenr")
    assert [hit.proposal for hit in page.context["hits"]] == [draft]
    assert page.context["beginnings"]


def test_a_reference_its_beginning_and_its_number_find_the_proposal(cast, call):
    one, other = submitted_proposal(cast, call), submitted_proposal(cast, call, title="Nog een plan")
    number = one.reference.rpartition("-")[2]
    for question in (one.reference, one.reference.lower(), one.reference[3:], number, str(int(number))):
        assert one in found_by(cast.manager, question), question
        assert other not in found_by(cast.manager, question), question
    assert set(found_by(cast.manager, "TF-20")) == {one, other}


def test_the_title_counts_more_than_the_text(cast, call):
    in_text = draft_proposal(cast, call, title="Iets anders")
    Proposal.objects.filter(pk=in_text.pk).update(description="Een zeppelin.")
    in_title = draft_proposal(cast, call, title="Zeppelin")
    assert found_by(cast.partner, "zeppelin") == [in_title, in_text]


def change_answer(draft):
    CriterionAnswer.objects.filter(pk=draft.criterion_answers.first().pk).update(text=CANARY)


WAYS = {
    "the title": lambda draft: Proposal.objects.filter(pk=draft.pk).update(title=CANARY),
    "the summary": lambda draft: Proposal.objects.filter(pk=draft.pk).update(summary=CANARY),
    "the description": lambda draft: Proposal.objects.filter(pk=draft.pk).update(description=CANARY),
    "with whom": lambda draft: Proposal.objects.filter(pk=draft.pk).update(partners=CANARY),
    "afterwards": lambda draft: Proposal.objects.filter(pk=draft.pk).update(afterwards=CANARY),
    "the brand": lambda draft: Proposal.objects.filter(pk=draft.pk).update(on_brand=CANARY),
    "an answer": change_answer,
    "a result": lambda draft: PromisedResult.objects.filter(proposal=draft).update(indicator=CANARY),
    "a row of the budget": lambda draft: BudgetItem.objects.filter(proposal=draft).update(description=CANARY),
    "a row more": lambda draft: BudgetItem.objects.create(proposal=draft, side="cost", position=9, description=CANARY),
    "the organisation": lambda draft: Organisation.objects.filter(pk=draft.organisation_id).update(name=CANARY),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_change_is_found_at_once_whatever_way_it_came(cast, call, way):
    draft = draft_proposal(cast, call)
    assert found_by(cast.partner, CANARY) == []
    WAYS[way](draft)
    assert found_by(cast.partner, CANARY) == [draft]


def test_what_was_taken_away_is_not_found_any_more(cast, call):
    draft = draft_proposal_of(cast, call, "Kort plan")
    criterion = call.criteria_version.criteria.all()[0]
    CriterionAnswer.objects.create(proposal=draft, criterion=criterion, text=CANARY)
    assert found_by(cast.partner, CANARY) == [draft]
    draft.criterion_answers.all().delete()
    assert found_by(cast.partner, CANARY) == []
    pk = draft.pk
    draft.delete()
    assert not ProposalSearch.objects.filter(pk=pk).exists()


def test_an_answer_that_moves_to_another_draft_is_found_there_only(cast, call):
    here, there = draft_proposal(cast, call), draft_proposal(cast, call, title="Daar")
    there.criterion_answers.all().delete()
    change_answer(here)
    here.criterion_answers.filter(text=CANARY).update(proposal=there)
    assert found_by(cast.partner, CANARY) == [there]


@pytest.mark.parametrize("person", ["partner2", "college", "council", "talent", "admin"])
def test_an_outsider_finds_nothing_of_others(cast, call, client_of, person):
    proposal = sent_canary(cast, call)
    draft = canary_in(cast, call, title="Mijn concept")
    client = client_of(getattr(cast, person))
    for question in (CANARY, CANARY[:6], proposal.title, proposal.reference, cast.organisation.name):
        page = page_of(client, question)
        assert page.context["hits"] == [], question
        assert "hout" not in page.text
    assert found_by(getattr(cast, person), draft.title) == []


def test_the_team_finds_no_drafts(cast, call):
    canary_in(cast, call)
    assert found_by(cast.manager, CANARY) == []


@pytest.mark.parametrize("person", ["manager", "finance", "lead"])
def test_staff_find_the_whole_text_and_nothing_once_they_have_an_interest(cast, call, client_of, person):
    proposal, user = sent_canary(cast, call), getattr(cast, person)
    assert found_by(user, CANARY) == [proposal]
    shut_files.shut(proposal=proposal, person=user)
    for question in (CANARY, proposal.title, proposal.reference, cast.organisation.name):
        assert found_by(user, question) == []
        assert "hout" not in page_of(client_of(user), question).text


def test_the_lead_of_another_line_finds_nothing(cast, call):
    sent_canary(cast, call, line="werken")
    assert found_by(cast.lead, CANARY) == []


def test_an_assessor_finds_the_text_only_after_declaring_and_the_title_before(cast, call, client_of):
    draft = canary_in(cast, call)
    proposal = assigned_proposal_of(cast, call, draft)
    client = client_of(cast.assessor1)
    assert page_of(client, CANARY).context["hits"] == []
    (hit,) = page_of(client, proposal.title).context["hits"]
    assert not hit.is_open
    assert hit.snippet == []
    assert CANARY not in page_of(client, proposal.title).text
    declare_none(proposal, cast.assessor1)
    (hit,) = page_of(client, CANARY).context["hits"]
    assert hit.is_open
    assert CANARY in page_of(client, CANARY).text


def test_a_manager_who_was_asked_to_assess_declares_first(cast, call):
    cast.manager.role_holdings.create(role=Role.ASSESSOR)
    draft = canary_in(cast, call)
    proposal = assigned_proposal_of(cast, call, draft, assessors=[cast.manager, cast.assessor2])
    assert found_by(cast.manager, CANARY) == []
    assert found_by(cast.manager, proposal.reference) == [proposal]
    declarations.declare(proposal_id=proposal.pk, person=cast.manager, has_interest=True, explanation="Mijn broer")
    assert found_by(cast.manager, proposal.reference) == []


def assigned_proposal_of(cast, call, draft, assessors=None):
    """Take a draft along the road until people were asked to assess it."""
    proposals.submit(proposal_id=draft.pk, by=cast.partner, request_key=uuid4())
    intake.find_complete(proposal_id=draft.pk, by=cast.lead, points=dict.fromkeys(intake.POINTS, True), remark="")
    assessors = assessors or [cast.assessor1, cast.assessor2]
    assignments.assign_all(proposal_id=draft.pk, assessors=assessors, by=cast.lead)
    return Proposal.objects.get(pk=draft.pk)


def test_script_in_a_text_is_shown_as_text(cast, call, client_of):
    draft = draft_proposal(cast, call, title="<script>alert(1)</script> zeppelin")
    Proposal.objects.filter(pk=draft.pk).update(
        description='Een <img src=x onerror=alert(2)> zeppelin & "meer" \u0002<b>vet</b>\u0003'
    )
    page = page_of(client_of(cast.partner), "zeppelin").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>vet" not in page
    assert "<mark>zeppelin</mark>" in page
    asked = page_of(client_of(cast.partner), '"><script>alert(3)</script>').text
    assert "<script>alert" not in asked


def test_the_signs_around_what_was_found_never_stay_in_the_text():
    found = pieces("a\u0002b\u0003c\u0002\u0002d\u0003\u0003e\u0003")
    assert [(piece.text, piece.found) for piece in found] == [
        ("a", False),
        ("b", True),
        ("c", False),
        ("d", True),
        ("e", False),
    ]


def test_nonsense_gives_a_kind_page_and_nothing_asked_only_the_box(cast, call, client_of):
    client = client_of(cast.partner)
    page = page_of(client, "qqxzy")
    assert page.status_code == 200
    assert "qqxzy" in page.text
    assert page.context["hits"] == []
    assert client.get(reverse("assessment:search")).context["page_obj"] is None
    assert page_of(client, "a\x00b").status_code == 200
    assert page_of(client, "x" * 5000).status_code == 200


def test_more_than_a_page_goes_on_on_the_next_with_the_question_kept(cast, call, client_of):
    for number in range(21):
        draft_proposal_of(cast, call, f"Zeppelin {number}")
    page = page_of(client_of(cast.partner), "zeppelin")
    assert len(page.context["hits"]) == 20
    assert "q=zeppelin&amp;page=2" in page.text
    assert len(page_of(client_of(cast.partner), "zeppelin", page=2).context["hits"]) == 1


def draft_proposal_of(cast, call, title):
    return proposals.start(by=cast.partner, call=call, organisation=cast.organisation, title=title)


@pytest.mark.parametrize("person", ["partner", "manager"])
def test_the_page_asks_the_database_as_often_for_many_as_for_one(cast, call, client_of, person):
    client = client_of(getattr(cast, person))
    submitted_proposal(cast, call, title="Zeppelin")
    page_of(client, "zeppelin")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert page_of(client, "zeppelin").context["hits"]
        return len(queries)

    once = asked()
    for number in range(12):
        submitted_proposal(cast, call, title=f"Zeppelin {number}")
    assert asked() == once
    assert once <= 9


def test_a_person_of_team_and_organisation_finds_each_proposal_once(cast, call):
    own = submitted_proposal(cast, call, title="Zeppelin")
    cast.partner.role_holdings.create(role=Role.PROGRAMME_MANAGER)
    assert found_by(cast.partner, "zeppelin") == [own]
    readable = Readable(Proposal.objects.of_partner(cast.partner), files_open_to(cast.partner), Proposal.objects.none())
    (hit,) = hits(found_by(cast.partner, "zeppelin"), "zeppelin", readable)
    assert hit.is_mine


def test_the_application_role_keeps_the_words_current_too(cast, call):
    draft = draft_proposal(cast, call)
    grant("talentfund_search_proof")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE talentfund_search_proof")
        try:
            Proposal.objects.filter(pk=draft.pk).update(description=CANARY)
            assert found_by(cast.partner, CANARY) == [draft]
        finally:
            cursor.execute("RESET ROLE")
