"""The team's pages on indicators: read, entered, corrected, defined, read in from a file, and taken along."""

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from programme.models import Indicator, IndicatorDefinition, IndicatorValue
from tests.programme.measuring import HBO, corrected, defined, measured

pytestmark = pytest.mark.django_db
LIST = "/team/indicatoren/"
PAGE = f"{LIST}{HBO}/"
IMPORT = f"{LIST}inlezen/"


@pytest.fixture
def client(client_of, cast):
    return english(client_of(cast.manager))


def english(client):
    client.cookies["django_language"] = "en"
    return client


def text(response):
    return " ".join(response.content.decode().split())


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())[1]


def filled_in(page, **over):
    said = {field.html_name: field.value() for field in page.context["form"]}
    said = {name: "on" if value is True else value for name, value in said.items() if value not in (None, False)}
    return {**said, **over}


def upload(content):
    return {"file": SimpleUploadedFile("waarden.csv", content, "text/csv")}


def test_the_list_tells_the_last_value_the_target_and_how_far_it_is(client, cast):
    defined(cast.manager, target_value=Decimal(85), target_year=2027)
    measured(cast.lead, "2024", "82.5")
    page = text(client.get(LIST))
    assert "82.5%" in page
    assert "85% in 2027" in page
    assert "ongeveer 80 (ruim 20 % vertrekt)" in page
    assert "Better than the baseline" in page
    assert "Still 2.5 percentage points to go" in page
    assert page.count("No value yet") == 6  # three others, in two columns


def test_the_list_costs_as_much_with_many_values(client, cast, django_assert_max_num_queries):
    measured(cast.lead, "2020", 80)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    for year in range(1991, 2011):
        measured(cast.lead, str(year), year)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_an_indicator_shows_chart_values_history_and_meaning(client, cast):
    corrected(measured(cast.lead, "2022", 79), cast.manager, 80, "Tikfout")
    measured(cast.lead, "2024", 81)
    defined(cast.manager, definition="Een jaar na <b>het</b> diploma", reason="Afgesproken met de raad")
    page = text(client.get(PAGE))
    assert "<title id=" in page
    assert "2023: no value" in page
    assert "79% until then" in page
    assert "Tikfout" in page
    assert "Een jaar na &lt;b&gt;het&lt;/b&gt; diploma" in page
    assert "Afgesproken met de raad" in page
    assert "Earlier wording" in page


def test_a_page_costs_as_much_with_many_values(client, cast, django_assert_max_num_queries):
    measured(cast.lead, "2020", 80)
    with django_assert_max_num_queries(12) as few:
        client.get(PAGE)
    for year in range(1991, 2011):
        corrected(measured(cast.lead, str(year), 80), cast.lead, 81)
    with django_assert_max_num_queries(len(few)):
        client.get(PAGE)


def test_readers_see_no_button_that_is_not_theirs(client_of, cast):
    measured(cast.lead, "2020", 80)
    for person, words in ((cast.assessor1, []), (cast.finance, []), (cast.lead, ["Enter a value", "Correct"])):
        page = text(english(client_of(person)).get(PAGE)).split("<main")[1]
        assert [word for word in ("Enter a value", "Correct", "Change this indicator") if word in page] == words


def test_a_value_is_entered_on_a_page(client):
    page = client.get(f"{PAGE}waarde/")
    answer = client.post(f"{PAGE}waarde/", filled_in(page, year="2024", value="81,25 %", source="CBS"))
    assert answer.headers["Location"] == PAGE
    assert IndicatorValue.objects.get().value == Decimal("81.25")
    assert "The value is entered." in text(client.get(PAGE))


def test_what_is_wrong_with_a_value_stands_at_its_field_and_what_was_typed_stays(client):
    page = client.get(f"{PAGE}waarde/")
    said = filled_in(page, year="2024", value="81.25", source="CBS-bron")
    answer = client.post(f"{PAGE}waarde/", said)
    assert answer.status_code == 422
    assert "is not a number that we understand" in text(answer)
    assert "CBS-bron" in text(answer)
    late = client.post(f"{PAGE}waarde/", {**said, "value": "81,25", "year": "2099"})
    assert "still to come" in str(late.context["form"].errors["year"])
    assert "Write a year" in str(client.post(f"{PAGE}waarde/", {**said, "year": "12"}).context["form"].errors["year"])


def test_a_quarter_is_chosen_beside_its_year(client, cast):
    defined(cast.manager, frequency="kwartaal")
    page = client.get(f"{PAGE}waarde/")
    client.post(f"{PAGE}waarde/", filled_in(page, year="2024", number="3", value="81", source="CBS"))
    assert str(IndicatorValue.objects.get().first_day) == "2024-07-01"


def test_a_value_is_corrected_and_taken_back_on_a_page(client, cast):
    row = measured(cast.lead, "2024", 80)
    url = f"{PAGE}waarde/{row.pk}/"
    said = filled_in(client.get(url), value="81", reason="Tikfout")
    assert client.post(url, said).status_code == 302
    assert "Somebody else corrected" in text(client.post(url, {**said, "value": "82", "request_key": str(row_key())}))
    last = IndicatorValue.objects.get(value=81)
    url = f"{PAGE}waarde/{last.pk}/"
    client.post(url, filled_in(client.get(url), taken_back="on", reason="Schatting"))
    assert IndicatorValue.objects.get(corrects=last).value is None
    assert "taken back" in text(client.get(PAGE))


def row_key():
    return "6f1c1f0e-7c0b-4c8e-9a53-0a5c0f6c2b11"


def test_a_correction_without_a_value_is_asked_for_one(client, cast):
    url = f"{PAGE}waarde/{measured(cast.lead, '2024', 80).pk}/"
    answer = client.post(url, filled_in(client.get(url), value="", reason="Weg"))
    assert "Fill in a value, or take this one back." in text(answer)


def test_a_value_of_another_indicator_does_not_exist_here(client, cast):
    row = measured(cast.lead, "2024", 50, code="stayrate-wo")
    assert client.get(f"{PAGE}waarde/{row.pk}/").status_code == 404


def test_a_definition_is_changed_with_a_reason(client, cast):
    page = client.get(f"{PAGE}definitie/")
    said = filled_in(page, definition="Een jaar na het diploma", target_value="85,5", target_year="2027")
    assert "Why does it change?" in text(page)
    assert client.post(f"{PAGE}definitie/", said).status_code == 422
    assert client.post(f"{PAGE}definitie/", {**said, "reason": "Afgesproken"}).status_code == 302
    assert IndicatorDefinition.objects.get(number=2).target_value == Decimal("85.5")
    again = client.post(f"{PAGE}definitie/", {**said, "reason": "Nog eens"})
    assert "Somebody else changed this indicator meanwhile" in text(again)


def test_an_indicator_is_made_on_a_page(client):
    page = client.get(f"{LIST}nieuw/")
    answer = client.post(
        f"{LIST}nieuw/", filled_in(page, name="Nieuwe banen", unit="banen", baseline_value="1.250 banen")
    )
    assert answer.headers["Location"] == f"{LIST}nieuwe-banen/"
    assert IndicatorDefinition.objects.get(name="Nieuwe banen").baseline_value == 1250


def test_a_file_is_shown_before_it_is_taken_in(client):
    content = f"indicator;periode;waarde;bron\n{HBO};2024;81,5;CBS\n".encode()
    preview = client.post(IMPORT, upload(content))
    assert "81.5%" in text(preview)
    assert not IndicatorValue.objects.exists()
    said = {name: hidden(preview, name) for name in ("file", "seen", "request_key")}
    answer = client.post(f"{IMPORT}bevestigen/", said)
    assert answer.headers["Location"] == LIST
    assert "The file is taken in: 1 value." in text(client.get(LIST))
    again = client.post(IMPORT, upload(content))
    assert again.status_code == 422
    assert "came in before" in text(again)
    assert "waarden.csv" in text(client.get(IMPORT))


def test_every_bad_line_stands_on_the_page(client):
    content = f"indicator;periode;waarde;bron\n{HBO};2024;=1+1;CBS\n<script>;2024;1;CBS\n".encode()
    page = client.post(IMPORT, upload(content))
    assert page.status_code == 422
    assert "“=1+1” is not a number" in text(page)
    assert "&lt;script&gt;" in text(page)
    assert "2 lines are not right" in text(page)


def test_nobody_takes_in_a_file_that_another_was_shown(client, client_of, cast):
    content = f"indicator;periode;waarde;bron\n{HBO};2024;81,5;CBS\n".encode()
    preview = client.post(IMPORT, upload(content))
    said = {name: hidden(preview, name) for name in ("file", "seen", "request_key")}
    answer = client_of(cast.lead).post(f"{IMPORT}bevestigen/", said)
    assert answer.status_code == 422
    assert client.post(f"{IMPORT}bevestigen/", {**said, "file": "anders"}).status_code == 422
    assert not IndicatorValue.objects.exists()


def test_a_value_that_came_in_between_shows_the_file_again(client, cast):
    content = f"indicator;periode;waarde;bron;reden\n{HBO};2024;81,5;CBS;Herzien\n".encode()
    preview = client.post(IMPORT, upload(content))
    measured(cast.lead, "2024", 79)
    said = {name: hidden(preview, name) for name in ("file", "seen", "request_key")}
    page = client.post(f"{IMPORT}bevestigen/", said)
    assert page.status_code == 409
    assert "it was 79%" in text(page)


def test_a_file_with_nothing_new_offers_nothing_to_press(client, cast):
    measured(cast.lead, "2024", 80, source="CBS")
    page = client.post(IMPORT, upload(f"indicator;periode;waarde;bron\n{HBO};2024;80;CBS\n".encode()))
    assert "There is nothing new in this file." in text(page)
    assert "bevestigen" not in page.content.decode()


def test_the_template_is_a_file(client):
    answer = client.get(f"{IMPORT}voorbeeld.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert HBO in answer.content.decode("utf-8-sig")


def test_everything_that_was_entered_can_be_taken_along(client, cast):
    corrected(measured(cast.lead, "2024", "80.125", source="=1+1"), cast.manager, 81, "@cmd")
    lines = client.get(f"{LIST}waarden.csv").content.decode("utf-8-sig").splitlines()
    assert ";80,125;%;no;'=1+1;;Lead;" in lines[1]
    assert ";81;%;yes;'=1+1;'@cmd;Manager;" in lines[2]
    sheet = load_workbook(io.BytesIO(client.get(f"{LIST}waarden.xlsx").content)).active
    assert sheet.cell(2, 5).value == 80.125
    assert sheet.cell(2, 8).data_type == "s"
    assert client.get(f"{LIST}waarden.pdf").status_code == 404


def test_an_unknown_indicator_does_not_exist(client):
    assert client.get(f"{LIST}onbekend/").status_code == 404


def test_the_council_does_not_come_on_the_teams_pages(client_of, cast):
    for person in (cast.council, cast.college, cast.partner, cast.talent):
        assert client_of(person).get(LIST).status_code == 403
    assert Indicator.objects.count() == 4
