"""The pages on which the team writes a report and signs it."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from reporting.domain import collecting, renderings, reports, texts
from reporting.models import Report, ReportSignature, ReportText
from reporting.states import Purpose, ReportKind
from tests.reporting.making import make_final
from tests.reporting.signed import ADVISER, MANAGER, sign, sign_both, write, write_all

pytestmark = pytest.mark.usefixtures("quick_pdf")


@pytest.fixture
def report(cast):
    asked = reports.request(
        by=cast.manager,
        kind=ReportKind.ANNUAL_ACCOUNTS,
        year=2026,
        cut_off_on=date(2026, 3, 31),
        request_key=uuid4(),
    )
    return collecting.collect(asked.pk)


@pytest.fixture
def client_of(client_of, settings):
    """Clients that read English."""

    def sign_in(person):
        client = client_of(person)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return sign_in


def text_url(report, section, name="text"):
    return reverse(f"reporting:{name}", args=[report.reference, section])


def send(client, report, section, text, number):
    return client.post(text_url(report, section), {"text": text, "number": number})


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# Writing ----------------------------------------------------------------------------------------------------------------


def test_the_overview_tells_of_each_text_who_wrote_it_and_what_is_missing(report, cast, client_of):
    write(report, "leven", cast.lead, "Het gaat goed.")
    shown = words(page(client_of(cast.manager), reverse("reporting:texts", args=[report.reference])))
    assert "Leven: explanation Written Lead" in shown
    assert "Foreword Still to be written" in shown


def test_a_lead_is_offered_the_own_text_to_write_and_the_others_to_read(report, cast, client_of):
    html = page(client_of(cast.lead), reverse("reporting:texts", args=[report.reference]))
    offers = dict(re.findall(r'teksten/(\w+)/">\s*(\w+)<', html))
    assert offers["leven"] == "Write"
    assert set(offers.values()) == {"Write", "Read"}
    assert list(offers.values()).count("Write") == 1


def test_a_saved_text_stands_on_the_page_with_its_writer(report, cast, client_of):
    client = client_of(cast.lead)
    answer = send(client, report, "leven", "## Kop\n\nHet gaat goed.", 0)
    assert answer.status_code == 302
    html = page(client, text_url(report, "leven"))
    assert "<h3>Kop</h3>" in html
    assert "Version 1: Lead" in words(html)


def test_who_saves_second_sees_both_texts_and_loses_nothing(report, cast, client_of):
    write(report, "leven", cast.lead, "Van de een")
    client = client_of(cast.manager)
    refused = send(client, report, "leven", "Van de ander", 0)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "Van de een" in html
    assert "Van de ander" in html
    assert 'name="number" value="1"' in html
    assert send(client, report, "leven", "Van ons samen", 1).status_code == 302
    assert list(ReportText.objects.order_by("number").values_list("text", flat=True)) == ["Van de een", "Van ons samen"]


def test_a_text_that_is_too_long_is_refused_and_stays_on_the_page(report, cast, client_of):
    long = "lang " * 10_000
    refused = send(client_of(cast.manager), report, "foreword", long, 0)
    assert refused.status_code == 422
    assert long.strip() in refused.content.decode()
    assert not ReportText.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "-1"])
def test_a_page_without_its_version_saves_nothing(number, report, cast, client_of):
    assert send(client_of(cast.manager), report, "foreword", "Iets", number).status_code == 422
    assert not ReportText.objects.exists()


def test_nobody_writes_the_text_of_somebody_else(report, cast, client_of):
    assert send(client_of(cast.finance), report, "leven", "Iets", 0).status_code == 403
    assert send(client_of(cast.lead), report, "wonen", "Iets", 0).status_code == 403
    assert client_of(cast.lead).post(text_url(report, "wonen", "text_preview"), {"text": "x"}).status_code == 403
    assert "Somebody else writes this text" in page(client_of(cast.lead), text_url(report, "wonen"))


def test_a_text_that_the_report_does_not_have_does_not_exist(report, cast, client_of):
    assert client_of(cast.manager).get(text_url(report, "choices")).status_code == 404


def test_the_preview_shows_how_it_reads_as_text(report, cast, client_of):
    typed = {"text": "<b>vet</b>\n\n- punt"}
    answer = client_of(cast.manager).post(text_url(report, "foreword", "text_preview"), typed)
    html = answer.content.decode()
    assert "&lt;b&gt;vet&lt;/b&gt;" in html
    assert "<li>punt</li>" in html
    assert "<html" not in html


def test_who_changes_a_signed_text_is_warned_that_the_signature_lapses(report, cast, client_of):
    write_all(report, cast.manager)
    client = client_of(cast.lead)
    assert "the signature counts no longer" not in words(page(client, text_url(report, "leven")))
    sign(report, cast.manager, MANAGER)
    assert "the signature counts no longer" in words(page(client, text_url(report, "leven")))


def test_while_the_final_one_is_made_the_page_is_for_reading(report, cast, client_of):
    sign_both(report, cast)
    client = client_of(cast.manager)
    assert "<textarea" not in page(client, text_url(report, "leven"))
    assert send(client, report, "leven", "Nog iets", 1).status_code == 302
    assert texts.current_of(report, "leven").number == 1


def test_the_list_shows_what_is_being_written_and_how_much_of_the_own_is_done(report, cast, client_of):
    make_final(cast, cut_off_on=date(2026, 2, 1))
    html = page(client_of(cast.lead), reverse("reporting:to_write"))
    assert html.count('<th scope="row">') == 1
    assert "0 of 1 written" in words(html)
    write(report, "leven", cast.lead)
    assert "1 of 1 written" in words(page(client_of(cast.lead), reverse("reporting:to_write")))


# Signing ----------------------------------------------------------------------------------------------------------------


def sign_url(report):
    return reverse("reporting:signing", args=[report.reference])


def press(client, report, role, seen=None):
    seen = seen or texts.content_sha256(Report.objects.get(pk=report.pk))
    return client.post(sign_url(report), {"role": role, "content_sha256": seen})


def test_the_page_shows_every_text_and_figure_that_is_signed(report, cast, client_of):
    write_all(report, cast.manager)
    shown = page(client_of(cast.finance), sign_url(report))
    for told in ("Toelichting bij foreword.", "Toelichting bij lawfulness.", report.figures_sha256, report.ledger_head):
        assert told in shown
    assert texts.content_sha256(report) in shown
    assert "Sign as financial adviser" in words(shown)
    assert "as programme manager" not in words(shown)


def test_both_press_and_the_final_report_is_made(report, cast, client_of):
    write_all(report, cast.manager)
    assert press(client_of(cast.manager), report, MANAGER).status_code == 302
    assert not report.renderings.filter(purpose=Purpose.FINAL).exists()
    assert press(client_of(cast.finance), report, ADVISER).status_code == 302
    renderings.make_all()
    assert Report.objects.get(pk=report.pk).is_final


def test_what_is_missing_is_named_instead_of_a_button(report, cast, client_of):
    shown = page(client_of(cast.manager), sign_url(report))
    assert "Sign as" not in words(shown)
    assert text_url(report, "lawfulness") in shown
    assert press(client_of(cast.manager), report, MANAGER).status_code == 422


def test_who_looked_at_another_text_is_told_to_read_again(report, cast, client_of):
    write_all(report, cast.manager)
    seen = texts.content_sha256(report)
    write(report, "leven", cast.lead, "Anders")
    refused = press(client_of(cast.manager), report, MANAGER, seen)
    assert refused.status_code == 422
    assert "Anders" in refused.content.decode()
    assert texts.content_sha256(report) in refused.content.decode()


@pytest.mark.parametrize("role", ["", "mayor", ADVISER])
def test_a_role_that_one_does_not_hold_signs_nothing(role, report, cast, client_of):
    write_all(report, cast.manager)
    assert press(client_of(cast.manager), report, role).status_code == 422
    assert not ReportSignature.objects.exists()


def test_a_signature_that_lapsed_is_told_plainly(report, cast, client_of):
    write_all(report, cast.manager)
    sign(report, cast.finance, ADVISER)
    write(report, "leven", cast.lead, "Anders")
    shown = words(page(client_of(cast.manager), sign_url(report)))
    assert "Finance" in shown
    assert "counts no longer" in shown


def test_the_page_of_a_final_report_shows_who_signed_and_who_wrote(report, cast, client_of):
    sign_both(report, cast)
    renderings.make_all()
    html = page(client_of(cast.council), reverse("reporting:report", args=[report.reference]))
    assert "Programme manager: signed by Manager" in words(html)
    assert "Financial adviser: signed by Finance" in words(html)
    assert "Toelichting bij foreword." in html


def test_both_signed_and_nothing_made_is_told_with_what_to_do(report, cast, client_of):
    sign_both(report, cast)
    final = report.renderings.get(purpose=Purpose.FINAL)
    renderings.cancel(rendering_id=final.pk, by=cast.manager)
    shown = words(page(client_of(cast.manager), reverse("reporting:report", args=[report.reference])))
    assert "Both signed, but" in shown


def test_the_list_asks_as_little_with_many_reports_as_with_one(report, cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.manager)
    for _number in range(15):
        reports.request(
            by=cast.manager,
            kind=ReportKind.POLICY_REPORT_1,
            year=2026,
            cut_off_on=date(2026, 3, 31),
            request_key=uuid4(),
        )
    with django_assert_max_num_queries(16):
        page(client, reverse("reporting:to_write"))
