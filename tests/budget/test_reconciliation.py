"""Our books beside the finance package's: what agrees, what differs, and nothing is booked."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from budget.domain import ledger, reconciliation
from budget.domain.ledger import Movement
from budget.errors import HasInterest, ImportRefused, StepNotYours
from budget.models import Explanation, LedgerEntry, ReconciliationRow
from budget.states import MatchOutcome
from budget.states.events import BudgetEvent
from core.domain import clock
from core.models import AuditEntry
from tests.budget.bare import a_document, budget_line
from tests.budget.paying import book, euros, file_of, give_interest, grant, line_of, order, package, read_in

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2026, 9, 18, 10, 0, tzinfo=UTC)
PERIOD = (date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture(autouse=True)
def autumn():
    with clock.set_to(AUTUMN):
        yield


@pytest.fixture
def paid(cast, call):
    """One grant of which EUR 9,600 was paid and EUR 1,000 realised on 18 September 2026."""
    decision = grant(cast, call)
    payment = decision.payments.get()
    order(cast.finance, [payment])
    book(cast.finance, payment)
    spend(cast, decision, 1_000)
    return payment


def spend(cast, decision, amount, *, line="leven"):
    movement = Movement(budget_line(line), euros(amount))
    return ledger.book_expense(decision, [movement], by=cast.finance, document=a_document())[0]


def theirs(reference, amount, on="18-09-2026", line="leven", year="2026"):
    return f"{reference};{amount};{on};{line};{year};Boeking"


def lay(by, *lines, period=PERIOD, key=None, mapping=None):
    return reconciliation.import_export(
        content=file_of(*lines),
        file_name="grootboek.csv",
        mapping=mapping or package(),
        period_from=period[0],
        period_until=period[1],
        by=by,
        request_key=key or uuid.uuid4(),
    )


def outcomes(found):
    return [(row.outcome, row.reference, row.amount, row.our_amount) for row in found.rows.order_by("outcome", "pk")]


def test_what_both_sides_have_agrees(cast, paid):
    found = lay(cast.finance, line_of(paid), theirs("INK-77", "1.000,00"))

    assert outcomes(found) == [
        (MatchOutcome.MATCHED, paid.reference, euros(9_600), euros(9_600)),
        (MatchOutcome.MATCHED, "INK-77", euros(1_000), euros(1_000)),
    ]


def test_what_differs_is_told_in_three_kinds(cast, paid):
    found = lay(cast.finance, line_of(paid, amount="9.500,00"), theirs("INK-78", "12,34"))

    assert outcomes(found) == [
        (MatchOutcome.AMOUNT, paid.reference, euros(9_500), euros(9_600)),
        (MatchOutcome.THEIRS, "INK-78", euros("12.34"), None),
        (MatchOutcome.OURS, "", None, euros(1_000)),
    ]
    assert [row.difference for row in found.rows.order_by("outcome")] == [euros(-100), euros("12.34"), euros(-1_000)]


def test_of_equal_amounts_the_nearest_day_on_the_same_line_is_taken(cast, call, paid):
    decision = grant(cast, call, requested={2026: 20_000})
    with clock.set_to(datetime(2026, 9, 25, 10, 0, tzinfo=UTC)):
        later = spend(cast, decision, 1_000)
        found = lay(cast.finance, line_of(paid), theirs("X", "1000", on="24-09-2026"), theirs("Y", "1000"))

    by_reference = {row.reference: row.entry for row in found.rows.all()}
    assert by_reference["X"] == later
    assert by_reference["Y"] != later


def test_the_reference_of_the_decision_goes_before_the_day(cast, call, paid):
    decision = grant(cast, call, requested={2026: 20_000})
    with clock.set_to(datetime(2026, 9, 22, 10, 0, tzinfo=UTC)):
        other = spend(cast, decision, 1_000)
        found = lay(cast.finance, theirs("INK-1", "1000"), theirs(decision.reference.lower(), "1000"))

    assert found.rows.get(reference=decision.reference.lower()).entry == other


def test_the_only_one_left_of_a_reference_differs_in_its_amount(cast, paid):
    found = lay(cast.finance, line_of(paid), theirs(paid.decision.reference, "900,00"))

    assert outcomes(found)[0] == (MatchOutcome.AMOUNT, paid.decision.reference, euros(900), euros(1_000))


@pytest.mark.parametrize("over", [{"line": "wonen"}, {"year": "2025"}, {"on": "01-07-2026"}])
def test_another_line_or_year_or_long_ago_is_not_the_same(cast, paid, over):
    found = lay(cast.finance, line_of(paid), theirs("INK-9", "1000", **over))

    assert [row[0] for row in outcomes(found)] == [MatchOutcome.THEIRS, MatchOutcome.OURS, MatchOutcome.MATCHED]


def test_only_what_lies_in_the_period_is_missed(cast, paid):
    found = lay(cast.finance, theirs("OUD", "5,00", on="30-06-2026"), period=(date(2026, 6, 1), date(2026, 6, 30)))

    assert outcomes(found) == [(MatchOutcome.THEIRS, "OUD", euros(5), None)]


def test_what_is_to_be_paid_back_has_a_minus(cast, paid):
    movement = Movement(budget_line(), euros(600))
    ledger.book_recovery(paid.decision, [movement], by=cast.finance, document=a_document())

    found = lay(cast.finance, line_of(paid), theirs("INK-77", "1000"), theirs("TV", "-600,00"))

    assert {row[0] for row in outcomes(found)} == {MatchOutcome.MATCHED}


def test_both_sides_are_added_up_by_line_and_year(cast, paid):
    found = lay(
        cast.finance, line_of(paid, amount="9.500,00"), theirs("W", "20,00", line="Wonen"), "G;5;01-09-2026;;2026;x"
    )

    sums = [(str(one.budget_line), one.theirs, one.ours, one.difference) for one in reconciliation.sums(found)]

    assert sums == [
        (str(budget_line("wonen")), euros(20), euros(0), euros(20)),
        (str(budget_line()), euros(9_500), euros(10_600), euros(-1_100)),
        ("None", euros(5), euros(0), euros(5)),
    ]


def test_nothing_is_booked_by_laying_an_export_beside_the_books(cast, paid):
    before = LedgerEntry.objects.count()

    found = lay(cast.finance, theirs("INK-1", "123,00"))
    reconciliation.explain(row_id=found.rows.first().pk, text="Van een ander fonds", settled=True, by=cast.finance)

    assert LedgerEntry.objects.count() == before


def test_every_broken_line_is_listed_and_nothing_is_kept(cast, paid):
    lines = [
        line_of(paid),
        theirs("A", "1000", on="30-06-2026"),
        theirs("B", "1000", line="parken"),
        theirs("C", "1000", year="2031"),
    ]
    with pytest.raises(ImportRefused) as refusal:
        lay(cast.finance, *lines)
    assert [problem.number for problem in refusal.value.problems] == [3, 4, 5]
    with pytest.raises(ImportRefused) as refusal:
        lay(cast.finance, theirs("A", "veel"), "kort")
    assert [problem.number for problem in refusal.value.problems] == [2, 3]
    with pytest.raises(ImportRefused):
        lay(cast.finance, line_of(paid), period=PERIOD[::-1])
    assert not ReconciliationRow.objects.exists()


def test_the_same_file_comes_again_only_once_the_books_have_grown(cast, paid):
    lines, key = [line_of(paid), theirs("INK-80", "40,00")], uuid.uuid4()
    first = lay(cast.finance, *lines, key=key)

    assert lay(cast.finance, *lines, key=key) == first
    with pytest.raises(ImportRefused):
        lay(cast.finance, *lines)
    spend(cast, paid.decision, 40)
    again = lay(cast.finance, *lines)
    assert again.rows.filter(outcome=MatchOutcome.MATCHED).count() == 2


def test_a_difference_is_explained_again_and_again_and_the_last_word_counts(cast, paid):
    row = lay(cast.finance, theirs("INK-1", "123,00")).rows.get(outcome=MatchOutcome.THEIRS)

    reconciliation.explain(row_id=row.pk, text=" Verkeerd geboekt ", settled=True, by=cast.finance)
    reconciliation.explain(row_id=row.pk, text="Toch niet", settled=False, by=cast.finance)

    assert [said.text for said in row.explanations.order_by("pk")] == ["Verkeerd geboekt", "Toch niet"]
    assert not ReconciliationRow.objects.for_page().get(pk=row.pk).is_settled
    assert AuditEntry.objects.about(row.reconciliation).filter(event=BudgetEvent.DIFFERENCE_EXPLAINED).count() == 2


def test_an_explanation_has_words_and_something_to_explain(cast, paid):
    found = lay(cast.finance, line_of(paid))
    matched, ours = found.rows.order_by("-outcome")
    with pytest.raises(ImportRefused):
        reconciliation.explain(row_id=matched.pk, text="Klopt", settled=True, by=cast.finance)
    with pytest.raises(ImportRefused):
        reconciliation.explain(row_id=ours.pk, text=" ", settled=True, by=cast.finance)
    with pytest.raises(StepNotYours):
        reconciliation.explain(row_id=ours.pk, text="Later", settled=True, by=cast.manager)
    with pytest.raises(StepNotYours):
        lay(cast.manager, line_of(paid))
    give_interest(cast.finance, paid.decision)
    with pytest.raises(HasInterest):
        reconciliation.explain(row_id=ours.pk, text="Later", settled=True, by=cast.finance)
    assert list(ReconciliationRow.objects.known_to(cast.finance)) == []


def test_what_was_laid_beside_the_books_never_changes(cast, paid):
    found = lay(cast.finance, line_of(paid))
    reconciliation.explain(
        row_id=found.rows.get(outcome=MatchOutcome.OURS).pk, text="Later", settled=False, by=cast.finance
    )

    for table, change in (
        (type(found).objects, {"period_until": date(2026, 12, 31)}),
        (ReconciliationRow.objects, {"reference": "X"}),
        (Explanation.objects, {"settled": True}),
    ):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            table.update(**change)
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            table.all()._raw_delete("default")


def spend_at(cast, decision, moment, amount=1_000):
    with clock.set_to(moment):
        return spend(cast, decision, amount)


@pytest.fixture
def summer_grant(cast, call):
    """A grant of EUR 12,000 of leven 2026, decided on in May; nothing was paid or realised."""
    with clock.set_to(datetime(2026, 5, 4, 10, 0, tzinfo=UTC)):
        return grant(cast, call)


@pytest.fixture
def november():
    """The period was over long ago, so every day of it can stand in a file."""
    with clock.set_to(datetime(2026, 11, 10, 10, 0, tzinfo=UTC)):
        yield


@pytest.mark.parametrize(
    ("moment", "is_missed"),
    [
        # Half past eleven at night, and half past midnight, in Amsterdam.
        (datetime(2026, 6, 30, 21, 30, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), True),
        (datetime(2026, 9, 30, 21, 30, tzinfo=UTC), True),
        (datetime(2026, 9, 30, 22, 30, tzinfo=UTC), False),
    ],
)
def test_the_first_and_the_last_day_belong_to_the_period(cast, summer_grant, november, moment, is_missed):
    spend_at(cast, summer_grant, moment)

    found = lay(cast.finance, theirs("INK-1", "5,00"))

    assert found.rows.filter(outcome=MatchOutcome.OURS).exists() == is_missed


def test_lines_of_the_first_and_the_last_day_are_taken_and_of_the_day_after_refused(cast, november):
    found = lay(cast.finance, theirs("A", "1,00", on="01-07-2026"), theirs("B", "1,00", on="30-09-2026"))
    assert found.rows.count() == 2
    with pytest.raises(ImportRefused):
        lay(cast.finance, theirs("A", "1,00", on="01-10-2026"))


def test_a_period_may_be_one_day(cast, november):
    day = date(2026, 9, 18)
    assert lay(cast.finance, theirs("A", "1,00"), period=(day, day)).rows.count() == 1


@pytest.mark.parametrize(
    ("moment", "on", "outcome"),
    [
        (datetime(2026, 10, 31, 22, 30, tzinfo=UTC), "30-09-2026", MatchOutcome.MATCHED),
        (datetime(2026, 10, 31, 23, 30, tzinfo=UTC), "30-09-2026", MatchOutcome.THEIRS),
        (datetime(2026, 5, 30, 22, 30, tzinfo=UTC), "01-07-2026", MatchOutcome.MATCHED),
        (datetime(2026, 5, 30, 21, 30, tzinfo=UTC), "01-07-2026", MatchOutcome.THEIRS),
    ],
)
def test_the_same_amount_is_the_same_booking_up_to_31_days_away(cast, summer_grant, november, moment, on, outcome):
    spend_at(cast, summer_grant, moment)

    found = lay(cast.finance, theirs("INK-1", "1000", on=on))

    assert found.rows.get(number=2).outcome == outcome


def test_a_payment_counts_on_the_day_of_the_bank_whenever_its_file_came_in(cast, summer_grant, november):
    payment = summer_grant.payments.get()
    with clock.set_to(AUTUMN):
        order(cast.finance, [payment])
        said = line_of(payment)
    with clock.set_to(datetime(2026, 10, 5, 10, 0, tzinfo=UTC)):
        read_in(cast.finance, file_of(said))
    payment.refresh_from_db()

    in_autumn = lay(cast.finance, theirs("INK-1", "5,00"))
    of_november = (date(2026, 11, 1), date(2026, 11, 30))
    much_later = lay(cast.finance, line_of(payment, on="02-11-2026"), period=of_november)

    assert in_autumn.rows.get(outcome=MatchOutcome.OURS).entry == payment.entry
    assert [row.outcome for row in much_later.rows.all()] == [MatchOutcome.THEIRS]


def test_a_payment_is_found_by_its_reference_in_any_case_on_any_line(cast, paid):
    found = lay(cast.finance, line_of(paid, reference=paid.reference.lower(), line="wonen", amount="9.500,00"))

    paid.refresh_from_db()
    row = found.rows.get(number=2)
    assert (row.outcome, row.entry) == (MatchOutcome.AMOUNT, paid.entry)


@pytest.mark.parametrize("change", [lambda one: f"{one}1", lambda one: one[:-1], lambda one: one.replace("-", " ")])
def test_a_reference_that_is_almost_that_of_a_payment_is_another(cast, paid, change):
    found = lay(cast.finance, line_of(paid, reference=change(paid.reference), amount="9.500,00"))

    assert found.rows.get(number=2).outcome == MatchOutcome.THEIRS


def test_the_reference_of_a_payment_goes_before_an_equal_amount(cast, paid):
    found = lay(cast.finance, theirs("INK-1", "9.600,00"), line_of(paid))

    assert found.rows.get(number=2).outcome == MatchOutcome.THEIRS
    assert found.rows.get(number=3).outcome == MatchOutcome.MATCHED


def test_an_entry_of_ours_is_the_partner_of_one_line_only(cast, paid):
    found = lay(cast.finance, theirs("A", "1000"), theirs("B", "1000"), line_of(paid))

    matched, alone = MatchOutcome.MATCHED, MatchOutcome.THEIRS
    assert [row.outcome for row in found.rows.order_by("number")] == [matched, alone, matched]


@pytest.mark.parametrize("over", [{"line": "wonen"}, {"year": "2025"}])
def test_a_shared_reference_on_another_line_or_year_is_not_the_same(cast, paid, over):
    found = lay(cast.finance, line_of(paid), theirs(paid.decision.reference, "900,00", **over))

    assert [row[0] for row in outcomes(found)] == [MatchOutcome.THEIRS, MatchOutcome.OURS, MatchOutcome.MATCHED]


def test_of_two_that_share_a_reference_neither_is_guessed(cast, paid):
    spend(cast, paid.decision, 2_000)

    found = lay(cast.finance, line_of(paid), theirs(paid.decision.reference, "900,00"))

    assert sorted(row[0] for row in outcomes(found)) == sorted(
        [MatchOutcome.THEIRS, MatchOutcome.OURS, MatchOutcome.OURS, MatchOutcome.MATCHED]
    )


@pytest.mark.parametrize("reference", ["decision", "proposal"])
def test_the_reference_of_decision_or_proposal_finds_what_differs_in_its_amount(cast, paid, reference):
    name = str(paid.decision if reference == "decision" else paid.decision.proposal)

    found = lay(cast.finance, line_of(paid), theirs(name, "900,00", line=""))

    assert found.rows.get(number=3).outcome == MatchOutcome.AMOUNT


def test_a_package_that_names_no_year_agrees_on_the_line_alone(cast, paid):
    mapping = package()
    mapping.pk, mapping.name, mapping.year_column = None, "Zonder jaar", ""
    mapping.save()

    found = lay(cast.finance, line_of(paid, year="x"), theirs("INK-1", "1000", year="x"), mapping=mapping)

    assert {row[0] for row in outcomes(found)} == {MatchOutcome.MATCHED}


def test_the_same_file_may_be_laid_beside_another_period(cast, paid):
    first, last = PERIOD
    lay(cast.finance, line_of(paid))

    assert lay(cast.finance, line_of(paid), period=(first, date(2026, 10, 1))).pk
    assert lay(cast.finance, line_of(paid), period=(date(2026, 6, 30), last)).pk


def test_the_trail_tells_how_many_lines_came_in_and_what_was_settled(cast, paid):
    found = lay(cast.finance, line_of(paid), theirs("INK-1", "123,00"))
    row = found.rows.get(outcome=MatchOutcome.THEIRS)
    reconciliation.explain(row_id=row.pk, text="Van een ander fonds", settled=True, by=cast.finance)

    came, said = AuditEntry.objects.about(found).order_by("pk")

    assert (came.event, came.actor) == (BudgetEvent.RECONCILIATION_IMPORTED, cast.finance)
    assert came.changes == {"lines": 2}
    assert (said.actor, said.changes) == (cast.finance, {"row": row.pk, "settled": True})
