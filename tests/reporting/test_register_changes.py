"""The register follows what becomes of a grant: an objection, a condition that is invoked."""

import json
from decimal import Decimal

import pytest

from tests.budget.road import approve, decided_proposal, decision_of, propose
from tests.budget.test_conditions import adopt, invoke
from tests.budget.test_replacements import objected, replacement, revise, sent

pytestmark = pytest.mark.django_db


def rows(client):
    return json.loads(client.get("/register/register.json").content)["verleningen"]


def after_objection(cast, old, amounts):
    """Let the college decide again, on `amounts` in euros by year; the letter is still to be sent."""
    new = replacement(cast, objected(cast, old))
    revise(cast, new, amounts)
    approve(cast, propose(cast, new.decision_list))
    return decision_of(old.proposal)


def test_after_an_objection_the_decision_that_holds_stands_there_at_the_same_address(client, cast, call):
    old = decision_of(decided_proposal(cast, call, requested={2026: 9_000}))
    new = after_objection(cast, old, {2026: Decimal(7_000)})
    # What does not hold any more is gone at once, what holds has force when it is sent.
    assert rows(client) == []
    sent(new)
    [row] = rows(client)
    assert (row["besluit"], row["verleend"], row["aangevraagd"]) == (new.reference, 7_000, 9_000)
    content = client.get(f"/register/{row['kenmerk']}/").content.decode()
    assert new.reference in content
    assert old.reference not in content


def test_a_grant_that_became_a_refusal_is_gone(client, cast, call):
    old = decision_of(decided_proposal(cast, call, requested={2026: 9_000}))
    sent(after_objection(cast, old, {}))
    assert rows(client) == []
    assert client.get(f"/register/{old.proposal.reference}/").status_code == 404


def test_what_lapsed_with_its_condition_is_not_granted_any_more(client, cast, call):
    granted = sent(decision_of(decided_proposal(cast, call, requested={2026: 20_000, 2027: 30_000})))
    adopt()
    invoke(cast, granted)
    [row] = rows(client)
    assert (row["jaar"], row["verleend"], row["stand"]) == (2026, 20_000, "verleend")
    content = client.get(f"/register/{row['kenmerk']}/").content.decode()
    assert "30.000" in content  # asked for 2027, and not granted in the end
    package = json.loads(client.get("/register/360giving.json").content)
    assert package["grants"][0]["amountAwarded"] == 20_000
