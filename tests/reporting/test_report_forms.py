"""The form of each kind of report: data that is checked when it is read."""

import copy

import pytest
from django.utils import translation

from reporting.domain import report_forms, report_forms_shape
from reporting.errors import FormsInvalid
from reporting.states import ReportKind, SectionPlace


@pytest.fixture
def data():
    return copy.deepcopy(report_forms.read())


def problems_of(data):
    with pytest.raises(FormsInvalid) as caught:
        report_forms_shape.check(data)
    return caught.value.problems


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (ReportKind.POLICY_REPORT_1, [2025, 2026, 2027]),
        (ReportKind.COLLECTED_AMENDMENT, [2026]),
        (ReportKind.ANNUAL_ACCOUNTS, [2025, 2026]),
        (ReportKind.SUMMER_NOTE, [2026, 2027]),
    ],
)
def test_a_kind_of_report_shows_its_own_years(kind, shown):
    assert report_forms.of_kind(kind).shown_years(2026, [2025, 2026, 2027]) == shown


def test_each_kind_of_report_has_a_form_of_its_own():
    forms = [report_forms.of_kind(kind) for kind in ReportKind]
    assert [form.kind for form in forms] == list(ReportKind)
    told = {
        (form.years, form.columns, tuple(text.key for text in form.texts), form.lists, form.traffic_lights)
        for form in forms
        if form.kind != ReportKind.POLICY_REPORT_2
    }
    assert len(told) == len(ReportKind) - 1


def test_the_sections_of_a_report_are_its_texts_with_one_for_each_line(frame):
    with translation.override("nl"):
        found = report_forms.sections(ReportKind.ANNUAL_ACCOUNTS)
    assert [one.key for one in found] == [
        "foreword",
        "wonen",
        "werken",
        "leven",
        "imago",
        "samenwerking",
        "lawfulness",
    ]
    assert found[0].title == "Voorwoord"
    assert found[1].title == "Wonen: toelichting"
    assert found[-1].title == "Rechtmatigheid"
    assert found[-1].needed
    assert found[1].place == SectionPlace.LINE


def test_the_sections_speak_the_language_of_the_reader(frame):
    with translation.override("en"):
        assert report_forms.sections(ReportKind.ANNUAL_ACCOUNTS)[0].title == "Foreword"


def test_a_column_that_nobody_knows_is_refused(data):
    data["forms"]["jaarstukken"]["columns"] = ["spent", "spend"]
    assert problems_of(data) == ["forms: jaarstukken: columns names what we don't know: spend"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda data: data.update(extra=1), "the file must hold: confirmed, forms, incidental, lights, texts"),
        (lambda data: data["forms"].pop("zomernota"), "forms: must be exactly"),
        (lambda data: data["forms"]["zomernota"].update(years="some"), "years must be one of"),
        (lambda data: data["forms"]["zomernota"].update(texts=["nothing"]), "texts names what we don't know: nothing"),
        (lambda data: data["forms"]["zomernota"].update(lists=["withdrawals"] * 2), "lists names something twice"),
        (lambda data: data["forms"]["zomernota"].update(columns=[]), "columns must be a list of at least 1"),
        (lambda data: data["forms"]["zomernota"].update(forecast="yes"), "forecast must be true or false"),
        (lambda data: data["forms"]["zomernota"].update(lights=True), "lights is not a field that we know"),
        (lambda data: data["forms"]["zomernota"].pop("traffic_lights"), "traffic_lights is missing"),
        (lambda data: data["texts"]["foreword"].update(title={"nl": "Voorwoord"}), "title must be said in: en, nl"),
        (lambda data: data["texts"]["foreword"].update(title={"nl": "", "en": "x"}), "title must say something"),
        (lambda data: data["texts"].update(wonen=data["texts"]["foreword"]), "wonen is the code of a programme line"),
        (lambda data: data["texts"]["foreword"].update(place="line"), "only one can stand with each line"),
        (lambda data: data["lights"].update(plan_green_percent=101), "plan_green_percent must be at most 100"),
        (
            lambda data: data["lights"].update(plan_amber_percent=75),
            "plan_amber_percent must be below plan_green_percent",
        ),
        (lambda data: data["incidental"].update(most_years=0), "most_years must be a whole number above zero"),
        (lambda data: data.update(confirmed="no"), "confirmed: must be true or false"),
        (lambda data: data.update(texts=[]), "texts: must be a mapping with at least one text"),
        (lambda data: data["forms"].update(zomernota=[]), "forms: zomernota: must be a mapping"),
    ],
)
def test_what_is_not_right_in_the_file_is_named(data, change, problem):
    change(data)
    assert any(problem in told for told in problems_of(data))


def test_every_problem_is_named_at_once(data):
    data["forms"]["zomernota"]["years"] = "some"
    data["forms"]["jaarstukken"]["lists"] = ["?"]
    assert len(problems_of(data)) == 2
