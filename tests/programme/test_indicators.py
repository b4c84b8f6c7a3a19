"""Indicators: values that are entered, corrected and taken back, definitions that change, and what was known when."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.domain import clock
from core.models import AuditEntry
from programme.domain import frame, indicator_definitions, indicator_values, indicators, periods
from programme.domain.indicator_definitions import DefinitionSaid
from programme.domain.indicators import IndicatorState
from programme.errors import IndicatorChanged, IndicatorNotYours, IndicatorRefused
from programme.models import Indicator, IndicatorDefinition, IndicatorImport, IndicatorValue
from programme.states import Direction, Frequency
from tests.conftest import NOON
from tests.programme.measuring import HBO, corrected, defined, measured

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def state_of(code=HBO, moment=None):
    return next(state for state in indicators.at(moment or clock.now()) if state.code == code)


def told(code=HBO, moment=None):
    return [(one.period.code, str(one.value.normalize())) for one in state_of(code, moment).values]


def test_the_plan_gives_four_indicators_with_where_they_began_and_no_value(cast):
    found = indicators.at(clock.now())
    assert [state.code for state in found] == [HBO, "stayrate-wo", "stayrate-mbo", "leeftijd-focusgebied"]
    assert [state.baseline.value for state in found] == [80, 50, 90, None]
    assert found[0].baseline.words == "ongeveer 80 (ruim 20 % vertrekt)"
    assert not any(state.values or state.target for state in found)


def test_loading_the_frame_again_leaves_what_the_manager_wrote(cast):
    defined(cast.manager, name="Blijfkans hbo")
    frame.load(frame.read())
    assert state_of().name == "Blijfkans hbo"
    assert IndicatorDefinition.objects.filter(indicator__code=HBO).count() == 2


def test_a_value_is_there_with_its_source_and_who_entered_it(cast):
    with clock.set_to(NOON):
        row = measured(cast.lead, "2025", "81.25", source=" CBS, maart 2026 ")
    assert (row.source, row.entered_by, row.entered_at) == ("CBS, maart 2026", cast.lead, NOON)
    assert told() == [("2025", "81.25")]
    entry = AuditEntry.objects.filter(event="indicator.measured").last()
    assert entry.actor == cast.lead
    assert entry.changes == {"period": "2025", "value": "81.25", "source": "CBS, maart 2026"}


@pytest.mark.parametrize("who", ["partner", "assessor1", "finance", "college", "council", "talent", "admin"])
def test_nobody_but_the_manager_and_the_leads_enters_or_corrects(cast, who):
    row = measured(cast.manager, "2024", 80)
    with pytest.raises(IndicatorNotYours):
        measured(getattr(cast, who), "2025", 80)
    with pytest.raises(IndicatorNotYours):
        corrected(row, getattr(cast, who), 81)


@pytest.mark.parametrize("who", ["lead", "finance", "assessor1", "college"])
def test_nobody_but_the_manager_says_what_an_indicator_means(cast, who):
    with pytest.raises(IndicatorNotYours):
        defined(getattr(cast, who), name="Anders")
    with pytest.raises(IndicatorNotYours):
        indicator_definitions.add(
            by=getattr(cast, who), said=DefinitionSaid(name="Nieuw", unit="%"), request_key=uuid4()
        )


WRONG = {
    "a quarter": ({"period": "2025-K1"}, "another kind of period"),
    "still to come": ({"period": "2099"}, "still to come"),
    "five decimals": ({"value": "1.00001"}, "four decimals"),
    "eleven digits": ({"value": "12345678901"}, "too large"),
    "not a number": ({"value": "NaN"}, "too large"),
    "no source": ({"source": "  "}, "where this value comes from"),
    "a long source": ({"source": "x" * 201}, "longer than 200"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_can_not_be_is_refused_with_a_reason(cast, name):
    over, sentence = WRONG[name]
    with pytest.raises(IndicatorRefused, match=sentence):
        measured(cast.manager, **{"period": "2025", "value": "80", **over})
    assert not IndicatorValue.objects.exists()


def test_a_period_has_one_value_and_a_second_one_is_a_correction(cast):
    measured(cast.manager, "2025", 80)
    with pytest.raises(IndicatorRefused, match="Correct that one"):
        measured(cast.lead, "2025", 81)
    with pytest.raises(IntegrityError, match="programme_value_once_a_period"), transaction.atomic():
        first = IndicatorValue.objects.get()
        first.pk = None
        first.save(force_insert=True)


def test_sending_a_value_twice_enters_it_once(cast):
    key, indicator = uuid4(), Indicator.objects.get(code=HBO)
    said = {
        "indicator_id": indicator.pk,
        "by": cast.lead,
        "period": periods.parse("2025"),
        "value": Decimal(80),
        "source": "Meting",
        "request_key": key,
    }
    assert indicator_values.enter(**said) == indicator_values.enter(**said)
    assert IndicatorValue.objects.count() == 1


def test_a_correction_counts_from_its_moment_and_the_old_value_stays_known(cast):
    with clock.set_to(NOON):
        first = measured(cast.lead, "2025", 80)
    with clock.set_to(NOON + timedelta(days=1)):
        second = corrected(first, cast.manager, 81, "Verkeerde kolom")
    with clock.set_to(NOON + timedelta(days=2)):
        corrected(second, cast.lead, None, "Bleek een schatting")
    assert told(moment=NOON - timedelta(seconds=1)) == []
    assert told(moment=NOON) == [("2025", "8E+1")]
    assert told(moment=NOON + timedelta(days=1)) == [("2025", "81")]
    assert state_of(moment=NOON + timedelta(days=1)).values[0].reason == "Verkeerde kolom"
    assert told(moment=NOON + timedelta(days=3)) == []


def test_what_was_taken_back_is_entered_again_by_a_correction(cast):
    gone = corrected(measured(cast.lead, "2025", 80), cast.lead, None)
    with pytest.raises(IndicatorRefused, match="Correct that one"):
        measured(cast.lead, "2025", 81)
    corrected(gone, cast.lead, 82)
    assert told() == [("2025", "82")]


def test_of_two_people_who_correct_one_value_the_second_is_told(cast):
    first = measured(cast.lead, "2025", 80)
    corrected(first, cast.lead, 81)
    with pytest.raises(IndicatorChanged):
        corrected(first, cast.manager, 82)
    with pytest.raises(IntegrityError, match="corrects_id"), transaction.atomic():
        IndicatorValue.objects.create(**{**row_like(first), "corrects": first, "reason": "Toch"})


def row_like(row):
    names = ("indicator_id", "frequency", "first_day", "value", "source", "entered_by_id", "entered_at")
    return {name: getattr(row, name) for name in names}


def test_a_correction_without_a_reason_or_a_difference_is_refused(cast):
    first = measured(cast.lead, "2025", 80)
    for over, sentence in (({"reason": " "}, "why"), ({"value": 80}, "Nothing differs")):
        with pytest.raises(IndicatorRefused, match=sentence):
            corrected(first, cast.lead, **{"value": 81, **over})
    with pytest.raises(IntegrityError, match="programme_correction_with_reason"), transaction.atomic():
        IndicatorValue.objects.create(**{**row_like(first), "corrects": first, "reason": ""})


SPOILED = {
    "another period": {"first_day": date(2024, 1, 1)},
    "another kind": {"frequency": Frequency.MONTH},
    "an earlier moment": {"entered_at": NOON - timedelta(days=900)},
}


@pytest.mark.parametrize("name", SPOILED)
def test_the_database_refuses_a_correction_of_something_else(cast, name):
    first = measured(cast.lead, "2025", 80)
    said = {**row_like(first), "corrects": first, "reason": "Toch", **SPOILED[name]}
    with pytest.raises(IntegrityError, match="earlier row"), transaction.atomic():
        IndicatorValue.objects.create(**said)


@pytest.mark.parametrize(
    ("frequency", "day"),
    [("jaar", (2025, 7, 1)), ("halfjaar", (2025, 4, 1)), ("kwartaal", (2025, 2, 1)), ("maand", (2025, 2, 2))],
)
def test_the_database_knows_where_a_period_begins(cast, frequency, day):
    first = measured(cast.lead, "2024", 80)
    with pytest.raises(IntegrityError, match="programme_value_of_a_period"), transaction.atomic():
        IndicatorValue.objects.create(**{**row_like(first), "frequency": frequency, "first_day": date(*day)})


def test_nothing_that_was_said_is_ever_changed_or_removed(cast):
    row = measured(cast.lead, "2025", 80)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        IndicatorValue.objects.filter(pk=row.pk).update(value=1)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        IndicatorDefinition.objects.update(unit="euro")


@pytest.mark.parametrize("model", [IndicatorValue, IndicatorDefinition, IndicatorImport])
def test_no_table_of_the_indicators_can_be_emptied(cast, model):
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")
        transaction.set_rollback(True)


def test_a_definition_counts_from_its_moment_and_the_earlier_wording_stays(cast):
    before = clock.now()
    defined(cast.manager, definition="Een jaar na het diploma", target_value=Decimal(85), target_year=2027)
    assert state_of().target.value == 85
    assert state_of(moment=before).target is None
    made = IndicatorDefinition.objects.get(indicator__code=HBO, number=2)
    assert (made.written_by, made.reason) == (cast.manager, "Afgesproken")
    entry = AuditEntry.objects.filter(event="indicator.defined").last()
    assert entry.changes["target_value"] == "85"


def test_an_indicator_that_is_no_longer_followed_is_left_out_from_then_on(cast):
    before = clock.now()
    defined(cast.manager, followed=False)
    assert HBO not in [state.code for state in indicators.at(clock.now())]
    assert HBO in [state.code for state in indicators.at(before)]


REFUSED = {
    "no name": ({"name": " "}, "name"),
    "the name of another": ({"name": "blijfpercentage WO-afgestudeerden in Twente"}, "Another indicator"),
    "no unit": ({"unit": ""}, "measured"),
    "a target without a year": ({"target_value": Decimal(85)}, "both or neither"),
    "a year without a target": ({"target_year": 2027}, "both or neither"),
    "a target long ago": ({"target_value": Decimal(85), "target_year": 1900}, "1990"),
    "a period of nothing": (
        {"baseline_value": None, "baseline_words": "", "baseline_period": "2023"},
        "baseline of this period",
    ),
    "no reason": ({"reason": " ", "name": "Anders"}, "why"),
    "nothing": ({}, "Nothing differs"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_definition_that_does_not_hold_together_is_refused(cast, name):
    over, sentence = REFUSED[name]
    with pytest.raises(IndicatorRefused, match=sentence):
        defined(cast.manager, **over)


def test_another_unit_would_change_what_the_values_mean(cast):
    defined(cast.manager, unit="procent")
    measured(cast.lead, "2025", 80)
    with pytest.raises(IndicatorRefused, match="unit stays"):
        defined(cast.manager, unit="personen")


def test_of_two_who_change_a_definition_the_second_is_told(cast):
    indicator = Indicator.objects.get(code=HBO)
    said = indicator_definitions.said_of(indicator_values.definition_of(indicator))
    defined(cast.manager, source="CBS")
    with pytest.raises(IndicatorChanged):
        indicator_definitions.define(indicator_id=indicator.pk, by=cast.manager, said=said, reason="Terug", seen=1)
    with pytest.raises(IntegrityError, match="programme_definition_once"), transaction.atomic():
        IndicatorDefinition.objects.create(
            indicator=indicator,
            number=2,
            name="x",
            unit="%",
            direction="hoger",
            frequency="jaar",
            written_at=NOON,
            reason="x",
            written_by=cast.manager,
        )


@pytest.mark.parametrize(
    ("over", "constraint"),
    [
        ({"direction": "omhoog"}, "programme_direction_known"),
        ({"frequency": "eeuw"}, "programme_frequency_known"),
        ({"target_year": 2027}, "programme_target_with_year"),
        ({"name": ""}, "programme_indicator_has_name"),
        ({"reason": ""}, "programme_definition_change_with_reason"),
        ({"written_by": None}, "programme_definition_change_with_reason"),
    ],
)
def test_the_database_refuses_a_definition_that_can_not_be(cast, over, constraint):
    said = {
        "name": "x",
        "unit": "%",
        "direction": "hoger",
        "frequency": "jaar",
        "reason": "x",
        "written_by": cast.manager,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        IndicatorDefinition.objects.create(
            indicator=Indicator.objects.get(code=HBO), number=2, written_at=NOON, **{**said, **over}
        )


def test_a_new_indicator_comes_last_with_a_code_of_its_own(cast):
    said = DefinitionSaid(name="Nieuw", unit="personen", direction=Direction.LOWER, frequency=Frequency.QUARTER)
    key = uuid4()
    made = indicator_definitions.add(by=cast.manager, said=said, request_key=key)
    assert indicator_definitions.add(by=cast.manager, said=said, request_key=key) == made
    assert made.code == "nieuw-2"  # /nieuw/ is a page
    assert indicators.at(clock.now())[-1].code == "nieuw-2"
    measured(cast.lead, "2025-K4", 12, code=made.code)
    assert told(made.code) == [("2025-K4", "12")]


def test_a_state_survives_being_stored_as_json(cast):
    defined(cast.manager, target_value=Decimal("85.5"), target_year=2027, source="CBS", definition="Wat <b>het</b> is")
    corrected(measured(cast.lead, "2024", "79.125"), cast.manager, "79.5")
    measured(cast.lead, "2025", 80)
    state = state_of()
    assert IndicatorState.from_json(state.to_json()) == state
    assert "Lead" not in str(state.to_json())


def test_all_indicators_cost_two_queries_however_many_values(cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        indicators.at(clock.now())
    for year in range(1995, 2026):
        measured(cast.lead, str(year), year)
    with django_assert_num_queries(2):
        assert len(state_of().values) == 31
