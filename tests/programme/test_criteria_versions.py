"""Versions of the criteria: copied, written, adopted with a document, or thrown away."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from applications.domain import calls
from applications.errors import CallRefused
from applications.models import Call
from core.domain import clock
from core.models import AuditEntry
from programme.domain import criteria, criteria_versions
from programme.errors import CriteriaChanged, CriteriaFixed, CriteriaNotReady, CriteriaNotYours, CriteriaRefused
from programme.models import CriteriaVersion, CriterionAnchor
from tests.applications.prepared import terms_of
from tests.programme.versions import a_decision, a_draft, adopt, an_adopted, rule, seen_of, seen_rule, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    return a_draft(cast.manager)


# Starting


def test_a_draft_says_what_the_version_says_that_it_is_a_copy_of(cast):
    source = CriteriaVersion.objects.get()
    draft = criteria_versions.start(by=cast.manager, copy_of=source.pk, request_key=uuid4())
    differing = {"number", "adopted_on"}
    copied, said = criteria.content_of(draft), criteria.content_of(source)
    assert {name: copied[name] for name in copied if name not in differing} == {
        name: said[name] for name in said if name not in differing
    }
    assert (draft.state, draft.copied_from, draft.edited_by) == ("draft", source, cast.manager)
    assert draft.number > source.number
    entry = AuditEntry.objects.get(event="criteria.started")
    assert (entry.actor, entry.changes) == (cast.manager, {"copied_from": 1})


def test_a_repeated_request_starts_one_draft(cast):
    source, key = CriteriaVersion.objects.get(), uuid4()
    first = criteria_versions.start(by=cast.manager, copy_of=source.pk, request_key=key)
    assert criteria_versions.start(by=cast.manager, copy_of=source.pk, request_key=key) == first
    criteria_versions.remove(version_id=first.pk, by=cast.manager, seen=criteria.content_sha256(first))
    with pytest.raises(CriteriaRefused):
        criteria_versions.start(by=cast.manager, copy_of=source.pk, request_key=key)


def test_a_draft_is_not_copied(cast, draft):
    with pytest.raises(CriteriaRefused):
        criteria_versions.start(by=cast.manager, copy_of=draft.pk, request_key=uuid4())


def test_a_criterion_without_anchors_gets_those_that_we_propose_and_counts_as_unconfirmed(cast, draft):
    CriterionAnchor.objects.filter(criterion__version=draft, criterion__code="lokaal").delete()
    draft.criteria.update(confirmed=True)
    bare = adopt(draft, cast.manager)
    copy = criteria_versions.start(by=cast.manager, copy_of=bare.pk, request_key=uuid4())
    assert copy.criteria.get(code="lokaal").anchors.count() == 4
    assert list(copy.criteria.filter(confirmed=False).values_list("code", flat=True)) == ["lokaal"]


# Who


def test_only_the_programme_manager_writes(cast, draft):
    source = CriteriaVersion.objects.get(number=1)
    for person in (cast.assessor1, cast.lead, cast.finance, cast.admin, cast.college, cast.partner):
        for step in (
            lambda by: criteria_versions.start(by=by, copy_of=source.pk, request_key=uuid4()),
            lambda by: criteria_versions.write_rule(version_id=draft.pk, by=by, said=rule(), seen=seen_rule(draft)),
            lambda by: criteria_versions.write_scale(version_id=draft.pk, by=by, labels={}, seen=""),
            lambda by: write(draft, by),
            lambda by: adopt(draft, by),
            lambda by: criteria_versions.remove(version_id=draft.pk, by=by, seen=criteria.content_sha256(draft)),
        ):
            with pytest.raises(CriteriaNotYours):
                step(person)
    by_people = AuditEntry.objects.filter(event__startswith="criteria.", actor__isnull=False)
    assert not by_people.exclude(actor=cast.manager).exists()


# Writing


def test_the_rule_is_written_and_the_trail_keeps_what_it_was(cast, draft):
    criteria_versions.write_rule(version_id=draft.pk, by=cast.manager, said=rule(), seen=seen_rule(draft))
    draft.refresh_from_db()
    assert (draft.threshold_percentage, draft.source, draft.confirmed) == (65, "Collegebesluit 12", True)
    changes = AuditEntry.objects.get(event="criteria.changed").changes
    assert changes == {
        "source": ["Programmaplan Talent", "Collegebesluit 12"],
        "threshold_percentage": [70, 65],
        "confirmed": [False, True],
    }


WRONG_RULES = [
    ({"minimum_points": 4}, "minimum_points"),
    ({"threshold_percentage": 0}, "threshold_percentage"),
    ({"threshold_percentage": 101}, "threshold_percentage"),
    ({"discuss_from_spread": 0}, "discuss_from_spread"),
    ({"discuss_from_spread": 4}, "discuss_from_spread"),
    ({"assessor_count": 1}, "assessor_count"),
    ({"assessor_count": 7}, "assessor_count"),
]


@pytest.mark.parametrize(("over", "field"), WRONG_RULES)
def test_a_rule_that_can_not_work_is_refused(cast, draft, over, field):
    with pytest.raises(CriteriaRefused) as refused:
        criteria_versions.write_rule(version_id=draft.pk, by=cast.manager, said=rule(**over), seen=seen_rule(draft))
    assert refused.value.field == field


def test_the_levels_of_the_scale_get_other_names(cast, draft):
    labels = {0: "Niets", 1: "Een beetje", 2: "Genoeg", 3: "Veel"}
    seen = criteria.sha256_of(criteria.scale_of(draft))
    criteria_versions.write_scale(version_id=draft.pk, by=cast.manager, labels=labels, seen=seen)
    assert dict(draft.scale.values_list("points", "label")) == labels


@pytest.mark.parametrize(
    "labels",
    [
        {0: "Niets", 1: "Een beetje", 2: "Genoeg"},
        {0: "Niets", 1: "Een beetje", 2: "Genoeg", 3: " "},
        {0: "Niets", 1: "Veel", 2: "Genoeg", 3: "Veel"},
        {0: "Niets", 1: "Een beetje", 2: "Genoeg", 3: "Veel", 4: "Meer"},
    ],
)
def test_a_scale_keeps_its_levels_each_with_a_name_of_its_own(cast, draft, labels):
    seen = criteria.sha256_of(criteria.scale_of(draft))
    with pytest.raises(CriteriaRefused):
        criteria_versions.write_scale(version_id=draft.pk, by=cast.manager, labels=labels, seen=seen)


def test_a_criterion_is_written_with_its_anchors(cast, draft):
    anchors = {0: "Niets", 1: "Iets", 2: "Goed", 3: "Heel goed"}
    write(draft, cast.manager, elaboration="Ook voor de regio", weight=2, concerns_talent=True, anchors=anchors)
    lokaal = draft.criteria.get(code="lokaal")
    assert (lokaal.elaboration, lokaal.weight, lokaal.concerns_talent) == ("Ook voor de regio", 2, True)
    assert dict(lokaal.anchors.values_list("points", "text")) == anchors
    write(draft, cast.manager, anchors=dict.fromkeys(anchors, ""))
    assert not lokaal.anchors.exists()


WRONG_CRITERIA = [
    ({"label": "Regionaal"}, "label"),
    ({"meaning": " "}, "meaning"),
    ({"weight": 0}, "weight"),
    ({"weight": 6}, "weight"),
    ({"anchors": {0: "Niets", 1: "", 2: "Goed", 3: "Heel goed"}}, "anchor_1"),
    ({"anchors": {0: "Niets"}}, "anchor_1"),
]


@pytest.mark.parametrize(("over", "field"), WRONG_CRITERIA)
def test_a_criterion_that_can_not_work_is_refused(cast, draft, over, field):
    with pytest.raises(CriteriaRefused) as refused:
        write(draft, cast.manager, **over)
    assert refused.value.field == field


def test_what_somebody_else_changed_is_not_overwritten_in_silence(cast, draft):
    seen = seen_of(draft.criteria.get(code="lokaal"))
    write(draft, cast.manager, meaning="De eerste")
    with pytest.raises(CriteriaChanged):
        write(draft, cast.manager, seen=seen, meaning="De tweede")
    assert draft.criteria.get(code="lokaal").meaning == "De eerste"


def test_a_change_of_another_part_is_no_reason_to_refuse(cast, draft):
    seen = seen_of(draft.criteria.get(code="lokaal"))
    criteria_versions.write_rule(version_id=draft.pk, by=cast.manager, said=rule(), seen=seen_rule(draft))
    write(draft, cast.manager, seen=seen, meaning="Ook dit")
    assert draft.criteria.get(code="lokaal").meaning == "Ook dit"


def test_saving_without_a_change_leaves_no_trace(cast, draft):
    before = AuditEntry.objects.count()
    write(draft, cast.manager)
    assert AuditEntry.objects.count() == before


# Adopting


def test_adopting_keeps_date_document_both_people_and_the_hash(cast, draft):
    write(draft, cast.manager, meaning="Anders")
    decision = a_decision()
    adopted = adopt(draft, cast.manager, document=decision)
    adopted.refresh_from_db()
    assert (adopted.state, adopted.adopted_on, adopted.document) == ("adopted", clock.today(), decision)
    assert (adopted.edited_by, adopted.adopted_by) == (cast.manager, cast.manager)
    assert adopted.content_sha256 == criteria.content_sha256(adopted)
    assert CriteriaVersion.objects.in_force() == adopted
    assert AuditEntry.objects.filter(event="criteria.adopted", actor=cast.manager).count() == 1


def test_a_repeat_of_the_request_adopts_once(cast):
    draft = a_draft(cast.manager, threshold_percentage=60)
    said = {"request_key": uuid4(), "seen": criteria.content_sha256(draft), "document": a_decision()}
    adopt(draft, cast.manager, **said)
    adopt(draft, cast.manager, **said)
    assert AuditEntry.objects.filter(event="criteria.adopted", actor=cast.manager).count() == 1


def test_what_is_adopted_is_what_the_page_showed(cast, draft):
    seen = criteria.content_sha256(draft)
    write(draft, cast.manager, meaning="Vlak daarvoor")
    with pytest.raises(CriteriaChanged):
        adopt(draft, cast.manager, seen=seen)


def test_a_draft_that_changes_nothing_is_not_adopted(cast, draft):
    with pytest.raises(CriteriaNotReady):
        adopt(draft, cast.manager)


def test_a_decision_of_tomorrow_is_refused(cast):
    draft = a_draft(cast.manager, threshold_percentage=60)
    with pytest.raises(CriteriaRefused):
        adopt(draft, cast.manager, adopted_on=clock.today() + timedelta(days=1))


def test_an_adopted_version_is_neither_written_nor_adopted_again_nor_removed(cast):
    adopted = an_adopted(cast.manager, threshold_percentage=60)
    for step in (
        lambda: criteria_versions.write_rule(
            version_id=adopted.pk, by=cast.manager, said=rule(), seen=seen_rule(adopted)
        ),
        lambda: write(adopted, cast.manager, meaning="Te laat"),
        lambda: adopt(adopted, cast.manager),
        lambda: criteria_versions.remove(version_id=adopted.pk, by=cast.manager, seen=criteria.content_sha256(adopted)),
    ):
        with pytest.raises(CriteriaFixed):
            step()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "adopted"}, "programme_adopted_with_document"),
        ({"state": "anders"}, "programme_criteria_state_known"),
        ({"content_sha256": "0" * 64}, "programme_draft_is_not_adopted"),
        ({"assessor_count": 0}, "programme_assessors_above_zero"),
    ],
)
def test_the_database_refuses_half_an_adoption(draft, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CriteriaVersion.objects.filter(pk=draft.pk).update(**values)


def test_somebody_who_adopts_here_has_a_document(cast, draft):
    half = {"state": "adopted", "adopted_on": clock.today(), "adopted_by": cast.manager, "content_sha256": "0" * 64}
    with pytest.raises(IntegrityError, match="programme_adopted_with_document"), transaction.atomic():
        CriteriaVersion.objects.filter(pk=draft.pk).update(**half)


def test_an_anchor_stands_on_the_scale(draft):
    criterion = draft.criteria.get(code="lokaal")
    with pytest.raises(IntegrityError, match="no level of 9 points"), transaction.atomic():
        CriterionAnchor.objects.create(criterion=criterion, points=9, text="Boven de schaal")


@pytest.mark.parametrize(("frozen", "refusal"), [(False, "is adopted"), (True, "in use")])
def test_no_anchor_is_added_to_a_version_that_had_none(cast, draft, frozen, refusal):
    CriterionAnchor.objects.filter(criterion__version=draft).delete()
    adopted = adopt(draft, cast.manager)
    if frozen:
        criteria.freeze(adopted, by=cast.assessor1)
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        CriterionAnchor.objects.create(criterion=adopted.criteria.get(code="lokaal"), points=3, text="Toch nog")


def test_no_anchor_moves_from_a_draft_into_an_adopted_version(cast, draft):
    lokaal = CriteriaVersion.objects.get(number=1).criteria.get(code="lokaal")
    with pytest.raises(IntegrityError, match="is adopted"), transaction.atomic():
        draft.criteria.get(code="lokaal").anchors.filter(points=3).update(criterion=lokaal)


# Removing


def test_a_draft_is_removed_and_the_trail_keeps_what_it_said(cast, draft):
    write(draft, cast.manager, meaning="Wat weggaat")
    criteria_versions.remove(version_id=draft.pk, by=cast.manager, seen=criteria.content_sha256(draft))
    assert not CriteriaVersion.objects.filter(pk=draft.pk).exists()
    said = AuditEntry.objects.get(event="criteria.removed").changes["content"]["criteria"]
    assert "Wat weggaat" in [criterion["meaning"] for criterion in said]


def test_a_draft_that_was_changed_since_is_not_removed(cast, draft):
    seen = criteria.content_sha256(draft)
    write(draft, cast.manager, meaning="Nog even")
    with pytest.raises(CriteriaChanged):
        criteria_versions.remove(version_id=draft.pk, by=cast.manager, seen=seen)


# Calls


def test_a_call_takes_an_adopted_version_only(cast, draft):
    with pytest.raises(CallRefused) as refused:
        calls.make(by=cast.manager, terms=terms_of(criteria_version=draft), lines=[])
    assert refused.value.field == "criteria_version"


def test_the_database_refuses_a_call_with_a_draft(call, draft):
    with pytest.raises(IntegrityError, match="is not adopted"), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(criteria_version=draft)


# Comparing and telling
