"""Five questions whether an idea fits: honest, without an account, and nothing of it is kept."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.html import conditional_escape

from applications.domain import idea_check, room_shown
from applications.domain.idea_check import QUESTIONS, RESULT, Verdict
from core.domain import clock
from programme.models import Line

FITS = {"for_whom": "talent", "where": "hengelo", "line": "leven", "plan": "yes", "money": "shared"}
NOW = datetime(2026, 3, 10, 11, tzinfo=UTC)
OPTIONS = [(question.name, option) for question in QUESTIONS if question is not RESULT for option in question.options]


@pytest.fixture(autouse=True)
def today():
    with clock.set_to(NOW):
        yield


def test_an_idea_for_talent_in_hengelo_with_a_plan_fits(call):
    outcome = idea_check.judge(FITS)
    assert outcome.fits
    assert not outcome.stops
    assert [finding.verdict for finding in outcome.findings] == [Verdict.FITS] * 5


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=lambda value: getattr(value, "value", value))
def test_each_answer_counts_and_says_why(call, name, option):
    outcome = idea_check.judge({**FITS, name: option.value})
    assert outcome.verdict == option.verdict
    assert str(option.reason) in [str(finding.reason) for finding in outcome.findings]


@pytest.mark.parametrize(("line", "verdict"), [("none", Verdict.DOES_NOT_FIT), ("unknown", Verdict.DOUBT)])
def test_an_idea_without_a_line(call, line, verdict):
    assert idea_check.judge({**FITS, "line": line}).verdict == verdict


def test_the_worst_answer_decides(call):
    assert idea_check.judge({**FITS, "plan": "no", "money": "done"}).stops


def test_a_line_without_an_open_call_gives_doubt(call):
    call.lines.remove(Line.objects.get(code="leven"))
    outcome = idea_check.judge(FITS)
    assert outcome.verdict == Verdict.DOUBT
    assert "Leven" in str(outcome.findings[2].reason)


def test_a_line_without_money_gives_doubt(call, monkeypatch):
    def empty(asked):
        line = Line.objects.get(code="leven")
        # What was free in a year that is over does not help.
        return [
            room_shown.Room(line, 2025, Decimal(10), Decimal(10), Decimal(0)),
            room_shown.Room(line, 2026, Decimal(10), Decimal(0), Decimal(0)),
        ]

    monkeypatch.setattr(room_shown, "_providers", [empty])
    assert idea_check.judge(FITS).verdict == Verdict.DOUBT


def test_the_page_asks_everything_without_an_account(client, call):
    page = client.get(reverse("applications:idea")).text
    for question in QUESTIONS:
        assert str(conditional_escape(question.label)) in page
        for option in question.options:
            assert str(conditional_escape(option.label)) in page
    for line in Line.objects.all():
        assert line.name in page


def test_an_outcome_says_what_to_do_next(client, call):
    page = client.post(reverse("applications:idea"), FITS).text
    assert reverse("applications:start") in page
    assert call.get_absolute_url() in page
    stopped = client.post(reverse("applications:idea"), {**FITS, "for_whom": "others"}).text
    assert call.get_absolute_url() not in stopped.partition("</section>")[0]


def test_what_was_chosen_stays_chosen(client, call):
    page = client.post(reverse("applications:idea"), {**FITS, "plan": "partly"}).text
    assert page.count("checked") == len(QUESTIONS)


@pytest.mark.parametrize("name", list(FITS))
def test_a_question_without_an_answer_is_pointed_out(client, call, name):
    answer = client.post(reverse("applications:idea"), {key: value for key, value in FITS.items() if key != name})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [name]
    assert answer.context["outcome"] is None


def test_something_else_than_the_choices_is_refused(client, call):
    assert client.post(reverse("applications:idea"), {**FITS, "line": "x", "plan": "\x00"}).status_code == 422


def test_nothing_is_stored(client, call):
    def counts():
        models = chain.from_iterable(app.get_models() for app in apps.get_app_configs())
        return {model: model._default_manager.count() for model in models if model._meta.managed}

    before = counts()
    answer = client.post(reverse("applications:idea"), FITS)
    assert answer.status_code == 200
    assert counts() == before
    assert not client.session.keys()
    assert "sessionid" not in answer.cookies
