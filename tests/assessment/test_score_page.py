import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessment.domain import scores
from assessment.models import Assessment, Assignment, Score
from tests.assessment import road

FULL = road.POINTS["positive"]


def answers(points=FULL, *, action="save", **over):
    """What the page sends that showed an empty draft."""
    typed = {"gate": "yes", "gate_reason": "Past erbij", "action": action}
    for code, given in points.items():
        typed |= {code: "-" if given is None else str(given), f"{code}_reason": f"Reden {code}"}
    return {**typed, **over}


def versions_in(page):
    """Return the versions that a page showed, as its hidden fields send them back."""
    return dict(re.findall(r'name="(version-\w+)" value="([^"]+)"', page.content.decode()))


@pytest.fixture
def proposal(cast, call):
    return road.declared_proposal(cast, call)


def test_the_page_shows_the_proposal_and_a_radio_for_every_point(proposal, cast, page_of):
    page = page_of(cast.assessor1, "score", proposal).content.decode()
    assert proposal.summary in page
    assert len(re.findall(r'<input type="radio" name="talent"', page)) == 4
    for label in ("Draagt niet bij", "Draagt sterk bij", "Talent centraal", "Toekomstgericht"):
        assert label in page
    for action in ("save", "hand_in"):
        assert f'name="action" value="{action}"' in page
    assert "Zo dient het voorstel talent centraal." in page
    assert 'value="-"' not in page


def test_an_effort_may_skip_one_criterion(cast, call, page_of):
    effort = road.declared_proposal(cast, call, line="samenwerking")
    page = page_of(cast.assessor1, "score", effort).content.decode()
    assert page.count('value="-"') == 1
    assert page_of(cast.assessor1, "score", effort, data=answers({**FULL, "effectief": None})).status_code == 302
    assert Score.objects.get(criterion__code="effectief").not_applicable


def test_a_draft_is_saved_shown_again_and_goes_on(proposal, cast, page_of):
    answer = page_of(cast.assessor1, "score", proposal, data=answers({"talent": 2}))
    assert answer.url.endswith("/beoordelen/")
    page = page_of(cast.assessor1, "score", proposal)
    assert "Reden talent" in page.content.decode()
    assert page.context["total"] == {"points": 2, "possible": 3, "scored": 1, "criteria": 6}
    page_of(cast.assessor1, "score", proposal, data=answers({"talent": 3}, **versions_in(page)))
    assert Score.objects.get(criterion__code="talent").points == 3


def test_handing_in_saves_what_was_typed_and_asks_to_check_it(proposal, cast, page_of):
    answer = page_of(cast.assessor1, "score", proposal, data=answers(action="hand_in"))
    assert answer.url.endswith("/beoordelen/inleveren/")
    assert Assessment.objects.get().handed_in_at is None
    assert Score.objects.get(criterion__code="talent").reason == "Reden talent"


def test_two_windows_get_both_texts_to_choose_from(proposal, cast, page_of):
    page_of(cast.assessor1, "score", proposal, data=answers({"talent": 2}))
    other = answers({"talent": 0, "netwerk": 1}, talent_reason="Uit het tweede venster")
    answer = page_of(cast.assessor1, "score", proposal, data=other)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Uit het tweede venster" in page
    assert "Reden talent" in page
    assert "2 Draagt voldoende bij" in page
    assert Score.objects.get(criterion__code="talent").points == 2
    assert Score.objects.get(criterion__code="netwerk").points == 1, "an answer without two versions is saved"
    shown = {**other, **versions_in(answer)}
    kept = re.search(r'name="keep" value="(talent [^"]+)"', page)[1]
    assert page_of(cast.assessor1, "score", proposal, data={**shown, "keep": kept}).status_code == 422
    assert Score.objects.get(criterion__code="talent").points == 0
    both = re.search(r'name="both" value="(talent_reason [^"]+)"', page)[1]
    shown |= versions_in(page_of(cast.assessor1, "score", proposal))
    assert page_of(cast.assessor1, "score", proposal, data={**shown, "both": both}).status_code == 302
    reason = Score.objects.get(criterion__code="talent").reason
    assert reason == "Uit het tweede venster\r\n\r\nReden talent"


def test_who_takes_the_other_version_keeps_it(proposal, cast, page_of):
    page_of(cast.assessor1, "score", proposal, data=answers({"talent": 2}))
    other = answers({"talent": 2}, talent_reason="Uit het tweede venster")
    answer = page_of(cast.assessor1, "score", proposal, data=other)
    taken = {**other, **versions_in(answer), "take": "talent_reason"}
    assert page_of(cast.assessor1, "score", proposal, data=taken).status_code == 302
    assert Score.objects.get(criterion__code="talent").reason == "Reden talent"


def test_the_same_save_twice_is_no_conflict(proposal, cast, page_of):
    typed = answers({"talent": 2}, talent_reason="Regel een\r\nregel twee")
    for _press in range(2):
        assert page_of(cast.assessor1, "score", proposal, data=typed).status_code == 302
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"talent": "7"}, {"talent": "-"}, {"gate": "x"}, {"talent_reason": "x" * 2001}])
def test_what_makes_no_sense_is_refused_with_everything_kept(wrong, proposal, cast, page_of):
    answer = page_of(cast.assessor1, "score", proposal, data=answers(**wrong))
    assert answer.status_code == 422
    assert "Reden netwerk" in answer.content.decode()
    assert not Assessment.objects.exists()


def test_a_very_long_reason_that_fits_is_kept_whole(proposal, cast, page_of):
    page_of(cast.assessor1, "score", proposal, data=answers(talent_reason="é" * 2000))
    assert Score.objects.get(criterion__code="talent").reason == "é" * 2000


def test_nobody_sees_anothers_scores_before_handing_in(cast, call, page_of):
    proposal = road.declared_proposal(cast, call)
    canaries = {"gate_reason": "KANARIE-POORT", "talent_reason": "KANARIE-REDEN"}
    page_of(cast.assessor2, "score", proposal, data=answers({"talent": 1}, **canaries))
    readers = (cast.assessor1, cast.manager, cast.lead, cast.finance)
    pages = ("file", "score", "declare", "assign", "consensus", "advice")

    def seen_by(person):
        shown = [page_of(person, name, proposal).content.decode() for name in pages]
        shown += [page_of(person, "work").content.decode(), page_of(person, "proposals").content.decode()]
        return "KANARIE" in "".join(shown)

    assert not any(seen_by(person) for person in readers)
    assignment = Assignment.objects.get(proposal=proposal, assessor=cast.assessor2)
    shown = versions_in(page_of(cast.assessor2, "score", proposal))
    page_of(cast.assessor2, "score", proposal, data=answers(**canaries, **shown))
    scores.hand_in(assignment_id=assignment.pk, by=cast.assessor2)
    assert Assessment.objects.get().handed_in_at
    assert not any(seen_by(person) for person in readers)
    page_of(cast.assessor1, "score", proposal, data=answers())
    assert not any(seen_by(person) for person in readers)
    mine = Assignment.objects.get(proposal=proposal, assessor=cast.assessor1)
    scores.hand_in(assignment_id=mine.pk, by=cast.assessor1)
    assert all(seen_by(person) for person in readers)


def test_scores_stay_hidden_from_one_who_declared_an_interest(cast, call, page_of):
    proposal = road.assigned_proposal(cast, call, assessors=[cast.assessor1, cast.assessor2, cast.assessor3])
    page_of(cast.assessor3, "declare", proposal, data={"has_interest": "yes", "explanation": "Mijn werk"})
    for person in (cast.assessor1, cast.assessor2):
        road.declare_none(proposal, person)
        road.hand_in(proposal, person, FULL, reason="KANARIE")
    assert page_of(cast.assessor3, "file", proposal).status_code == 404
    assert "KANARIE" in page_of(cast.manager, "file", proposal).content.decode()


def statements(client, address, data=None):
    """Return how many statements a page sends; savepoints stand for the transaction that a test already has."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address) if data is None else client.post(address, data)
    assert answer.status_code == (200 if data is None else 302)
    return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)


def test_few_queries_for_the_page_for_saving_and_for_the_check(proposal, cast, client_of, page_of):
    client = client_of(cast.assessor1)
    address = f"/team/voorstellen/{proposal.reference}/beoordelen/"
    assert statements(client, address) <= 15
    road.score(proposal, cast.assessor2, FULL)  # freezes the criteria, once for all calls that take them
    assert statements(client, address, answers({"talent": 2})) <= 15
    assert statements(client, address) <= 15
    shown = versions_in(page_of(cast.assessor1, "score", proposal))
    assert statements(client, address, answers(action="hand_in", **shown)) <= 15
    assert statements(client, f"{address}inleveren/") <= 15
    seen = Assessment.objects.get(assignment__assessor=cast.assessor1).saved_at.isoformat()
    assert statements(client, f"{address}inleveren/", {"seen": seen}) <= 15
