"""The state of the programme on one screen, and the page of each line."""

import pytest
from django.urls import reverse

from core.domain import clock
from reporting.domain import council_state
from tests.reporting.scenes import advised, day, euros, granted, spend, submitted

pytestmark = pytest.mark.django_db

NOW = day(11, 21)


@pytest.fixture(autouse=True)
def in_november():
    with clock.set_to(NOW):
        yield


def test_a_line_and_year_shows_what_is_committed_free_and_advised(client_of, cast, call):
    spend(cast, granted(cast, call, at=day(3, 1), amounts={2026: 185_000}), at=day(5, 1), amounts={2026: 10_000})
    advised(cast, call, at=day(9, 1), amounts={2026: 25_000})
    content = client_of(cast.council).get("/raad/").content.decode()
    assert "185.000" in content
    assert f"{reverse('reporting:figure')}?regel=leven&amp;jaar=2026" in content
    leven = next(one for one in council_state.now(NOW).lines if one.line.code == "leven")
    stands = leven.years[2026]
    assert (stands.committed, stands.spent, stands.reserved) == (euros(185_000), euros(10_000), euros(25_000))
    assert stands.free == stands.budgeted - euros(185_000)


def test_activities_are_counted_in_the_phase_that_the_council_knows(client_of, cast, call):
    granted(cast, call, at=day(3, 1), amounts={2026: 1_000})
    advised(cast, call, at=day(9, 1), amounts={2026: 1_000})
    for _turn in range(2):
        submitted(cast, call, at=day(10, 1))
    leven = next(one for one in council_state.now(NOW).lines if one.line.code == "leven")
    assert {phase.value: number for phase, number in leven.counts} == {
        "in-behandeling": 2,
        "advies-gereed": 1,
        "toegekend": 1,
    }
    content = client_of(cast.council).get("/raad/").content.decode()
    assert "regel=leven&amp;stand=toegekend" in content
    # What is being assessed is told in numbers only.
    assert "stand=in-behandeling" not in content


def test_all_lines_together_are_what_the_lines_say(cast, call):
    granted(cast, call, at=day(3, 1), amounts={2026: 1_000, 2027: 500})
    granted(cast, call, at=day(3, 2), line="imago", amounts={2026: 250})
    state = council_state.now(NOW)
    assert state.total.granted == euros(1_750)
    assert {year: stands.granted for year, stands in state.year_totals if stands.granted} == {2026: 1_250, 2027: 500}
    assert state.reserve.drawn == state.total.budgeted == euros(3_000_000)


def test_the_page_takes_as_many_queries_with_one_proposal_as_with_many(
    client_of, cast, call, django_assert_num_queries
):
    client = client_of(cast.council)
    granted(cast, call, at=day(3, 1), amounts={2026: 100})
    advised(cast, call, at=day(9, 1), amounts={2026: 100})
    with django_assert_num_queries(QUERIES):
        client.get("/raad/")
    for _turn in range(8):
        granted(cast, call, at=day(3, 1), amounts={2026: 100}, line="imago")
        advised(cast, call, at=day(9, 1), amounts={2026: 100})
    with django_assert_num_queries(QUERIES):
        client.get("/raad/")


QUERIES = 17


@pytest.mark.parametrize("name", ["council", "college", "manager", "finance"])
def test_the_page_of_a_line_shows_what_the_council_wants_and_what_is_done_for_it(client_of, cast, call, name):
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 12_345})
    content = client_of(getattr(cast, name)).get(reverse("reporting:line", args=["leven"])).content.decode()
    assert decision.proposal.line.ambition[:40] in content
    assert decision.proposal.line.desired_results.first().text in content
    assert reverse("reporting:activity", args=[decision.proposal.reference]) in content
    assert "12.345" in content


def test_a_line_that_the_council_did_not_set_does_not_exist(client_of, cast):
    assert client_of(cast.council).get(reverse("reporting:line", args=["vervoer"])).status_code == 404


def test_before_there_is_a_frame_the_page_is_empty_and_whole(blank, client):
    state = council_state.now(NOW)
    assert (state.lines, state.years, state.months, state.reserve_picture) == ([], [], [], None)
    assert state.total.budgeted == 0
