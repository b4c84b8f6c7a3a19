"""Five hundred times two windows that save the same answer at the same moment: never is one text lost in silence."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from assessment.access import Assignment
from assessment.domain import answers, scores
from assessment.models import Score
from tests.assessment import road

PAIRS = 500
NAME = "talent_reason"


@pytest.fixture
def assignment(cast, call, transactional_db):
    proposal = road.declared_proposal(cast, call)
    road.score(proposal, cast.assessor1, {"talent": 2})
    return Assignment.objects.get(proposal=proposal, assessor=cast.assessor1)


def seen_now(assignment):
    """What a window has seen that was opened now."""
    assessment = scores.Assessment.objects.get(assignment=assignment)
    return answers.held_in(assessment, assignment.proposal.call.criteria_version.criteria.all())[NAME].seen


def save_in_pairs(assignment, by, pairs):
    """Let two windows that saw the same save at once, `pairs` times; return for each pair what became of both.

    For each window: `won` with what it wrote, or the text of the other that it got to choose from, or what it raised.
    """
    barrier = Barrier(2, timeout=60)
    found = [[None, None] for _pair in range(pairs)]
    opened = seen_now(assignment)

    def window(number):
        shown = opened
        try:
            for pair in range(pairs):
                barrier.wait()
                found[pair][number], shown = _save(assignment, by, f"paar {pair} venster {number}", shown)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(window, number) for number in range(2)]:
            done.result()
    return found


def _save(assignment, by, text, seen):
    """Return what became of a text, and what the window has seen by then: in a conflict it shows both."""
    try:
        saved = scores.save_answers(assignment_id=assignment.pk, by=by, values={NAME: text}, seen={NAME: seen})
    except IntegrityError as error:
        return ("refused", str(error)), seen_now(assignment)
    if saved.conflicts:
        [conflict] = saved.conflicts
        return ("conflict", (conflict.mine, conflict.theirs)), conflict.seen
    return ("won", text), saved.seen[NAME]


def lost_in_silence(found):
    """Return the pairs in which both windows were told that their text stands, while only one can."""
    return [pair for pair in found if [outcome for outcome, _text in pair] == ["won", "won"]]


def test_of_two_that_save_at_once_one_wins_and_the_other_gets_both_texts_500_times(assignment, cast):
    found = save_in_pairs(assignment, cast.assessor1, PAIRS)
    assert lost_in_silence(found) == []
    assert Counter(outcome for pair in found for outcome, _text in pair) == {"won": PAIRS, "conflict": PAIRS}
    for number, pair in enumerate(found):
        [[_won, winner]] = [each for each in pair if each[0] == "won"]
        [[_conflict, (mine, theirs)]] = [each for each in pair if each[0] == "conflict"]
        assert {mine, theirs} == {f"paar {number} venster 0", f"paar {number} venster 1"}
        assert theirs == winner
    assert Score.objects.get(criterion__code="talent").reason == winner
    assert Score.objects.get(criterion__code="talent").reason_version == 1 + PAIRS


def test_without_the_guard_texts_are_lost_so_the_test_above_can_fail(assignment, cast, monkeypatch):
    monkeypatch.setattr(answers, "was_seen", lambda *_asked: True)
    assert len(lost_in_silence(save_in_pairs(assignment, cast.assessor1, 20))) == 20


def test_without_the_lock_the_trigger_still_lets_nothing_be_lost(assignment, cast, monkeypatch):
    def unlocked(assignment_id):
        related = ("proposal__call__criteria_version", "assessment", "assessor")
        assignments = Assignment.objects.that_count().with_declaration().select_related(*related)
        return assignments.get(pk=assignment_id)

    meet = Barrier(2, timeout=60)
    compare = answers.compare

    def both_look_first(**asked):
        compared = compare(**asked)
        meet.wait()  # both have looked before either acts: what the lock is there to keep apart
        return compared

    monkeypatch.setattr(scores, "lock_assignment", unlocked)
    monkeypatch.setattr(answers, "compare", both_look_first)
    found = save_in_pairs(assignment, cast.assessor1, 5)
    assert lost_in_silence(found) == []
    refused = [text for pair in found for outcome, text in pair if outcome == "refused"]
    assert len(refused) == 5
    assert all("reason_version goes from" in text for text in refused)
