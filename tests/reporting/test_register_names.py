"""No person of the story is in anything that the public can read, in whatever form."""

import io
import zipfile

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from accounts.states import MembershipRole, OrganisationKind
from applications.domain import drafts
from applications.models import Collaborator
from budget.domain import decision_letters
from core.domain import clock
from reporting.domain import public_text
from tests.applications.road import submitted_proposal
from tests.assessment.road import advised_proposal
from tests.budget.road import granted_proposal, refused_proposal
from tests.budget.road_settlement import settled_grant

pytestmark = pytest.mark.django_db

CANARY = "kanariegeel"
PHONE, MAIL, IBAN = "06-12345678", "sanne@kanarie.example", "NL91 ABNA 0417 1643 00"
TITLE = f"Atelier van Sanne Kanarie, bel {PHONE}"
SUMMARY = f"Mail {MAIL} of maak over naar {IBAN}; Sanne  Kanarie en Bas Vinkenburg wachten op je."
# Of an advice and of an account, as the road of the tests writes them.
JUDGED = ("Sluit aan bij de gewenste resultaten", "Twee weekenden extra")
SECRETS = (
    *JUDGED,
    "Kanarie",
    CANARY,
    PHONE,
    MAIL,
    IBAN,
    IBAN.replace(" ", ""),
    "Vinkenburg",
    "Merelstein",
    "test.example",
)


@pytest.fixture
def story(cast, call, monkeypatch):
    """Everything that the fund knows of people, with a canary in each place from which none may sing."""
    for person, name in (
        (cast.partner, "Sanne Kanarie"),
        (cast.manager, "Mo Merelstein"),
        (cast.assessor1, "An Merelstein"),
    ):
        person.full_name = name
        person.save()
    bas = User.objects.create_user("bas@test.example", None, full_name="Bas Vinkenburg")
    Membership.objects.create(user=bas, organisation=cast.organisation, role=MembershipRole.EDITOR)
    cast.organisation.phone, cast.organisation.iban = PHONE, IBAN.replace(" ", "")
    cast.organisation.save()
    save = drafts.save_about
    monkeypatch.setattr(
        drafts, "save_about", lambda **about: save(**{**about, "summary": SUMMARY, "description": CANARY})
    )
    granted = granted_proposal(cast, call, title=TITLE, send_letter=True)
    settlement = settled_grant(cast, call, {2026: 40_000}, send=True, title=TITLE)
    decision_letters.send(decision_id=settlement.decision_id)
    for make in (submitted_proposal, advised_proposal):
        make(cast, call, title=f"{CANARY} in behandeling")
    refused_proposal(cast, call, title=f"{CANARY} afgewezen", send_letter=True)
    return granted


def everything_public(client, reference):
    addresses = [
        reverse("reporting:register"),
        reverse("reporting:register_explanation"),
        reverse("reporting:grant", args=[reference]),
        reverse("reporting:threesixty"),
        reverse("reporting:feed"),
        reverse("reporting:front"),
        *(reverse("reporting:register_data", args=[suffix]) for suffix in ("csv", "json", "xlsx")),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        content = answer.content
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                content = b"".join(parts.read(name) for name in parts.namelist())
        yield address, content.decode()


@pytest.mark.parametrize("kind", [OrganisationKind.SOCIAL, OrganisationKind.RESIDENTS])
def test_no_canary_sings_in_anything_public(client, cast, story, kind):
    if kind == OrganisationKind.RESIDENTS:
        cast.organisation.kind, cast.organisation.name, cast.organisation.kvk_number = kind, "Sanne Kanarie", None
        cast.organisation.save()
    heard = [
        f"{address}: {secret}"
        for address, content in everything_public(client, story.reference)
        for secret in SECRETS
        if secret.casefold() in content.casefold()
    ]
    assert heard == []


@pytest.mark.parametrize("asked", ["Kanarie", "kanarie", PHONE, "Vinkenburg", CANARY, "sanne"])
def test_what_is_left_out_is_not_found_either(client, story, asked):
    for name in ("q", "aanvrager"):
        assert b'"aantal_rijen": 0' in client.get("/register/register.json", {name: asked}).content


def test_who_works_on_one_proposal_is_left_out_too(cast, story):
    helper = User.objects.create_user("eva@test.example", None, full_name="Eva de Wielewaal")
    Collaborator.objects.create(
        proposal=story, user=helper, role=MembershipRole.EDITOR, invited_by=cast.partner, since=clock.now()
    )
    assert "Eva de Wielewaal" in public_text.people_of(story)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Avond met jan JANSEN en vrienden", "Avond met * en vrienden"),
        ("Jan\n Jansen", "*"),
        ("Janssen en JanJansen blijven", "Janssen en JanJansen blijven"),
        ("bel 0612345678 of +31 6 12345678", "bel * of *"),
        ("jan@voorbeeld.example, graag", "* graag"),
        ("NL91ABNA0417164300", "*"),
        ("In 2026 komen 1.250 mensen op 12-06-2026", "In 2026 komen 1.250 mensen op 12-06-2026"),
        ("nul\x00 en bel\x07", "nul en bel"),
    ],
)
def test_a_text_loses_names_and_ways_to_reach_people(text, told):
    left_out = public_text.shown("Jan Jansen", ["Jan Jansen"])
    assert public_text.shown(text, ["Jan Jansen", ""]) == told.replace("*", left_out)


def test_a_long_text_takes_no_time_to_read():
    for text in ("0 " * 5_000, "a" * 50_000, "NL91" * 5_000, "+31" * 5_000, "@" * 10_000, "a@" * 5_000):
        public_text.shown(text, ["Jan Jansen"])
