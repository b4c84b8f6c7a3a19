"""De-minimis aid: three rolling years to the day, one undertaking, EUR 300,000 and not a cent more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Organisation
from accounts.states import OrganisationKind
from applications.domain import de_minimis as declarations
from applications.domain import readiness
from applications.domain.de_minimis import CEILING, Aid, Linked
from applications.errors import ContentRefused, MoveNotAllowed, ProposalFrozen, ReasonNeeded
from applications.models import AidJudgement, DeMinimisAid, Proposal
from applications.states import ProposalEvent, ProposalState
from budget.domain import de_minimis, decision_lists, ledger
from budget.domain.ledger import Movement
from budget.errors import AboveDeMinimis
from budget.models import Decision, DecisionList, DeMinimisGrant
from budget.states import ListState
from core.domain import clock
from core.models import AuditEntry
from tests.applications.aid import declare, on_list, on_table, sent_with
from tests.applications.road import draft_proposal, submitted_proposal
from tests.budget.bare import a_document, budget_line
from tests.budget.road import approve, decided_proposal, decision_of, listed_proposal, propose, refused_proposal

DAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with clock.set_to(NOON):
        yield


@pytest.fixture
def company(cast):
    Organisation.objects.filter(pk=cast.organisation.pk).update(kind=OrganisationKind.COMPANY)
    cast.organisation.refresh_from_db()
    return cast.organisation


@pytest.mark.parametrize(
    ("granted_on", "last"),
    [
        (date(2023, 3, 10), date(2026, 3, 10)),
        (date(2023, 12, 31), date(2026, 12, 31)),
        (date(2024, 2, 28), date(2027, 2, 28)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2025, 2, 28), date(2028, 2, 28)),
        (date(2025, 3, 1), date(2028, 3, 1)),
    ],
)
def test_aid_counts_for_three_years_to_the_day(granted_on, last):
    assert declarations.counts_until(granted_on) == last
    assert declarations.counts_on(granted_on, last)
    assert not declarations.counts_on(granted_on, date.fromordinal(last.toordinal() + 1))


def test_aid_of_28_february_does_not_count_on_a_leap_day_three_years_later():
    assert not declarations.counts_on(date(2025, 2, 28), date(2028, 2, 29))
    assert declarations.counts_on(date(2025, 3, 1), date(2028, 2, 29))


def test_a_later_grant_falls_in_the_same_three_years():
    assert declarations.counts_on(date(2026, 6, 1), date(2026, 3, 10))
    assert not declarations.counts_on(date(2030, 6, 1), date(2026, 3, 10))


def test_declared_rows_are_kept_and_their_sum_is_the_answer(cast, call):
    draft = declare(draft_proposal(cast, call), cast, (date(2024, 5, 1), "1000.50"), (date(2025, 5, 1), "2000"))
    assert draft.de_minimis_aid == Decimal("3000.50")
    assert [row.amount for row in draft.de_minimis_aids.all()] == [Decimal("1000.50"), Decimal(2000)]
    draft = declare(draft, cast)
    assert draft.de_minimis_aid == 0
    assert not draft.de_minimis_aids.exists()
    assert AuditEntry.objects.about(draft).filter(event=ProposalEvent.DE_MINIMIS_DECLARED).count() == 2


@pytest.mark.parametrize(
    ("aids", "linked"),
    [
        ([Aid(DAY, "Provincie", Decimal(0))], []),
        ([Aid(DAY, "Provincie", Decimal(-1))], []),
        ([Aid(DAY, " ", Decimal(1))], []),
        ([Aid(date(2026, 3, 11), "Provincie", Decimal(1))], []),
        ([Aid(date(2023, 3, 9), "Provincie", Decimal(1))], []),
        ([Aid(DAY, "Provincie", Decimal(1))] * (declarations.ROWS_MOST + 1), []),
        ([], [Linked("Zelf", "12345678")]),
        ([], [Linked("Kort", "1234567")]),
        ([], [Linked("Letters", "1234567a")]),
        ([], [Linked("Een", "11111111"), Linked("Nog eens", "11111111")]),
    ],
)
def test_an_impossible_declaration_is_refused_kindly(cast, call, aids, linked):
    draft = draft_proposal(cast, call)
    with pytest.raises(ContentRefused):
        declarations.declare(proposal_id=draft.pk, by=cast.partner, aids=aids, linked=linked)
    assert not DeMinimisAid.objects.exists()


def test_what_was_declared_is_frozen_by_the_rule_and_by_the_database(cast, call):
    proposal = sent_with(cast, call, (DAY, "1000"), linked=[Linked("Dochter BV", "11111111")])
    with pytest.raises(ProposalFrozen):
        declare(proposal, cast)
    for change in (
        lambda: proposal.de_minimis_aids.update(amount=1),
        lambda: proposal.de_minimis_aids.all().delete(),
        lambda: proposal.linked_undertakings.update(kvk_number="22222222"),
        lambda: DeMinimisAid.objects.create(
            proposal=proposal, position=9, granted_on=DAY, granted_by="X", amount=Decimal(1)
        ),
    ):
        with pytest.raises(IntegrityError, match="submitted"), transaction.atomic():
            change()


def test_an_amount_without_rows_keeps_a_proposal_from_being_sent(cast, call):
    draft = draft_proposal(cast, call)
    Proposal.objects.filter(pk=draft.pk).update(de_minimis_aid=Decimal(500))
    draft.refresh_from_db()
    assert [slug for slug, _sentence in readiness.missing(draft)] == ["verklaringen"]
    assert readiness.missing(declare(draft, cast, (DAY, "500"))) == []


def test_the_same_aid_declared_twice_counts_once_and_what_only_one_declares_counts_too(cast, call, company):
    sent_with(cast, call, (DAY, "1000"), (DAY, "1000"), (date(2024, 1, 1), "50"))
    second = sent_with(cast, call, (DAY, "1000"), (date(2025, 1, 1), "7"), title="Nog een plan")
    assert de_minimis.picture_of(second).declared_total == Decimal(2057)


def test_linked_undertakings_count_as_one_from_both_sides_and_on(cast, call, company):
    sent_with(cast, call, (DAY, "100"), linked=[Linked("Zuster BV", "11111111")])
    theirs = {"by": cast.partner2, "organisation": cast.organisation2, "title": "Van de zuster"}
    sister = sent_with(cast, call, (DAY, "20"), linked=[Linked("Zuster BV", "11111111")], **theirs)
    picture = de_minimis.picture_of(sister)
    assert picture.undertaking.kvk_numbers == {"12345678", "87654321", "11111111"}
    assert picture.declared_total == Decimal(120)


def test_the_partner_sees_nothing_that_others_declared(cast, call, company):
    theirs = {"by": cast.partner2, "organisation": cast.organisation2, "title": "Van een ander"}
    sent_with(cast, call, (DAY, "99999"), linked=[Linked("Makersloods", "12345678")], **theirs)
    draft = declare(draft_proposal(cast, call), cast, (DAY, "1"), linked=[Linked("Stadstuin", "87654321")])
    assert de_minimis.picture_for_partner(draft).declared_total == Decimal(1)
    assert de_minimis.picture_of(draft).declared_total == Decimal(100000)


def test_a_link_of_a_proposal_that_was_not_sent_counts_for_nobody_else(cast, call, company):
    draft = draft_proposal(cast, call, by=cast.partner2, organisation=cast.organisation2)
    declarations.declare(proposal_id=draft.pk, by=cast.partner2, aids=[], linked=[Linked("Makersloods", "12345678")])
    proposal = submitted_proposal(cast, call)
    assert de_minimis.picture_of(proposal).undertaking.kvk_numbers == {"12345678"}


def test_exactly_the_ceiling_is_granted_and_written_down(cast, call, company):
    sent_with(cast, call, (date(2023, 3, 10), "200000.00"), title="Verklaring")
    decision_list = approve(cast, on_table(cast, call, "100000.00"))
    assert decision_list.state == ListState.APPROVED
    row = DeMinimisGrant.objects.get()
    assert (row.declared, row.granted_before, row.amount) == (200000, 0, 100000)
    assert row.kvk_numbers == ["12345678"]


def test_one_cent_above_the_ceiling_is_refused_with_the_figures_and_nothing_is_booked(cast, call, company):
    prepared = on_table(cast, call, "100000.01")
    sent_with(cast, call, (date(2023, 3, 10), "200000.00"), title="Verklaring")
    with pytest.raises(AboveDeMinimis) as refusal:
        approve(cast, prepared)
    for figure in ("200.000", "100.000,01", "300.000,01", "300.000", "100.000"):
        assert figure in str(refusal.value)
    assert DecisionList.objects.get(pk=prepared.pk).state == ListState.PROPOSED
    assert not DeMinimisGrant.objects.exists()
    assert not Decision.objects.filter(decided_on__isnull=False).exists()


def test_the_day_after_three_years_there_is_room_again(cast, call, company):
    prepared = on_table(cast, call, "100000.01")
    sent_with(cast, call, (date(2023, 3, 10), "200000.00"), title="Verklaring")
    with clock.set_to(datetime(2026, 3, 10, 22, 59, tzinfo=UTC)), pytest.raises(AboveDeMinimis):
        approve(cast, prepared)
    with clock.set_to(datetime(2026, 3, 10, 23, 1, tzinfo=UTC)):
        assert approve(cast, prepared).state == ListState.APPROVED


def test_the_adviser_hears_it_before_the_college_does(cast, call, company):
    sent_with(cast, call, (DAY, "250000.00"), title="Verklaring")
    with pytest.raises(AboveDeMinimis):
        propose(cast, on_list(cast, call, "60000"))


def test_what_this_fund_granted_before_counts_and_a_grant_on_the_same_list_too(cast, call, company):
    decided_proposal(cast, call, requested={2026: Decimal(150000)}, title="Eerste")
    decision_list = on_list(cast, call, "100000", line="werken")
    listed_proposal(
        cast, call, requested={2026: Decimal("50000.01")}, line="wonen", title="Derde", decision_list=decision_list
    )
    with pytest.raises(AboveDeMinimis):
        propose(cast, decision_list)


def test_a_grant_to_a_linked_partner_counts(cast, call, company):
    decided_proposal(cast, call, requested={2026: Decimal(240000)}, title="Eerste")
    Organisation.objects.filter(pk=cast.organisation2.pk).update(kind=OrganisationKind.COMPANY)
    theirs = {"by": cast.partner2, "organisation": cast.organisation2}
    sent_with(cast, call, linked=[Linked("Makersloods", "12345678")], title="Band", **theirs)
    with pytest.raises(AboveDeMinimis):
        on_table(cast, call, "60000.01", title="Tweede", **theirs)
    assert approve(cast, on_table(cast, call, "60000", title="Nog een", **theirs)).state == ListState.APPROVED


def test_a_grant_that_is_no_aid_has_no_ceiling(cast, call):
    decided_proposal(cast, call, requested={2026: Decimal(240000)}, title="Eerste")
    assert approve(cast, on_table(cast, call, "100000")).state == ListState.APPROVED
    assert not DeMinimisGrant.objects.exists()


def test_the_team_judges_with_a_reason_that_it_is_no_aid_and_the_grant_passes(cast, call, company):
    sent_with(cast, call, (DAY, "300000.00"), title="Verklaring")
    decision_list = on_list(cast, call, "50000")
    proposal = decision_list.decisions.get().proposal
    with pytest.raises(ReasonNeeded):
        declarations.judge(proposal_id=proposal.pk, by=cast.manager, is_aid=False, reason=" ")
    declarations.judge(proposal_id=proposal.pk, by=cast.manager, is_aid=False, reason="Geen economische activiteit.")
    assert AuditEntry.objects.about(proposal).filter(event=ProposalEvent.AID_JUDGED).count() == 1
    assert approve(cast, propose(cast, decision_list)).state == ListState.APPROVED
    with pytest.raises(MoveNotAllowed):
        declarations.judge(proposal_id=proposal.pk, by=cast.manager, is_aid=True, reason="Toch wel")
    for change in (lambda: AidJudgement.objects.update(is_aid=True), lambda: AidJudgement.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_foundation_that_acts_as_a_company_falls_under_the_ceiling_once_judged(cast, call):
    sent_with(cast, call, (DAY, "290000.00"), title="Verklaring")
    decision_list = on_list(cast, call, "50000")
    proposal = decision_list.decisions.get().proposal
    declarations.judge(proposal_id=proposal.pk, by=cast.lead, is_aid=True, reason="Exploiteert een café.")
    with pytest.raises(AboveDeMinimis):
        propose(cast, decision_list)


def test_the_database_refuses_a_cent_above_the_ceiling_whatever_the_rule_says(cast, call, company):
    decision = on_list(cast, call, "1000").decisions.get()
    row = {"decision": decision, "granted_on": DAY, "declared": Decimal(200000), "granted_before": Decimal(99000)}
    with pytest.raises(IntegrityError, match="budget_de_minimis_within_ceiling"), transaction.atomic():
        DeMinimisGrant.objects.create(**row, amount=Decimal("1000.01"))
    DeMinimisGrant.objects.create(**row, amount=Decimal("1000.00"))
    with pytest.raises(IntegrityError), transaction.atomic():
        DeMinimisGrant.objects.update(amount=1)


def test_an_ended_proposal_ties_nobody_and_declares_nothing(cast, call, company):
    other = sent_with(cast, call, (DAY, "10"), linked=[Linked("Zuster", "11111111")], title="Ingetrokken")
    Proposal.objects.filter(pk=other.pk).update(state=ProposalState.WITHDRAWN)
    picture = de_minimis.picture_of(submitted_proposal(cast, call))
    assert picture.undertaking.kvk_numbers == {"12345678"}
    assert picture.declared_total == 0
    assert picture.room == CEILING


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_approvals_at_once_one_is_refused_and_without_the_lock_neither(
    cast, call, company, guarded, monkeypatch
):
    lists = [on_table(cast, call, "200000", line=line, title=f"Plan {line}") for line in ("leven", "werken")]
    together = Barrier(2)
    if not guarded:
        monkeypatch.setattr(de_minimis, "lock_organisations", lambda _ids: None)
        written = de_minimis.write_down

        def wait_for_the_other(rows):
            together.wait(timeout=20)
            written(rows)

        monkeypatch.setattr(de_minimis, "write_down", wait_for_the_other)

    def approved(decision_list):
        if guarded:
            together.wait(timeout=20)
        try:
            with clock.set_to(NOON):
                decision_lists.approve(
                    list_id=decision_list.pk, version=decision_list.version, by=cast.college, request_key=uuid4()
                )
        except AboveDeMinimis:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        passed = sum(pool.map(approved, [DecisionList.objects.get(pk=one.pk) for one in lists]))
    assert passed == (1 if guarded else 2)


def test_what_was_released_of_a_grant_is_aid_no_more(cast, call, company):
    first = decision_of(decided_proposal(cast, call, requested={2026: Decimal(150000)}, line="werken", title="Eerste"))
    approve(cast, on_table(cast, call, "150000", line="leven", title="Tweede"))
    with pytest.raises(AboveDeMinimis):
        on_table(cast, call, "0.01", line="wonen", title="Derde")
    movements = [Movement(budget_line("werken"), Decimal(40000))]
    ledger.book_release(first, movements, by=cast.finance, document=a_document())
    ledger.book_expense(
        first, [Movement(budget_line("werken"), Decimal(30000))], by=cast.finance, document=a_document()
    )
    approve(cast, on_table(cast, call, "40000", line="wonen", title="Vierde"))
    row = DeMinimisGrant.objects.get(decision__proposal__title="Vierde")
    assert (row.granted_before, row.amount) == (260000, 40000)


def test_a_grant_of_three_years_ago_counts_on_its_last_day_and_not_the_day_after(cast, call, company):
    decided_proposal(cast, call, requested={2026: Decimal(150000)}, title="Eerste")
    proposal = submitted_proposal(cast, call, title="Later")

    def granted_on(day):
        return [one.amount for one in de_minimis.picture_of(proposal, day=day).granted]

    assert granted_on(date(2029, 3, 10)) == [150000]
    assert granted_on(date(2029, 3, 11)) == []


def test_the_picture_is_above_the_ceiling_from_the_first_cent_and_its_room_never_below_nothing(cast, call, company):
    sent_with(cast, call, (DAY, "250000.00"), title="Verklaring")
    at, above = (submitted_proposal(cast, call, requested={2026: Decimal(asked)}) for asked in ("50000", "50000.01"))
    pictures = [de_minimis.picture_of(one) for one in (at, above)]
    assert [(one.after, one.is_above, one.room) for one in pictures] == [
        (Decimal(300000), False, Decimal(50000)),
        (Decimal("300000.01"), True, Decimal(50000)),
    ]
    sent_with(cast, call, (DAY, "60000.00"), title="Nog een verklaring")
    assert de_minimis.picture_of(at).room == 0


def test_a_refusal_and_what_another_undertaking_got_count_for_nothing(cast, call, company):
    Organisation.objects.filter(pk=cast.organisation2.pk).update(kind=OrganisationKind.COMPANY)
    refused_proposal(cast, call, requested={2026: Decimal(200000)}, title="Geweigerd")
    theirs = {"by": cast.partner2, "organisation": cast.organisation2}
    decided_proposal(cast, call, requested={2026: Decimal(100000)}, line="leven", title="Van een ander", **theirs)
    assert de_minimis.picture_of(submitted_proposal(cast, call)).granted == []
