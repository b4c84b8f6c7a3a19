"""The public register: what stands in it, what never does, and how it is asked."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.states import OrganisationKind
from budget.domain import decision_letters
from budget.models import DecisionLetter
from programme.models import Line
from reporting.domain import register, register_grants
from tests.applications.road import draft_proposal, submitted_proposal
from tests.assessment.road import advised_proposal
from tests.budget.bare import a_document
from tests.budget.road import decision_of, granted_proposal, listed_proposal, refused_proposal
from tests.budget.road_settlement import settled_grant
from tests.reporting import scenes

pytestmark = pytest.mark.django_db

REGISTER = "/register/"
NASTY = [
    "=1+1",
    "@cmd",
    "+31 6 1234",
    "<script>alert(1)</script>",
    "\u202egnirts",
    "🎈" * 30,
    "x" * 50_000,
    "\x00",
    "' OR 1=1 --",
    "%00%ff",
]
PARAMETERS = ("q", "jaar", "lijn", "stand", "aanvrager", "taakveld", "soort", "vanaf", "tot", "o", "page")


@pytest.fixture
def granted(cast, call):
    """Make a grant of which the partner has the letter."""

    def make(title="Makersweekend", **over):
        return granted_proposal(cast, call, title=title, send_letter=True, **over)

    return make


def page(client, **asked):
    answer = client.get(REGISTER, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client, **asked):
    return json.loads(client.get("/register/register.json", asked).content)["verleningen"]


def change(proposal, **values):
    """Change a frozen proposal behind the triggers' back: only its organisation, which is no part of it."""
    organisation = proposal.organisation
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.save()


def test_a_grant_stands_there_with_the_columns_of_municipalities(client, granted):
    proposal = granted(line="leven", requested={2026: 25_000})
    content = page(client)
    assert "Makersweekend" in content
    assert "Stichting Makersloods" in content
    [row] = rows(client)
    assert row == {
        "kenmerk": proposal.reference,
        "besluit": decision_of(proposal).reference,
        "besluitdatum": decision_of(proposal).decided_on.isoformat(),
        "jaar": 2026,
        "programma": "5",
        "programmalijn": "Leven",
        "taakveld": "5.3 Cultuurpresentatie, cultuurproductie en cultuurparticipatie",
        "soort": "subsidie",
        "aanvrager": "Stichting Makersloods",
        "kvk_nummer": "12345678",
        "omschrijving": "Makersweekend",
        "aangevraagd": 25000,
        "verleend": 25000,
        "vastgesteld": None,
        "stand": "verleend",
        "adres": f"http://127.0.0.1:8000/register/{proposal.reference}/",
    }


def test_a_grant_over_two_years_has_two_rows(client, granted):
    granted(requested={2026: 10_000, 2027: 5_000})
    assert {(row["jaar"], row["verleend"]) for row in rows(client)} == {(2026, 10_000), (2027, 5_000)}
    assert register.totals_of(register.published()) == register.Totals(2, 1, Decimal(15_000), Decimal(15_000))


def test_a_grant_is_not_there_before_its_letter_is_sent(client, cast, call):
    proposal = granted_proposal(cast, call, title="Nog geen brief")
    assert rows(client) == []
    assert client.get(f"/register/{proposal.reference}/").status_code == 404
    decision_letters.send(decision_id=decision_of(proposal).pk)
    assert len(rows(client)) == 1


def test_what_was_not_granted_is_nowhere(client, cast, call):
    draft_proposal(cast, call, title="Kanarieconcept")
    others = [
        submitted_proposal(cast, call, title="Kanarie ingediend"),
        advised_proposal(cast, call, title="Kanarie geadviseerd"),
        listed_proposal(cast, call, title="Kanarie op de lijst"),
        refused_proposal(cast, call, title="Kanarie afgewezen", send_letter=True),
    ]
    assert rows(client) == []
    assert "anarie" not in page(client)
    for proposal in others:
        assert client.get(f"/register/{proposal.reference}/").status_code == 404


def test_money_of_a_year_without_a_budget_is_granted_on_a_condition(client, granted):
    granted(requested={2026: 10_000, 2027: 5_000})
    assert {row["jaar"]: row["stand"] for row in rows(client)} == {2026: "verleend", 2027: "voorwaardelijk verleend"}
    assert [row["jaar"] for row in rows(client, stand="voorwaardelijk verleend")] == [2027]


def test_a_settlement_is_told_once_its_letter_is_sent(client, cast, call):
    settlement = settled_grant(cast, call, {2026: 40_000}, send=False, title="Vastgesteld")
    decision_letters.send(decision_id=settlement.decision_id)
    assert [row["vastgesteld"] for row in rows(client)] == [None]


def test_a_settled_grant_shows_what_was_settled_and_reached(client, cast, call):
    settlement = settled_grant(cast, call, {2026: 40_000}, send=True, title="Vastgesteld")
    decision_letters.send(decision_id=settlement.decision_id)
    [row] = rows(client)
    assert (row["verleend"], row["vastgesteld"], row["stand"]) == (60_000, 40_000, "vastgesteld")
    content = client.get(f"/register/{row['kenmerk']}/").content.decode()
    assert "40.000" in content
    assert settlement.reference in content
    assert "118" in content  # what was reached
    assert rows(client, stand="verleend") == []
    assert len(rows(client, stand="vastgesteld")) == 1


def test_an_address_stays_and_shows_one_grant(client, granted):
    proposal = granted(requested={2026: 10_000, 2027: 5_000})
    content = client.get(f"/register/{proposal.reference}/").content.decode()
    assert "15.000" in content
    assert decision_of(proposal).reference in content
    for result in proposal.desired_results.all():
        assert result.text in content
    assert f"/register/register.json?q={proposal.reference}" in content


@pytest.mark.parametrize("reference", ["TF-1999-0001", "%00", "x" * 3_000, "<b>", "tf-2026-0001"])
def test_an_address_that_is_not_there_is_not_found(client, frame, reference):
    assert client.get(f"/register/{reference}/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "weekend"}, ["Makersweekend"]),
        ({"q": "stadstuin"}, []),
        ({"q": "makersloods"}, ["Buurtdiner", "Makersweekend"]),
        ({"jaar": "2027"}, ["Buurtdiner"]),
        ({"lijn": "wonen"}, ["Buurtdiner"]),
        ({"taakveld": "8.3"}, ["Buurtdiner"]),
        ({"taakveld": "5.3"}, ["Makersweekend"]),
        ({"soort": "opdracht"}, []),
        ({"soort": "subsidie"}, ["Buurtdiner", "Makersweekend"]),
        ({"aanvrager": "12345678"}, ["Buurtdiner", "Makersweekend"]),
        ({"aanvrager": "12345"}, []),
        ({"vanaf": "20.000"}, ["Makersweekend"]),
        ({"tot": "20000"}, ["Buurtdiner"]),
        ({"vanaf": "20.000", "tot": "24.999,99"}, []),
    ],
)
def test_the_page_and_every_file_hold_exactly_what_was_asked(client, granted, asked, found):
    granted("Makersweekend", line="leven", requested={2026: 25_000})
    granted("Buurtdiner", line="wonen", requested={2027: 5_000})
    content = page(client, **asked)
    assert [title for title in ("Buurtdiner", "Makersweekend") if f"<bdi>{title}</bdi></a>" in content] == found
    assert sorted(row["omschrijving"] for row in rows(client, **asked)) == found
    table = client.get("/register/register.csv", asked).content.decode("utf-8-sig")
    assert sorted(row["omschrijving"] for row in csv.DictReader(io.StringIO(table), delimiter=";")) == found
    sheet = load_workbook(io.BytesIO(client.get("/register/register.xlsx", asked).content)).active
    heading, *told = sheet.iter_rows(values_only=True)
    assert sorted(row[heading.index("omschrijving")] for row in told) == found


def test_the_files_add_up_to_the_page(client, granted):
    granted(line="leven", requested={2026: Decimal("25000.55")})
    granted(line="wonen", requested={2026: Decimal("0.45"), 2027: 5_000})
    package = json.loads(client.get("/register/register.json").content)
    assert package["totaal"] == {"aangevraagd": 30001, "verleend": 30001, "vastgesteld": 0}
    assert (package["aantal_rijen"], package["aantal_verleningen"]) == (3, 2)
    assert {row["verleend"] for row in package["verleningen"]} == {25000.55, 0.45, 5000}
    assert set(package["velden"]) == set(package["verleningen"][0])
    assert package["licentie"].startswith("https://creativecommons.org/publicdomain/zero/")
    assert "30.001" in page(client)


@pytest.mark.parametrize(
    "order", ["jaar", "-jaar", "verleend", "-verleend", "aanvrager", "vastgesteld", "lijn", "kenmerk"]
)
def test_every_head_of_a_column_sorts(client, granted, order):
    granted("A", line="leven", requested={2026: 10})
    granted("B", line="wonen", requested={2027: 20})
    found = [row["verleend"] for row in rows(client, o=order)]
    assert sorted(found) == [10, 20]
    if order.endswith(("jaar", "verleend")):
        assert found == ([20, 10] if order.startswith("-") else [10, 20])


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nonsense_in_the_address_is_told_kindly_and_breaks_nothing(client, frame, value):
    for name in PARAMETERS:
        answer = client.get(REGISTER, {name: value})
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
        assert len(answer.content) < 20_000
        for suffix in ("csv", "json", "xlsx"):
            assert client.get(f"/register/register.{suffix}", {name: value}).status_code in {200, 400}


def test_what_was_not_understood_is_said_and_gives_no_file(client, granted):
    granted()
    content = page(client, vanaf="veel", lijn="zwemmen")
    assert 'role="alert"' in content
    assert "Makersweekend" in content
    answer = client.get("/register/register.csv", {"vanaf": "veel"})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")


def test_there_is_no_other_kind_of_file(client, frame):
    assert client.get("/register/register.exe").status_code == 404


def test_texts_of_partners_come_out_as_texts(client, granted):
    granted("=1+1 <script>alert(1)</script>\u202e 🎈")
    assert "<script>alert" not in page(client)
    assert "&lt;script&gt;" in page(client)
    table = client.get("/register/register.csv").content.decode("utf-8-sig")
    assert "'=1+1" in table
    sheet = load_workbook(io.BytesIO(client.get("/register/register.xlsx").content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=1+1")]
    assert [cell.data_type for cell in cells] == ["s"]


def test_residents_are_never_named_and_never_found_by_name(client, cast, granted):
    proposal = granted("Atelier van Jan Jansen")
    change(proposal, kind=OrganisationKind.RESIDENTS, name="Jan Jansen", kvk_number=None)
    for content in (page(client), client.get(f"/register/{proposal.reference}/").content.decode()):
        assert "Jansen" not in content
    [row] = rows(client)
    assert (row["aanvrager"], row["kvk_nummer"]) == ("Inwoner(s)", None)
    assert "Jansen" not in row["omschrijving"]
    for asked in ({"q": "jansen"}, {"aanvrager": "jansen"}):
        assert rows(client, **asked) == []
    assert len(rows(client, aanvrager="inwoner")) == 1
    assert len(rows(client, q="atelier")) == 1


def test_who_is_anonymous_gets_no_cookie_and_no_session(granted):
    proposal = granted()
    for address in (REGISTER, "/register/toelichting/", f"/register/{proposal.reference}/", "/register/register.json"):
        client = Client()
        answer = client.get(address)
        assert not client.cookies
        assert not answer.cookies
        assert "public" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["register.csv", "register.json", "register.xlsx", "360giving.json", "besluiten.atom"])
def test_a_file_is_open_to_other_sites_and_told_apart_by_its_tag(client, granted, name):
    granted()
    answer = client.get(f"/register/{name}")
    assert answer["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/register/{name}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    granted("Nog een", line="wonen")
    assert client.get(f"/register/{name}", headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_a_language_is_asked_in_the_address_and_stays(client, granted):
    proposal = granted()
    for address in (REGISTER, "/register/toelichting/", f"/register/{proposal.reference}/"):
        for language in ("nl", "en"):
            answer = client.get(address, {"taal": language, "q": "Makers"})
            content = answer.content.decode()
            assert f'<html lang="{language}">' in content
            assert answer["Content-Language"] == language
            assert f"taal={language}" in content
        assert client.get(address, {"taal": "xx"}).status_code == 200
    assert f"/register/{proposal.reference}/?taal=en" in page(client, taal="en")


def test_a_page_is_told_apart_by_its_tag(client, granted):
    granted()
    tag = client.get(REGISTER)["ETag"]
    assert client.get(REGISTER, headers={"If-None-Match": tag}).status_code == 304


def test_who_is_signed_in_has_the_own_menu_and_nobody_keeps_that(client_of, cast, granted):
    granted()
    answer = client_of(cast.manager).get(REGISTER)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Makersweekend" in answer.content.decode()


def test_nothing_is_changed_here(client, frame):
    for address in (REGISTER, "/register/register.csv", "/register/360giving.json", "/register/besluiten.atom"):
        assert client.post(address).status_code == 405


def test_the_register_without_a_grant_says_so(client, frame):
    assert "tf-empty" in page(client)
    assert rows(client) == []
    assert client.get("/register/360giving.json").status_code == 404
    assert client.get("/register/besluiten.atom").status_code == 200


def test_the_front_page_and_the_menu_lead_there(client, frame):
    content = client.get("/").content.decode()
    assert content.count('href="/register/"') >= 2


def test_every_line_has_a_task_field_that_is_not_confirmed_yet(client, granted):
    assert [line.task_field_code for line in Line.objects.all()] == ["8.3", "3.1", "5.3", "3.4", "0.1"]
    assert not Line.objects.filter(task_field_confirmed=True).exists()
    proposal = granted()
    told = client.get(f"/register/{proposal.reference}/").content
    Line.objects.update(task_field_confirmed=True)
    assert len(client.get(f"/register/{proposal.reference}/").content) < len(told)


def test_the_grants_follow_the_same_rules_as_the_rows(granted, cast, call):
    proposal = granted(requested={2026: 10_000})
    granted_proposal(cast, call, title="Zonder brief")
    [grant] = register_grants.grants()
    assert grant.reference == proposal.reference
    assert (grant.requested, grant.granted, grant.settled) == (10_000, 10_000, None)
    assert grant.last_changed_on == grant.sent_on
    assert register_grants.grant("TF-2026-9999") is None


def many(cast, call, number):
    """Make grants of three years each, with a letter, in the shortest way there is."""
    for _turn in range(number):
        title = "Een lange titel over <jong> talent & de stad, tot het einde toe helemaal vol geschreven met tekst"
        decision = scenes.granted(cast, call, at=scenes.day(6, 1), amounts={2025: 1, 2026: 2, 2027: 3}, title=title)
        sent = decision.decided_on
        DecisionLetter.objects.create(decision=decision, document=a_document(), sent_on=sent, objection_until=sent)


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (REGISTER, 10),
        ("/register/?q=stad&aanvrager=makers", 14),
        ("/register/register.csv", 8),
        ("/register/register.json", 9),
        ("/register/360giving.json", 22),
        ("/register/besluiten.atom", 24),
    ],
)
def test_the_number_of_queries_is_the_same_for_one_row_and_for_many(
    client, cast, call, django_assert_max_num_queries, address, most
):
    many(cast, call, 1)
    with django_assert_max_num_queries(most) as few:
        client.get(address)
    many(cast, call, 17)
    with django_assert_max_num_queries(most) as lots:
        client.get(address)
    assert len(lots) == len(few)


def test_a_page_of_many_long_rows_is_light(client, cast, call):
    many(cast, call, 17)
    answer = client.get(REGISTER)
    assert answer.context["totals"].rows == 51
    assert len(answer.content) < 60_000
    assert "?page=3" in answer.content.decode()
    assert client.get(REGISTER, {"page": "3"}).context["page_obj"].number == 3
    assert client.get(REGISTER, {"page": "x"}).context["page_obj"].number == 1
