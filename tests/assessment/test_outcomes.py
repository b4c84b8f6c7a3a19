from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.outcomes import Judged, Rule, outcome_by

RULE = Rule(minimum_points=1, threshold_percentage=70, highest_points=3)


def result_of(*points, rule=RULE, gate=True, weights=None):
    weights = weights or [1] * len(points)
    judged = [Judged(f"C{n}", given, weight) for n, (given, weight) in enumerate(zip(points, weights, strict=True))]
    return outcome_by(rule, passes_gate=gate, judged=judged)


@pytest.mark.parametrize(
    ("points", "outcome"),
    [
        ((3, 3, 3, 3, 3, 3), "positive"),
        ((2, 2, 2, 2, 2, 3), "positive"),  # 13 of 18 is 72.2 %
        ((2, 2, 2, 2, 2, 2), "negative"),  # 12 of 18 is 66.7 %
        ((3, 3, 3, 3, 3, 1), "conditional"),
        ((3, 3, 3, 3, 3, 0), "negative"),  # 83 %, but a 0
        ((3, 3, 3, 1, 1, 2), "conditional"),  # 13 of 18
        ((3, 3, 2, 1, 1, 2), "negative"),  # a 1 does not help a total that is too low
        ((2, 2, 2, None, 2, 3), "positive"),  # 11 of 15 is 73.3 %: five count
        ((2, 2, 2, None, 2, 2), "negative"),  # 10 of 15
        ((3, 3, 3, None, 1, 2), "conditional"),
    ],
)
def test_the_rule_of_the_frame(points, outcome):
    assert result_of(*points).outcome == outcome


def test_a_closed_gate_is_negative_whatever_the_points():
    assert result_of(3, 3, 3, 3, 3, 3, gate=False).outcome == "negative"


def test_exactly_the_threshold_is_enough_and_a_hair_less_is_not():
    rule = Rule(minimum_points=1, threshold_percentage=70, highest_points=10)
    assert result_of(7, 7, 7, rule=rule).outcome == "positive"
    assert result_of(7, 7, 6, rule=rule).outcome == "negative"
    almost = result_of(9, 2, rule=rule, weights=[1749, 751])  # 17243 of 25000 is 68.97 %
    assert almost.outcome == "negative"


def test_sixty_nine_point_ninety_six_is_not_seventy_and_is_not_shown_as_such():
    rule = Rule(minimum_points=1, threshold_percentage=70, highest_points=100)
    result = result_of(*[70] * 24, 69, rule=rule)  # 1749 of 2500
    assert Fraction(result.points, result.points_possible) == Fraction("0.6996")
    assert result.outcome == "negative"
    assert result.percentage == Decimal("69.9")


def test_weights_count_in_points_and_in_what_is_possible():
    result = result_of(3, 1, weights=[3, 1])
    assert (result.points, result.points_possible, result.outcome) == (10, 12, "conditional")


def test_nothing_that_applies_is_negative():
    result = result_of(None, None)
    assert (result.outcome, result.points_possible, result.percentage) == ("negative", 0, Decimal("0.0"))


def test_the_result_names_what_it_rests_on():
    result = result_of(0, 1, 2, gate=False)
    assert (result.below_minimum, result.at_minimum) == (("C0",), ("C1",))
    assert (result.passes_gate, result.reaches_threshold) == (False, False)


def model(rule, gate, judged):
    """The domain's sentence, written down again in another way."""
    weight_of_all = sum(item.weight for item in judged if item.points is not None)
    if not gate or weight_of_all == 0:
        return "negative"
    average = sum(
        Fraction(item.points, rule.highest_points) * Fraction(item.weight, weight_of_all)
        for item in judged
        if item.points is not None
    )
    lowest = min(item.points for item in judged if item.points is not None)
    if lowest < rule.minimum_points or average < Fraction(rule.threshold_percentage, 100):
        return "negative"
    return "conditional" if lowest == rule.minimum_points else "positive"


@settings(max_examples=500)
@given(
    data=st.data(),
    gate=st.booleans(),
    highest=st.integers(1, 10),
    threshold=st.integers(0, 100),
    count=st.integers(1, 8),
)
def test_the_rule_agrees_with_an_independent_model(data, gate, highest, threshold, count):
    rule = Rule(data.draw(st.integers(0, highest)), threshold, highest)
    points = st.one_of(st.none(), st.integers(0, highest))
    judged = [Judged(f"C{n}", data.draw(points), data.draw(st.integers(1, 5))) for n in range(count)]
    result = outcome_by(rule, passes_gate=gate, judged=judged)
    assert result.outcome == model(rule, gate, judged)
    shown = result.percentage
    exact = Fraction(100 * result.points, result.points_possible or 1)
    assert Fraction(shown) <= exact < Fraction(shown) + Fraction(1, 10)
