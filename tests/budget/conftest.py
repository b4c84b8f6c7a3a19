"""What every test of the money leaves behind."""

from collections.abc import Iterator

import pytest

from budget.models import Decision
from budget.states import GRANT_KINDS, ListState
from tests.budget.bare import approve_bare


@pytest.fixture(autouse=True)
def what_was_granted_is_approved(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the college approve, at the end, the grants that a test booked on bare decisions.

    After each test the database checks what it checks at commit, and asks for it (budget_grant_is_decided).
    """
    if "cast" not in request.fixturenames:
        yield
        return
    cast = request.getfixturevalue("cast")
    yield
    bare = Decision.objects.filter(decision_list__reference__startswith="BL-TEST-", entries__kind__in=GRANT_KINDS)
    # What has a reference was approved, whatever a test made of its list since.
    for decision in bare.filter(reference=None).exclude(decision_list__state=ListState.APPROVED).distinct():
        approve_bare(decision, cast.college)
