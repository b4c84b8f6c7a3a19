"""Splitting money: together the parts are the whole, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.money import percentage_of, round_to_cents, split_by_shares

amounts = st.integers(min_value=0, max_value=300_000_000).map(lambda cents: Decimal(cents) / 100)
shares = st.lists(st.integers(min_value=0, max_value=100), min_size=1, max_size=12).filter(any)


@given(amounts, shares)
def test_the_parts_are_the_whole_and_none_is_more_than_a_cent_off(amount, shares):
    parts = split_by_shares(amount, shares)

    assert sum(parts) == amount
    assert all(part == round_to_cents(part) >= 0 for part in parts)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - amount * share / sum(shares)) <= Decimal("0.01")


def test_a_share_of_nothing_gets_nothing():
    assert split_by_shares(Decimal("0.01"), [0, 50, 50]) == [0, Decimal("0.01"), 0]


@pytest.mark.parametrize("shares", [[], [0], [0, 0], [120, -20]])
def test_shares_that_divide_nothing_are_refused(shares):
    with pytest.raises(ValueError, match="shares"):
        split_by_shares(Decimal(100), shares)


def test_an_amount_in_parts_of_a_cent_can_not_be_split():
    with pytest.raises(ValueError, match="come to the amount"):
        split_by_shares(Decimal("0.005"), [1, 1])


def test_a_percentage_is_in_whole_cents():
    assert percentage_of(Decimal("0.03"), 50) == Decimal("0.02")
    assert percentage_of(Decimal("12345.67"), 80) == Decimal("9876.54")
