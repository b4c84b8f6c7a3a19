"""The programme manager prepares, publishes and extends calls in the product itself."""

from datetime import date

import pytest
from django.urls import reverse

from applications.domain import call_questions, calls
from applications.models import Call
from applications.states import CallState, QuestionUse
from core.domain import clock
from programme.models import Line
from tests.applications.prepared import BEFORE, WHILE_OPEN, ready_call, unready_call
from tests.applications.road import submitted_proposal


@pytest.fixture
def client(client_of, cast):
    return client_of(cast.manager)


@pytest.fixture
def draft(cast):
    with clock.set_to(BEFORE):
        return unready_call(cast)


@pytest.fixture
def published(cast):
    with clock.set_to(BEFORE):
        return calls.publish(call_id=ready_call(cast).pk, by=cast.manager).call


def url_of(name, call):
    return reverse(f"applications:{name}", args=[call.pk])


def form_of(client, url):
    """What stands in the form of a page, as a browser would send it."""
    form = client.get(url).context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if hasattr(value, "values_list"):
            value = list(value.values_list("pk", flat=True))
        sent[field.html_name] = field.field.widget.format_value(value) if not isinstance(value, list) else value
    return {name: value for name, value in sent.items() if value is not None}


def said(**over):
    return {
        "title": "Voorjaar",
        "introduction": "Voor het voorjaar.",
        "opens_on": "01-06-2026",
        "opens_time": "09:00",
        "closes_on": "30-06-2026",
        "first_year": "2026",
        "last_year": "2027",
        "lines": [line.pk for line in Line.objects.all()[:2]],
        "criteria_version": Call.objects.first().criteria_version_id,
        "division_rule": "ranking",
        "decision_weeks": "13",
        "supplement_weeks": "2",
        "extension_weeks": "8",
        **over,
    }


def test_a_call_is_prepared(client, call):
    answer = client.post(reverse("applications:call_new"), said())
    made = Call.objects.get(title="Voorjaar")
    assert answer.headers["Location"] == url_of("team_call", made)
    assert made.is_draft
    assert made.opens_at.astimezone(clock.AMSTERDAM).isoformat() == "2026-06-01T09:00:00+02:00"
    assert made.lines.count() == 2


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"closes_on": ""}, "closes_on"),
        ({"closes_on": "31-05-2026"}, "closes_on"),
        ({"last_year": "2025"}, "last_year"),
        ({"decision_weeks": "53"}, "decision_weeks"),
        ({"supplement_weeks": "0"}, "supplement_weeks"),
        ({"opens_on": "31-02-2026"}, "opens_on"),
        ({"opens_time": "25:00"}, "opens_time"),
        ({"title": ""}, "title"),
        ({"title": "t" * 121}, "title"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(client, call, over, field):
    answer = client.post(reverse("applications:call_new"), said(**over))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"]["introduction"].value() == "Voor het voorjaar."
    assert not Call.objects.filter(introduction="Voor het voorjaar.").exists()


def test_the_form_shows_what_the_call_says_and_saves_it_unchanged(client, draft):
    url = url_of("call_change", draft)
    before = Call.objects.filter(pk=draft.pk).values().get()
    answer = client.post(url, form_of(client, url))
    assert answer.status_code == 302
    assert Call.objects.filter(pk=draft.pk).values().get() == before


def test_a_page_that_is_out_of_date_does_not_overwrite(client, draft):
    url = url_of("call_change", draft)
    old = form_of(client, url)
    client.post(url, {**old, "title": "Eerst"})
    answer = client.post(url, {**old, "title": "Later"})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.title == "Eerst"


def ceilings_sent(*rows, total=None):
    sent = {"ceilings-TOTAL_FORMS": str(total or len(rows)), "ceilings-INITIAL_FORMS": "0", "seen": ""}
    for number, row in enumerate(rows):
        sent |= {f"ceilings-{number}-{name}": value for name, value in row.items()}
    return sent


def test_ceilings_are_set_and_empty_rows_left_out(client, draft):
    leven = Line.objects.get(code="leven")
    url = url_of("call_ceilings", draft)
    row = {"line": leven.pk, "year": "2026", "amount": "100.000", "published_on": "20-04-2026", "publication": "GB 1"}
    answer = client.post(url, ceilings_sent(row, {"line": "", "year": "", "amount": "50000,50"}, {}))
    assert answer.status_code == 302
    assert [(each.line, each.year, str(each.amount)) for each in draft.ceilings.all()] == [
        (leven, 2026, "100000.00"),
        (None, None, "50000.50"),
    ]
    client.post(url, ceilings_sent({}))
    assert not draft.ceilings.exists()


@pytest.mark.parametrize(
    "row",
    [
        {"year": "2026"},
        {"amount": "x"},
        {"amount": "0"},
        {"amount": "5", "year": "2030"},
        {"amount": "5", "publication": "GB"},
    ],
)
def test_a_ceiling_that_is_not_right_is_pointed_out(client, draft, row):
    answer = client.post(url_of("call_ceilings", draft), ceilings_sent(row))
    assert answer.status_code == 422
    assert not draft.ceilings.exists()


def test_the_questions_page_saves_what_differs(client, draft):
    url = url_of("call_questions_edit", draft)
    sent = form_of(client, url)
    assert client.post(url, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.question_rules == {}
    sent = form_of(client, url)
    changed = {"areas-use": QuestionUse.LEFT_OUT.value, "summary-limit": "300", "summary-nl": "Kort."}
    assert client.post(url, {**sent, **changed}).status_code == 302
    draft.refresh_from_db()
    assert draft.question_rules == {"summary": {"limit": 300, "help": {"nl": "Kort."}}, "areas": {"use": "left_out"}}
    assert [question.name for question, _said in call_questions.differences(draft)] == ["summary", "areas"]


@pytest.mark.parametrize(("name", "value"), [("summary-limit", "501"), ("summary-limit", "x"), ("areas-use", "else")])
def test_a_rule_that_is_not_right_is_pointed_out(client, draft, name, value):
    url = url_of("call_questions_edit", draft)
    answer = client.post(url, {**form_of(client, url), name: value})
    assert answer.status_code == 422
    assert name in answer.context["form"].errors


def test_the_page_says_what_is_missing_and_publishing_is_refused(client, draft):
    with clock.set_to(BEFORE):
        assert len(client.get(url_of("team_call", draft)).context["missing"]) == 1
        answer = client.post(url_of("call_publish", draft))
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_call_is_published_and_taken_back(client, cast):
    with clock.set_to(BEFORE):
        call = ready_call(cast)
        assert client.get(url_of("team_call", call)).context["missing"] == []
        client.post(url_of("call_publish", call))
        call.refresh_from_db()
        assert call.state == CallState.PUBLISHED
        client.post(url_of("call_publish", call))
        assert call.versions.count() == 1
        client.post(url_of("call_take_back", call))
    call.refresh_from_db()
    assert call.is_draft


def test_a_published_call_can_only_close_later(client, published):
    url = url_of("call_extend", published)
    with clock.set_to(WHILE_OPEN):
        assert client.post(url, {"title": "Anders", "closes_on": "29-09-2026"}).status_code == 422
        assert client.post(url, {"title": "Anders", "closes_on": "31-10-2026"}).status_code == 302
    published.refresh_from_db()
    assert (published.title, published.closes_on) == ("Anders", date(2026, 10, 31))


@pytest.mark.parametrize("name", ["call_change", "call_ceilings", "call_questions_edit"])
def test_a_published_call_is_not_changed(client, published, name):
    url = url_of(name, published)
    sent = ceilings_sent({}) if name == "call_ceilings" else form_of(client, url)
    answer = client.post(url, sent)
    assert answer.status_code == 422


def test_a_frozen_call_offers_no_way_back(client, cast, published):
    with clock.set_to(WHILE_OPEN):
        submitted_proposal(cast, published)
        answer = client.get(url_of("team_call", published))
        assert not answer.context["may_take_back"]
        client.post(url_of("call_take_back", published))
    published.refresh_from_db()
    assert not published.is_draft


def test_the_name_of_who_froze_a_call_stays_out(client, cast, published):
    with clock.set_to(WHILE_OPEN):
        submitted_proposal(cast, published)
        entries = client.get(url_of("team_call", published)).context["entries"]
    assert entries[-1].actor == ""
    assert entries[0].actor == str(cast.manager)


def test_a_call_in_preparation_is_removed(client, draft):
    assert client.post(url_of("call_remove", draft)).headers["Location"] == reverse("applications:team_calls")
    assert not Call.objects.filter(pk=draft.pk).exists()


def test_a_public_call_is_not_removed(client, published):
    client.post(url_of("call_remove", published))
    assert Call.objects.filter(pk=published.pk).exists()


def test_the_list_takes_as_many_queries_with_many_calls(client, cast, draft, django_assert_num_queries):
    url = reverse("applications:team_calls")
    client.get(url)
    with django_assert_num_queries(5):
        client.get(url)
    for number in range(6):
        unready_call(cast, title=f"Nummer {number}")
    with django_assert_num_queries(5):
        client.get(url)
