"""Loading the council's frame."""

import copy
from collections import Counter

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError

from core.domain import clock
from core.models import AuditEntry
from programme.domain import criteria, frame, frame_shape
from programme.errors import CriteriaNotAdopted, FrameInvalid
from programme.models import (
    Area,
    CriteriaVersion,
    Criterion,
    CriterionAnchor,
    DesiredResult,
    Indicator,
    Line,
    ScaleLevel,
    TargetGroup,
)
from tests.programme.versions import a_draft

MODELS = (Area, CriteriaVersion, Criterion, CriterionAnchor, DesiredResult, Indicator, Line, ScaleLevel, TargetGroup)


def snapshot():
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


@pytest.fixture
def data():
    return frame.read()


@pytest.fixture
def loaded(blank, data):
    frame.load(data)
    return data


def test_the_file_is_the_councils_frame(data):
    assert [line["code"] for line in data["lijnen"]] == ["wonen", "werken", "leven", "imago", "samenwerking"]
    by_year = Counter()
    for line in data["lijnen"]:
        by_year.update(line["budget"])
    assert by_year == {2025: 1_070_000, 2026: 1_070_000, 2027: 860_000}
    assert sum(by_year.values()) == data["reserve"]["programma"] == 3_000_000


def test_everything_but_the_money_becomes_data(loaded):
    assert Line.objects.count() == 5
    assert dict(Counter(DesiredResult.objects.values_list("line__code", flat=True))) == {
        "wonen": 3, "werken": 5, "leven": 6, "imago": 4, "samenwerking": 3,
    }  # fmt: skip
    assert TargetGroup.objects.count() == 8
    assert Area.objects.count() == 9
    assert Indicator.objects.count() == 4
    assert Line.objects.get(code="samenwerking").work_kind == "inspanning"
    assert set(Line.objects.exclude(code="samenwerking").values_list("work_kind", flat=True)) == {"activiteit"}


def test_the_criteria_spell_talent_and_one_may_be_not_applicable(loaded):
    version = CriteriaVersion.objects.get()
    assert "".join(version.criteria.values_list("letter", flat=True)) == "TALENT"
    assert list(version.criteria.filter(may_be_not_applicable=True).values_list("code", flat=True)) == ["effectief"]
    assert list(version.scale.values_list("points", flat=True)) == [0, 1, 2, 3]
    rule = (version.minimum_points, version.threshold_percentage, version.discuss_from_spread, version.assessor_count)
    assert rule == (1, 70, 2, 2)
    assert not version.confirmed
    assert not version.criteria.filter(confirmed=True).exists()


def test_a_second_time_changes_nothing(loaded):
    before, trail = snapshot(), AuditEntry.objects.count()
    frame.load(loaded)
    assert snapshot() == before
    assert AuditEntry.objects.count() == trail


def test_each_change_leaves_one_row_in_the_trail(loaded):
    loaded["lijnen"][0]["ambitie"] = "Anders"
    trail = AuditEntry.objects.count()
    frame.load(loaded)
    assert Line.objects.get(code="wonen").ambition == "Anders"
    assert AuditEntry.objects.count() == trail + 1
    assert AuditEntry.objects.last().changes == {"ambition": "Anders"}


def test_every_criterion_comes_with_anchors_that_we_propose_and_nobody_confirmed(loaded):
    for criterion in Criterion.objects.prefetch_related("anchors"):
        assert [anchor.points for anchor in criterion.anchors.all()] == [0, 1, 2, 3], criterion.code
        assert not criterion.confirmed
    assert len(set(CriterionAnchor.objects.values_list("text", flat=True))) == 24
    marked = Criterion.objects.filter(concerns_talent=True).values_list("code", flat=True)
    assert set(marked) == {"talent", "aantrekkelijk", "netwerk"}


def test_the_version_of_the_frame_is_adopted_by_nobody_here(loaded):
    version = CriteriaVersion.objects.get()
    assert (version.state, version.adopted_on, version.adopted_by, version.document) == (
        "adopted", clock.today(), None, None,
    )  # fmt: skip
    assert version.content_sha256 == criteria.content_sha256(version)
    assert version.frozen_at is None


def test_adopted_criteria_are_left_alone_and_the_rest_is_loaded(loaded):
    loaded["criteria"][0]["label"] = "Iets anders"
    loaded["beslisregel"]["drempel_percentage"] = 10
    loaded["lijnen"][0]["naam"] = "Wonen en zo"
    frame.load(loaded)
    assert Criterion.objects.get(position=1).label == "Talent centraal"
    assert CriteriaVersion.objects.get().threshold_percentage == 70
    assert Line.objects.get(code="wonen").name == "Wonen en zo"


def test_what_the_data_no_longer_names_stays(loaded):
    loaded["gebieden"].pop()
    frame.load(loaded)
    assert Area.objects.count() == 9


WRONG = {
    "no mapping": (lambda data: [], "frame: must be a mapping"),
    "no lines": (lambda data: data.update(lijnen=[]), "lijnen: must be a list"),
    "line without code": (lambda data: data["lijnen"][0].pop("code"), "lijnen 1: code is missing"),
    "line twice": (lambda data: data["lijnen"][1].update(code="wonen"), "lijnen 2: code wonen stands there twice"),
    "kind of work": (lambda data: data["lijnen"][0].update(soort="iets"), "lijnen 1: soort must be one of"),
    "programme as number": (lambda data: data["lijnen"][0].update(begrotingsprogramma=8), "must be text"),
    "task field alone": (lambda data: data["lijnen"][0].update(taakveld="8.3"), "taakveld must give naam and bevestigd"),
    "task field unsure": (
        lambda data: data["lijnen"][0].update(taakveld={"naam": "8.3 Wonen", "bevestigd": "nee"}),
        "taakveld must be true or false",
    ),
    "long name": (lambda data: data["lijnen"][0].update(naam="x" * 41), "naam is longer than 40"),
    "no results": (lambda data: data["lijnen"][2].update(resultaten=[]), "leven needs a list of resultaten"),
    "result twice": (
        lambda data: data["lijnen"][1]["resultaten"][0].update(code="wonen-1"), "code wonen-1 stands there twice"
    ),
    "comma without quotes": (
        lambda data: data["lijnen"][0]["resultaten"][0].update({"duurzaam": None}), "duurzaam is not a field that we know"
    ),
    "broken euros": (lambda data: data["lijnen"][0]["budget"].update({2025: 0.1}), "whole euros"),
    "negative euros": (lambda data: data["lijnen"][0]["budget"].update({2025: -1}), "whole euros"),
    "not talent": (lambda data: data["criteria"].reverse(), "the letters spell TNELAT"),
    "flag as text": (lambda data: data["criteria"][0].update(bevestigd="nee"), "bevestigd must be true or false"),
    "above hundred": (lambda data: data["beslisregel"].update(drempel_percentage=101), "must be at most 100"),
    "percent as text": (lambda data: data["beslisregel"].update(drempel_percentage="70"), "must be a whole number"),
    "minimum off scale": (lambda data: data["beslisregel"].update(minimum_per_criterium=4), "above the highest level"),
    "no rule": (lambda data: data.pop("beslisregel"), "beslisregel: must be a mapping"),
    "points twice": (lambda data: data["schaal"][1].update(punten=0), "punten 0 stands there twice"),
    "stream": (lambda data: data["doelgroepen"][0].update(stroom="weg"), "doelgroepen 1: stroom must be one of"),
    "area empty": (lambda data: data["gebieden"].append(" "), "gebieden 10: naam must be text"),
    "moments": (lambda data: data.update(migratiemomenten=["op reis"]), "migratiemomenten: must be"),
    "no source": (lambda data: data.pop("bron"), "bron"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_data_that_is_wrong_says_where_and_loads_nothing(blank, data, name):
    spoil, sentence = WRONG[name]
    wrong = copy.deepcopy(data)
    outcome = spoil(wrong)
    with pytest.raises(FrameInvalid, match=sentence):
        frame.load(outcome if name == "no mapping" else wrong)
    assert not Line.objects.exists()


def test_every_problem_is_told_at_once(data):
    data["lijnen"][0]["code"] = ""
    data["schaal"][0]["punten"] = -1
    with pytest.raises(FrameInvalid) as refused:
        frame_shape.check(data)
    assert len(refused.value.problems) == 2


# Freezing


def test_freezing_keeps_moment_and_hash_once(loaded, cast):
    version = CriteriaVersion.objects.get()
    criteria.freeze(version, by=cast.assessor1)
    assert version.frozen_at is not None
    first = (version.frozen_at, version.content_sha256)
    criteria.freeze(version, by=cast.assessor2)
    version.refresh_from_db()
    assert (version.frozen_at, version.content_sha256) == first == (first[0], criteria.content_sha256(version))
    assert AuditEntry.objects.get(event="criteria.frozen").actor == cast.assessor1


@pytest.mark.parametrize(
    "touch",
    [
        lambda draft: draft.criteria.filter(code="lokaal").update(meaning="Anders"),
        lambda draft: draft.criteria.filter(code="lokaal").update(concerns_talent=True),
        lambda draft: draft.criteria.filter(code="lokaal").update(confirmed=True),
        lambda draft: CriterionAnchor.objects.filter(criterion__version=draft, points=3).update(text="Top"),
        lambda draft: CriterionAnchor.objects.filter(criterion__version=draft, points=3).delete(),
        lambda draft: draft.scale.filter(points=3).update(label="Top"),
        lambda draft: CriteriaVersion.objects.filter(pk=draft.pk).update(threshold_percentage=60),
        lambda draft: CriteriaVersion.objects.filter(pk=draft.pk).update(confirmed=True),
    ],
)
def test_the_hash_tells_every_change_apart(cast, touch):
    draft = a_draft(cast.manager)
    before = criteria.content_sha256(draft)
    assert criteria.content_sha256(draft) == before
    touch(draft)
    assert criteria.content_sha256(CriteriaVersion.objects.get(pk=draft.pk)) != before


@pytest.mark.parametrize(
    "touch",
    [
        lambda version: Criterion.objects.filter(code="lokaal").update(meaning="Anders"),
        lambda version: Criterion.objects.filter(code="lokaal").delete(),
        lambda version: ScaleLevel.objects.create(version=version, points=9, label="Top"),
        lambda version: CriterionAnchor.objects.filter(points=3).update(text="Top"),
        lambda version: CriterionAnchor.objects.filter(points=3).delete(),
        lambda version: CriteriaVersion.objects.update(threshold_percentage=60),
        lambda version: CriteriaVersion.objects.update(confirmed=True),
        lambda version: CriteriaVersion.objects.update(state="draft", adopted_on=None, content_sha256=""),
        lambda version: CriteriaVersion.objects.update(frozen_at=clock.now(), content_sha256="0" * 64),
        lambda version: CriteriaVersion.objects.update(frozen_at=None, content_sha256=""),
        lambda version: CriteriaVersion.objects.filter(pk=version.pk).delete(),
    ],
)
@pytest.mark.parametrize("frozen", [False, True])
def test_the_database_refuses_every_change_to_criteria_that_are_adopted_or_frozen(loaded, touch, frozen):
    version = CriteriaVersion.objects.get()
    if frozen:
        criteria.freeze(version, by=None)
    refusal = "in use|foreign key" if frozen else "is adopted|foreign key"
    with pytest.raises((DatabaseError, ProtectedError), match=refusal), transaction.atomic():
        touch(version)


def test_a_frozen_criterion_can_not_be_moved_out_nor_another_moved_in(loaded):
    version = CriteriaVersion.objects.get()
    other = CriteriaVersion.objects.create(
        number=2, source="Later", minimum_points=1, threshold_percentage=70, discuss_from_spread=2, assessor_count=2
    )
    with pytest.raises(CriteriaNotAdopted):
        criteria.freeze(other, by=None)
    stray = Criterion.objects.create(version=other, position=1, letter="X", code="stray", label="X", meaning="X")
    criteria.freeze(version, by=None)
    with pytest.raises(DatabaseError, match="in use"), transaction.atomic():
        Criterion.objects.filter(code="lokaal").update(version=other)
    with pytest.raises(DatabaseError, match="in use"), transaction.atomic():
        Criterion.objects.filter(pk=stray.pk).update(version=version)
