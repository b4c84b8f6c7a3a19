"""Before signing in: the calls with their rules, what is free, all questions on a page and on paper, and examples."""

import subprocess
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse
from django.utils.html import conditional_escape

from applications.domain import calls, room_shown
from applications.models import QuestionPaper
from applications.states import QuestionUse
from core.domain import clock, pdf
from core.models import Document
from programme.models import Line
from tests.applications.prepared import BEFORE, WHILE_OPEN, a_ceiling, lines_of, ready_call, unready_call
from tests.applications.road import submitted_proposal
from tests.conftest import NOON


@pytest.fixture
def published(cast):
    with clock.set_to(BEFORE):
        call = ready_call(cast)
        calls.set_questions(
            call_id=call.pk,
            by=cast.manager,
            rules={"areas": {"use": QuestionUse.LEFT_OUT}, "summary": {"limit": 320, "help": {"nl": "Hou het kort."}}},
        )
        return calls.publish(call_id=call.pk, by=cast.manager).call


def text_of(content):
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


def page_of(client, name, *args):
    return client.get(reverse(name, args=args)).text


def test_a_call_in_preparation_is_nowhere(client, cast, call):
    draft = unready_call(cast)
    with clock.set_to(WHILE_OPEN):
        assert draft.title not in page_of(client, "applications:calls")
        assert draft.title not in page_of(client, "reporting:front")
        for name in ("call", "call_questions", "questions_paper"):
            assert client.get(reverse(f"applications:{name}", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize(
    ("moment", "group"), [(BEFORE, "announced"), (WHILE_OPEN, "open_calls"), (WHILE_OPEN.replace(month=11), "closed")]
)
def test_a_call_stands_where_it_belongs(client, published, moment, group):
    with clock.set_to(moment):
        answer = client.get(reverse("applications:calls"))
    assert published in answer.context[group]
    others = {"announced", "open_calls", "closed"} - {group}
    assert not any(published in answer.context[other] for other in others)


def test_a_call_shows_its_rules(client, published):
    with clock.set_to(WHILE_OPEN):
        page = page_of(client, "applications:call", published.pk).replace("\xa0", " ")
    for said in (
        "30 september 2026",
        "24:00",
        published.introduction,
        "Gemeenteblad 2026, 123456",
        "Leven",
    ):
        assert str(conditional_escape(said)) in page, said
    for criterion in published.criteria_version.criteria.all():
        assert str(conditional_escape(criterion.meaning)) in page


def test_a_call_shows_what_is_free_by_line_and_year(client, call):
    with clock.set_to(NOON):
        answer = client.get(call.get_absolute_url())
    rooms = {room.line.code: room.cells for room in answer.context["rooms"]}
    assert rooms["leven"] == [(2026, Decimal(250000), Decimal(250000)), (2027, Decimal(200000), Decimal(200000))]
    assert set(rooms) == {"wonen", "werken", "leven", "imago", "samenwerking"}


def test_what_a_call_granted_counts_against_its_ceiling(published):
    leven = Line.objects.get(code="leven")
    rooms = [
        room_shown.Room(leven, 2026, Decimal(250000), Decimal(210000), Decimal(40000)),
        room_shown.Room(leven, 2027, Decimal(200000), Decimal(200000), Decimal(0)),
    ]
    assert room_shown.ceilings_left(published, rooms)[0].left == Decimal(60000)
    shown = room_shown.by_line(published, rooms)[0]
    assert shown.cells[0][1] == Decimal(60000)  # less than the budget's room
    assert shown.cells[1][1] == Decimal(200000)  # no ceiling for that year
    more = [room_shown.Room(leven, 2026, Decimal(250000), Decimal(0), Decimal(130000))]
    assert room_shown.ceilings_left(published, more)[0].left == 0


def test_the_page_of_a_call_takes_as_many_queries_with_many_ceilings(
    client, cast, published, django_assert_num_queries
):
    with clock.set_to(BEFORE):
        many = ready_call(cast)
        ceilings = [a_ceiling(line=line, year=year) for line in lines_of() for year in (2026, 2027, None)]
        calls.set_ceilings(call_id=many.pk, by=cast.manager, ceilings=ceilings)
        calls.publish(call_id=many.pk, by=cast.manager)
    for call in (published, many):
        with clock.set_to(WHILE_OPEN), django_assert_num_queries(9):
            client.get(call.get_absolute_url())


def test_the_list_takes_as_many_queries_with_many_calls(client, cast, published, django_assert_num_queries):
    def many(number):
        with clock.set_to(BEFORE):
            for _each in range(number):
                calls.publish(call_id=ready_call(cast).pk, by=cast.manager)

    with clock.set_to(WHILE_OPEN):
        url = reverse("applications:calls")
        client.get(url)
        with django_assert_num_queries(4):
            client.get(url)
        many(5)
        with django_assert_num_queries(4):
            client.get(url)


def test_the_questions_are_those_of_the_call(client, published):
    with clock.set_to(WHILE_OPEN):
        page = page_of(client, "applications:call_questions", published.pk)
    assert "320" in page
    assert "Hou het kort." in page


def test_a_question_that_is_left_out_is_not_shown(client, published):
    with clock.set_to(WHILE_OPEN):
        answer = client.get(reverse("applications:call_questions", args=[published.pk]))
    names = [question.name for step in answer.context["steps"] for question in step.questions]
    assert "areas" not in names
    assert "summary" in names
    assert {line.code for line in answer.context["lines"]} == {"leven", "wonen"}


def test_the_paper_holds_every_question_and_is_tagged(client, published):
    with clock.set_to(WHILE_OPEN):
        answer = client.get(reverse("applications:questions_paper", args=[published.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = text_of(answer.content)
    assert "Hou het kort." in text
    assert "320" in text
    assert published.title in text
    with pikepdf.open(BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "nl"


def test_the_paper_is_rendered_once_for_what_a_call_says(client, cast, published, monkeypatch):
    rendered = []
    render = pdf.render
    monkeypatch.setattr(pdf, "render", lambda **said: rendered.append(1) or render(**said))
    url = reverse("applications:questions_paper", args=[published.pk])
    with clock.set_to(WHILE_OPEN):
        first = client.get(url).content
        assert client.get(url).content == first
        assert len(rendered) == 1
        submitted_proposal(cast, published)  # freezes the call, which says the same
        assert client.get(url).content == first
        assert len(rendered) == 1
        calls.extend(call_id=published.pk, by=cast.manager, title="Anders", closes_on=published.closes_on)
        assert client.get(url).content != first
    assert len(rendered) == 2
    assert QuestionPaper.objects.count() == Document.objects.filter(kind="applications.questions").count() == 2


def test_the_paper_is_there_in_english(client, published):
    client.cookies["django_language"] = "en"
    with clock.set_to(WHILE_OPEN):
        content = client.get(reverse("applications:questions_paper", args=[published.pk])).content
    with pikepdf.open(BytesIO(content)) as document:
        assert document.Root.Lang == "en"
    assert "Summary" in text_of(content)


def test_the_front_page_leads_to_the_call_and_to_the_check(client, call):
    with clock.set_to(NOON):
        page = page_of(client, "reporting:front")
    for url in (call.get_absolute_url(), reverse("applications:idea"), reverse("applications:calls")):
        assert url in page


def test_the_pages_say_how_long_it_takes_and_what_to_have_at_hand(client, call):
    for url in (reverse("applications:calls"), call.get_absolute_url()):
        assert 'id="beforehand"' in client.get(url).text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_criterion_has_an_example(client, call, language):
    client.cookies["django_language"] = language
    answer = client.get(reverse("programme:criteria"))
    examples = answer.context["examples"]
    for criterion in call.criteria_version.criteria.all():
        assert str(conditional_escape(examples[criterion.code].good)) in answer.text
        assert str(conditional_escape(examples[criterion.code].weak)) in answer.text
