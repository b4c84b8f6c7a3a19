"""From every euro on the council's page one walks to its decision, scores, proposal and partner."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from accounts.states import OrganisationKind
from applications.models import ShutFile
from budget.domain import books
from budget.domain.books import Scope
from core.domain import clock
from reporting.domain import trail
from tests.budget.road import granted_proposal
from tests.budget.road_settlement import settled_grant
from tests.reporting.scenes import advised, day, granted, release, spend, submitted

pytestmark = pytest.mark.django_db

NOW = day(11, 21)
FIGURE = "/raad/cijfers/"


@pytest.fixture
def in_november():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def busy(cast, call, in_november):
    """Two grants on Leven 2026, one partly realised and released, and one proposal that waits."""
    one = granted(cast, call, at=day(3, 1), amounts={2026: 40_000, 2027: 10_000}, title="Podium")
    spend(cast, one, at=day(5, 1), amounts={2026: Decimal("12500.25")})
    release(cast, one, at=day(7, 1), amounts={2026: 2_500})
    granted(cast, call, at=day(4, 1), amounts={2026: 5_000}, title="Atelier")
    advised(cast, call, at=day(9, 1), amounts={2026: 25_000}, title="Wacht nog")
    return one


@pytest.mark.parametrize("column", trail.SHOWN)
@pytest.mark.parametrize(
    "scope", [Scope(), Scope("leven"), Scope("leven", 2026), Scope(year=2027), Scope("imago", 2026)]
)
def test_what_is_behind_a_figure_adds_up_to_it(busy, scope, column):
    moment = books.moment_of(clock.today())
    rows = books.line_years(moment)
    found = trail.of(rows, scope, moment, column)
    assert found.figure == getattr(books.sum_of(row for row in rows if scope.holds(row.budget_line)), column)
    assert sum((row["sum"] for row in found.activities), Decimal(0)) == found.of_activities
    parts = found.of_council + found.of_activities + found.behind.of_waiting + found.behind.beyond_budget
    assert parts == found.figure


def test_behind_what_is_realised_stands_the_activity_to_the_cent(client_of, cast, busy):
    content = client_of(cast.council).get(FIGURE, {"regel": "leven", "jaar": "2026", "kolom": "spent"}).content.decode()
    assert "12.500,25" in content
    assert reverse("reporting:activity", args=[busy.proposal.reference]) in content
    assert "Atelier" not in content


def test_behind_the_budget_stand_the_decisions_of_the_council(client_of, cast, busy):
    content = client_of(cast.council).get(FIGURE, {"regel": "leven", "kolom": "budgeted"}).content.decode()
    decision = trail.of(books.line_years(NOW), Scope("leven"), NOW, "budgeted").council[0].decision
    assert reverse("budget:council_decision", args=[decision.pk]) in content
    assert client_of(cast.council).get(reverse("budget:council_decision", args=[decision.pk])).status_code == 200


def test_behind_what_is_reserved_stands_what_waits_for_the_college(client_of, cast, busy):
    content = client_of(cast.council).get(FIGURE, {"kolom": "reserved"}).content.decode()
    assert "Wacht nog" in content
    assert "25.000" in content


def test_a_figure_of_a_past_day_tells_of_that_day(client_of, cast, busy):
    content = client_of(cast.council).get(FIGURE, {"regel": "leven", "jaar": "2026", "peildatum": "15-03-2026"})
    assert "Podium" in content.content.decode()
    assert "Atelier" not in content.content.decode()


@pytest.mark.parametrize("wrong", [{"kolom": "alles"}, {"regel": "vervoer"}, {"jaar": "1999"}, {"peildatum": "morgen"}])
def test_a_choice_that_is_not_understood_is_said(client_of, cast, busy, wrong):
    assert client_of(cast.council).get(FIGURE, wrong).status_code == 422


def test_of_a_proposal_with_an_interest_the_amount_counts_and_the_file_is_shut(client_of, cast, busy):
    proposal = busy.proposal
    ShutFile.objects.create(proposal=proposal, user=cast.manager, since=NOW)
    client = client_of(cast.manager)
    content = client.get(FIGURE, {"regel": "leven"}).content.decode()
    address = reverse("reporting:activity", args=[proposal.reference])
    assert proposal.reference in content
    assert (address in content, proposal.title in content) == (False, False)
    assert client.get(address).status_code == 404
    assert proposal.title not in client.get(reverse("reporting:activities")).content.decode()
    assert client_of(cast.council).get(address).status_code == 200


def test_what_is_still_being_assessed_can_not_be_opened(client_of, cast, call, in_november):
    proposal = submitted(cast, call, at=day(10, 1))
    refused = advised(cast, call, at=day(10, 2), amounts={2026: 10}, outcome="negative")
    for one in (proposal, refused):
        assert client_of(cast.council).get(reverse("reporting:activity", args=[one.reference])).status_code == 404


def test_an_activity_shows_decision_scores_proposal_and_partner(client_of, cast, call):
    proposal = granted_proposal(cast, call, title="Groot podium", requested={2026: 60_000}, send_letter=True)
    decision = proposal.decisions.get()
    content = client_of(cast.council).get(reverse("reporting:activity", args=[proposal.reference])).content.decode()
    assert "Groot podium" in content
    assert cast.organisation.name in content
    assert decision.reference in content
    assert decision.decision_list.reference in content
    assert decision.letter.document.sha256 in content
    assert "60.000" in content
    for score in decision.advice.consensus.scores.all():
        assert score.criterion.label in content
    for result in proposal.promised_results.all():
        assert result.indicator in content
    assert cast.partner.email not in content
    assert proposal.organisation.iban not in content


def test_a_settled_activity_shows_what_was_reached_and_what_was_settled(client_of, cast, call):
    settlement = settled_grant(cast, call, {2026: 40_000}, paid={2026: 30_000}, send=True, title="Klaar")
    proposal = settlement.decision.proposal
    content = client_of(cast.council).get(reverse("reporting:activity", args=[proposal.reference])).content.decode()
    assert settlement.reference in content
    assert "40.000" in content
    assert "30.000" in content
    reported = settlement.decision.account.results.exclude(achieved="").first()
    assert reported is not None
    assert reported.achieved in content


def test_a_natural_person_is_never_named(client_of, cast, call, in_november):
    Organisation.objects.filter(pk=cast.organisation.pk).update(name="Jan Jansen", kind=OrganisationKind.RESIDENTS)
    decision = granted(cast, call, at=day(3, 1), amounts={2026: 1_000})
    client = client_of(cast.council)
    addresses = [
        "/raad/",
        FIGURE,
        reverse("reporting:activities"),
        reverse("reporting:activities") + "?zoek=podium",
        reverse("reporting:line", args=["leven"]),
        reverse("reporting:activity", args=[decision.proposal.reference]),
    ]
    for address in addresses:
        assert "Jan Jansen" not in client.get(address).content.decode()
    found = client.get(reverse("reporting:activities"), {"zoek": "Jansen"}).content.decode()
    assert decision.proposal.title not in found


def test_activities_are_found_by_line_state_title_and_partner(client_of, cast, busy):
    client, address = client_of(cast.council), reverse("reporting:activities")
    for asked, shown in (
        ({"regel": "imago"}, []),
        ({"stand": "advies-gereed"}, ["Wacht nog"]),
        ({"zoek": "atel"}, ["Atelier"]),
        ({"zoek": "Makersloods"}, ["Podium", "Atelier", "Wacht nog"]),
        ({"zoek": busy.proposal.reference.lower()}, ["Podium"]),
        ({}, ["Podium", "Atelier", "Wacht nog"]),
    ):
        content = client.get(address, asked).content.decode()
        assert [title for title in ("Podium", "Atelier", "Wacht nog") if f">{title}<" in content] == shown


@pytest.mark.parametrize("path", ["/raad/cijfers/?regel=leven", "/raad/activiteiten/", "/raad/lijnen/leven/"])
def test_lists_take_as_many_queries_for_one_activity_as_for_many(
    client_of, cast, call, in_november, path, django_assert_num_queries
):
    granted(cast, call, at=day(3, 1), amounts={2026: 100})
    client = client_of(cast.council)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _turn in range(10):
        granted(cast, call, at=day(3, 1), amounts={2026: 100})
    with django_assert_num_queries(len(few)):
        client.get(path)
