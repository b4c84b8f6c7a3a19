"""The menu and the first page: each role its own, several roles together."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts import context_processors
from accounts.domain import people
from accounts.models import User
from accounts.states import Role

pytestmark = pytest.mark.django_db

PARTNERS = ["My proposals", "Criteria"]
MENUS = {
    "partner": PARTNERS,
    "assessor1": ["My work", "Proposals", "Team meetings", "Indicators", "Criteria"],
    "lead": ["My work", "Proposals", "Team meetings", "Indicators", "Texts of reports", "Criteria"],
    "manager": [
        "My work",
        "Proposals",
        "Team meetings",
        "Calls",
        "Indicators",
        "Budget",
        "Decision lists",
        "Council decisions",
        "Money to do",
        "Council",
        "Criteria",
        "Archive",
    ],
    "finance": [
        "Proposals",
        "Team meetings",
        "Indicators",
        "Budget",
        "Decision lists",
        "Council decisions",
        "Money to do",
        "Council",
        "Criteria",
    ],
    "college": ["Budget", "College", "Council", "Criteria"],
    "council": ["Council decisions", "Council", "Criteria"],
    "talent": ["Talent panel", "Criteria"],
    "admin": ["Criteria", "Archive", "Administration"],
}
FIRST_PAGES = {
    "partner": "applications:mine",
    "assessor1": "assessment:work",
    "lead": "assessment:work",
    "manager": "assessment:work",
    "finance": "budget:decision_lists",
    "college": "budget:college",
    "council": "reporting:council",
    "talent": "assessment:talent",
    "admin": "admin:index",
}


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def menu(user, path="/"):
    request = RequestFactory().get(path)
    request.user = User.objects.get(pk=user.pk)
    return context_processors.menu_for(request)


def labels(user):
    return [item.label for item in menu(user)]


@pytest.mark.parametrize("name", MENUS)
def test_each_role_has_its_own_menu(cast, name):
    assert labels(getattr(cast, name)) == MENUS[name]


@pytest.mark.parametrize("name", MENUS)
def test_every_page_in_the_menu_opens_for_who_sees_it(cast, client_of, name):
    client = client_of(getattr(cast, name))
    for item in menu(getattr(cast, name)):
        assert client.get(item.url).status_code == 200, item.label


def test_every_page_in_the_menu_exists():
    for name, _label, _parts in context_processors.PAGES:
        assert reverse(name)


def test_who_is_not_signed_in_sees_the_public_pages(client):
    items = client.get("/criteria/").context["navigation"]
    told = [(item.label, item.current) for item in items]
    assert told == [("For partners", False), ("Criteria", True), ("Subsidy register", False)]


def test_several_roles_together_keep_the_order(cast):
    people.give_role(user=cast.partner, role=Role.COUNCIL, by=cast.admin)
    people.give_role(user=cast.partner, role=Role.ASSESSOR, by=cast.admin)
    assert labels(cast.partner) == [
        "My proposals",
        "My work",
        "Proposals",
        "Team meetings",
        "Indicators",
        "Council decisions",
        "Council",
        "Criteria",
    ]


def test_somebody_new_is_a_partner(db):
    newcomer = User.objects.create_user("nieuw@test.example", None, full_name="Nieuw")
    assert labels(newcomer) == PARTNERS


@pytest.mark.parametrize(
    ("path", "current"), [("/team/", "My work"), ("/team/voorstellen/TF-2026-0001/", "Proposals"), ("/elders/", None)]
)
def test_the_deepest_page_of_the_menu_is_the_current_one(cast, path, current):
    assert [item.label for item in menu(cast.manager, path) if item.current] == ([current] if current else [])


def test_the_menu_costs_one_query_however_often_it_is_shown(cast, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=cast.manager.pk)
    with django_assert_num_queries(1):
        for _turn in range(3):
            assert len(context_processors.roles(request)["navigation"]) == 12


def test_a_page_that_shows_no_menu_asks_nothing(cast, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=cast.manager.pk)
    with django_assert_num_queries(0):
        context_processors.roles(request)


def test_the_demonstration_says_so_and_nothing_else_does(client, settings):
    assert client.get("/criteria/").context["demo_notice"] is False
    settings.DEBUG = True
    assert client.get("/criteria/").context["demo_notice"] is True


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_each_role_begins_at_its_own_page(cast, client_of, name):
    assert client_of(getattr(cast, name)).get("/start/").url == reverse(FIRST_PAGES[name])


def test_a_partner_without_an_organisation_makes_one_first(cast, client_of):
    newcomer = User.objects.create_user("nieuw@test.example", None, full_name="Nieuw")
    assert client_of(newcomer).get("/start/").url == reverse("accounts:organisation_new")


def test_the_talent_panel_begins_at_its_own_page(cast, client_of):
    page = client_of(cast.talent).get("/start/", follow=True)
    assert page.redirect_chain == [("/talent/", 302)]
    assert page.context["waiting"] == []
