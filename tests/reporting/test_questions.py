"""The council asks, the team drafts, the college answers; both stay as they were."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from applications.models import ShutFile
from core.domain import clock
from core.models import AuditEntry, OutboxMessage
from reporting.domain import questions
from reporting.domain.questions import About
from reporting.errors import DraftChanged, NoDraftOffered, NothingSaid, NotYours, SameHand
from reporting.models import Answer, AnswerDraft, Question
from tests.reporting.scenes import day, granted

pytestmark = pytest.mark.django_db

NOW = day(11, 20)


@pytest.fixture(autouse=True)
def in_november():
    with clock.set_to(NOW):
        yield


def ask(cast, about=About(line="leven"), text="Waar bleef het geld?"):  # noqa: B008  (a tuple)
    return questions.ask(about=about, text=text, by=cast.council, request_key=uuid4())


def offered(cast, text="In het podium.", by=None):
    question = ask(cast)
    questions.draft(question_id=question.pk, text=text, version=0, offer=True, by=by or cast.manager)
    return question


def mails():
    return sorted(message.payload["to"] for message in OutboxMessage.objects.filter(topic="core.mail"))


def test_a_question_has_a_number_and_a_day_on_which_the_answer_is_due(cast):
    question = ask(cast)
    assert question.reference.startswith("RV-2026-")
    assert question.line.code == "leven"
    # Thirty days after a Friday is a Sunday, so the Monday after it.
    assert question.due_on == date(2026, 12, 21)
    assert AuditEntry.objects.about(question).get().event == "question.asked"


def test_asking_tells_the_team_and_the_college_without_the_question_itself(cast):
    ask(cast)
    assert mails() == sorted([cast.manager.email, cast.college.email, cast.college2.email])
    assert "Waar bleef" not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))


def test_asking_twice_with_one_key_is_one_question(cast):
    key = uuid4()
    made = [questions.ask(about=About(), text="Hoe gaat het?", by=cast.council, request_key=key) for _click in range(2)]
    assert made[0] == made[1] == Question.objects.get()
    assert made[0].subject is None


@pytest.mark.parametrize("name", ["manager", "finance", "college", "partner"])
def test_only_the_council_asks(cast, name):
    with pytest.raises(NotYours):
        questions.ask(about=About(), text="Ik?", by=getattr(cast, name), request_key=uuid4())


def test_an_empty_question_is_refused_by_the_rule_and_by_the_database(cast):
    with pytest.raises(NothingSaid):
        ask(cast, text="  ")
    with pytest.raises(IntegrityError, match="reporting_question_says_something"), transaction.atomic():
        Question.objects.create(reference="RV-1", text="", asked_by=cast.council, asked_at=NOW, due_on=NOW.date())


def test_a_question_is_about_one_thing(cast, call):
    proposal = granted(cast, call, at=day(3, 1), amounts={2026: 100}).proposal
    with pytest.raises(IntegrityError, match="reporting_question_about_one"), transaction.atomic():
        Question.objects.create(
            reference="RV-1",
            line=proposal.line,
            proposal=proposal,
            text="x",
            asked_by=cast.council,
            asked_at=NOW,
            due_on=NOW.date(),
        )


def test_the_college_gives_what_the_team_offered_and_the_asker_hears_of_it(cast):
    question = offered(cast)
    answer = questions.give(question_id=question.pk, version=1, by=cast.college)
    assert (answer.number, answer.text, answer.drafted_by) == (1, "In het podium.", cast.manager)
    assert not AnswerDraft.objects.exists()
    assert cast.council.email in mails()


@pytest.mark.parametrize("name", ["manager", "finance", "council", "partner", "admin"])
def test_only_the_college_answers_or_sends_a_draft_back(cast, name):
    person = getattr(cast, name)
    question = offered(cast, by=cast.finance if name == "manager" else cast.manager)
    with pytest.raises(NotYours):
        questions.give(question_id=question.pk, version=1, by=person)
    with pytest.raises(NotYours):
        questions.give_back(question_id=question.pk, reason="Te kort", version=1, by=person)
    assert not Answer.objects.exists()
    assert AnswerDraft.objects.get().version == 1


@pytest.mark.parametrize("name", ["college", "council", "partner", "assessor1"])
def test_only_the_team_drafts(cast, name):
    question = ask(cast)
    with pytest.raises(NotYours):
        questions.draft(question_id=question.pk, text="Zo.", version=0, offer=True, by=getattr(cast, name))
    assert not AnswerDraft.objects.exists()


def test_a_second_answer_adds_to_the_first(cast):
    question = offered(cast)
    questions.give(question_id=question.pk, version=1, by=cast.college)
    questions.draft(question_id=question.pk, text="En in de zaal.", version=0, offer=True, by=cast.finance)
    second = questions.give(question_id=question.pk, version=1, by=cast.college2)
    assert [answer.text for answer in question.answers.all()] == ["In het podium.", "En in de zaal."]
    assert second.number == 2


def test_what_was_not_offered_is_not_given(cast):
    question = ask(cast)
    questions.draft(question_id=question.pk, text="Nog niet af", version=0, offer=False, by=cast.manager)
    with pytest.raises(NoDraftOffered):
        questions.give(question_id=question.pk, version=1, by=cast.college)


def test_who_drafted_does_not_give_by_the_rule_and_by_the_database(cast, monkeypatch):
    monkeypatch.setattr(questions, "require_drafter", lambda _user: None)
    question = offered(cast, by=cast.college)
    with pytest.raises(SameHand):
        questions.give(question_id=question.pk, version=1, by=cast.college)
    with pytest.raises(IntegrityError, match="reporting_answer_two_signatures"), transaction.atomic():
        Answer.objects.create(
            question=question, number=1, text="x", drafted_by=cast.college, given_by=cast.college, given_at=NOW
        )


def test_a_page_that_is_behind_is_refused(cast):
    question = offered(cast)
    questions.draft(question_id=question.pk, text="Anders", version=1, offer=True, by=cast.finance)
    with pytest.raises(DraftChanged):
        questions.give(question_id=question.pk, version=1, by=cast.college)
    with pytest.raises(DraftChanged):
        questions.draft(question_id=question.pk, text="Ook anders", version=1, offer=False, by=cast.manager)


def test_the_college_gives_a_draft_back_with_the_reason_and_the_drafter_hears_of_it(cast):
    question = offered(cast)
    OutboxMessage.objects.all().delete()
    kept = questions.give_back(question_id=question.pk, reason="Noem het bedrag", version=1, by=cast.college)
    assert (kept.offered_at, kept.returned, kept.version) == (None, "Noem het bedrag", 2)
    assert mails() == [cast.manager.email]
    with pytest.raises(NoDraftOffered):
        questions.give(question_id=question.pk, version=2, by=cast.college)


@pytest.mark.parametrize("change", [{"text": "Anders"}, None])
def test_questions_and_answers_stay_as_they_were(cast, change):
    question = offered(cast)
    questions.give(question_id=question.pk, version=1, by=cast.college)
    for model in (Question, Answer):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            found = model.objects.all()
            found.update(**change) if change else found._raw_delete("default")


def test_a_question_about_a_file_with_an_interest_does_not_exist_for_that_person(client_of, cast, call):
    proposal = granted(cast, call, at=day(3, 1), amounts={2026: 100}).proposal
    question = ask(cast, about=About(activity=proposal.reference))
    ShutFile.objects.create(proposal=proposal, user=cast.manager, since=NOW)
    client = client_of(cast.manager)
    assert client.get(question.get_absolute_url()).status_code == 404
    assert question.reference not in client.get(reverse("reporting:questions")).content.decode()
    assert question.reference in client_of(cast.finance).get(reverse("reporting:questions")).content.decode()


def test_the_council_asks_on_the_page_about_what_it_reads(client_of, cast, call):
    proposal = granted(cast, call, at=day(3, 1), amounts={2026: 100}).proposal
    client = client_of(cast.council)
    activity = reverse("reporting:activity", args=[proposal.reference])
    address = f"{reverse('reporting:question_new')}?activiteit={proposal.reference}"
    assert address in client.get(activity).content.decode()
    answer = client.post(address, {"text": "<b>Waarom?</b>", "request_key": str(uuid4())})
    question = Question.objects.get()
    assert answer["Location"] == question.get_absolute_url()
    assert question.proposal == proposal
    assert "&lt;b&gt;Waarom?" in client.get(activity).content.decode()


@pytest.mark.parametrize("query", ["?regel=vervoer", "?rapport=R-9", "?activiteit=TF-9", "?regel=leven&rapport=R-9"])
def test_what_the_council_can_not_read_it_does_not_ask_about(client_of, cast, query):
    assert client_of(cast.council).get(reverse("reporting:question_new") + query).status_code == 404


def test_the_draft_is_seen_by_the_team_and_by_the_college_once_it_was_offered(client_of, cast):
    question = ask(cast)
    address = question.get_absolute_url()
    data = {"text": "Een begin", "version": "0", "save": ""}
    client_of(cast.manager).post(reverse("reporting:question_draft", args=[question.reference]), data)
    seen = {name: "Een begin" in client_of(getattr(cast, name)).get(address).content.decode() for name in READERS}
    assert seen == {"manager": True, "finance": True, "college": False, "council": False}
    data = {"text": "Een begin", "version": "1", "offer": ""}
    client_of(cast.manager).post(reverse("reporting:question_draft", args=[question.reference]), data)
    seen = {name: "Een begin" in client_of(getattr(cast, name)).get(address).content.decode() for name in READERS}
    assert seen == {"manager": True, "finance": True, "college": True, "council": False}
    client_of(cast.college).post(reverse("reporting:question_give", args=[question.reference]), {"version": "2"})
    assert "Een begin" in client_of(cast.council).get(address).content.decode()


READERS = ("manager", "finance", "college", "council")


def test_what_waits_stands_on_the_pages_of_who_can_do_something(client_of, cast):
    question = offered(cast)
    link = f'href="{reverse("reporting:questions")}"'
    for name, page in (("manager", "assessment:work"), ("finance", "budget:desk"), ("college", "budget:college")):
        assert link in client_of(getattr(cast, name)).get(reverse(page)).content.decode()
    questions.give(question_id=question.pk, version=1, by=cast.college)
    assert link not in client_of(cast.college).get(reverse("budget:college")).content.decode()


def test_a_question_past_its_term_is_late(client_of, cast):
    ask(cast)
    with clock.set_to(day(12, 22)):
        content = client_of(cast.manager).get(reverse("assessment:work")).content.decode()
        assert "tf-state--danger" in content
        assert "tf-state--danger" in client_of(cast.council).get(reverse("reporting:questions")).content.decode()


def test_the_list_takes_as_many_queries_for_one_question_as_for_many(client_of, cast, django_assert_num_queries):
    client = client_of(cast.council)
    for more in (1, 20):
        for _turn in range(more):
            ask(cast)
        with django_assert_num_queries(QUERIES):
            client.get(reverse("reporting:questions"))


QUERIES = 5
