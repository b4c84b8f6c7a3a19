"""Alarms: one is open for each topic, until it is cleared."""

import pytest
from django.db import IntegrityError, transaction

from core.domain import alarms
from core.domain.clock import now, set_to
from core.models import Alarm

pytestmark = pytest.mark.django_db


def test_an_alarm_that_is_raised_again_says_what_holds_now_and_since_when():
    with set_to(now().replace(year=2025)):
        first = alarms.raise_alarm("books", title="Eerst", text="een")
    again = alarms.raise_alarm("books", title="Later", text="een\ntwee")
    assert again.pk == first.pk
    assert (again.title, again.lines, again.raised_at) == ("Later", ["een", "twee"], first.raised_at)
    assert again.seen_at > again.raised_at


def test_what_was_cleared_can_be_raised_anew():
    first = alarms.raise_alarm("books", title="x")
    assert alarms.clear("books")
    assert not alarms.clear("books")
    assert alarms.raise_alarm("books", title="x").pk != first.pk
    assert len(alarms.open_alarms()) == 1


def test_the_database_refuses_a_second_open_alarm_of_a_topic():
    alarms.raise_alarm("books", title="x")
    moment = now()
    with pytest.raises(IntegrityError, match="core_alarm_once"), transaction.atomic():
        Alarm.objects.create(topic="books", title="y", raised_at=moment, seen_at=moment)


def test_a_title_that_is_too_long_is_cut_so_that_the_alarm_is_raised():
    assert len(alarms.raise_alarm("books", title="x" * 300).title) == 200
