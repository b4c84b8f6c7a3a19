"""The team's figures: counted by hand in a small world, by brute force in a random one, and never of what is shut."""

import uuid
from decimal import Decimal

import pytest

from applications.domain import withdrawal
from applications.models import Proposal, ShutFile
from assessment.domain import advice, asked, charts, funnel, score_figures
from assessment.domain.statistics import Scope, lines_known_to
from core.domain import clock
from programme.models import Line
from tests.applications.road import complete_proposal, draft_proposal, submitted_proposal
from tests.assessment import road
from tests.assessment.figure_world import fill_with_scores, naive_figures, scored, two_places
from tests.budget.road import granted_proposal, listed_proposal, refused_proposal


def steps_of(person, **scope) -> dict[str, tuple]:
    chosen = Scope(**scope)
    found = funnel.funnel(chosen, reader=person, granted=chosen.granted(person))
    return {step.code: (step.reached, step.here, step.asked, step.advised, step.granted) for step in found}


def numbers_of(person, **scope) -> dict[str, int]:
    return {code: step[0] for code, step in steps_of(person, **scope).items()}


def room_of(person, **scope) -> dict[tuple[str, int], asked.LineYear]:
    chosen, lines = Scope(**scope), list(lines_known_to(person))
    rows = asked.against_room(chosen, reader=person, lines=lines, granted=chosen.granted(person))
    return {(row.line.code, row.year): row for row in rows}


def scores_of(person, **scope) -> score_figures.ScoreFigures:
    return score_figures.figures_for(Scope(**scope), reader=person)


@pytest.fixture
def everything(cast, call):
    """One proposal at every step, with an amount of its own."""
    draft_proposal(cast, call, title="Concept", requested={2026: 50})
    submitted_proposal(cast, call, title="Ingediend", requested={2026: 100, 2027: 11})
    complete_proposal(cast, call, title="Volledig", line="wonen", requested={2026: 200})
    road.assigned_proposal(cast, call, title="Bij beoordelaars", requested={2027: 400})
    road.advised_proposal(
        cast, call, title="Geadviseerd", outcome="conditional", requested={2026: 800}, amounts={2026: 700}
    )
    road.advised_proposal(cast, call, title="Negatief", outcome="negative", requested={2026: 1600})
    listed_proposal(cast, call, title="Op een lijst", requested={2026: 3200})
    granted_proposal(cast, call, title="Toegekend", requested={2026: 6400}, amounts={2026: 6000})
    refused_proposal(cast, call, title="Afgewezen", requested={2026: 12800})
    gone = submitted_proposal(cast, call, title="Ingetrokken", requested={2026: 25600})
    withdrawal.withdraw(proposal_id=gone.pk, by=cast.partner, reason="Toch niet", request_key=uuid.uuid4())


def test_the_funnel_counts_how_far_each_came_and_where_it_stands(everything, cast, call):
    euros = Decimal
    after_advice = euros(800 + 1600 + 3200 + 6400 + 12800)
    assert steps_of(cast.manager, call=call) == {
        "started": (10, 1, None, None, None),
        "submitted": (9, 1, after_advice + 111 + 200 + 400 + 25600, None, None),
        "complete": (7, 1, after_advice + 200 + 400, None, None),
        "assessed": (6, 1, after_advice + 400, None, None),
        "advised": (5, 2, after_advice, euros(700 + 3200 + 6000), None),
        "positive": (2, None, euros(3200 + 6400), euros(3200 + 6000), None),
        "conditional": (1, None, euros(800), euros(700), None),
        "negative": (2, None, euros(1600 + 12800), euros(0), None),
        "listed": (3, 1, euros(3200 + 6400 + 12800), euros(3200 + 6000), None),
        "granted": (1, None, euros(6400), euros(6000), euros(6000)),
        "refused": (1, None, euros(12800), euros(0), None),
        "withdrawn": (1, None, euros(25600), None, None),
        "not_processed": (0, None, euros(0), None, None),
    }


def test_a_line_and_a_year_narrow_the_funnel_and_its_amounts(everything, cast, call):
    assert steps_of(cast.manager, line=Line.objects.get(code="wonen"))["submitted"][:3] == (1, 0, Decimal(200))
    of_2027 = steps_of(cast.manager, year=2027)
    assert of_2027["started"][0] == 2
    assert of_2027["submitted"][:3] == (2, 1, Decimal(411))
    assert of_2027["granted"][4] == 0
    assert numbers_of(cast.manager, year=2025)["started"] == 0


def test_no_amount_of_a_draft_is_told_and_no_draft_of_the_own_organisation_is_counted(cast, call):
    draft = draft_proposal(cast, call, requested={2026: 777})
    assert steps_of(cast.manager)["started"] == (1, 1, None, None, None)
    assert room_of(cast.manager)["leven", 2026].asked == 0
    ShutFile.objects.create(proposal=draft, user=cast.manager, since=clock.now())
    assert numbers_of(cast.manager)["started"] == 0


def test_a_shut_file_counts_nowhere_for_that_person(everything, cast, call):
    before, room = numbers_of(cast.manager), room_of(cast.manager)
    ShutFile.objects.create(proposal=Proposal.objects.get(title="Toegekend"), user=cast.manager, since=clock.now())
    after = numbers_of(cast.manager)
    gone = {code: before[code] - after[code] for code in before if before[code] != after[code]}
    assert gone == dict.fromkeys(
        ("started", "submitted", "complete", "assessed", "advised", "positive", "listed", "granted"), 1
    )
    assert room["leven", 2026].asked - room_of(cast.manager)["leven", 2026].asked == 6400
    assert room_of(cast.manager)["leven", 2026].granted == 0
    assert scores_of(cast.finance).basis.proposals == scores_of(cast.manager).basis.proposals + 1


def test_a_lead_counts_the_own_line_and_no_other(everything, cast, call):
    assert numbers_of(cast.lead)["submitted"] == 8
    assert numbers_of(cast.lead)["started"] == 9
    assert {line for line, _year in room_of(cast.lead)} == {"leven"}


def test_an_assessor_learns_the_outcome_of_the_own_files_only(everything, cast):
    mine, others = steps_of(cast.assessor1), steps_of(cast.assessor3)
    assert mine["positive"][0] == 2
    assert "not_told" not in mine
    assert others["advised"][:4] == (5, 2, mine["advised"][2], Decimal(0))
    assert others["not_told"][0] == 5
    assert [others[code][0] for code in ("positive", "conditional", "negative")] == [0, 0, 0]
    assert others["listed"][3] == others["granted"][3] == Decimal(0)
    assert room_of(cast.assessor3)["leven", 2026].advised == 0


def test_what_waits_stands_against_the_room_of_its_line_and_year(everything, cast, call):
    row = room_of(cast.manager, call=call)["leven", 2026]
    assert (row.asked, row.granted) == (100 + 800 + 1600 + 3200 + 6400 + 12800 + 25600, 6000)
    assert (row.waiting, row.advised) == (100 + 800 + 1600 + 3200, 700 + 3200)
    assert row.free == row.budgeted - 6000
    assert row.left == row.free - row.waiting
    assert room_of(cast.manager)["leven", 2026] == row
    assert list(room_of(cast.manager, year=2027, line=row.line)) == [("leven", 2027)]


def test_each_score_is_counted_once_for_its_criterion(cast, call):
    scored(cast, call, (3, 2, 1, 0, 2, 2), (3, 1, 1, 2, 2, 3))
    scored(cast, call, (0, 2, 2, None, 3, 1), (1, 2, 2, 3, 3, 1), line="samenwerking")
    found = scores_of(cast.manager)
    assert (found.basis.assessments, found.basis.proposals) == (4, 2)
    by_label = {one.label: (one.counts, one.not_applicable, one.mean) for one in found.distributions}
    assert list(by_label.values()) == [
        ((1, 1, 0, 2), 0, Decimal("1.75")),
        ((0, 1, 3, 0), 0, Decimal("1.75")),
        ((0, 2, 2, 0), 0, Decimal("1.50")),
        ((1, 0, 1, 1), 1, Decimal("1.67")),
        ((0, 0, 2, 2), 0, Decimal("2.50")),
        ((0, 2, 1, 1), 0, Decimal("1.75")),
    ]
    assert [one.counts for one in found.spreads] == [
        (1, 1, 0, 0), (1, 1, 0, 0), (2, 0, 0, 0), (0, 0, 1, 0), (2, 0, 0, 0), (1, 1, 0, 0),
    ]  # fmt: skip


def test_severity_is_the_mean_difference_from_the_others_proposal_by_proposal(cast, call):
    scored(cast, call, (3, 3, 3, 3, 3, 3), (2, 2, 2, 2, 2, 2), (1, 1, 1, 1, 1, 1))
    scored(cast, call, (2, 2, 2, 2, 2, 2), (2, 2, 2, 2, 2, 2))
    first, second, third = scores_of(cast.manager).severities
    assert [one.name for one in (first, second, third)] == ["Assessor1", "Assessor2", "Assessor3"]
    assert (first.proposals, first.mean, first.lowest, first.highest) == (2, Decimal("0.75"), 0, Decimal("1.50"))
    assert (second.mean, third.mean, third.proposals) == (Decimal(0), Decimal("-1.50"), 1)
    assert first.is_few


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_those_of_a_naive_count(seed, cast, call):
    found = [complete_proposal(cast, call, title=f"Nummer {n}", line="samenwerking") for n in range(8)]
    fill_with_scores(cast, found, seed=seed)
    often, apart, gaps = naive_figures()
    assert often["Effectief"][None]
    found = scores_of(cast.manager)
    for one in found.distributions:
        assert [*one.counts, one.not_applicable] == [often[one.label][number] for number in (0, 1, 2, 3, None)]
    for one in found.spreads:
        assert list(one.counts) == [apart[one.label][number] for number in range(4)]
    people = {person.full_name: gaps[person.pk] for person in (cast.assessor1, cast.assessor2, cast.assessor3)}
    assert {one.name: (one.proposals, one.mean, one.lowest, one.highest) for one in found.severities} == {
        name: (len(by), two_places(sum(by) / len(by)), two_places(min(by)), two_places(max(by)))
        for name, by in people.items()
    }


def test_before_handing_in_nothing_changes_when_another_hands_in(cast, call):
    scored(cast, call, (3, 2, 1, 0, 2, 2), (3, 1, 1, 2, 2, 3))
    proposal = road.declared_proposal(cast, call)
    before = (scores_of(cast.assessor1), steps_of(cast.assessor1), room_of(cast.assessor1))
    road.hand_in(proposal, cast.assessor2, road.POINTS["negative"])
    assert (scores_of(cast.assessor1), steps_of(cast.assessor1), room_of(cast.assessor1)) == before
    assert scores_of(cast.manager).basis.proposals == 1
    road.hand_in(proposal, cast.assessor1, road.POINTS["positive"])
    assert scores_of(cast.assessor1).basis.proposals == scores_of(cast.manager).basis.proposals == 2


def test_who_handed_in_first_waits_for_the_others_too(cast, call):
    proposal = road.declared_proposal(cast, call)
    road.hand_in(proposal, cast.assessor1, road.POINTS["positive"])
    assert scores_of(cast.assessor1).basis.assessments == 0
    road.hand_in(proposal, cast.assessor2, road.POINTS["positive"])
    assert scores_of(cast.assessor1).basis.assessments == 2


def test_a_manager_who_assesses_learns_nothing_of_that_proposal_before_handing_in(cast, call):
    people = [cast.assessor1, cast.assessor2]
    scored(cast, call, (3, 2, 1, 0, 2, 2), (3, 1, 1, 2, 2, 3), people=people)
    both = scored(cast, call, (1, 2, 1, 0, 2, 2), (3, 1, 1, 2, 2, 3), people=people)
    assert scores_of(cast.manager).basis.proposals == 2
    cast.manager.role_holdings.create(role="assessor")
    assignment = both.assignments.first()
    values = {name: getattr(assignment, name) for name in ("assigned_by", "assigned_at", "due_on")}
    both.assignments.create(assessor=cast.manager, **values)
    assert scores_of(cast.manager).basis.proposals == 1


def test_others_than_the_manager_get_their_own_severity_only(cast, call):
    scored(cast, call, (3, 3, 3, 3, 3, 3), (2, 2, 2, 2, 2, 2))
    assert [one.name for one in scores_of(cast.assessor1).severities] == ["Assessor1"]
    assert scores_of(cast.assessor3).severities == []
    assert scores_of(cast.finance).severities == []
    assert scores_of(cast.lead).severities == []
    assert len(scores_of(cast.manager).severities) == 2


def test_a_stacked_bar_is_whole_whatever_its_parts():
    for counts in ((1, 1, 1, 0), (7, 0, 0, 13), (333, 333, 334, 1), (0, 0, 0, 1)):
        one = score_figures.Distribution("T", "Talent", counts, 1)
        svg = charts.of_distributions([one], chart_id="c")
        lengths = [
            int(part.split('width="')[1].split('"')[0]) for part in svg.split("<rect") if 'x="' in part.split(">")[0]
        ]
        assert sum(lengths) == charts.SCALE


def test_a_chart_says_its_figures_in_one_sentence(cast, call):
    scored(cast, call, (3, 3, 3, 3, 3, 3), (2, 2, 2, 2, 2, 2))
    found = scores_of(cast.manager)
    svg = str(charts.of_severities(found.severities, chart_id="s"))
    title = svg.split("<title")[1].split("</title>", maxsplit=1)[0]
    assert "Assessor1" in title
    assert "+1,00" in title
    assert f"{charts.MINUS}1,00" in title
    assert "script" not in svg


def test_a_name_in_a_chart_is_text_and_never_code(cast, call):
    cast.assessor1.full_name = "<b>Jan</b>"
    cast.assessor1.save(update_fields=["full_name"])
    scored(cast, call, (3, 3, 3, 3, 3, 3), (2, 2, 2, 2, 2, 2))
    svg = str(charts.of_severities(scores_of(cast.manager).severities, chart_id="s"))
    assert "<b>" not in svg
    assert "&lt;b&gt;Jan" in svg


def test_an_advice_that_was_taken_back_counts_no_more(cast, call):
    proposal = road.advised_proposal(cast, call, requested={2026: 800})
    assert numbers_of(cast.manager)["advised"] == 1
    advice.take_back(proposal_id=proposal.pk, by=cast.manager, reason="Er stond een verkeerd bedrag in.")
    after = steps_of(cast.manager)
    assert (after["advised"][0], after["positive"][0], after["assessed"][1]) == (0, 0, 1)
    assert room_of(cast.manager)["leven", 2026].advised == 0
