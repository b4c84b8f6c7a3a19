"""The account of a grant: what is expected, what the partner saves and hands in, and what the team finds."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from applications.models import ShutFile
from budget.domain import accountability
from budget.domain.accountability import Reported
from budget.errors import AccountChanged, AccountNotReady, HasInterest, StepNotYours
from budget.models import Account, AccountCheck, ReportedCost, ReportedResult, Tier
from budget.states import AccountState
from core.domain import clock
from core.models import AuditEntry
from tests.budget.road import decision_of, granted_proposal, refused_proposal
from tests.budget.road_settlement import AFTERWARDS, TOO_LATE, checked_account, expected_account, filled, submit


def save(cast, account, *, by=None, version=None, reported=None):
    return accountability.save(
        account_id=account.pk,
        by=by or cast.partner,
        version=account.version if version is None else version,
        reported=reported or filled(account),
        request_key=uuid.uuid4(),
    )


def test_a_grant_opens_the_account_that_its_tier_asks(cast, call):
    account = expected_account(cast, call, requested={2026: 60000})
    # Thirteen weeks after 30 June 2027.
    assert account.due_on == date(2027, 9, 29)
    assert (account.asks_content, account.asks_cost) == (True, True)
    assert account.results.count() == 1
    assert sorted(account.costs.values_list("budgeted", flat=True)) == [Decimal(5000), Decimal(65000)]


def test_a_middle_tier_asks_for_results_alone(cast, call):
    account = expected_account(cast, call, requested={2026: 25000})
    assert (account.asks_content, account.asks_cost) == (True, False)
    assert not account.costs.exists()


def test_small_grants_and_refusals_have_no_account(cast, call):
    granted_proposal(cast, call, requested={2026: 4999})
    refused_proposal(cast, call)
    assert not Account.objects.exists()


def test_a_later_change_of_the_tiers_asks_nothing_more(cast, call):
    account = expected_account(cast, call, requested={2026: 25000})
    Tier.objects.update(accounts_for_cost=True)
    assert not Account.objects.get(pk=account.pk).asks_cost


def test_who_is_granted_something_that_is_over_reports_after_the_grant(cast, call):
    account = expected_account(cast, call, requested={2025: 60000}, co_funding={2025: 5000}, ends_on=date(2025, 12, 1))
    assert account.due_on > clock.today()


def test_a_draft_may_be_half_done(cast, call):
    account = expected_account(cast, call)
    save(cast, account, reported=Reported("", {}, {}))
    save(cast, Account.objects.get(), reported=filled(account)._replace(summary="Half"))
    assert Account.objects.get().summary == "Half"
    assert Account.objects.get().state == AccountState.EXPECTED


def test_handing_in_needs_all_that_the_tier_asks(cast, call):
    account = expected_account(cast, call)
    whole = filled(account)
    for lacking in (
        whole._replace(summary=" "),
        whole._replace(results=dict.fromkeys(whole.results, ("", ""))),
        whole._replace(costs=dict.fromkeys(whole.costs)),
    ):
        with pytest.raises(AccountNotReady):
            submit(cast, account, lacking)
    assert Account.objects.get().version == account.version
    submit(cast, account, whole._replace(costs=dict.fromkeys(whole.costs, Decimal(0))))
    assert Account.objects.get().state == AccountState.SUBMITTED


def test_a_cost_is_never_below_zero(cast, call):
    account = expected_account(cast, call)
    with pytest.raises(AccountNotReady):
        save(cast, account, reported=filled(account, realised=-1))
    with pytest.raises(DatabaseError, match="budget_reported_cost_not_negative"), transaction.atomic():
        ReportedCost.objects.filter(account=account).update(realised=-1)


def test_handed_in_nothing_of_it_changes(cast, call):
    account = submit(cast, expected_account(cast, call))
    with pytest.raises(AccountNotReady):
        save(cast, account)
    for rows in (ReportedResult.objects.all(), ReportedCost.objects.all()):
        with pytest.raises(DatabaseError, match="handed in"), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError, match="handed in"), transaction.atomic():
        ReportedResult.objects.update(achieved="120")


def test_only_who_acts_for_the_organisation_gives_account(cast, call):
    account = expected_account(cast, call)
    for person in (cast.partner2, cast.manager):
        with pytest.raises(StepNotYours):
            save(cast, account, by=person)


def test_an_older_page_saves_nothing(cast, call):
    account = expected_account(cast, call)
    save(cast, account)
    with pytest.raises(AccountChanged):
        save(cast, account, version=account.version)


def test_given_back_it_can_be_completed_and_handed_in_again(cast, call):
    account = submit(cast, expected_account(cast, call))
    with clock.set_to(TOO_LATE):
        accountability.give_back(
            account_id=account.pk, by=cast.manager, version=account.version, missing="De presentielijst."
        )
        returned = Account.objects.get()
        # Two weeks from 1 December 2027, whatever the first term was.
        assert (returned.state, returned.due_on) == (AccountState.RETURNED, date(2027, 12, 15))
        assert not returned.is_overdue
    assert submit(cast, returned).state == AccountState.SUBMITTED


def test_the_first_term_stays_when_it_leaves_more(cast, call):
    account = submit(cast, expected_account(cast, call))
    accountability.give_back(account_id=account.pk, by=cast.manager, version=account.version, missing="Meer.")
    assert Account.objects.get().due_on == account.due_on


def test_only_the_manager_without_an_interest_checks(cast, call):
    account = submit(cast, expected_account(cast, call))
    known = {"account_id": account.pk, "version": account.version}
    for person in (cast.finance, cast.partner, cast.college):
        with pytest.raises(StepNotYours):
            accountability.check(**known, by=person)
    ShutFile.objects.create(proposal=account.decision.proposal, user=cast.manager, since=clock.now())
    with pytest.raises(HasInterest):
        accountability.check(**known, by=cast.manager)


def test_only_what_was_handed_in_is_checked(cast, call):
    account = expected_account(cast, call)
    with pytest.raises(AccountNotReady):
        accountability.check(account_id=account.pk, by=cast.manager, version=account.version)


def test_in_order_it_is_fixed_for_good_and_so_are_the_checks(cast, call):
    account = checked_account(cast, call)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(summary="Anders")
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        AccountCheck.objects.update(remark="Anders")


def test_every_step_leaves_a_row_in_the_trail(cast, call):
    account = checked_account(cast, call)
    events = [entry.event for entry in AuditEntry.objects.about(account)]
    assert events == ["account.expected", "account.submitted", "account.checked"]


def test_overdue_is_what_did_not_come_in_by_its_day(cast, call):
    account = expected_account(cast, call)
    assert not Account.objects.overdue(AFTERWARDS.date()).exists()
    assert list(Account.objects.overdue(TOO_LATE.date())) == [account]
    assert list(Account.objects.waiting()) == []
    submit(cast, account)
    assert not Account.objects.overdue(TOO_LATE.date()).exists()
    assert list(Account.objects.waiting()) == [account]


def test_the_account_of_a_grant_names_it(cast, call):
    account = expected_account(cast, call)
    assert str(account) == decision_of(account.decision.proposal).reference
