"""What `manage.py bench council` fills holds all that the database asks, and is on the page; the clock is not looked at."""

import pytest
from django.db import connection, transaction

from applications.models import Proposal
from applications.states import ProposalState
from core.domain import clock
from reporting.domain import council_state
from talentfund.benchmarks import council
from talentfund.benchmarks.scratch import Scene
from tests.budget.bare import bare_decision, budget_line


@pytest.mark.django_db
def test_what_is_filled_holds_and_is_on_the_page(cast, call):
    scene = Scene(bare_decision(cast.finance, cast.organisation, call), budget_line(), cast.finance)
    before = council_state.now(clock.now()).total
    council._fill(scene, 40)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    after = council_state.now(clock.now()).total
    assert Proposal.objects.filter(state=ProposalState.GRANTED).count() >= 20
    assert after.granted > before.granted
    assert after.spent > before.spent
