"""The pages of the team's meetings."""

import pytest
from django.urls import reverse

from assessment.domain import consensus_drafts, declarations, meetings
from assessment.domain.scores import Gate
from assessment.errors import MeetingNotReady, SavedElsewhere
from assessment.models import Consensus, ConsensusDraft, Meeting, Score
from core.domain import clock
from tests.assessment import meeting_world as world
from tests.assessment import road
from tests.assessment.test_score_page import answers

FULL = road.POINTS["positive"]


@pytest.fixture
def opened(client_of):
    """Open a page of meetings as somebody: `opened(user, "meeting", pk)`; `data` posts, `script` asks as the page does."""

    def open_page(user, name, *args, data=None, script=False):
        address = reverse(f"assessment:{name}", args=args)
        headers = {"Accept": "application/json"} if script else {}
        client = client_of(user)
        return client.get(address) if data is None else client.post(address, data, headers=headers)

    return open_page


def filled_in(cast, **over):
    return {**answers(), "present": [cast.manager.pk, cast.assessor1.pk], "version_seen": "0", **over}


def test_a_meeting_is_planned_on_a_form(cast, opened):
    form = opened(cast.manager, "meeting_new").context["form"]
    typed = {
        "request_key": str(form["request_key"].value()),
        "day": "31-12-2099",
        "begins": "9.30",
        "place": "Kamer 2",
        "chair": cast.lead.pk,
        "invited": [cast.manager.pk, cast.assessor1.pk],
    }
    for wrong, field in (
        ({"begins": "25:00"}, "begins"),
        ({"begins": "half tien"}, "begins"),
        ({"day": "1-1-2001"}, "day"),
        ({"chair": cast.assessor1.pk}, "chair"),
        ({"invited": []}, "invited"),
    ):
        answer = opened(cast.manager, "meeting_new", data={**typed, **wrong})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    answer = opened(cast.manager, "meeting_new", data=typed)
    meeting = Meeting.objects.get()
    assert answer.url == reverse("assessment:meeting", args=[meeting.pk])
    assert f"{meeting.starts_at.astimezone(clock.AMSTERDAM):%d-%m-%Y %H:%M}" == "31-12-2099 09:30"
    changed = opened(
        cast.lead, "meeting_change", meeting.pk, data={**typed, "begins": "1100", "chair": cast.manager.pk}
    )
    assert changed.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.chair, f"{meeting.starts_at.astimezone(clock.AMSTERDAM):%H:%M}") == (cast.manager, "11:00")


def test_putting_on_moving_and_taking_off(cast, call, opened):
    first, second = (road.handed_in_proposal(cast, call, title=title) for title in ("Eerste", "Tweede"))
    meeting = world.planned(cast)
    assert opened(cast.manager, "meeting_put_on", meeting.pk, data={}).status_code == 302
    opened(cast.manager, "meeting_put_on", meeting.pk, data={"proposal": [first.reference, second.reference]})
    item = world.item_of(meeting, second)
    answer = opened(cast.manager, "meeting_order", meeting.pk, data={"up": second.reference})
    assert answer.url.endswith(f"#item-{item.pk}")
    shown = opened(cast.manager, "meeting", meeting.pk).context["agenda"]
    assert [one.proposal for one in shown] == [second, first]
    opened(cast.manager, "meeting_order", meeting.pk, data={"off": first.reference})
    opened(cast.manager, "meeting_order", meeting.pk, data={"off": "\x00"})
    shown = opened(cast.manager, "meeting", meeting.pk).context["agenda"]
    assert [one.proposal for one in shown] == [second]


def test_an_item_is_nowhere_for_somebody_with_an_interest(cast, call, opened):
    secret = road.handed_in_proposal(cast, call, title="Kanariepiet")
    other = road.handed_in_proposal(cast, call, title="Gewoon plan")
    meeting = world.begun(cast, secret, other)
    single = road.agreed_proposal(cast, call, title="Kanariepiet twee")
    alone = single.consensus.item.meeting
    for proposal in (secret, single):
        declarations.declare(proposal_id=proposal.pk, person=cast.finance, has_interest=True, explanation="Familie")
    for name, args in (
        ("meetings", []),
        ("meeting", [meeting.pk]),
        ("meeting_item", [meeting.pk, other.reference]),
    ):
        answer = opened(cast.finance, name, *args)
        assert answer.status_code == 200
        assert "Kanariepiet" not in answer.content.decode()
        assert "Kanariepiet" in opened(cast.manager, name, *args).content.decode()
        assert "Gewoon plan" in opened(cast.finance, "meeting", meeting.pk).content.decode()
    assert opened(cast.finance, "meeting_item", meeting.pk, secret.reference).status_code == 404
    for name in ("meeting", "meeting_agenda", "meeting_minutes"):
        assert opened(cast.finance, name, alone.pk).status_code == 404
    listed = opened(cast.finance, "meetings").context["coming"]
    assert [one.item_count for one in listed] == [1]


def test_from_proposal_to_proposal_without_going_back(cast, call, opened):
    first, second, third = (road.handed_in_proposal(cast, call, title=title) for title in "ABC")
    meeting = world.planned(cast, first, second, third)
    there = {f"person_{one.pk}": "present" for one in (cast.manager, cast.assessor1, cast.assessor2)}
    answer = opened(cast.manager, "meeting_attendance", meeting.pk, data=there)
    assert answer.status_code == 422
    answer = opened(cast.manager, "meeting_attendance", meeting.pk, data={**there, f"person_{cast.lead.pk}": "absent"})
    assert answer.url == reverse("assessment:meeting_item", args=[meeting.pk, first.reference])
    shown = opened(cast.manager, "meeting_item", meeting.pk, first.reference)
    assert shown.context["form"]["present"].value() == [cast.assessor1.pk, cast.assessor2.pk, cast.manager.pk]
    assert "Assessor1" in shown.context["form"]["talent_reason"].value()
    go_on = {**filled_in(cast), "action": "record_next"}
    answer = opened(cast.manager, "meeting_item", meeting.pk, first.reference, data=go_on)
    assert answer.url.endswith(f"/{second.reference}/")
    late = {"reason": "Te weinig tijd"}
    answer = opened(cast.manager, "meeting_postpone", meeting.pk, second.reference, data=late)
    assert answer.url.endswith(f"/{third.reference}/")
    answer = opened(cast.manager, "meeting_item", meeting.pk, third.reference, data=go_on)
    assert answer.url == reverse("assessment:meeting", args=[meeting.pk])
    done = opened(cast.manager, "meeting_item", meeting.pk, first.reference)
    assert (done.context["form"], done.context["following"].proposal) == (None, second)
    opened(cast.manager, "meeting_close", meeting.pk, data={})
    assert Meeting.objects.get(pk=meeting.pk).is_closed
    before = list(Score.objects.order_by("pk").values())
    assert opened(cast.manager, "meeting_item", meeting.pk, first.reference, data=go_on).status_code == 302
    assert list(Score.objects.order_by("pk").values()) == before


def test_a_consensus_that_is_not_complete_comes_back_with_what_was_typed(cast, call, opened):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.begun(cast, proposal)
    typed = {**filled_in(cast, talent_reason="", netwerk_reason="Blijft staan"), "action": "record"}
    answer = opened(cast.manager, "meeting_item", meeting.pk, proposal.reference, data=typed)
    assert answer.status_code == 422
    assert "talent_reason" in answer.context["form"].errors
    assert "Blijft staan" in answer.content.decode()
    assert not Consensus.objects.exists()


def test_notes_are_saved_while_talking_and_two_note_takers_do_not_overwrite_each_other(cast, call, opened):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.begun(cast, proposal)
    at = (meeting.pk, proposal.reference)
    mine = filled_in(cast, talent_reason="Van de manager", action="draft")
    answer = opened(cast.manager, "meeting_item", *at, data=mine, script=True)
    assert answer.json() == {"version": 1}
    assert opened(cast.manager, "meeting_item", *at, data=mine, script=True).json() == {"version": 1}
    theirs = filled_in(cast, talent_reason="Van de regisseur", action="draft")
    assert opened(cast.lead, "meeting_item", *at, data=theirs, script=True).status_code == 409
    for action in ("draft", "record", "record_next"):
        answer = opened(cast.lead, "meeting_item", *at, data={**theirs, "action": action})
        assert answer.status_code == 422
        assert [one["theirs"] for one in answer.context["stored"]] == ["Van de manager"]
        assert "Van de regisseur" in answer.context["form"]["talent_reason"].value()
    assert ConsensusDraft.objects.get().content["scores"]["talent"]["reason"] == "Van de manager"
    seen = answer.context["form"]["version_seen"].value()
    answer = opened(cast.lead, "meeting_item", *at, data={**theirs, "version_seen": seen})
    assert answer.status_code == 302
    assert ConsensusDraft.objects.get().version == 2
    assert "Van de regisseur" in opened(cast.manager, "meeting_item", *at).content.decode()
    opened(cast.lead, "meeting_item", *at, data={**theirs, "version_seen": "2", "action": "record"})
    assert not ConsensusDraft.objects.exists()
    assert proposal.consensus.scores.get(criterion__code="talent").reason == "Van de regisseur"


def test_a_draft_may_miss_anything_and_waits_for_a_meeting_that_goes_on(cast, call):
    proposal = road.handed_in_proposal(cast, call)
    coming = world.planned(cast, proposal)
    item = world.item_of(coming, proposal)
    said = {"item_id": item.pk, "by": cast.manager, "gate": Gate(), "scores": {}, "present": [], "seen": 0}
    with pytest.raises(MeetingNotReady):
        consensus_drafts.save(**said)
    there = world.people_of(cast)
    meetings.note_attendance(meeting_id=coming.pk, by=cast.manager, present=there, absent=[])
    assert consensus_drafts.save(**said).version == 1
    with pytest.raises(SavedElsewhere):
        consensus_drafts.save(**{**said, "gate": Gate(passes=True, reason="Past")})


def test_scores_stay_hidden_until_all_have_handed_in(cast, call, opened):
    proposal = road.declared_proposal(cast, call)
    road.hand_in(proposal, cast.assessor1, FULL, reason="Kanariepiet")
    meeting = world.begun(cast, proposal)
    for person in (cast.manager, cast.lead, cast.finance, cast.assessor2):
        for name, args in (("meeting", [meeting.pk]), ("meeting_item", [meeting.pk, proposal.reference])):
            answer = opened(person, name, *args)
            assert answer.status_code == 200
            assert "Kanariepiet" not in answer.content.decode()
    answer = opened(cast.manager, "meeting_item", meeting.pk, proposal.reference)
    assert (answer.context["form"], answer.context["problem"]) == (None, answer.context["problem"])
    assert answer.context["problem"]
    typed = {**filled_in(cast), "action": "record"}
    assert opened(cast.manager, "meeting_item", meeting.pk, proposal.reference, data=typed).status_code == 302
    assert not Consensus.objects.exists()


def test_the_page_of_one_proposal_sends_on_to_the_meeting_where_it_waits(cast, call, opened):
    proposal = road.handed_in_proposal(cast, call)
    meeting = world.planned(cast, proposal)
    answer = opened(cast.manager, "consensus", proposal.reference)
    assert answer.url == reverse("assessment:meeting_item", args=[meeting.pk, proposal.reference])


def test_an_assessor_who_has_not_declared_declares_first(cast, call, opened):
    proposal = road.assigned_proposal(cast, call)
    meeting = world.planned(cast, proposal)
    for page in ("meeting_item", "meeting_postpone"):
        answer = opened(cast.assessor1, page, meeting.pk, proposal.reference)
        assert answer.url == reverse("assessment:declare", args=[proposal.reference])


def test_lists_take_as_many_queries_with_many_rows_as_with_one(
    cast, call, client_of, django_assert_max_num_queries, django_assert_num_queries
):
    proposals = [road.handed_in_proposal(cast, call, title=f"Plan {number}") for number in range(5)]
    meeting = world.planned(cast, proposals[0])
    manager = client_of(cast.manager)
    pages = [reverse("assessment:meetings"), reverse("assessment:meeting", args=[meeting.pk])]
    with django_assert_max_num_queries(10) as lists:
        manager.get(pages[0])
        for_lists = len(lists.captured_queries)
    with django_assert_max_num_queries(14) as one:
        manager.get(pages[1])
        for_one = len(one.captured_queries)
    for proposal in proposals[1:4]:
        manager.post(reverse("assessment:meeting_put_on", args=[meeting.pk]), {"proposal": proposal.reference})
        world.planned(cast)
    manager.get(pages[0])
    with django_assert_num_queries(for_lists):
        manager.get(pages[0])
    with django_assert_num_queries(for_one):
        manager.get(pages[1])
