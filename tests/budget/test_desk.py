"""The desk: what waits in the work about money, and how much of it is late."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.domain import desk
from budget.models import Account
from core.domain import clock
from tests.budget.road import granted_proposal, listed_proposal


def waiting(user, name):
    (task,) = (task for stage in desk.of(user) for task in stage.tasks if task.url == reverse(f"budget:{name}"))
    return task.waiting, task.late


def test_a_list_in_preparation_waits(cast, call):
    assert waiting(cast.finance, "decision_lists") == (0, 0)
    listed_proposal(cast, call)
    assert waiting(cast.finance, "decision_lists") == (1, 0)


def test_an_account_that_did_not_come_in_is_late(cast, call):
    granted_proposal(cast, call)
    assert waiting(cast.manager, "accounts") == (0, 0)
    due_on = Account.objects.get().due_on
    with clock.set_to(clock.now() + (due_on - clock.today()) + timedelta(days=1)):
        assert waiting(cast.manager, "accounts") == (0, 1)


def test_what_one_has_an_interest_in_does_not_wait_for_that_person(cast, call):
    proposal = granted_proposal(cast, call)
    proposal.organisation.memberships.create(user=cast.manager)
    due_on = Account.objects.get().due_on
    with clock.set_to(clock.now() + (due_on - clock.today()) + timedelta(days=1)):
        assert waiting(cast.manager, "accounts") == (0, 0)


def test_the_desk_asks_few_queries_with_one_and_with_many_grants(cast, call, client_of):
    granted_proposal(cast, call)
    client = client_of(cast.finance)
    with CaptureQueriesContext(connection) as one:
        assert client.get(reverse("budget:desk")).status_code == 200
    for _number in range(4):
        granted_proposal(cast, call, requested={2026: 1000})
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("budget:desk"))
    assert len(many) <= len(one) <= 30
