"""Two managers who press at once: what is divided is divided once, and what is drawn is drawn once.

The controls take the locks away, and must then fail.
"""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection

from accounts.states import Role
from assessment.domain import assigning, lottery, workload
from assessment.domain.assigning import Wish
from assessment.errors import AssignmentNotAllowed, LotteryRefused, PlanStale
from assessment.models import Assignment, Lottery
from assessment.states import AssigningWay
from core.domain import clock
from core.errors import DomainError
from programme.models import Line
from tests.applications.road import complete_proposal
from tests.assessment.ranking_world import LOW, close, ranked_call
from tests.assessment.road import advised_proposal
from tests.conftest import make_person

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30


def at_once(*acts):
    """Carry out acts in threads with a connection each that begin together; return what each raised, or None."""
    barrier = threading.Barrier(len(acts))
    ends = [None] * len(acts)

    def run(number, act):
        barrier.wait(PATIENCE)
        try:
            act()
        except (IntegrityError, OperationalError, DomainError) as error:
            ends[number] = type(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return ends


def meet_after(monkeypatch, module, name):
    """Let both threads come to the end of a look before either goes on: what a lock makes impossible."""
    look, barrier = getattr(module, name), threading.Barrier(2)

    def slow(*args, **kwargs):
        found = look(*args, **kwargs)
        barrier.wait(PATIENCE)
        return found

    monkeypatch.setattr(module, name, slow)


@pytest.fixture
def managers(cast):
    return cast.manager, make_person("manager2", [Role.PROGRAMME_MANAGER])


@pytest.fixture
def presses(cast, call, managers):
    """Two presses of the button by two managers who looked at the same division."""
    for _number in range(3):
        complete_proposal(cast, call)
    people = (cast.assessor1.pk, cast.assessor2.pk, cast.assessor3.pk)
    wish = Wish("", people, AssigningWay.EVENLY, clock.today() + timedelta(days=20))
    shown = assigning.plan(wish, by=cast.manager).fingerprint

    def press(by):
        return lambda: assigning.carry_out(wish=wish, fingerprint=shown, by=by, request_key=uuid.uuid4())

    return [press(manager) for manager in managers]


def test_one_of_two_divisions_is_carried_out_and_the_other_is_told(presses):
    assert set(at_once(*presses)) == {PlanStale, None}
    assert Assignment.objects.count() == 6


def test_without_the_locks_nobody_is_told_and_only_the_constraint_stands_between_them(presses, monkeypatch):
    without_locks(monkeypatch)
    ends = set(at_once(*presses))
    assert PlanStale not in ends
    assert ends & {IntegrityError, AssignmentNotAllowed, OperationalError}


def without_locks(monkeypatch):
    monkeypatch.setattr(assigning, "lock_files", lambda _ids: None)
    monkeypatch.setattr(assigning, "lock_people", lambda _ids: None)
    meet_after(monkeypatch, assigning, "plan")


@pytest.fixture
def two_lines(cast, call, managers):
    """Two presses for two lines, that both go to one assessor with room for one."""
    for line in ("wonen", "werken"):
        complete_proposal(cast, call, line=line)
    workload.set_capacity(person=cast.assessor1, by=cast.manager, open_files=1, away_from=None, away_until=None)
    due_on = clock.today() + timedelta(days=20)

    def press(line, by):
        wish = Wish(line, (cast.assessor1.pk,), AssigningWay.EVENLY, due_on)
        shown = assigning.plan(wish, by=by).fingerprint
        return lambda: assigning.carry_out(wish=wish, fingerprint=shown, by=by, request_key=uuid.uuid4())

    return [press(line, by) for line, by in zip(("wonen", "werken"), managers, strict=True)]


def test_two_lines_at_once_give_nobody_more_than_the_person_can_bear(two_lines):
    assert set(at_once(*two_lines)) == {PlanStale, None}
    assert not [load for load in workload.loads() if load.is_over]


def test_without_the_lock_on_people_somebody_gets_too_much(two_lines, monkeypatch):
    without_locks(monkeypatch)
    assert at_once(*two_lines) == [None, None]
    assert [load.person.full_name for load in workload.loads() if load.is_over] == ["Assessor1"]


@pytest.fixture
def draws(cast, managers):
    call, leven = ranked_call(), Line.objects.get(code="leven")
    for title in ("Een", "Twee"):
        advised_proposal(cast, call, title=title, points=LOW)
    close(call)
    return [lambda by=by: lottery.draw(call_id=call.pk, line_id=leven.pk, by=by) for by in managers]


def test_one_of_two_draws_stands_and_the_other_is_told(draws):
    assert set(at_once(*draws)) == {LotteryRefused, None}
    assert Lottery.objects.count() == 1


def test_without_the_lock_only_the_constraint_refuses_the_second_draw(draws, monkeypatch):
    monkeypatch.setattr(lottery, "lock_files", lambda ids: None)
    meet_after(monkeypatch, lottery, "_require_drawable")
    assert set(at_once(*draws)) == {IntegrityError, None}
    assert Lottery.objects.count() == 1
