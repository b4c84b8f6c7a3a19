"""Euros: read the Dutch way or refused, never changed."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.domain import money
from core.errors import AmountNotUnderstood
from core.forms import EuroField, SignedEuroField

AMOUNTS = st.decimals(min_value=0, max_value=money.LARGEST, places=2)


@pytest.fixture(autouse=True)
def dutch():
    with translation.override("nl"):
        yield


UNDERSTOOD = {
    "25000": "25000.00",
    "25.000": "25000.00",
    "25000,50": "25000.50",
    "25.000,5": "25000.50",
    "€ 25.000,-": "25000.00",
    "€25.000": "25000.00",
    "€\u00a025.000": "25000.00",
    "EUR 25.000": "25000.00",
    "  25000 \n": "25000.00",
    "1.000.000": "1000000.00",
    "0": "0.00",
    "0,01": "0.01",
    "007": "7.00",
    "9.999.999.999,99": "9999999999.99",
}


@pytest.mark.parametrize("typed", UNDERSTOOD)
def test_what_a_dutch_person_types_is_understood(typed):
    amount = money.parse_euros(typed)
    assert str(amount) == UNDERSTOOD[typed]


REFUSED = [
    "", "   ", "€", "nan", "NaN", "inf", "-inf", "1e9", "1E5", "-1", "\u22121", "€ -5", "1,000", "25.00", "25.0000",
    "2.5", "25,", "25,--", ",50", ".500", "1.00.000", "1..000", "12.3456", "25 000", "25000 euro", "tienduizend",
    "1,234.56", "25.000.00", "0x10", "1_000", "+5", "２５０００", "٢٥", "½", "25\u200b000", "25000;--", "=1+1",
    "99999999999999999999", "10.000.000.000", "€€5", "5\x00",
]  # fmt: skip


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_no_amount_or_could_be_two_is_refused_with_a_reason(typed):
    with pytest.raises(AmountNotUnderstood) as refused:
        money.parse_euros(typed)
    assert str(refused.value)


def test_the_reason_repeats_what_was_typed_but_not_a_whole_book():
    with pytest.raises(AmountNotUnderstood) as refused:
        money.parse_euros("x" * 10_000)
    assert len(str(refused.value)) < 200


@given(AMOUNTS)
def test_what_stands_in_a_field_reads_back_as_the_same_amount(amount):
    assert money.parse_euros(money.format_input(amount)) == amount


@given(AMOUNTS)
def test_what_a_dutch_reader_sees_reads_back_as_the_same_amount(amount):
    with translation.override("nl"):
        assert money.parse_euros(money.format_euros(amount)) == amount


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_an_amount_of_two_places_or_a_reason(typed):
    try:
        amount = money.parse_euros(typed)
    except AmountNotUnderstood:
        return
    assert 0 <= amount <= money.LARGEST
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("amount", "dutch_text", "english_text"),
    [
        ("25000", "€\u00a025.000", "€\u00a025,000"),
        ("25000.5", "€\u00a025.000,50", "€\u00a025,000.50"),
        ("0", "€\u00a00", "€\u00a00"),
        ("-5", "€\u00a0\u22125", "€\u00a0\u22125"),
        ("-0.001", "€\u00a00", "€\u00a00"),
        ("999.995", "€\u00a01.000", "€\u00a01,000"),
    ],
)
def test_an_amount_is_written_for_its_reader(amount, dutch_text, english_text):
    assert money.format_euros(Decimal(amount)) == dutch_text
    with translation.override("en"):
        assert money.format_euros(Decimal(amount)) == english_text


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00"), ("2.675", "2.68")]
)
def test_half_a_cent_goes_away_from_zero(amount, rounded):
    assert money.round_to_cents(Decimal(amount)) == Decimal(rounded)


def test_nothing_adds_up_to_zero_with_cents():
    assert str(money.total([])) == "0.00"
    assert str(money.total([Decimal("0.10"), Decimal("0.20")])) == "0.30"


def test_a_field_keeps_what_was_typed_and_says_why_it_is_refused():
    class Form(forms.Form):
        amount = EuroField()

    form = Form({"amount": "25.00"})
    assert not form.is_valid()
    assert form["amount"].value() == "25.00"
    assert "25.00" in form.errors["amount"][0]


def test_a_field_shows_an_amount_as_a_person_would_type_it():
    class Form(forms.Form):
        amount = EuroField(required=False)

    assert Form(initial={"amount": Decimal("1250.50")})["amount"].value() == "1250,50"
    blank = Form({"amount": " "})
    assert blank.is_valid()
    assert blank.cleaned_data["amount"] is None
    assert Form({"amount": "1.250,50"}).is_valid()


BELOW_ZERO = {
    "-5000": "-5000.00",
    "- 5.000": "-5000.00",
    "\u22125.000,50": "-5000.50",
    "€ -5.000": "-5000.00",
    "-€ 5.000": "-5000.00",
    "€\u00a0\u22125.000": "-5000.00",
    "EUR -1": "-1.00",
    "-5.000,-": "-5000.00",
}


@pytest.mark.parametrize("typed", BELOW_ZERO)
def test_an_amount_that_may_be_below_zero_has_its_minus_in_front(typed):
    assert str(money.parse_signed_euros(typed)) == BELOW_ZERO[typed]


@pytest.mark.parametrize("typed", UNDERSTOOD)
def test_an_amount_that_may_be_below_zero_is_often_above_it(typed):
    assert str(money.parse_signed_euros(typed)) == UNDERSTOOD[typed]


@pytest.mark.parametrize("typed", ["-0", "€ -0", "\u22120,00"])
def test_there_is_no_zero_below_zero(typed):
    assert str(money.parse_signed_euros(typed)) == "0.00"


NO_SIGNED_AMOUNT = sorted({*REFUSED} - {"-1", "\u22121", "€ -5"})
NO_SIGNED_AMOUNT += ["-", "--5", "- -5", "\u2013 5", "5-", "5.000-", "-€ -5", "-1.00", "-nan", "-€€5", "(5)", "-,5"]


@pytest.mark.parametrize("typed", NO_SIGNED_AMOUNT)
def test_what_is_no_amount_with_a_sign_is_refused_with_a_reason(typed):
    with pytest.raises(AmountNotUnderstood) as refused:
        money.parse_signed_euros(typed)
    assert str(refused.value)


@given(st.decimals(min_value=-money.LARGEST, max_value=money.LARGEST, places=2))
def test_what_stands_in_a_signed_field_or_on_a_page_reads_back_as_the_same_amount(amount):
    assert money.parse_signed_euros(money.format_input(amount)) == amount
    with translation.override("nl"):
        assert money.parse_signed_euros(money.format_euros(amount)) == amount


def test_a_signed_field_takes_a_minus_and_keeps_what_was_typed():
    class Shift(forms.Form):
        amount = SignedEuroField()

    assert Shift({"amount": "-5.000"}).is_valid()
    wrong = Shift({"amount": "5.000-"})
    assert not wrong.is_valid()
    assert 'value="5.000-"' in str(wrong["amount"])
    assert 'inputmode="text"' in str(wrong["amount"])
