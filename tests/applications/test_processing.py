"""After the term for a supplement: not processing (Awb 4:5), going on, and extending the period (Awb 4:14)."""

import threading
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, close_old_connections, transaction

from applications.domain import decision_clock, extensions, intake, processing, supplements
from applications.errors import MoveNotAllowed, ReasonNeeded
from applications.models import Call, CompletenessCheck, Extension, NotProcessed, OutgoingLetter, Proposal
from applications.states import ProposalEvent, ProposalState, TemplateCode
from core.domain import clock
from core.models import AuditEntry
from tests.applications.asking import ask, hand_in
from tests.applications.road import complete_proposal, draft_proposal, submitted_proposal


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.AMSTERDAM)


@pytest.fixture
def proposal(cast, call):
    with clock.set_to(at("2026-03-02 12:00:00")):
        return submitted_proposal(cast, call)


@pytest.fixture
def asked(cast, proposal):
    """Asked on 10 March, due on the 24th; four weeks later is 21 April."""
    with clock.set_to(at("2026-03-10 12:00:00")):
        return ask(proposal, cast)


def not_process(proposal, cast, reason="De begroting per jaar"):
    return processing.not_process(proposal_id=proposal.pk, by=cast.manager, reason=reason, request_key=uuid4())


def state_of(proposal) -> str:
    return Proposal.objects.values_list("state", flat=True).get(pk=proposal.pk)


@pytest.mark.parametrize("moment", ["2026-03-25 00:00:00", "2026-04-21 23:59:59"])
def test_it_can_be_left_unprocessed_from_the_day_after_the_term_until_four_weeks_later(cast, proposal, asked, moment):
    with clock.set_to(at(moment)):
        decision = not_process(proposal, cast)
    assert state_of(proposal) == ProposalState.NOT_PROCESSED
    assert (decision.term_ended_on, decision.last_day) == (date(2026, 3, 24), date(2026, 4, 21))
    assert AuditEntry.objects.about(proposal).filter(event=ProposalEvent.NOT_PROCESSED).count() == 1


@pytest.mark.parametrize("moment", ["2026-03-24 23:59:59", "2026-04-22 00:00:00"])
def test_not_while_the_term_runs_and_not_after_four_weeks(cast, proposal, asked, moment):
    with clock.set_to(at(moment)), pytest.raises(MoveNotAllowed):
        not_process(proposal, cast)
    assert not NotProcessed.objects.exists()


def test_a_supplement_that_falls_short_still_lets_the_term_pass_first(cast, proposal, asked):
    with clock.set_to(at("2026-03-12 12:00:00")):
        hand_in(proposal, cast)
        with pytest.raises(MoveNotAllowed, match="24 maart 2026"):
            not_process(proposal, cast)
    with clock.set_to(at("2026-04-09 12:00:00")):
        window = processing.window_of(supplements.latest_requests([proposal])[proposal.pk])
        assert (window.first_day, window.last_day) == (date(2026, 3, 25), date(2026, 4, 9))
        not_process(proposal, cast)


def test_without_a_request_nothing_can_be_left_unprocessed(cast, proposal):
    with pytest.raises(MoveNotAllowed):
        not_process(proposal, cast)


def test_the_decision_says_what_is_missing_and_how_to_object(cast, proposal, asked, deliver_all):
    with clock.set_to(at("2026-04-01 12:00:00")):
        with pytest.raises(ReasonNeeded):
            not_process(proposal, cast, reason=" \n ")
        not_process(proposal, cast, reason="De huur van de zaal\nHet bewijs")
    deliver_all()
    letter = OutgoingLetter.objects.get(proposal=proposal, template__code=TemplateCode.NOT_PROCESSED)
    assert "- De huur van de zaal\n- Het bewijs" in letter.body
    assert "13 mei 2026" in letter.body  # six weeks from the day after sending
    assert letter.document is not None


def test_the_same_key_decides_once(cast, proposal, asked):
    key = uuid4()
    with clock.set_to(at("2026-04-01 12:00:00")):
        values = {"proposal_id": proposal.pk, "by": cast.manager, "reason": "De begroting"}
        assert processing.not_process(**values, request_key=key) == processing.not_process(**values, request_key=key)


@pytest.mark.parametrize(
    ("decided_on", "constraint"),
    [
        (date(2026, 3, 24), "applications_not_processed_after_term"),
        (date(2026, 4, 22), "applications_not_processed_in_time"),
    ],
)
def test_the_database_refuses_a_decision_outside_the_days_of_the_law(cast, proposal, asked, decided_on, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NotProcessed.objects.create(
            proposal=proposal,
            request=asked,
            reason="Te vroeg of te laat",
            decided_on=decided_on,
            decided_at=at("2026-03-24 12:00:00"),
            decided_by=cast.manager,
            term_ended_on=date(2026, 3, 24),
            last_day=date(2026, 4, 21),
        )


def test_the_team_may_go_on_with_what_there_is_with_a_reason(cast, proposal, asked):
    points = {**dict.fromkeys(intake.POINTS, True), "budget": False}
    with clock.set_to(at("2026-03-25 09:00:00")):
        with pytest.raises(ReasonNeeded):
            processing.go_on(proposal_id=proposal.pk, by=cast.manager, points=points, reason=" ")
        processing.go_on(proposal_id=proposal.pk, by=cast.manager, points=points, reason="De offerte volstaat.")
    check = CompletenessCheck.objects.get()
    assert (check.points["budget"], check.remark) == (False, "De offerte volstaat.")
    assert state_of(proposal) == ProposalState.IN_ASSESSMENT


def test_going_on_with_open_points_needs_a_request_first(cast, proposal):
    with pytest.raises(MoveNotAllowed):
        processing.go_on(proposal_id=proposal.pk, by=cast.manager, points={}, reason="Het kan wel.")


# The extension ------------------------------------------------------------------------------------------------------


def extend(proposal, cast, *, weeks=13, reason="Er is nog advies nodig.", key=None):
    return extensions.extend(
        proposal_id=proposal.pk, by=cast.manager, weeks=weeks, reason=reason, request_key=key or uuid4()
    )


def test_an_extension_on_the_last_day_is_in_time_and_told_by_letter(cast, proposal, deliver_all):
    with clock.set_to(at("2026-06-01 23:59:59")):
        extension = extend(proposal, cast)
        assert decision_clock.clock_of(proposal).decide_by == extension.decide_by == date(2026, 8, 31)
    deliver_all()
    letter = OutgoingLetter.objects.get(proposal=proposal)
    for said in ("1 juni 2026", "31 augustus 2026", "Er is nog advies nodig."):
        assert said in letter.body


def test_the_day_after_the_period_is_too_late_to_extend(cast, proposal):
    with clock.set_to(at("2026-06-02 00:00:00")), pytest.raises(MoveNotAllowed, match="1 juni 2026"):
        extend(proposal, cast)


def test_a_period_is_extended_once(cast, proposal):
    key = uuid4()
    with clock.set_to(at("2026-04-01 12:00:00")):
        assert extend(proposal, cast, weeks=2, key=key) == extend(proposal, cast, weeks=2, key=key)
        with pytest.raises(MoveNotAllowed):
            extend(proposal, cast, weeks=2)


@pytest.mark.parametrize("weeks", [0, 14])
def test_an_extension_is_at_most_what_the_call_allows(cast, proposal, weeks):
    with clock.set_to(at("2026-04-01 12:00:00")), pytest.raises(MoveNotAllowed):
        extend(proposal, cast, weeks=weeks)


def test_an_extension_needs_a_reason_and_a_proposal_under_review(cast, call, proposal):
    with clock.set_to(at("2026-04-01 12:00:00")):
        with pytest.raises(ReasonNeeded):
            extend(proposal, cast, reason="  ")
        with pytest.raises(MoveNotAllowed):
            extend(draft_proposal(cast, call), cast)
    with clock.set_to(at("2026-04-01 12:00:00")):
        assert extend(complete_proposal(cast, call), cast).weeks == 13


def test_a_call_without_extensions_allows_none(cast, call):
    Call.objects.filter(pk=call.pk).update(extension_weeks=0)
    proposal = submitted_proposal(cast, Call.objects.get(pk=call.pk))
    with clock.set_to(at("2026-04-01 12:00:00")), pytest.raises(MoveNotAllowed):
        extend(proposal, cast, weeks=1)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"weeks": 14}, "applications_extension_weeks"),
        ({"told_on": date(2026, 6, 2)}, "applications_extension_in_time"),
        ({"decide_by": date(2026, 6, 1)}, "applications_extension_lengthens"),
    ],
)
def test_the_database_holds_an_extension_to_the_law(cast, proposal, values, constraint):
    row = {
        "proposal": proposal,
        "weeks": 13,
        "weeks_most": 13,
        "reason": "Langs de achterdeur",
        "extended_at": at("2026-06-01 12:00:00"),
        "extended_by": cast.manager,
        "told_on": date(2026, 6, 1),
        "decide_by_before": date(2026, 6, 1),
        "decide_by": date(2026, 8, 31),
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Extension.objects.create(**(row | values))


def test_a_second_extension_is_refused_by_the_database_too(cast, proposal):
    with clock.set_to(at("2026-04-01 12:00:00")):
        first = extend(proposal, cast, weeks=2)
    first.pk, first._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_extend_at_once_extend_once(cast, call):
    proposal = submitted_proposal(cast, call)
    barrier, outcomes = threading.Barrier(3), []

    def press():
        barrier.wait()
        try:
            extend(proposal, cast)
            outcomes.append("done")
        except MoveNotAllowed:
            outcomes.append("refused")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=press) for _turn in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused", "refused"]
    assert Extension.objects.count() == OutgoingLetter.objects.count() == 1
