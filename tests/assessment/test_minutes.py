"""The agenda and the minutes on paper: what is in them, for whom, and that they stay."""

import subprocess
from io import BytesIO

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessment.domain import agendas, declarations, meetings, minutes
from assessment.domain.consensus import Agreed
from assessment.errors import MeetingNotReady
from assessment.models import Minutes
from core.domain import documents
from core.models import Document
from tests.assessment import meeting_world as world
from tests.assessment import road

FULL = road.POINTS["positive"]


@pytest.fixture
def seen(monkeypatch):
    """What was handed to the typesetter for minutes; typesetting itself is another test's business."""
    found = []

    def render(*, template, context, language="nl"):
        if template == "assessment/pdf/minutes.html":
            found.append(context)
        return f"%PDF-{len(found)}".encode(), ""

    monkeypatch.setattr("core.domain.pdf.render", render)
    return found


def talked_about(cast, call):
    """A closed meeting with three items: agreed after a difference, agreed, and postponed."""
    apart = road.declared_proposal(cast, call, title="Ver uiteen")
    road.hand_in(apart, cast.assessor1, {**FULL, "netwerk": 3})
    road.hand_in(apart, cast.assessor2, {**FULL, "netwerk": 1})
    alike = road.handed_in_proposal(cast, call, line="wonen", title="Gelijk")
    late = road.declared_proposal(cast, call, title="Te laat")
    meeting = world.begun(cast, apart, alike, late, absent=[cast.lead])
    said = {**road.agreed(FULL), "netwerk": Agreed(2, "Samen", discussion="Het netwerk is klein maar hecht.")}
    world.record(cast, meeting, apart, scores=said)
    world.record(cast, meeting, alike)
    agendas.postpone(item_id=world.item_of(meeting, late).pk, by=cast.manager, reason="Nog niet ingeleverd")
    return meetings.close(meeting_id=meeting.pk, by=cast.manager), [apart, alike, late]


def test_minutes_are_made_after_closing_once_and_frozen(cast, call, seen, deliver):
    meeting, _proposals = talked_about(cast, call)
    deliver()
    kept = Minutes.objects.get(meeting=meeting)
    assert kept.items == "1,2,3"
    assert minutes.make(meeting_id=meeting.pk) == kept.document == minutes.minutes_for(cast.manager, meeting)
    assert len(seen) == 1
    assert documents.read(kept.document) == b"%PDF-1"
    for change in (lambda: Minutes.objects.update(items="1"), lambda: Document.objects.update(title="Anders")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_minutes_tell_who_was_there_the_scores_what_was_said_and_the_outcome(cast, call, seen):
    meeting, (apart, _alike, late) = talked_about(cast, call)
    facts = minutes.make(meeting_id=meeting.pk).facts
    (context,) = seen
    assert [person.full_name for person in context["present"]] == ["Assessor1", "Assessor2", "Manager"]
    assert [person.full_name for person in context["absent"]] == ["Lead"]
    first, _second, third = context["told"]
    network = next(row for row in first.agreements if row.agreed.criterion.code == "netwerk")
    assert [score.points for score in network.given] == [3, 1]
    assert (network.agreed.points, network.agreed.spread, network.discuss) == (2, 2, True)
    assert network.agreed.discussion == "Het netwerk is klein maar hecht."
    assert first.result.outcome == "positive"
    assert [person.full_name for person in first.away] == ["Assessor2"]
    assert (third.result, third.item.postponed_reason) == (None, "Nog niet ingeleverd")
    assert [item["proposal"] for item in facts["items"]][::2] == [apart.reference, late.reference]
    assert facts["left_out"] == 0


def test_a_reader_gets_minutes_without_what_he_may_not_read(cast, call, seen):
    meeting, (apart, alike, late) = talked_about(cast, call)
    declarations.declare(proposal_id=apart.pk, person=cast.finance, has_interest=True, explanation="Familie")
    expected = {
        cast.manager: [apart, alike, late],
        cast.finance: [alike, late],
        cast.lead: [apart, late],
        cast.assessor1: [apart, alike, late],
    }
    for reader, proposals in expected.items():
        document = minutes.minutes_for(reader, meeting)
        assert [item["proposal"] for item in document.facts["items"]] == [one.reference for one in proposals]
    assert minutes.minutes_for(cast.assessor3, meeting) is None
    for context in seen:
        assert context["left_out"] == 3 - len(context["told"])


def test_there_are_no_minutes_of_a_meeting_that_goes_on(cast, call, client_of):
    meeting = world.begun(cast, road.handed_in_proposal(cast, call))
    with pytest.raises(MeetingNotReady):
        minutes.minutes_for(cast.manager, meeting)
    answer = client_of(cast.manager).get(reverse("assessment:meeting_minutes", args=[meeting.pk]))
    assert answer.url == reverse("assessment:meeting", args=[meeting.pk])


def test_a_consensus_outside_a_meeting_has_minutes_for_who_asks(cast, call, seen, deliver):
    proposal = road.agreed_proposal(cast, call)
    deliver()
    assert seen == []
    assert minutes.minutes_for(cast.manager, proposal.consensus.item.meeting) is not None
    assert len(seen) == 1


def test_both_papers_are_accessible_and_say_what_they_must(cast, call, client_of):
    meeting, (apart, alike, _late) = talked_about(cast, call)
    declarations.declare(proposal_id=alike.pk, person=cast.finance, has_interest=True, explanation="Familie")
    for person, shown in ((cast.manager, 3), (cast.finance, 2)):
        for page in ("meeting_minutes", "meeting_agenda"):
            answer = client_of(person).get(reverse(f"assessment:{page}", args=[meeting.pk]))
            assert answer.headers["Content-Type"] == "application/pdf"
            with pikepdf.open(BytesIO(answer.content)) as paper:
                assert paper.Root.MarkInfo.Marked
                assert str(paper.Root.Lang) == "nl"
                with paper.open_metadata() as metadata:
                    assert metadata["pdfuaid:part"] == "1"
            text = words_of(answer.content)
            assert apart.reference in text
            assert (alike.reference in text) == (shown == 3)


def words_of(content):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_appointment_names_no_proposal(cast, call, client_of):
    proposal = road.handed_in_proposal(cast, call, title="Geheim plan")
    meeting = world.planned(cast, proposal)
    answer = client_of(cast.assessor3).get(reverse("assessment:meeting_appointment", args=[meeting.pk]))
    said = answer.content.decode()
    assert "BEGIN:VEVENT" in said
    assert "Kamer 2" in said
    assert proposal.reference not in said
    assert "Geheim" not in said
