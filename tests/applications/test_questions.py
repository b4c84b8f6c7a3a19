"""Every question beforehand, on a page for everybody, from the list that the form is made of."""

import pytest
from django.urls import reverse
from django.utils.html import conditional_escape

from applications.domain import answers, questions
from applications.views.steps import FORMS
from tests.applications.road import empty_draft


def shown(text):
    return str(conditional_escape(str(text)))


def test_everybody_reads_every_question_with_its_limit_and_help(client, call):
    page = client.get(reverse("applications:questions")).text
    for step in questions.STEPS:
        assert shown(step.title) in page
        for question in step.questions:
            assert shown(question.label) in page
            assert question.help is None or shown(question.help) in page
            assert question.limit is None or str(question.limit) in page
            for column in question.columns:
                assert shown(column.label) in page
    assert call.title in page
    for criterion in call.criteria_version.criteria.all():
        assert shown(criterion.meaning) in page


def test_the_page_stands_without_an_open_call(client, frame):
    assert client.get(reverse("applications:questions")).status_code == 200


@pytest.mark.parametrize("step", questions.STEPS, ids=lambda step: step.slug)
def test_the_form_asks_what_the_list_says(cast, call, step):
    form = FORMS[step.slug](empty_draft(cast, call))
    asked = set(getattr(form, "fields", None) or form.tables)
    expected = {question.name for question in step.questions} - {"criteria", "on_brand"}
    assert {name for name in asked if not name.startswith("criterion_")} == expected


def test_the_answers_follow_the_steps(cast, call):
    assert [section.step for section in answers.sections(empty_draft(cast, call))] == list(questions.STEPS)
