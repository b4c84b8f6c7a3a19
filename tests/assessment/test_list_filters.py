"""The filters of the team's list: what each finds, what each tells, and what none of them gives away."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.http import QueryDict

from accounts.models import User
from assessment.domain import declarations
from assessment.filters import ProposalFilter, Reading
from assessment.states import NextStep
from core.domain import clock
from tests.applications.asking import ask
from tests.applications.road import complete_proposal, submitted_proposal
from tests.assessment import road


def found(user, query: str) -> list[str]:
    """The titles that a person finds, by name."""
    reading = Reading(User.objects.get(pk=user.pk))
    return sorted(proposal.title for proposal in ProposalFilter(QueryDict(query), reading=reading).qs)


@pytest.fixture
def many_steps(cast, call):
    """A proposal at each step of the road, all on the line Leven."""
    made = {
        "completeness": submitted_proposal(cast, call, title="completeness", requested={2026: 1000}),
        "supplement": submitted_proposal(cast, call, title="supplement", requested={2026: 2000}),
        "assign": complete_proposal(cast, call, title="assign", requested={2026: 3000}),
        "wait": road.declared_proposal(cast, call, title="wait", requested={2026: 4000}),
        "consensus": road.handed_in_proposal(cast, call, title="consensus", requested={2026: 5000}),
        "advice": road.agreed_proposal(cast, call, title="advice", requested={2026: 6000}),
        "list": road.advised_proposal(cast, call, title="list", amounts={2026: 7000}),
    }
    ask(made["supplement"], cast)
    return made


def test_each_step_finds_what_waits_for_it_and_nothing_else(many_steps, cast):
    steps = {step.value: found(cast.manager, f"step={step.value}") for step in NextStep}
    assert steps == {step.value: ([step.value] if step.value in many_steps else []) for step in NextStep}


def test_states_come_one_by_one_and_in_groups(many_steps, cast):
    assert found(cast.manager, "state=submitted") == ["completeness"]
    assert len(found(cast.manager, "state=open")) == len(many_steps)
    assert found(cast.manager, "state=decided") == found(cast.manager, "state=ended") == []


def test_amounts_outcome_organisation_and_call(many_steps, cast, call):
    assert found(cast.manager, "asked_min=5.000&asked_max=6000,00") == ["advice", "consensus"]
    assert found(cast.manager, "outcome=positive") == ["list"]
    assert found(cast.manager, "outcome=negative") == []
    assert len(found(cast.manager, f"call={call.pk}")) == len(many_steps)
    assert len(found(cast.manager, "organisation=MAKERS")) == len(many_steps)
    assert len(found(cast.manager, "organisation=12345678")) == len(many_steps)
    assert found(cast.manager, "organisation=87654321") == []


def test_what_is_late_is_found_by_the_clock_of_each_proposal(cast, call):
    def at(day: str) -> datetime:
        return datetime.fromisoformat(f"{day} 12:00:00").replace(tzinfo=clock.AMSTERDAM)

    with clock.set_to(at("2026-03-02")):
        submitted_proposal(cast, call, title="First")
    with clock.set_to(at("2026-03-16")):
        submitted_proposal(cast, call, title="Second")
    told = {}
    for day in ("2026-05-17", "2026-05-18", "2026-06-01", "2026-06-02"):  # the first is due on 1 June
        with clock.set_to(at(day)):
            told[day] = (found(cast.manager, "due=soon"), found(cast.manager, "due=late"))
    assert told == {
        "2026-05-17": ([], []),
        "2026-05-18": (["First"], []),
        "2026-06-01": (["First", "Second"], []),
        "2026-06-02": (["First", "Second"], ["First"]),
    }


def test_sorting_by_the_last_day_and_by_what_is_empty(many_steps, cast):
    reading = Reading(cast.manager)

    def titles(query: str) -> list[str]:
        return [proposal.title for proposal in ProposalFilter(QueryDict(query), reading=reading).qs]

    assert titles("o=-requested") == list(reversed(many_steps))
    assert titles("o=advised")[0] == titles("o=-advised")[0] == "list"
    assert titles("o=percentage")[0] == titles("o=-percentage")[0] == "list"
    days = reading.days
    in_order = titles("o=decide_by")
    assert len(in_order) == len(many_steps)
    assert [days[many_steps[title].pk] for title in in_order] == sorted(days.values())


def test_assessors_are_found_by_themselves_and_by_who_may_open_the_file(cast, call):
    ours = road.assigned_proposal(cast, call, title="Ours")
    road.assigned_proposal(cast, call, title="Theirs", assessors=[cast.assessor2, cast.assessor3])
    assert found(cast.manager, f"assessor={cast.assessor1.pk}") == ["Ours"]
    assert found(cast.assessor1, "assessor=me") == ["Ours"]
    assert found(cast.assessor1, f"assessor={cast.assessor3.pk}") == []  # not my file: not my business
    assert found(cast.assessor1, f"assessor={cast.assessor2.pk}") == []  # mine, but I have not declared yet
    road.declare_none(ours, cast.assessor1)
    assert found(cast.assessor1, f"assessor={cast.assessor2.pk}") == ["Ours"]


def test_outcome_step_and_order_tell_nothing_of_a_file_that_is_not_open(cast, call):
    road.advised_proposal(cast, call, title="Shut", outcome="positive", amounts={2026: 1000})
    road.handed_in_proposal(cast, call, title="Agree")
    outsider = cast.assessor3
    assert found(outsider, "") == ["Agree", "Shut"]
    assert found(outsider, "outcome=positive") == []
    assert found(outsider, "step=consensus") == []
    shown = ProposalFilter(QueryDict("o=-percentage"), reading=Reading(outsider)).qs
    assert [(row.outcome, row.percentage, row.advised_total, row.is_open) for row in shown] == [
        (None, None, None, False)
    ] * 2
    assert found(cast.assessor1, "outcome=positive") == ["Shut"]


def test_an_interest_leaves_nothing_to_find(cast, call):
    proposal = road.assigned_proposal(cast, call, title="Kanarieplein")
    assert found(cast.finance, "q=kanarie") == ["Kanarieplein"]
    declarations.declare(proposal_id=proposal.pk, person=cast.finance, has_interest=True, explanation="Bestuurslid")
    for query in ("", "q=kanarie", "step=wait", f"assessor={cast.assessor1.pk}", "organisation=makers", "due=soon"):
        assert found(cast.finance, query) == []


NONSENSE = [
    "state=bogus", "line=mars", "year=abc", "year=99999999999", "call=0", "call=x", "assessor=-1", "assessor=everybody",
    "outcome=%00", "due=never", "step=0", "asked_min=veel", "asked_max=-1", "asked_min=1e9", "o=password", "o=,,-",
    "page=x", "page=-3", "q=%00", "organisation=%00", "columns=%00,,x", "columns=", "unknown=1", "p=x", "state=&state=open",
]  # fmt: skip


def test_nonsense_in_the_address_never_breaks_a_page(cast, call, client_of):
    submitted_proposal(cast, call)
    client = client_of(cast.manager)
    for query in NONSENSE:
        for page in ("", "filters/alle/", "filters/bewaren/"):
            assert client.get(f"/team/voorstellen/{page}?{query}").status_code == 200, (page, query)
        assert client.get(f"/team/voorstellen/lijst.csv?{query}").status_code in (200, 302), query
        assert client.get("/team/voorstellen/samen/", {"query": query, "action": "csv", "all": "on"}).status_code == 302


def test_what_was_not_understood_gives_no_file_but_the_page_that_says_so(cast, call, client_of):
    submitted_proposal(cast, call)
    client = client_of(cast.manager)
    answer = client.get("/team/voorstellen/lijst.csv?asked_min=veel")
    assert answer.url == "/team/voorstellen/?asked_min=veel"
    assert 'class="tf-filter__wrong"' in client.get(answer.url).content.decode()


def test_each_filter_is_a_chip_that_goes_away_alone(many_steps, cast, page_of):
    answer = page_of(cast.manager, "proposals", line="leven", state="open", asked_min="5000", o="-requested")
    chips = {chip.value: chip.without for chip in answer.context["chips"]}
    assert chips["Leven"] == "state=open&asked_min=5000&o=-requested"
    assert chips["€\xa05.000"] == "state=open&line=leven&o=-requested"
    assert len(chips) == 3
    page = answer.content.decode()
    assert "/team/voorstellen/?state=open&amp;asked_min=5000&amp;o=-requested" in page
    # What has no field on the page stays on when other filters change.
    assert '<input type="hidden" name="asked_min" value="5000">' in page


def test_the_sum_is_of_what_was_found(many_steps, cast, page_of):
    answer = page_of(cast.manager, "proposals", asked_min="6000")
    assert answer.context["requested_total"] == Decimal(13_000)
    assert answer.context["count"] == 2
