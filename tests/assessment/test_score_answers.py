"""Saving while somebody scores: the page's own requests."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.domain import declarations, scores
from assessment.models import Assessment, Assignment, Score
from tests.assessment import road

FULL = road.POINTS["positive"]


@pytest.fixture
def proposal(cast, call):
    return road.declared_proposal(cast, call)


@pytest.fixture
def door(proposal):
    return reverse("assessment:score_answers", args=[proposal.reference])


@pytest.fixture
def send(client_of, cast, door):
    """Send answers as the page does: `send(talent=("2", seen))`."""

    clients = {}

    def post(*, user=None, key=None, tried=(), as_user=None, **fields):
        user = user or cast.assessor1
        told = {
            "user": (as_user or user).pk,
            "step": "beoordelen",
            "key": (key or uuid4()).hex,
            "tried": [each.hex for each in tried],
            "fields": {
                name: {"controls": [[name, typed]] if typed is not None else [], "seen": seen}
                for name, (typed, seen) in fields.items()
            },
        }
        if user.pk not in clients:
            clients[user.pk] = client_of(user)
        return clients[user.pk].post(door, json.dumps(told), content_type="application/json")

    return post


def test_one_answer_is_saved_and_the_page_knows_its_version(send, proposal, cast):
    answer = send(talent=("2", "0.")).json()
    assert answer["status"].startswith("Opgeslagen om ")
    assert Score.objects.get(criterion__code="talent").points == 2
    again = send(talent=("3", answer["seen"]["talent"]))
    assert again.status_code == 200
    assert Score.objects.get(criterion__code="talent").points == 3


def test_two_windows_on_different_answers_do_not_meet(send):
    assert send(talent=("2", "0.")).status_code == 200
    assert send(netwerk_reason=("Uit het tweede venster", "0.")).status_code == 200
    assert send(talent_reason=("Ook dit", "0.")).status_code == 200
    assert Score.objects.get(criterion__code="talent").reason == "Ook dit"


def test_two_windows_on_one_answer_get_both_texts(send):
    first = send(talent_reason=("Uit het ene venster", "0.")).json()
    answer = send(talent_reason=("Uit het andere venster", "0."), netwerk=("1", "0."))
    assert answer.status_code == 409
    panel = answer.json()["conflicts"]["talent_reason"]
    assert "Uit het ene venster" in panel
    assert "Uit het andere venster" in panel
    assert f'data-seen="{first["seen"]["talent_reason"]}"' in panel
    assert "talent_reason" not in answer.json()["seen"]
    assert Score.objects.get(criterion__code="talent").reason == "Uit het ene venster"
    assert Score.objects.get(criterion__code="netwerk").points == 1


def test_a_save_whose_answer_got_lost_is_no_conflict_with_what_follows(send):
    lost = uuid4()
    send(key=lost, talent_reason=("Half", "0."))
    assert send(tried=[lost], talent_reason=("Half en heel", "0.")).status_code == 200
    assert Score.objects.get(criterion__code="talent").reason == "Half en heel"


def test_what_was_not_touched_changes_nothing(send):
    shown = send(talent=("2", "0.")).json()["seen"]["talent"]
    send(talent=("3", shown))
    assert send(talent=("2", shown)).status_code == 200, "the page only sends what it showed"
    assert Score.objects.get(criterion__code="talent").points == 3


def test_points_can_be_taken_away_again(send):
    shown = send(talent=("2", "0.")).json()["seen"]["talent"]
    assert send(talent=(None, shown)).status_code == 200
    assert Score.objects.get(criterion__code="talent").points is None


def test_what_can_not_be_is_told_at_the_answer_and_holds_up_no_other(send):
    answer = send(talent=("7", "0."), netwerk=("-", "0."), charme=("1", "0."), lokaal=("1", "0."))
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"talent", "netwerk", "charme"}
    assert answer.json()["errors"]["talent"][0]["anchor"] == "id_talent_0"
    assert [score.criterion.code for score in Score.objects.all()] == ["lokaal"]


def test_a_reason_that_is_too_long_is_refused_whole(send):
    assert send(talent_reason=("x" * 2001, "0.")).status_code == 422
    assert not Assessment.objects.exists()


def test_the_door_tells_what_the_draft_says(send, client_of, cast, door):
    send(talent=("2", "0."), gate=("yes", "0."), talent_reason=("Daarom", "0."))
    told = client_of(cast.assessor1).get(door).json()
    assert told["user"] == cast.assessor1.pk
    assert told["fields"]["talent"]["controls"] == [["talent", "2"]]
    assert told["fields"]["gate"]["controls"] == [["gate", "yes"]]
    assert told["fields"]["netwerk"]["controls"] == []
    assert told["fields"]["talent_reason"]["seen"].startswith("1.")
    assert "Daarom" not in client_of(cast.assessor2).get(door).content.decode()


def test_who_is_signed_out_is_asked_to_sign_in(door):
    for answer in (Client().get(door), Client().post(door, "{}", content_type="application/json")):
        assert answer.status_code == 401


def test_somebody_else_in_the_same_browser_saves_nothing(send, cast):
    assert send(user=cast.assessor2, as_user=cast.assessor1, talent=("2", "0.")).status_code == 401
    assert not Assessment.objects.exists()


def test_nonsense_is_told_apart(client_of, cast, door):
    client = client_of(cast.assessor1)
    for body in ("", "[]", '{"fields": {}}', '{"user": 1, "step": "", "key": "x", "tried": [], "fields": {}}'):
        assert client.post(door, body, content_type="application/json").status_code == 400
    assert client.post(door, "x" * 600_000, content_type="application/json").status_code == 413


def test_after_handing_in_or_an_interest_nothing_is_saved(send, proposal, cast, client_of, door):
    road.hand_in(proposal, cast.assessor1, FULL)
    answer = send(talent=("0", "1."))
    assert (answer.status_code, answer.json()["frozen"]) == (409, f"/team/voorstellen/{proposal.reference}/")
    assert client_of(cast.assessor1).get(door).json()["draft"] is False
    declarations.declare(proposal_id=proposal.pk, person=cast.assessor2, has_interest=True, explanation="Mijn zus")
    assert send(user=cast.assessor2, talent=("0", "0.")).status_code == 404
    assert Score.objects.get(criterion__code="talent").points == 3


def test_who_has_not_declared_saves_nothing(cast, call, client_of):
    proposal = road.assigned_proposal(cast, call)
    door = reverse("assessment:score_answers", args=[proposal.reference])
    assert client_of(cast.assessor1).get(door).status_code == 409


def test_few_queries_for_each_kind_of_save(send, proposal, cast, client_of, door):
    road.score(proposal, cast.assessor2, FULL)  # freezes the criteria, once for all calls that take them
    send(lokaal=(None, "0."))  # signs in

    def statements(**fields):
        with CaptureQueriesContext(connection) as seen:
            answer = send(**fields)
        assert answer.status_code in (200, 409)
        return sum("SAVEPOINT" not in query["sql"] for query in seen.captured_queries)

    assert statements(talent=("2", "0.")) <= 15
    assert statements(talent_reason=("Daarom", "0.")) <= 15
    assert statements(talent=("0", "0.")) <= 15, "a conflict"
    everything = {code: ("1", "0.") for code in FULL if code != "talent"}
    reasons = {f"{code}_reason": ("Omdat", "0.") for code in FULL if code != "talent"}
    assert statements(gate=("yes", "0."), gate_reason=("Past", "0."), **everything, **reasons) <= 15
    client = client_of(cast.assessor1)
    with CaptureQueriesContext(connection) as seen:
        client.get(door)
    assert len(seen) <= 15


def test_a_person_whose_assignment_it_is_not_saves_nothing(proposal, cast):
    assignment = Assignment.objects.get(proposal=proposal, assessor=cast.assessor1)
    with pytest.raises(scores.StepNotYours):
        scores.save_answers(assignment_id=assignment.pk, by=cast.assessor2, values={"talent": 3})
