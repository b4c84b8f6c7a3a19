"""The register by the 360Giving Data Standard: every package that leaves the house is valid."""

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, FormatChecker

from accounts.states import OrganisationKind
from budget.domain import decision_letters
from reporting.domain import register_grants, threesixty
from tests.budget.road import decision_of, granted_proposal
from tests.budget.road_settlement import settled_grant

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((Path(__file__).parent / "360giving.schema.json").read_text())
ADDRESS = "/register/360giving.json"
PUBLISHER = threesixty.Publisher("Gemeente", "https://talentfonds.example", "", "unregistered-x")


def problems(package) -> list[str]:
    Draft4Validator.check_schema(SCHEMA)
    validator = Draft4Validator(SCHEMA, format_checker=FormatChecker())
    found = [f"{'/'.join(map(str, one.path))}: {one.message}" for one in validator.iter_errors(package)]
    ids = [grant["id"] for grant in package["grants"]]
    return found + [f"{one} stands there twice" for one in set(ids) if ids.count(one) > 1]


@pytest.fixture
def granted(cast, call):
    def make(title="Makersweekend", **over):
        return granted_proposal(cast, call, title=title, send_letter=True, **over)

    return make


def fetched(client):
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_the_register_is_a_valid_package(client, cast, call, granted):
    proposal = granted(line="leven", requested={2026: Decimal("10000.10"), 2027: 5_000})
    settlement = settled_grant(cast, call, {2026: 40_000}, send=True, title="Vastgesteld")
    decision_letters.send(decision_id=settlement.decision_id)
    package = fetched(client)
    assert problems(package) == []
    by_id = {grant["id"]: grant for grant in package["grants"]}
    grant = by_id[f"unregistered-talentfondshengelo-{proposal.reference}"]
    assert len(by_id) == 2
    assert grant["amountAwarded"] == 15000.10
    assert grant["amountAppliedFor"] == 15000.10
    assert grant["awardDate"] == decision_of(proposal).decided_on.isoformat()
    assert grant["recipientOrganization"] == [{"id": "NL-KVK-12345678", "name": "Stichting Makersloods"}]
    assert grant["classifications"][0]["code"] == "5.3"
    assert grant["url"].endswith(f"/register/{proposal.reference}/")


def test_residents_are_individuals_without_a_name(client, cast, granted):
    proposal = granted("Avond bij Jan Jansen thuis")
    organisation = proposal.organisation
    organisation.kind, organisation.name, organisation.kvk_number = OrganisationKind.RESIDENTS, "Jan Jansen", None
    organisation.save()
    package = fetched(client)
    assert problems(package) == []
    [grant] = package["grants"]
    assert grant["recipientIndividual"]["name"] == "Inwoner(s)"
    assert "recipientOrganization" not in grant
    assert "Jansen" not in json.dumps(package)


@pytest.mark.parametrize("title", ["=1+1", "<b>vet</b>", "\u202eomgekeerd", "🎈🎈", "x" * 100, "  "])
def test_whatever_a_partner_wrote_the_package_is_valid(client, granted, title):
    granted(title)
    assert problems(fetched(client)) == []


def test_the_municipality_is_named_by_the_trade_register_once_its_number_is_known(client, granted, settings):
    granted()
    assert fetched(client)["publisher"]["identifier"] == "unregistered-talentfondshengelo-gemeente"
    settings.PUBLISHER_KVK = "00000000"
    package = fetched(client)
    assert package["publisher"]["identifier"] == "NL-KVK-00000000"
    assert package["grants"][0]["fundingOrganization"][0]["id"] == "NL-KVK-00000000"
    assert problems(package) == []


def test_two_grants_with_one_identifier_are_refused(granted):
    granted()
    found = register_grants.grants()
    with pytest.raises(ValueError, match="twice"):
        threesixty.package([*found, *found], PUBLISHER, address_of=lambda name: f"https://x.example/{name}")


def test_there_is_no_package_without_a_grant():
    with pytest.raises(ValueError, match="at least one"):
        threesixty.package([], PUBLISHER, address_of=str)


@pytest.mark.parametrize(
    "harm",
    [
        lambda grant: grant.pop("title"),
        lambda grant: grant.pop("recipientOrganization"),
        lambda grant: grant.update(amountAwarded="10.000"),
        lambda grant: grant.update(awardDate="24-03-2026"),
        lambda grant: grant.update(currency="euro"),
        lambda grant: grant.update(url="zie de site"),
        lambda grant: grant.update(recipientIndividual={"id": "x", "name": "Jan"}),
        lambda grant: grant.update(contactName="Jan"),
    ],
    ids=range(8),
)
def test_the_proof_sees_what_is_wrong(client, granted, harm):
    granted()
    package = fetched(client)
    harmed = deepcopy(package)
    harm(harmed["grants"][0])
    assert problems(harmed)
    assert problems({**package, "grants": package["grants"] * 2})


def test_the_same_register_gives_the_same_bytes_on_another_day(client, granted):
    granted()
    first = client.get(ADDRESS).content
    assert client.get(ADDRESS).content == first
    assert date.fromisoformat(json.loads(first)["issued"])
