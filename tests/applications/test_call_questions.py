"""What a call asks otherwise than the form does by itself: left out, optional, shorter, with other help."""

from datetime import date

import pytest
from django.utils import translation

from applications.domain import call_questions, calls, proposals, readiness
from applications.errors import CallRefused
from applications.models import Receipt
from applications.states import QuestionUse
from core.domain import clock
from tests.applications.prepared import (
    BEFORE,
    WHILE_OPEN,
    ready_call,
    unready_call,
)
from tests.applications.road import draft_proposal, submitted_proposal


@pytest.fixture
def draft(cast):
    with clock.set_to(BEFORE):
        return unready_call(cast)


@pytest.fixture
def ready(cast):
    with clock.set_to(BEFORE):
        return ready_call(cast)


@pytest.fixture
def published(cast, ready):
    with clock.set_to(BEFORE):
        calls.publish(call_id=ready.pk, by=cast.manager)
    ready.refresh_from_db()
    return ready


def submit_in(cast, call, **over):
    with clock.set_to(WHILE_OPEN):
        return submitted_proposal(cast, call, **over)


def with_rules(cast, call, rules):
    calls.set_questions(call_id=call.pk, by=cast.manager, rules=rules)
    call.refresh_from_db()
    return call


def test_a_call_can_leave_out_a_question(cast, draft):
    call = with_rules(cast, draft, {"areas": {"use": QuestionUse.LEFT_OUT}})
    assert not call_questions.is_asked(call, "areas")
    names = [question.name for step in call_questions.steps_of(call) for question in step.questions]
    assert "areas" not in names
    assert "line" in names


@pytest.mark.parametrize("name", ["title", "line", "costs", "declared_truth", "criteria"])
def test_what_a_decision_needs_is_always_asked(cast, draft, name):
    for use in (QuestionUse.LEFT_OUT, QuestionUse.OPTIONAL):
        with pytest.raises(CallRefused):
            calls.set_questions(call_id=draft.pk, by=cast.manager, rules={name: {"use": use}})


@pytest.mark.parametrize("limit", [49, 501, 0, -1])
def test_a_limit_is_never_wider_than_the_form_or_useless(cast, draft, limit):
    with pytest.raises(CallRefused):
        calls.set_questions(call_id=draft.pk, by=cast.manager, rules={"summary": {"limit": limit}})


def test_what_the_form_does_by_itself_is_not_kept(cast, draft):
    rules = {"summary": {"use": QuestionUse.NEEDED, "limit": 500, "help": {"nl": " ", "en": ""}}, "areas": {}}
    assert with_rules(cast, draft, rules).question_rules == {}


def test_an_unknown_question_and_a_long_help_are_refused(cast, draft):
    for rules in ({"shoe_size": {}}, {"summary": {"help": {"nl": "x" * 401}}}):
        with pytest.raises(CallRefused):
            calls.set_questions(call_id=draft.pk, by=cast.manager, rules=rules)


def test_help_is_given_in_the_readers_language_or_else_in_dutch(cast, draft):
    rules = {"summary": {"help": {"nl": "Kort", "en": "Short"}}, "title": {"help": {"nl": "Pakkend"}}}
    call = with_rules(cast, draft, rules)
    with translation.override("en"):
        assert call_questions.question(call, "summary").help == "Short"
        assert call_questions.question(call, "title").help == "Pakkend"
    with translation.override("nl"):
        assert call_questions.question(call, "summary").help == "Kort"


def test_what_a_call_leaves_out_or_makes_optional_is_not_missed(cast, ready):
    rules = {
        "areas": {"use": QuestionUse.LEFT_OUT},
        "target_groups": {"use": QuestionUse.LEFT_OUT},
        "migration_moments": {"use": QuestionUse.LEFT_OUT},
        "partners": {"use": QuestionUse.LEFT_OUT},
        "afterwards": {"use": QuestionUse.OPTIONAL},
        "description": {"use": QuestionUse.OPTIONAL},
        "promised_results": {"use": QuestionUse.OPTIONAL},
    }
    with clock.set_to(BEFORE):
        with_rules(cast, ready, rules)
        ready = calls.publish(call_id=ready.pk, by=cast.manager).call
    with clock.set_to(WHILE_OPEN):
        proposal = proposals.start(by=cast.partner, call=ready, organisation=cast.organisation, title="Leeg")
    steps = [slug for slug, _sentence in readiness.missing(proposal)]
    assert steps.count("samenwerking") == 0
    assert steps.count("doel") == 1  # the line
    assert steps.count("resultaten") == 0
    assert steps.count("wie-en-wat") == 3  # summary and the two dates


def test_a_text_longer_than_the_call_allows_is_not_ready(cast, ready):
    with clock.set_to(BEFORE):
        with_rules(cast, ready, {"summary": {"limit": 60}, "criteria": {"limit": 70}})
        ready = calls.publish(call_id=ready.pk, by=cast.manager).call
    with clock.set_to(WHILE_OPEN):
        proposal = draft_proposal(cast, ready)
    proposal.summary = "s" * 61
    said = [sentence for _slug, sentence in readiness.missing(proposal) if "60" in sentence]
    assert len(said) == 1
    proposal.summary = "s" * 60
    assert not [sentence for _slug, sentence in readiness.missing(proposal) if "60" in sentence]


def test_receipts_of_different_versions_differ(cast, published):
    one = submit_in(cast, published)
    with clock.set_to(WHILE_OPEN):
        calls.extend(call_id=published.pk, by=cast.manager, title=published.title, closes_on=date(2026, 12, 31))
    two = submit_in(cast, published, title="Twee")
    numbers = [Receipt.objects.get(proposal=each).content["call_version"]["number"] for each in (one, two)]
    assert numbers == [1, 2]
