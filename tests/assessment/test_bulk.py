"""One action on many proposals: looked at first, then carried out on all of them or on none."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from applications.models import Message
from assessment.domain import agendas, bulk, declarations, meetings, panel_members
from assessment.domain.bulk import Order
from assessment.errors import BulkRefused
from assessment.models import Assignment, MeetingItem, PanelInvitation
from assessment.states import BulkAction
from core.domain import clock
from core.errors import RequestKeyReused
from core.models import AuditEntry, OutboxMessage
from tests.applications.road import complete_proposal, submitted_proposal

BULK = "/team/voorstellen/samen/"


@pytest.fixture
def three(cast, call):
    """Two that can be assessed, and one that can't be yet."""
    return [
        complete_proposal(cast, call, title="Alfa"),
        complete_proposal(cast, call, title="Bravo"),
        submitted_proposal(cast, call, title="Charlie"),
    ]


def due() -> str:
    return (clock.today() + timedelta(days=14)).isoformat()


def assigning(cast, by, *people) -> Order:
    return Order(BulkAction.ASSIGN, by, {"assessors": sorted(person.pk for person in people), "due_on": due()})


def told(order, proposals) -> dict[str, bool]:
    return {one.proposal.title: not one.refusal for one in bulk.try_out(order, [one.pk for one in proposals])}


def test_trying_out_tells_what_can_and_what_can_not_and_changes_nothing(three, cast):
    before = (AuditEntry.objects.count(), OutboxMessage.objects.count())
    order = assigning(cast, cast.manager, cast.assessor1)
    assert told(order, three) == {"Alfa": True, "Bravo": True, "Charlie": False}
    assert told(Order(BulkAction.MESSAGE, cast.manager, {"text": "Dag"}), three) == dict.fromkeys(
        ("Alfa", "Bravo", "Charlie"), True
    )
    assert (AuditEntry.objects.count(), OutboxMessage.objects.count()) == before
    assert not Assignment.objects.exists()
    assert not Message.objects.exists()


def test_carrying_out_does_all_and_tells_each_assessor_once(three, cast):
    order = assigning(cast, cast.manager, cast.assessor1, cast.assessor2)
    key = uuid4()
    before = OutboxMessage.objects.count()
    assert bulk.carry_out(order, [three[0].pk, three[1].pk], request_key=key) == 2
    assert Assignment.objects.count() == 4
    assert OutboxMessage.objects.count() == before + 2
    assert bulk.carry_out(order, [three[0].pk, three[1].pk], request_key=key) == 2  # sent twice is done once
    assert Assignment.objects.count() == 4
    with pytest.raises(RequestKeyReused):
        bulk.carry_out(order, [three[0].pk], request_key=key)


def test_one_that_refuses_keeps_all_from_happening_and_the_key_stays_free(three, cast):
    order, key = assigning(cast, cast.manager, cast.assessor1), uuid4()
    with pytest.raises(BulkRefused) as refused:
        bulk.carry_out(order, [one.pk for one in three], request_key=key)
    assert {one.proposal.title: bool(one.refusal) for one in refused.value.lines} == {
        "Alfa": False, "Bravo": False, "Charlie": True,
    }  # fmt: skip
    assert not Assignment.objects.exists()
    assert bulk.carry_out(order, [three[0].pk], request_key=key) == 1


def test_what_one_may_not_know_of_is_not_there(three, cast):
    declarations.declare(proposal_id=three[0].pk, person=cast.manager, has_interest=True, explanation="Bestuurslid")
    order = assigning(cast, cast.manager, cast.assessor1)
    assert told(order, three) == {"Bravo": True, "Charlie": False}
    with pytest.raises(BulkRefused) as refused:
        bulk.carry_out(order, [three[0].pk, three[1].pk], request_key=uuid4())
    assert [one.proposal.title for one in refused.value.lines] == ["Bravo"]
    assert not Assignment.objects.exists()


def test_who_may_not_run_a_proposal_is_refused_for_it(three, cast, call):
    other = complete_proposal(cast, call, title="Wonen", line="wonen")
    assert told(assigning(cast, cast.lead, cast.assessor1), [*three[:2], other]) == {"Alfa": True, "Bravo": True}
    for person in (cast.finance, cast.assessor1):
        assert set(told(assigning(cast, person, cast.assessor2), three).values()) == {False}
        line = Order(BulkAction.TAG_LINE, person, {"line": "werken", "reason": "Past beter"})
        assert set(told(line, three).values()) == {False}
    assert told(assigning(cast, cast.partner, cast.assessor1), three) == {}


def test_a_manager_who_was_asked_to_assess_declares_first(three, cast):
    cast.manager.role_holdings.create(role="assessor")
    manager = User.objects.get(pk=cast.manager.pk)
    bulk.carry_out(assigning(cast, manager, manager), [three[0].pk], request_key=uuid4())
    message = Order(BulkAction.MESSAGE, manager, {"text": "Dag"})
    assert told(message, three[:2]) == {"Alfa": False, "Bravo": True}


def test_lines_are_tagged_and_the_same_line_is_nothing_to_do(three, cast):
    order = Order(BulkAction.TAG_LINE, cast.manager, {"line": "werken", "reason": "Past beter"})
    assert bulk.carry_out(order, [one.pk for one in three], request_key=uuid4()) == 3
    for one in three:
        one.refresh_from_db()
        assert one.line.code == "werken"
    assert told(order, three) == dict.fromkeys(("Alfa", "Bravo", "Charlie"), False)


def test_partners_get_a_message_each(three, cast):
    order = Order(BulkAction.MESSAGE, cast.finance, {"text": "We nemen de tijd."})
    bulk.carry_out(order, [one.pk for one in three], request_key=uuid4())
    assert sorted(Message.objects.values_list("proposal", flat=True)) == sorted(one.pk for one in three)


def test_proposals_come_on_an_agenda_once(three, cast, planned_meeting):
    order = Order(BulkAction.AGENDA, cast.manager, {"meeting": planned_meeting.pk})
    assert told(order, three) == {"Alfa": True, "Bravo": True, "Charlie": False}
    bulk.carry_out(order, [one.pk for one in three[:2]], request_key=uuid4())
    assert MeetingItem.objects.filter(meeting=planned_meeting).count() == 2
    assert told(order, three[:2]) == {"Alfa": False, "Bravo": False}
    assert agendas.waiting_item_of(three[0]).meeting == planned_meeting


def test_the_panel_is_asked_about_all_with_one_message_for_each_member(three, cast):
    panel_members.join(by=cast.talent, birth_year=clock.today().year - 25)
    order = Order(BulkAction.PANEL, cast.manager, {"members": [cast.talent.pk], "last_on": due()})
    assert told(order, three) == {"Alfa": True, "Bravo": True, "Charlie": False}
    bulk.carry_out(order, [one.pk for one in three[:2]], request_key=uuid4())
    assert PanelInvitation.objects.filter(member=cast.talent).count() == 2
    assert told(order, three[:2]) == {"Alfa": False, "Bravo": False}
    later = (clock.today() + timedelta(days=20)).isoformat()
    more_time = Order(BulkAction.PANEL, cast.manager, {"members": [cast.talent.pk], "last_on": later})
    assert told(more_time, three[:2]) == {"Alfa": True, "Bravo": True}


@pytest.fixture
def planned_meeting(cast):
    return meetings.plan(
        by=cast.manager, starts_at=clock.now() + timedelta(days=3), place="Kamer 1", chair=cast.manager,
        invited=[cast.manager, cast.assessor1], request_key=uuid4(),
    )  # fmt: skip


def chosen(three, action="assign", **over) -> dict[str, object]:
    return {"p": [one.pk for one in three], "action": action, "query": "line=leven", **over}


def test_the_road_of_a_person_ticks_looks_confirms(three, cast, client_of):
    client = client_of(cast.manager)
    asked = client.get(BULK, chosen(three))
    assert [one.title for one in asked.context["proposals"]] == ["Alfa", "Bravo", "Charlie"]
    empty = client.post(BULK, chosen(three))
    assert empty.status_code == 422
    typed = chosen(three, assessors=[cast.assessor1.pk], due_on=f"{clock.today() + timedelta(days=14):%d-%m-%Y}")
    looked = client.post(BULK, typed)
    assert [one.proposal.title for one in looked.context["possible"]] == ["Alfa", "Bravo"]
    assert [one.proposal.title for one in looked.context["refused"]] == ["Charlie"]
    assert not Assignment.objects.exists()
    key = {"step": "confirm", "request_key": str(looked.context["request_key"])}
    refused = client.post(BULK, {**typed, **key})
    assert refused.status_code == 409
    done = client.post(BULK, {**typed, **key, "p": [three[0].pk, three[1].pk]})
    assert done.url == "/team/voorstellen/?line=leven"
    assert Assignment.objects.count() == 2
    again = client.post(BULK, {**typed, **key, "p": [three[0].pk, three[1].pk]})
    assert again.url == done.url
    assert Assignment.objects.count() == 2


def test_everything_that_was_found_goes_along_and_only_that(three, cast, call, client_of):
    complete_proposal(cast, call, title="Delta", line="wonen")
    answer = client_of(cast.manager).get(BULK, {"all": "on", "action": "message", "query": "line=leven"})
    assert [one.title for one in answer.context["proposals"]] == ["Alfa", "Bravo", "Charlie"]
    wrong = client_of(cast.manager).get(BULK, {"all": "on", "action": "message", "query": "asked_min=veel"})
    assert wrong.status_code == 302  # what was not understood is not “everything”


def test_more_than_one_can_read_through_is_not_done(three, cast, client_of, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    assert client_of(cast.manager).get(BULK, chosen(three)).url == "/team/voorstellen/?line=leven"


def test_a_confirmation_without_its_key_is_shown_again(three, cast, client_of):
    typed = chosen(three[:1], action="message", text="Dag", step="confirm", request_key="x")
    assert client_of(cast.manager).post(BULK, typed).status_code == 200
    assert not Message.objects.exists()


def test_changing_something_brings_the_first_page_back(three, cast, client_of):
    typed = chosen(three, action="message", text="Dag", change="yes")
    answer = client_of(cast.manager).post(BULK, typed)
    assert [one.title for one in answer.context["proposals"]] == ["Alfa", "Bravo", "Charlie"]


def test_actions_are_for_who_may_take_them(three, cast, client_of):
    found = {
        name: [value for value, _label in bulk.actions_for(getattr(cast, name))]
        for name in ("manager", "lead", "finance", "assessor1", "partner", "college", "talent")
    }
    assert found == {
        "manager": list(BulkAction.values), "lead": list(BulkAction.values), "finance": ["message"],
        "assessor1": [], "partner": [], "college": [], "talent": [],
    }  # fmt: skip
    assert client_of(cast.assessor1).get(BULK, chosen(three)).status_code == 403
    assert client_of(cast.partner).get(BULK, chosen(three)).status_code == 403
    assert client_of(cast.finance).post(BULK, chosen(three, action="tag_line", line="werken")).status_code == 403


@pytest.mark.parametrize(
    "over", [{"action": "explode"}, {"action": ""}, {"p": ["x", "-1", "9" * 40, "\x00"]}, {"p": []}]
)
def test_nonsense_goes_back_to_the_list(over, three, cast, client_of):
    assert client_of(cast.manager).get(BULK, {**chosen(three), **over}).status_code == 302


def test_a_note_of_what_was_done_stands_in_the_file_of_each(three, cast):
    order = assigning(cast, cast.manager, cast.assessor1)
    bulk.carry_out(order, [one.pk for one in three[:2]], request_key=uuid4())
    entries = AuditEntry.objects.filter(event="assessment.assigned").order_by("pk")
    assert [entry.object_label for entry in entries] == [str(one) for one in three[:2]]
