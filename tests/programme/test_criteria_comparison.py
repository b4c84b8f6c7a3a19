"""What differs between versions of the criteria, which of them counts, and who changed what."""

from datetime import timedelta

import pytest
from django.utils import translation

from core.domain import clock
from programme.domain import criteria_comparison, criteria_history, criteria_versions
from programme.models import CriteriaVersion
from tests.programme.versions import a_draft, adopt, an_adopted, rule, seen_rule, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    return a_draft(cast.manager)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("english")
def test_a_comparison_tells_what_went_and_what_came(cast, draft):
    write(draft, cast.manager, meaning="Draagt bij aan de stad", weight=2)
    criteria_versions.write_rule(version_id=draft.pk, by=cast.manager, said=rule(), seen=seen_rule(draft))
    draft.refresh_from_db()
    rules, lokaal = criteria_comparison.compare(CriteriaVersion.objects.in_force(), draft)
    assert {difference.what for difference in lokaal.differences} == {"Meaning", "Weight"}
    meaning = next(difference for difference in lokaal.differences if difference.what == "Meaning")
    assert "".join(words.text for words in meaning.now) == "Draagt bij aan de stad"
    assert [words.text for words in meaning.now if words.changed] == ["stad"]
    assert len(rules.differences) == 3


def test_versions_that_say_the_same_have_no_differences(cast, draft):
    assert criteria_comparison.compare(CriteriaVersion.objects.in_force(), draft) == []


def test_a_version_is_compared_with_the_one_before_it(cast, draft):
    first = CriteriaVersion.objects.get(number=1)
    second = an_adopted(cast.manager, threshold_percentage=60)
    assert CriteriaVersion.objects.before(first) is None
    assert CriteriaVersion.objects.before(second) == first
    assert CriteriaVersion.objects.before(draft) == second


def test_a_decision_counts_after_the_version_of_the_frame_also_when_that_was_loaded_later(cast):
    first = CriteriaVersion.objects.get(number=1)
    earlier = first.adopted_on - timedelta(days=30)
    second = adopt(a_draft(cast.manager, threshold_percentage=60), cast.manager, adopted_on=earlier)
    assert CriteriaVersion.objects.in_force() == second
    assert CriteriaVersion.objects.before(second) == first
    assert CriteriaVersion.objects.before(first) is None


def test_of_two_decisions_the_later_one_counts_whoever_is_entered_first(cast):
    day = clock.today()
    later = adopt(a_draft(cast.manager, threshold_percentage=60), cast.manager, adopted_on=day)
    older = adopt(a_draft(cast.manager, threshold_percentage=50), cast.manager, adopted_on=day - timedelta(days=3))
    assert CriteriaVersion.objects.in_force() == later
    assert CriteriaVersion.objects.before(later) == older


@pytest.mark.usefixtures("english")
def test_the_history_names_who_changed_which_part(cast, draft):
    write(draft, cast.manager, meaning="Anders", anchors={0: "Niets", 1: "Iets", 2: "Goed", 3: "Heel goed"})
    started, changed = criteria_history.of(draft)
    assert (started.actor, changed.actor) == ("Manager", "Manager")
    assert changed.body == "Lokaal en regionaal: anchors, meaning"
