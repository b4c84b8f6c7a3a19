"""Conditional grants (Awb 4:34): four weeks to invoke after the adoption of the budget, and firm after that."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.models import Letter
from budget.domain import condition_letters, conditions, council, ledger, proof
from budget.domain.council_content import Content
from budget.errors import ConditionNotOpen, HasInterest, StepNotYours
from budget.models import Balance, LedgerEntry
from budget.states import CouncilDecisionKind, EntryKind
from budget.states.events import BudgetEvent
from budget.tasks import let_conditions_lapse
from core.domain import clock
from core.models import AuditEntry, OutboxMessage
from tests.budget.bare import a_document, budget_line
from tests.budget.reading import hidden, words
from tests.budget.road import decision_of, granted_proposal

D = Decimal
PAGE = reverse("budget:conditions")
ADOPTED = date(2026, 11, 10)  # a Tuesday; four weeks later is Tuesday 8 December
LAST_DAY = date(2026, 12, 8)


def noon(day):
    return datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)


@pytest.fixture
def granted(cast, call):
    """A grant of 2026, and of 2027 on condition."""
    with clock.set_to(datetime(2026, 6, 1, 9, 0, tzinfo=UTC)):
        return decision_of(granted_proposal(cast, call, requested={2026: 20000, 2027: 30000}))


def adopt(year=2027, decided_on=ADOPTED):
    content = Content(
        kind=CouncilDecisionKind.ADOPTION,
        title=f"Begroting {year}",
        number=f"B{year}",
        year=year,
        decided_on=decided_on,
        document=a_document(),
    )
    with clock.set_to(noon(ADOPTED)):
        council.book_loaded(content)


def invoke(cast, granted, *, on=LAST_DAY, **over):
    given = {"year": 2027, "by": cast.college, "reason": "De raad stelde minder beschikbaar.", **over}
    with clock.set_to(noon(on)):
        return conditions.invoke(decision_id=granted.pk, **{"request_key": uuid.uuid4(), **given})


def held(granted):
    return ledger.holding(granted, budget_line("leven", 2027))


def test_the_term_is_four_weeks_and_rolls_over_a_weekend():
    assert conditions.deadline(ADOPTED) == LAST_DAY
    assert conditions.deadline(date(2026, 11, 28)) == date(2026, 12, 28)  # four weeks later is Boxing Day, a Saturday


def test_before_the_adoption_a_condition_has_no_term(cast, granted):
    (year,) = conditions.of_years()
    assert (year.year, year.adopted_on, year.deadline, year.open) == (2027, None, None, D(30000))
    with pytest.raises(ConditionNotOpen, match="2027"):
        invoke(cast, granted)
    assert conditions.let_lapse(date(2099, 1, 1)) == []
    assert conditions.waiting() == []


def test_an_adoption_gives_every_conditional_grant_of_its_year_a_term(cast, granted):
    adopt()
    with clock.set_to(noon(LAST_DAY)):
        (waits,) = conditions.waiting()
    assert (waits.decision, waits.deadline, waits.days_left, waits.open) == (granted, LAST_DAY, 0, D(30000))
    with clock.set_to(noon(LAST_DAY + timedelta(days=1))):
        assert conditions.waiting() == []


def test_an_adoption_of_an_unknown_day_counts_from_when_it_was_confirmed(granted):
    adopt(decided_on=None)
    (year,) = conditions.of_years()
    assert (year.adopted_on, year.deadline) == (ADOPTED, LAST_DAY)


def test_invoking_frees_all_of_the_year_and_nothing_of_another(cast, granted):
    adopt()
    invoke(cast, granted)
    assert held(granted) == ledger.Holding()
    assert ledger.holding(granted, budget_line("leven", 2026)).granted == 20000
    assert Balance.objects.get(budget_line=budget_line("leven", 2027)).granted == 0
    entry = LedgerEntry.objects.get(kind=EntryKind.LAPSE)
    assert (entry.amount, entry.actor, entry.document.kind) == (D(30000), cast.college, "condition")
    assert entry.document.facts["reason"] == "De raad stelde minder beschikbaar."
    assert entry.document.facts["invoked"] is True
    audit = AuditEntry.objects.get(event=BudgetEvent.CONDITION_INVOKED)
    assert (audit.changes["year"], audit.changes["amount"]) == (2027, "30000.00")
    assert not granted.payments.planned().filter(budget_line__year=2027).exists()
    assert list(proof.check()) == []


def test_the_day_after_the_term_is_too_late_and_says_so(cast, granted):
    adopt()
    with pytest.raises(ConditionNotOpen, match=r"08-12-2026.*30\.000"):
        invoke(cast, granted, on=LAST_DAY + timedelta(days=1))
    assert held(granted).conditional == 30000


def test_a_condition_is_invoked_once_and_a_repeat_changes_nothing(cast, granted):
    adopt()
    key = uuid.uuid4()
    invoke(cast, granted, request_key=key)
    assert invoke(cast, granted, request_key=key).invoked == 30000
    with pytest.raises(ConditionNotOpen):
        invoke(cast, granted)
    assert LedgerEntry.objects.filter(kind=EntryKind.LAPSE).count() == 1
    assert OutboxMessage.objects.filter(topic=conditions.LETTER_TOPIC).count() == 1


def test_only_the_college_invokes_with_a_reason_and_without_an_interest(cast, granted):
    adopt()
    with pytest.raises(StepNotYours):
        invoke(cast, granted, by=cast.finance)
    with pytest.raises(ConditionNotOpen):
        invoke(cast, granted, reason="  ")
    with pytest.raises(ConditionNotOpen, match="2026"):
        invoke(cast, granted, year=2026)
    Membership.objects.create(user=cast.college, organisation=cast.organisation, role=MembershipRole.READER)
    with pytest.raises(HasInterest):
        invoke(cast, granted)
    assert held(granted).conditional == 30000


def test_what_nobody_invoked_becomes_firm_the_day_after_and_once(cast, granted):
    adopt()
    assert conditions.let_lapse(LAST_DAY) == []
    assert conditions.let_lapse(LAST_DAY + timedelta(days=1)) == [granted]
    assert conditions.let_lapse(LAST_DAY + timedelta(days=2)) == []
    assert (held(granted).conditional, held(granted).firm) == (0, 30000)
    entry = LedgerEntry.objects.get(kind=EntryKind.CONFIRMATION)
    assert (entry.actor, entry.document.facts["invoked"]) == (None, False)
    audit = AuditEntry.objects.get(event=BudgetEvent.CONDITION_LAPSED)
    assert (audit.actor, audit.changes["amount"]) == (None, "30000.00")
    assert (audit.changes["year"], audit.changes["document"]) == (2027, str(entry.document_id))
    with pytest.raises(ConditionNotOpen):
        invoke(cast, granted)
    assert list(proof.check()) == []


def test_the_night_makes_firm_what_is_over(granted):
    adopt()
    with clock.set_to(noon(LAST_DAY)):
        assert let_conditions_lapse() == 0
    with clock.set_to(noon(LAST_DAY + timedelta(days=1))):
        assert let_conditions_lapse() == 1


def test_the_letter_goes_once_with_amount_reason_and_objection(cast, granted, deliver):
    adopt()
    with pytest.raises(ConditionNotOpen):
        condition_letters.send(decision_id=granted.pk, year=2027)
    invoke(cast, granted)
    with clock.set_to(noon(LAST_DAY)):
        deliver()
    letter = Letter.objects.get(proposal=granted.proposal, kind=f"condition-{granted.pk}-2027")
    assert condition_letters.send(decision_id=granted.pk, year=2027) == letter
    facts = letter.document.facts
    assert (facts["lapsed"], facts["reason"]) == ("30000.00", "De raad stelde minder beschikbaar.")
    assert facts["objection_until"]
    mails = OutboxMessage.objects.filter(key=f"budget.condition:{granted.pk}-2027")
    assert mails.count() == 1


def test_the_page_tells_what_waits_what_can_be_done_and_what_became_of_it(cast, granted, client_of):
    member, finance = client_of(cast.college), client_of(cast.finance)
    invoking = reverse("budget:condition_invoke", args=[granted.reference, 2027])
    assert _("Waits for the adoption") in words(finance.get(PAGE))
    adopt()
    with clock.set_to(noon(LAST_DAY - timedelta(days=3))):
        assert invoking in member.get(PAGE).content.decode()
        assert invoking not in finance.get(PAGE).content.decode()
        page = member.get(invoking)
        assert "€ 30.000" in words(page)
        assert member.post(invoking, {"request_key": hidden(page, "request_key")}).status_code == 422
        given = {"reason": "Te weinig geld", "request_key": hidden(page, "request_key")}
        assert member.post(invoking, given)["Location"] == PAGE
        late = member.post(invoking, {"reason": "Nog eens", "request_key": str(uuid.uuid4())})
        assert late.status_code == 422
        assert "Nog eens" in words(late)
    assert _("Lapsed") in words(member.get(PAGE))


def test_of_a_matter_of_ones_own_nothing_is_shown(cast, granted, client_of):
    adopt()
    Membership.objects.create(user=cast.college, organisation=cast.organisation, role=MembershipRole.READER)
    member = client_of(cast.college)
    assert granted.reference not in words(member.get(PAGE))
    assert member.get(reverse("budget:condition_invoke", args=[granted.reference, 2027])).status_code == 404


def test_the_page_asks_few_queries_with_one_and_with_more(cast, call, granted, client_of):
    client = client_of(cast.finance)
    few = count_queries(client)
    for _number in range(4):
        granted_proposal(cast, call, requested={2026: 1000, 2027: 1000})
    assert count_queries(client) == few <= 12


def count_queries(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE).status_code == 200
    return len(queries)


@pytest.mark.django_db(transaction=True)
def test_the_college_and_the_night_at_once_settle_a_condition_once(cast, granted):
    adopt()
    barrier = Barrier(4)

    def run(work):
        barrier.wait()
        try:
            return bool(work())
        except ConditionNotOpen:
            return False
        finally:
            connection.close()

    works = [
        lambda: invoke(cast, granted),
        lambda: invoke(cast, granted, by=cast.college2),
        lambda: conditions.let_lapse(LAST_DAY + timedelta(days=1)),
        lambda: conditions.let_lapse(LAST_DAY + timedelta(days=1)),
    ]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, works)) == 1
    assert held(granted).conditional == 0
    assert LedgerEntry.objects.filter(kind__in=[EntryKind.LAPSE, EntryKind.CONFIRMATION]).count() == 1
    assert list(proof.check()) == []
