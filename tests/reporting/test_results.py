"""How an activity goes at a moment: the same tomorrow as it was told today."""

import uuid
from datetime import timedelta

import pytest

from budget.domain import accountability, progress
from budget.models import Account, Obligation
from budget.states import AccountVerdict, Pace
from core.domain import clock
from reporting.domain import figures, results
from tests.budget.road import granted_proposal
from tests.budget.road_settlement import filled, submit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def course_of(proposal, moment):
    return results.at(moment, [proposal.pk])[proposal.pk]


@pytest.fixture
def proposal(cast, call):
    return granted_proposal(cast, call, requested={2026: 60_000}, send_letter=True)


@pytest.fixture
def duty(proposal):
    return Obligation.objects.asking_progress().get(decision__proposal=proposal)


def tell(duty, cast, at, *, pace=Pace.LATE):
    with clock.set_to(at):
        return progress.submit(
            obligation_id=duty.pk, by=cast.partner, done="Tien avonden.", coming="Nog tien.", pace=pace,
            request_key=uuid.uuid4(),
        )  # fmt: skip


def test_an_obligation_is_late_from_the_day_after_its_day_until_it_is_reported(cast, proposal, duty):
    due = clock.end_of_day(duty.due_on)
    assert course_of(proposal, due).overdue == ()
    late = course_of(proposal, due + DAY).overdue
    assert [(one.what, one.due_on, one.days) for one in late] == [(duty.text, duty.due_on, 1)]
    tell(duty, cast, due + 5 * DAY)
    assert course_of(proposal, due + 6 * DAY).overdue == ()
    # What was late on a day stays late on that day.
    assert course_of(proposal, due + DAY).overdue == late


def test_what_a_partner_tells_is_quoted_once_the_team_found_it_in_order(cast, proposal, duty):
    start = clock.end_of_day(duty.due_on)
    report = tell(duty, cast, start)
    told = course_of(proposal, start + DAY).progress
    assert (told.pace, told.done) == (Pace.LATE, "")
    with clock.set_to(start + 2 * DAY):
        progress.judge(report_id=report.pk, by=cast.manager, verdict=AccountVerdict.CHECKED, remark="")
    assert course_of(proposal, start + 3 * DAY).progress.done == "Tien avonden."
    assert course_of(proposal, start + DAY).progress.done == ""


def test_a_report_that_was_given_back_is_late_again(cast, proposal, duty):
    start = clock.end_of_day(duty.due_on) + DAY
    report = tell(duty, cast, start)
    with clock.set_to(start + 2 * DAY):
        progress.judge(report_id=report.pk, by=cast.manager, verdict=AccountVerdict.RETURNED, remark="Aantallen?")
    assert course_of(proposal, start + DAY).overdue == ()
    assert len(course_of(proposal, start + 3 * DAY).overdue) == 1


def test_an_account_is_late_until_it_is_handed_in_and_counts_once_it_is_in_order(cast, proposal, duty):
    account = Account.objects.get(decision__proposal=proposal)
    due = clock.end_of_day(account.due_on)
    with clock.set_to(clock.end_of_day(duty.due_on) - DAY):
        progress.judge(
            report_id=tell(duty, cast, clock.now()).pk, by=cast.manager, verdict=AccountVerdict.CHECKED, remark=""
        )
    assert course_of(proposal, due).overdue == ()
    assert [one.what for one in course_of(proposal, due + 2 * DAY).overdue] == [""]
    with clock.set_to(due + 3 * DAY):
        account = submit(cast, account)
    handed_in = course_of(proposal, due + 4 * DAY)
    assert (handed_in.overdue, handed_in.accounted, handed_in.promised[0].achieved) == ((), False, "")
    with clock.set_to(due + 5 * DAY):
        accountability.check(account_id=account.pk, by=cast.manager, version=account.version)
    checked = course_of(proposal, due + 6 * DAY)
    assert checked.accounted
    assert checked.promised[0].achieved == next(iter(filled(account).results.values()))[0]
    # The same moments tell the same afterwards.
    assert course_of(proposal, due + 4 * DAY) == handed_in
    assert [one.what for one in course_of(proposal, due + 2 * DAY).overdue] == [""]


def test_an_account_that_was_given_back_gets_two_more_weeks(cast, proposal):
    account = Account.objects.get(decision__proposal=proposal)
    due = clock.end_of_day(account.due_on)
    with clock.set_to(due - DAY):
        account = submit(cast, account)
    with clock.set_to(due):
        accountability.give_back(account_id=account.pk, by=cast.manager, version=account.version, missing="Wat?")
    new_due = clock.end_of_day(Account.objects.get(pk=account.pk).due_on)
    assert new_due > due
    overdue = [course_of(proposal, moment).overdue for moment in (new_due, new_due + 2 * DAY)]
    assert [any(one.what == "" for one in found) for found in overdue] == [False, True]


def test_figures_of_a_moment_stay_the_same_whatever_is_reported_afterwards(cast, call, proposal, duty):
    moment = clock.end_of_day(duty.due_on) + 2 * DAY
    before = figures.as_dict(figures.at(moment))
    assert before["lines"][2]["activities"][0]["overdue"]
    report = tell(duty, cast, moment + DAY, pace=Pace.STUCK)
    with clock.set_to(moment + 2 * DAY):
        progress.judge(report_id=report.pk, by=cast.manager, verdict=AccountVerdict.CHECKED, remark="")
        account = submit(cast, Account.objects.get(decision__proposal=proposal))
        accountability.check(account_id=account.pk, by=cast.manager, version=account.version)
    assert figures.as_dict(figures.at(moment)) == before
    after = figures.as_dict(figures.at(moment + 3 * DAY))
    assert after["lines"][2]["activities"][0]["accounted"]
    assert after != before
