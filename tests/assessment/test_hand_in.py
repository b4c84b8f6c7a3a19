"""The page that checks an assessment before it is handed in for good."""

import pytest

from assessment.domain import scores
from assessment.domain.scores import Gate
from assessment.models import Assessment, Assignment, Score
from tests.assessment import road

FULL = road.POINTS["positive"]


@pytest.fixture
def proposal(cast, call):
    return road.declared_proposal(cast, call)


def seen():
    return {"seen": Assessment.objects.get().saved_at.isoformat()}


def test_what_is_missing_is_told_with_a_link_to_where_it_goes(proposal, cast, page_of):
    road.score(proposal, cast.assessor1, {code: points for code, points in FULL.items() if code != "netwerk"})
    page = page_of(cast.assessor1, "hand_in", proposal).content.decode()
    where = f"/team/voorstellen/{proposal.reference}/beoordelen/"
    assert f'href="{where}#id_netwerk_0">Netwerk: Kies punten.</a>' in page
    assert f'href="{where}#id_netwerk_reason">Netwerk: Geef een reden.</a>' in page
    assert 'name="seen"' not in page, "there is nothing to press while something is missing"
    answer = page_of(cast.assessor1, "hand_in", proposal, data=seen())
    assert answer.status_code == 422
    assert Assessment.objects.get().handed_in_at is None


def test_before_anything_was_filled_in_everything_is_missing(proposal, cast, page_of):
    page = page_of(cast.assessor1, "hand_in", proposal)
    assert len(page.context["missing"]) == 2 + 2 * 6
    assert page_of(cast.assessor1, "hand_in", proposal, data={}).status_code == 422


def test_a_complete_assessment_is_handed_in_once_and_closes_its_pages(proposal, cast, page_of):
    road.score(proposal, cast.assessor1, FULL)
    page = page_of(cast.assessor1, "hand_in", proposal).content.decode()
    assert "Omdat het klopt: talent" in page
    for _press in range(2):
        answer = page_of(cast.assessor1, "hand_in", proposal, data=seen())
        assert answer.url.endswith(f"/{proposal.reference}/")
    assert Assessment.objects.get().handed_in_at is not None
    for name in ("score", "hand_in"):
        assert page_of(cast.assessor1, name, proposal).status_code == 302
    assert page_of(cast.assessor1, "score", proposal, data={"talent": "0"}).status_code == 302
    assert Score.objects.get(criterion__code="talent").points == 3


@pytest.mark.parametrize("never", ["", "gisteren", "2001-01-01", "2001-01-01T00:00:00+00:00"])
def test_what_was_saved_after_the_check_is_not_handed_in(never, proposal, cast, page_of):
    road.score(proposal, cast.assessor1, FULL)
    answer = page_of(cast.assessor1, "hand_in", proposal, data={"seen": never})
    assert answer.status_code == 422
    assert answer.context["problem"]
    assert Assessment.objects.get().handed_in_at is None
    assert page_of(cast.assessor1, "hand_in", proposal, data={"seen": answer.context["draft"].saved_at.isoformat()}).url


def test_a_page_that_was_shown_carries_what_hands_it_in(proposal, cast, page_of):
    road.score(proposal, cast.assessor1, FULL)
    page = page_of(cast.assessor1, "hand_in", proposal).content.decode()
    shown = page.split('name="seen" value="')[1].split('"')[0]
    assert page_of(cast.assessor1, "hand_in", proposal, data={"seen": shown}).status_code == 302
    assert Assessment.objects.get().handed_in_at is not None


def test_only_the_assessor_checks_and_hands_in(proposal, cast, page_of):
    road.score(proposal, cast.assessor1, FULL)
    for person, status in ((cast.manager, 403), (cast.lead, 403), (cast.assessor3, 403), (cast.partner, 404)):
        for data in (None, seen()):
            assert page_of(person, "hand_in", proposal, data=data).status_code == status
    assert page_of(cast.assessor2, "hand_in", proposal, data=seen()).status_code == 422
    assert Assessment.objects.get(assignment__assessor=cast.assessor1).handed_in_at is None


def test_a_gate_that_is_not_answered_is_missing_too(proposal, cast, page_of):
    assignment = Assignment.objects.get(proposal=proposal, assessor=cast.assessor1)
    scores.save(assignment_id=assignment.pk, by=cast.assessor1, gate=Gate(None, ""), scores=road.given(FULL))
    missing = page_of(cast.assessor1, "hand_in", proposal).context["missing"]
    assert [one["url"].split("#")[1] for one in missing] == ["id_gate_0", "id_gate_reason"]
