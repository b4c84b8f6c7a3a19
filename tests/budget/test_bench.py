"""What `manage.py bench` measures must be right before it is fast: the short form, without looking at the clock."""

import pytest

from talentfund.benchmarks import ledger
from talentfund.benchmarks.scratch import Scene
from tests.budget.bare import bare_decision, budget_line

WRONG = ("cents_over", "unjust_refusals", "double")


@pytest.mark.django_db(transaction=True)
def test_four_hundred_attempts_over_eight_connections_fill_the_line_to_the_cent(cast, call):
    scene = Scene(bare_decision(cast.finance, cast.organisation, call), budget_line(), cast.finance)
    other = scene._replace(line=budget_line("imago", 2026))
    figures = ledger.compare(scene, other, attempts=400, connections=8)
    assert figures["findings"] == 0
    for way in ("rule", "bare_sql"):
        assert {name: figures[way][name] for name in WRONG} == dict.fromkeys(WRONG, 0)
        assert figures[way]["granted"] == 200
        assert figures[way]["granted"] + figures[way]["repeats"] + figures[way]["refused"] == 400
        assert figures[way]["repeats"] > 0


def test_a_fifth_of_the_keys_were_there_before():
    keys = ledger._keys(1000)
    assert (len(keys), len(set(keys))) == (1000, 800)
