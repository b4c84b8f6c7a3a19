"""What the money tells a partner: what was paid and what comes, the account, the obligations, and their days."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.utils.translation import gettext as _

from applications.domain import deadlines, timeline
from budget.domain import accountability, decision_letters, obligations, payments, progress
from budget.models import Account, Obligation
from budget.states import AccountVerdict, Pace
from core.domain import clock
from tests.budget.paying import book, grant, order
from tests.budget.road import decision_of, granted_proposal
from tests.budget.road_settlement import expected_account, fresh, submit

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)


def told(decision):
    """Return the timeline of a grant's proposal."""
    return timeline.timeline_of(fresh(decision.proposal))


def titles(entries):
    return [str(entry.title) for entry in entries]


def kinds_for(person):
    return [found.kind for found in deadlines.deadlines_for_partner(person)]


@pytest.fixture
def account(cast, call):
    """The account of a grant of EUR 12,000 whose letter was sent."""
    return Account.objects.get(decision=grant(cast, call))


@pytest.fixture
def duty(cast, call):
    """The progress report that a grant of EUR 60,000 asks halfway; its letter was sent."""
    proposal = granted_proposal(cast, call, requested={2026: 60_000}, send_letter=True)
    return Obligation.objects.asking_progress().get(decision__proposal=proposal)


def report(duty, by):
    return progress.submit(
        obligation_id=duty.pk, by=by, done="Tien", coming="Nog tien", pace=Pace.LATE, request_key=uuid.uuid4()
    )


def give_back(cast, made):
    progress.judge(report_id=made.pk, by=cast.manager, verdict=AccountVerdict.RETURNED, remark="Hoeveel bezoekers?")


def test_without_its_letter_a_grant_tells_nothing_though_another_has_one(cast, call):
    with_letter = grant(cast, call)
    without = grant(cast, call, send_letter=False)

    assert told(without).coming == []
    assert told(with_letter).coming
    assert kinds_for(cast.partner) == ["account"]
    decision_letters.send(decision_id=without.pk)
    assert kinds_for(cast.partner) == ["account", "account"]


def test_what_the_bank_paid_is_told_on_its_day_and_no_longer_as_coming(cast, call):
    decision, other = grant(cast, call), grant(cast, call)
    assert any("9.600" in title for title in titles(told(decision).coming))
    order(cast.finance, decision.payments.all())
    book(cast.finance, decision.payments.get())

    paid = [entry for entry in told(decision).past if "9.600" in str(entry.title)]
    assert [entry.at for entry in paid] == [clock.today()]
    assert not any("9.600" in title for title in titles(told(decision).coming))
    assert not any("9.600" in title for title in titles(told(other).past))


def test_what_was_cancelled_does_not_come_and_what_is_on_its_way_does(cast, call):
    cancelled, ordered = grant(cast, call), grant(cast, call)
    payments.cancel_open(cancelled, by=cast.finance, reason="Ingetrokken")
    order(cast.finance, ordered.payments.all())

    assert not any("9.600" in title for title in titles(told(cancelled).coming))
    assert any("9.600" in title for title in titles(told(ordered).coming))


def test_an_instalment_that_waits_for_a_report_comes_without_a_day(duty):
    (waits,) = [entry for entry in told(duty.decision).coming if "12.000" in str(entry.title) and entry.at is None]

    assert waits.body == _("Once we have approved your progress report.")


def test_an_account_comes_until_it_is_handed_in_and_again_when_it_is_given_back(cast, account):
    asked, sent = _("Give account of the grant"), _("You handed in your account")
    assert asked in titles(told(account.decision).coming)

    account = submit(cast, account)
    assert asked not in titles(told(account.decision).coming)
    assert sent in titles(told(account.decision).past)
    assert kinds_for(cast.partner) == []

    accountability.give_back(account_id=account.pk, by=cast.manager, version=account.version, missing="Geen bonnen.")
    assert asked in titles(told(account.decision).coming)
    assert _("We asked you to complete your account") in titles(told(account.decision).past)
    assert kinds_for(cast.partner) == ["account"]


def test_an_account_in_order_is_told_so(cast, account):
    account = submit(cast, account)
    accountability.check(account_id=account.pk, by=cast.manager, version=account.version)

    past = titles(told(account.decision).past)
    assert _("We found your account in order") in past
    assert _("We asked you to complete your account") not in past


def test_on_its_last_day_an_account_is_not_late_and_the_day_after_it_is(cast, account):
    def is_late():
        return [one.is_late for one in told(account.decision).coming if one.title == _("Give account of the grant")]

    with clock.set_to(noon(account.due_on)):
        assert is_late() == [False]
        assert [one.days_left for one in deadlines.deadlines_for_partner(cast.partner)] == [0]
    with clock.set_to(noon(date.fromordinal(account.due_on.toordinal() + 1))):
        assert is_late() == [True]
        assert [one.days_left for one in deadlines.deadlines_for_partner(cast.partner)] == [-1]


def test_a_progress_report_is_told_as_sent_as_waiting_and_as_given_back(cast, duty):
    sent, returned = _("You sent a progress report"), _("We asked you to complete your progress report")
    waiting = _("Your last report is with the team. You hear from us.")

    def body():
        return [entry.body for entry in told(duty.decision).coming if entry.title == duty.text]

    assert body() == [""]
    made = report(duty, cast.partner)
    assert body() == [waiting]
    give_back(cast, made)
    assert body() == [""]
    assert titles(told(duty.decision).past)[-2:] == [sent, returned]
    again = report(duty, cast.partner)
    assert body() == [waiting]
    progress.judge(report_id=again.pk, by=cast.manager, verdict=AccountVerdict.CHECKED, remark="")
    assert body() == []
    assert titles(told(duty.decision).past).count(returned) == 1
    assert _("You met an obligation of the grant") in titles(told(duty.decision).past)


def test_an_obligation_of_another_grant_is_told_there_only(cast, call, duty):
    other = grant(cast, call)

    assert duty.text in titles(told(duty.decision).coming)
    assert duty.text not in titles(told(other).coming)


def test_a_progress_report_has_its_day_once_the_letter_was_sent_until_it_is_met(cast, call):
    decision = decision_of(granted_proposal(cast, call, requested={2026: 60_000}))
    duty = Obligation.objects.asking_progress().get(decision=decision)
    assert kinds_for(cast.partner) == []

    decision_letters.send(decision_id=decision.pk)
    days = {found.kind: found.on for found in deadlines.deadlines_for_partner(cast.partner)}
    assert days == {"progress": duty.due_on, "account": decision.account.due_on}

    obligations.meet(obligation_id=duty.pk, met_on=clock.today(), remark="", by=cast.manager)
    assert kinds_for(cast.partner) == ["account"]


def test_nobody_else_is_told_of_the_days_of_a_grant(cast, call):
    expected_account(cast, call, send_letter=True)

    assert kinds_for(cast.partner) != []
    assert kinds_for(cast.partner2) == []
