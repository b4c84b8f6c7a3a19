"""Fields that every app shares."""

import uuid
from datetime import date

import pytest
from django import forms

from core.forms import DutchDateField, RequestKeyField


class Form(forms.Form):
    day = DutchDateField(required=False)
    request_key = RequestKeyField()


@pytest.mark.parametrize("typed", ["21-11-2026", "21/11/2026", "2026-11-21", "21112026", " 21112026 "])
def test_a_date_is_read_the_dutch_way(typed):
    form = Form({"day": typed, "request_key": uuid.uuid4()})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2026, 11, 21)


@pytest.mark.parametrize(
    "typed", ["31-02-2026", "11-21-2026", "morgen", "21-11", "00-00-0000", "21-11-20260", "31022026", "2112026"]
)
def test_what_is_no_date_is_refused_and_kept(typed):
    form = Form({"day": typed, "request_key": uuid.uuid4()})
    assert not form.is_valid()
    assert form["day"].value() == typed


def test_a_date_is_shown_as_it_is_typed():
    shown = str(Form(initial={"day": date(2026, 11, 21)})["day"])
    assert 'value="21-11-2026"' in shown
    assert 'data-width="short"' in shown, "as wide as a date is long"


def test_each_page_gets_a_key_of_its_own():
    first, second = (Form()["request_key"].value() for _turn in range(2))
    assert first != second
    assert 'type="hidden"' in str(Form()["request_key"])


@pytest.mark.parametrize("typed", ["", "geen sleutel", "1"])
def test_a_key_that_is_none_is_refused(typed):
    assert "request_key" in Form({"request_key": typed}).errors
