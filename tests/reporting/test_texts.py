"""What the team writes in a report: versions that are only ever added, by who writes that section."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core.domain import clock
from core.models import AuditEntry
from reporting.domain import collecting, renderings, report_forms, reports, texts
from reporting.errors import ReportClosed, TextChanged, TextEmpty, TextNotYours
from reporting.models import Report, ReportText
from reporting.states import Purpose, ReportKind
from tests.reporting.signed import ADVISER, MANAGER, sign, sign_both, write, write_all

pytestmark = pytest.mark.usefixtures("quick_pdf")


@pytest.fixture
def report(cast):
    made = reports.request(
        by=cast.manager,
        kind=ReportKind.ANNUAL_ACCOUNTS,
        year=2026,
        cut_off_on=date(2026, 3, 31),
        request_key=uuid4(),
    )
    return collecting.collect(made.pk)


def test_a_text_is_kept_with_who_wrote_it_and_when(report, cast):
    written = write(report, "foreword", cast.manager, "Een goed begin.")
    assert (written.number, written.written_by, written.text) == (1, cast.manager, "Een goed begin.")
    assert written.written_at <= clock.now()
    entry = AuditEntry.objects.filter(event="report.text_written").latest("pk")
    assert entry.changes == {"section": "foreword", "number": 1, "lapsed": []}


def test_a_change_adds_a_version_and_keeps_the_one_before(report, cast):
    write(report, "leven", cast.lead, "Eerste")
    write(report, "leven", cast.manager, "Tweede")
    assert list(ReportText.objects.for_history(report, "leven").values_list("number", "text")) == [
        (2, "Tweede"),
        (1, "Eerste"),
    ]
    assert texts.of(report)["leven"].writers == ["Lead", "Manager"]
    assert "Tweede" in texts.of(report)["leven"].body_html


def test_the_same_text_again_adds_nothing(report, cast):
    first = write(report, "foreword", cast.manager, "Zelfde")
    again = write(report, "foreword", cast.manager, "  Zelfde\r\n", seen=0)
    assert again == first
    assert ReportText.objects.count() == 1


def test_who_saves_on_a_stale_page_is_told_and_nothing_is_overwritten(report, cast):
    write(report, "foreword", cast.manager, "Van de een")
    with pytest.raises(TextChanged, match="Manager"):
        write(report, "foreword", cast.manager, "Van de ander", seen=0)
    assert texts.current_of(report, "foreword").text == "Van de een"
    write(report, "foreword", cast.manager, "Van ons samen", seen=1)
    assert ReportText.objects.filter(section="foreword").count() == 2


def test_an_empty_text_takes_it_out_of_the_report_but_begins_nothing(report, cast):
    with pytest.raises(TextEmpty):
        write(report, "foreword", cast.manager, " \n ")
    write(report, "foreword", cast.manager, "Iets")
    write(report, "foreword", cast.manager, "")
    assert "foreword" not in texts.of(report)


@pytest.mark.parametrize(
    ("who", "own"),
    [
        ("manager", {"foreword", "wonen", "werken", "leven", "imago", "samenwerking", "lawfulness"}),
        ("finance", {"lawfulness"}),
        ("lead", {"leven"}),
        ("assessor1", set()),
        ("council", set()),
    ],
)
def test_everybody_writes_the_own_sections_and_no_other(who, own, report, cast):
    person = getattr(cast, who)
    for section in report_forms.sections(report.kind):
        if section.key in own:
            write(report, section.key, person)
        else:
            with pytest.raises(TextNotYours):
                write(report, section.key, person)
    assert texts.keys_to_write(person, report_forms.sections(report.kind)) == own


def test_a_section_that_the_form_does_not_have_is_refused(report, cast):
    with pytest.raises(TextNotYours):
        write(report, "choices", cast.manager)


def test_texts_come_in_the_order_of_the_form(report, cast):
    write_all(report, cast.manager)
    assert list(texts.of(report)) == [section.key for section in report_forms.sections(report.kind)]


def test_what_people_type_comes_out_as_text_with_headings_below_those_of_the_report(report, cast):
    typed = '<script>alert("x")</script>\n\n# Kop\n\n- =1+1\n- @cmd\n\nשלום \u202e 😀 [hier](https://kwaad.example)\x07'
    write(report, "foreword", cast.manager, typed)
    write(report, "leven", cast.manager, "## Kop")
    found = texts.of(report)
    html = found["foreword"].body_html
    assert "<script" not in html
    assert "<a" not in html
    assert "<h3>Kop</h3>" in html
    assert "<li>=1+1</li>" in html
    assert "😀" in html
    assert "\u202e" not in html
    assert "\x07" not in html
    assert "<h4>Kop</h4>" in found["leven"].body_html


def test_nothing_is_written_while_the_final_one_is_made_and_after(report, cast):
    sign_both(report, cast)
    with pytest.raises(ReportClosed):
        write(report, "foreword", cast.manager, "Nog iets")
    renderings.make_all()
    with pytest.raises(ReportClosed):
        write(report, "foreword", cast.manager, "Nog iets")


def test_a_final_one_that_was_stopped_opens_the_texts_again(report, cast):
    sign_both(report, cast)
    final = report.renderings.get(purpose=Purpose.FINAL)
    renderings.cancel(rendering_id=final.pk, by=cast.manager)
    write(report, "foreword", cast.manager, "Nog iets")


# The same from the side of the database ---------------------------------------------------------------------------------


def add(report, by, **over):
    values = {"section": "foreword", "number": 1, "text": "Iets", "written_by": by, "written_at": clock.now(), **over}
    with transaction.atomic():
        return ReportText.objects.create(report=report, **values)


def test_the_database_keeps_what_was_written(report, cast):
    written = write(report, "foreword", cast.manager)
    for change in (
        lambda: ReportText.objects.filter(pk=written.pk).update(text="Anders"),
        written.delete,
    ):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            change()


@pytest.mark.parametrize("number", [0, 2, 3])
def test_the_database_takes_the_next_version_only(number, report, cast):
    with pytest.raises(IntegrityError):
        add(report, cast.manager, number=number)


def test_the_database_takes_no_version_twice(report, cast):
    add(report, cast.manager)
    with pytest.raises(IntegrityError):
        add(report, cast.manager)


def test_the_database_takes_no_text_of_a_report_that_is_being_made_final(report, cast):
    sign_both(report, cast)
    with pytest.raises(IntegrityError, match="is final, or is being made so"):
        add(report, cast.manager, number=2)
    renderings.make_all()
    with pytest.raises(IntegrityError, match="is final, or is being made so"):
        add(report, cast.manager, number=2)


def test_a_signature_that_lapses_is_told_in_the_trail(report, cast):
    write_all(report, cast.manager)
    sign(report, cast.manager, MANAGER)
    write(report, "leven", cast.lead, "Anders")
    entry = AuditEntry.objects.filter(event="report.text_written").latest("pk")
    assert entry.changes["lapsed"] == [MANAGER]
    assert Report.objects.get(pk=report.pk).renderings.filter(purpose=Purpose.FINAL).count() == 0
    assert ADVISER not in entry.changes["lapsed"]
