"""Objections: entered by the team, decided by the college in time, and never by one person alone."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from budget.domain import decision_items, objections
from budget.errors import HasInterest, ObjectionChanged, ObjectionNotReady, SamePerson, StepNotYours
from budget.models import DecisionLetter, Objection
from budget.states import ObjectionOutcome, ObjectionState
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document
from tests.budget.reading import words
from tests.budget.road import approve, decision_of, empty_list, propose, refused_proposal

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)


@pytest.fixture
def refused(cast, call):
    """A refusal whose letter was sent on 9 March 2026: one can object until and including 20 April."""
    with clock.set_to(MARCH):
        decision = decision_of(refused_proposal(cast, call))
        DecisionLetter.objects.create(
            decision=decision, document=a_document(), sent_on=date(2026, 3, 9), objection_until=date(2026, 4, 20)
        )
    return decision


def receive(cast, decision, **over):
    arguments = {
        "decision_id": decision.pk,
        "received_on": date(2026, 4, 20),
        "summary": "De punten kloppen niet.",
        "committee": False,
        "by": cast.manager,
        "request_key": uuid4(),
        **over,
    }
    with clock.set_to(datetime(2026, 4, 22, 11, 0, tzinfo=UTC)):
        return objections.receive(**arguments)


def prepare(cast, objection, outcome=ObjectionOutcome.UNFOUNDED, **over):
    arguments = {"explanation": "De punten kloppen wel.", "by": cast.manager, "version": objection.version, **over}
    return objections.prepare(objection_id=objection.pk, outcome=outcome, **arguments)


def test_the_college_has_six_weeks_after_the_term_for_objecting_and_twelve_with_a_committee(cast, refused):
    objection = receive(cast, refused)
    assert (objection.is_late, objection.decide_by) == (False, date(2026, 6, 1))
    Objection.objects.all().delete()
    assert receive(cast, refused, committee=True).decide_by == date(2026, 7, 13)


def test_one_day_late_is_taken_in_and_flagged(cast, refused, client_of):
    objection = receive(cast, refused, received_on=date(2026, 4, 21))
    assert objection.is_late
    page = client_of(cast.manager).get(objection.get_absolute_url())
    assert "Awb 6:11" in words(page)


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 4, 23)])
def test_a_day_before_the_decision_or_still_to_come_is_refused(cast, refused, day):
    with pytest.raises(ObjectionNotReady):
        receive(cast, refused, received_on=day)


def test_a_repeat_enters_one_and_a_second_open_objection_is_refused_by_rule_and_database(cast, refused):
    key = uuid4()
    first = receive(cast, refused, request_key=key)
    assert receive(cast, refused, request_key=key) == first
    with pytest.raises(ObjectionNotReady):
        receive(cast, refused)
    first.pk, first.reference = None, "BZ-X"
    with pytest.raises(IntegrityError, match="budget_objection_one_open"), transaction.atomic():
        first.save()


@pytest.mark.parametrize("name", ["college", "lead", "assessor1", "partner", "admin"])
def test_only_the_manager_and_the_financial_adviser_handle_objections(cast, refused, name):
    person = getattr(cast, name)
    with pytest.raises(StepNotYours):
        receive(cast, refused, by=person)
    assert not Objection.objects.exists()
    objection = receive(cast, refused)
    with pytest.raises(StepNotYours):
        prepare(cast, objection, by=person)
    with pytest.raises(StepNotYours):
        objections.withdraw(objection_id=objection.pk, withdrawn_on=clock.today(), by=person, version=1)
    assert Objection.objects.get().state == ObjectionState.OPEN


def test_the_college_decides_what_somebody_else_prepared_and_then_it_is_final(cast, refused):
    objection = receive(cast, refused)
    with pytest.raises(ObjectionNotReady):
        objections.decide(objection_id=objection.pk, by=cast.college, version=1)
    objection = prepare(cast, objection)
    with pytest.raises(StepNotYours):
        objections.decide(objection_id=objection.pk, by=cast.manager, version=2)
    cast.manager.role_holdings.create(role="college")
    del cast.manager.parts
    with pytest.raises(SamePerson):
        objections.decide(objection_id=objection.pk, by=cast.manager, version=2)
    with pytest.raises(IntegrityError, match="budget_objection_two_signatures"), transaction.atomic():
        Objection.objects.update(state="decided", decided_by=cast.manager, decided_on=clock.today())
    decided = objections.decide(objection_id=objection.pk, by=cast.college, version=2)
    assert (decided.state, decided.decided_on) == (ObjectionState.DECIDED, clock.today())
    with pytest.raises(ObjectionNotReady):
        objections.withdraw(objection_id=objection.pk, withdrawn_on=clock.today(), by=cast.manager, version=3)
    with pytest.raises(IntegrityError, match="budget_objection is refused"), transaction.atomic():
        Objection.objects.update(explanation="Iets anders")


def test_a_founded_objection_is_not_decided_without_its_new_decision(cast, refused):
    objection = prepare(cast, receive(cast, refused), ObjectionOutcome.FOUNDED)
    with pytest.raises(ObjectionNotReady):
        objections.decide(objection_id=objection.pk, by=cast.college, version=objection.version)


def test_who_decides_on_an_older_version_looks_again(cast, refused):
    objection = prepare(cast, receive(cast, refused))
    prepare(cast, objection, ObjectionOutcome.INADMISSIBLE)
    with pytest.raises(ObjectionChanged):
        objections.decide(objection_id=objection.pk, by=cast.college, version=2)


def test_nobody_handles_an_objection_of_ones_own(cast, refused):
    cast.organisation.memberships.create(user=cast.manager, role="editor")
    with pytest.raises(HasInterest):
        receive(cast, refused)


def test_the_pages_enter_prepare_and_decide(cast, refused, client_of):
    manager, college = client_of(cast.manager), client_of(cast.college)
    new = reverse("budget:objection_new") + f"?besluit={refused.reference}"
    body = {"received_on": f"{clock.today():%d-%m-%Y}", "summary": "Onjuist", "request_key": uuid4()}
    wrong = manager.post(new, {**body, "received_on": "01-01-2026"})
    assert wrong.status_code == 422
    assert "Onjuist" in wrong.content.decode()
    assert manager.post(new, body).status_code == 302
    objection = Objection.objects.get()
    prepared = reverse("budget:objection_prepare", args=[objection.reference])
    assert manager.post(prepared, {"outcome": "unfounded", "explanation": " ", "version": 1}).status_code == 422
    manager.post(prepared, {"outcome": "unfounded", "explanation": "Het klopt.", "version": 1})
    stale = manager.post(prepared, {"outcome": "founded", "explanation": "Toch niet.", "version": 1})
    assert stale.status_code == 422
    assert "Toch niet." in stale.content.decode()
    decide = reverse("budget:objection_decide", args=[objection.reference])
    assert college.post(decide, {"version": 1}).status_code == 409
    assert college.post(decide, {"version": 2}).status_code == 302
    assert Objection.objects.get().state == ObjectionState.DECIDED
    assert str(ObjectionOutcome.UNFOUNDED.label) in words(college.get(reverse("budget:objections")))


def test_an_unknown_decision_is_named_and_a_file_that_is_no_pdf_refused(cast, refused, client_of):
    client = client_of(cast.manager)
    answer = client.get(reverse("budget:objection_new") + "?besluit=B-1999-0001")
    assert answer.status_code == 404
    assert "B-1999-0001" in words(answer)
    body = {"received_on": f"{clock.today():%d-%m-%Y}", "summary": "Onjuist", "request_key": uuid4()}
    answer = client.post(
        reverse("budget:objection_new") + f"?besluit={refused.reference}",
        {**body, "document": SimpleUploadedFile("bezwaar.pdf", b"MZ not a pdf")},
    )
    assert answer.status_code == 422
    assert _("This is not a PDF.") in words(answer)
    assert not Objection.objects.exists()


def test_withdrawing_closes_it(cast, refused):
    objection = receive(cast, refused)
    with pytest.raises(ObjectionNotReady):
        objections.withdraw(
            objection_id=objection.pk, withdrawn_on=clock.today() + timedelta(days=99), by=cast.manager, version=1
        )
    with clock.set_to(datetime(2026, 4, 23, 11, 0, tzinfo=UTC)):
        objections.withdraw(objection_id=objection.pk, withdrawn_on=date(2026, 4, 23), by=cast.manager, version=1)
    assert Objection.objects.get().state == ObjectionState.WITHDRAWN
    assert not Objection.objects.waiting().exists()


def withdraw(cast, objection, day):
    with clock.set_to(datetime(2026, 4, 23, 11, 0, tzinfo=UTC)):
        return objections.withdraw(
            objection_id=objection.pk, withdrawn_on=day, by=cast.manager, version=objection.version
        )


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 4, 22)])
def test_an_objection_may_come_in_on_the_day_of_the_decision_and_today(cast, refused, day):
    assert receive(cast, refused, received_on=day).received_on == day


@pytest.mark.parametrize(("day", "is_taken"), [(19, False), (20, True), (23, True), (24, False)])
def test_a_withdrawal_lies_between_the_day_of_receipt_and_today(cast, refused, day, is_taken):
    objection = receive(cast, refused)
    if is_taken:
        assert withdraw(cast, objection, date(2026, 4, day)).state == ObjectionState.WITHDRAWN
    else:
        with pytest.raises(ObjectionNotReady):
            withdraw(cast, objection, date(2026, 4, day))


def test_after_a_withdrawal_one_may_object_again(cast, refused):
    withdraw(cast, receive(cast, refused), date(2026, 4, 23))

    assert receive(cast, refused, summary="Toch weer.").state == ObjectionState.OPEN


def test_without_its_letter_nobody_objects_to_a_decision(cast, call):
    with clock.set_to(MARCH):
        decision = decision_of(refused_proposal(cast, call))
    with pytest.raises(ObjectionNotReady):
        receive(cast, decision)


def test_what_replaces_a_decision_goes_to_court_and_what_was_replaced_is_past_objecting(cast, refused):
    with clock.set_to(datetime(2026, 4, 22, 11, 0, tzinfo=UTC)):
        objection = prepare(cast, receive(cast, refused), ObjectionOutcome.FOUNDED)
        draft = empty_list(cast)
        new = decision_items.put_on_replacement(list_id=draft.pk, objection_id=objection.pk, by=cast.finance)
        for step in (
            lambda: prepare(cast, objection),
            lambda: withdraw(cast, objection, date(2026, 4, 22)),
        ):
            with pytest.raises(ObjectionNotReady):
                step()
        approve(cast, propose(cast, draft))
        DecisionLetter.objects.create(
            decision=new, document=a_document(), sent_on=clock.today(), objection_until=date(2026, 6, 3)
        )
    new.refresh_from_db()
    for decision in (new, refused):
        with pytest.raises(ObjectionNotReady):
            receive(cast, decision, received_on=date(2026, 4, 22))


def test_the_trail_tells_of_each_step_with_its_version(cast, refused):
    objection = prepare(cast, receive(cast, refused, received_on=date(2026, 4, 21)))
    objections.decide(objection_id=objection.pk, by=cast.college, version=2)

    came, prepared, decided = AuditEntry.objects.about(objection).order_by("pk")

    assert (came.event, came.actor) == (BudgetEvent.OBJECTION_RECEIVED, cast.manager)
    assert came.changes == {"decision": str(refused), "received_on": "2026-04-21", "late": True}
    assert (prepared.event, prepared.actor) == (BudgetEvent.OBJECTION_PREPARED, cast.manager)
    assert prepared.changes == {"outcome": "unfounded", "explanation": "De punten kloppen wel.", "version": 2}
    assert (decided.event, decided.actor) == (BudgetEvent.OBJECTION_DECIDED, cast.college)
    assert decided.changes == {"outcome": "unfounded", "version": 3}
