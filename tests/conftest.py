"""The fixed cast, the council's frame, and what every test stands on."""

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection
from django.test import Client, override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Membership, Organisation, RoleHolding, User
from accounts.states import MembershipRole, OrganisationKind, Role
from applications.domain import letter_templates
from applications.models import Call
from applications.states import DivisionRule
from budget.domain import council, import_mappings, tiers
from budget.domain.council_content import Content
from budget.states import CouncilDecisionKind
from core.domain import clock, documents, outbox
from programme.domain import frame as programme_frame
from programme.models import CriteriaVersion, Line, LineLead
from talentfund.celery import app
from tests.database import application, exists, migrated  # noqa: F401  (fixtures for every test)
from tests.nasty import canary  # noqa: F401
from tests.pdf.validator import verapdf  # noqa: F401

PROGRAMME_BEGINS = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
# A working day in the programme's second year.
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


# A run keeps whole worlds of objects: looking through them as often as a small script does costs a twentieth of it.
gc.set_threshold(50_000, 50, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_keepdb: bool,  # noqa: FBT001
    django_db_createdb: bool,  # noqa: FBT001
) -> None:
    """Let the test database be a copy of one that was migrated before; one that was kept is brought up to date."""
    told = connection.settings_dict["TEST"]
    name = told["NAME"] or f"test_{connection.settings_dict['NAME']}"
    kept = django_db_keepdb and not django_db_createdb
    if not (kept and exists(os.environ["DATABASE_URL"], name)):
        told |= {"TEMPLATE": migrated(os.environ["DATABASE_URL"]), "MIGRATE": False}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker, files: Path) -> None:
    """Lay the frame, the cast and a call once: most tests roll back to them, transactional ones lay them again.

    Let transactional tests empty the tables afterwards; the tests of the TRUNCATE triggers switch them on again.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%\\_no\\_truncate'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        if Line.objects.exists():
            empty_tables()  # a database kept from before: the files of its documents are gone
        lay_frame()
        lay_cast()
        lay_call()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what tests store apart from everything else."""
    place = tmp_path_factory.mktemp("files")
    with override_settings(MEDIA_ROOT=str(place)):
        yield place


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Let no test leave its language to the next: a request in English keeps its thread in English."""
    yield
    translation.deactivate()


@pytest.fixture
def blank(db: None) -> Iterator[None]:
    """Take everything away for one test, the frame too."""
    empty_tables()
    yield
    # What the test looked up again goes with its transaction; the next test must not find its numbers in the cache.
    ContentType.objects.clear_cache()


def empty_tables() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), connection.introspection.django_table_names()):
            cursor.execute(statement)


@dataclass
class Cast:
    """Everybody who plays a part. `partner2` must never see what belongs to `partner`."""

    partner: User
    partner2: User
    assessor1: User
    assessor2: User
    assessor3: User
    lead: User
    manager: User
    finance: User
    college: User
    college2: User
    council: User
    talent: User
    admin: User
    organisation: Organisation = field(init=False)
    organisation2: Organisation = field(init=False)


ROLES = {
    "partner": [],
    "partner2": [],
    "assessor1": [Role.ASSESSOR],
    "assessor2": [Role.ASSESSOR],
    "assessor3": [Role.ASSESSOR],
    "lead": [],
    "manager": [Role.PROGRAMME_MANAGER],
    "finance": [Role.FINANCIAL_ADVISER],
    "college": [Role.COLLEGE],
    "college2": [Role.COLLEGE],
    "council": [Role.COUNCIL],
    "talent": [Role.TALENT],
    "admin": [Role.ADMINISTRATOR],
}


def make_person(name: str, roles: list[Role]) -> User:
    """Make a person of the cast, without a password: tests sign in by force."""
    user = User.objects.create_user(
        f"{name}@test.example", None, full_name=name.capitalize(), is_staff=Role.ADMINISTRATOR in roles
    )
    RoleHolding.objects.bulk_create([RoleHolding(user=user, role=role) for role in roles])
    return user


def make_organisation(name: str, kvk_number: str, owner: User) -> Organisation:
    organisation = Organisation.objects.create(
        name=name, kind=OrganisationKind.SOCIAL, kvk_number=kvk_number, iban="NL91ABNA0417164300", created_at=NOON
    )
    Membership.objects.create(user=owner, organisation=organisation, role=MembershipRole.OWNER)
    return organisation


def lay_frame() -> None:
    if not Line.objects.exists():
        data = programme_frame.read()
        # In the books from the start of the programme: reports look back.
        with clock.set_to(PROGRAMME_BEGINS):
            programme_frame.load(data)
            council.load_frame(data)
            adopt(2025, 2026)
            tiers.load()
            import_mappings.load()
            letter_templates.load()


def adopt(*years: int) -> None:
    """Let the council adopt the budgets of years, so that what is granted of them has no condition (Awb 4:34)."""
    for year in years:
        document = documents.store(
            kind="council_decision", title=f"Begroting {year}", file_name="b.csv", content=b"b", facts={}
        )
        council.book_loaded(
            Content(
                kind=CouncilDecisionKind.ADOPTION,
                title=f"Begroting {year}",
                number=f"B{year}",
                year=year,
                document=document,
            )
        )


def lay_cast() -> None:
    if User.objects.exists():
        return
    people = {name: make_person(name, roles) for name, roles in ROLES.items()}
    make_organisation("Stichting Makersloods", "12345678", people["partner"])
    make_organisation("Vereniging Stadstuin", "87654321", people["partner2"])
    LineLead.objects.create(line=Line.objects.get(code="leven"), user=people["lead"])


def lay_call() -> Call:
    opened, is_new = Call.objects.get_or_create(
        title="Talent voor Hengelo",
        defaults={
            "opens_at": datetime(2025, 1, 1, tzinfo=UTC),
            "first_year": 2025,
            "last_year": 2027,
            "criteria_version": CriteriaVersion.objects.get(number=1),
            "division_rule": DivisionRule.COMPLETENESS,
        },
    )
    if is_new:
        opened.lines.set(Line.objects.all())
    return opened


@pytest.fixture
def frame(db: None) -> None:
    """The council's frame: lines, criteria and the budget of EUR 3,000,000."""
    lay_frame()


@pytest.fixture
def cast(frame: None) -> Cast:
    """Everybody, fresh from the database."""
    lay_cast()
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    everybody = Cast(**{name: people[name] for name in ROLES})
    everybody.organisation = Organisation.objects.get(kvk_number="12345678")
    everybody.organisation2 = Organisation.objects.get(kvk_number="87654321")
    return everybody


@pytest.fixture
def call(frame: None) -> Call:
    """A call for all lines and years, open without a closing date."""
    return lay_call()


@pytest.fixture
def client_of(db: None) -> Callable[[User], Client]:
    """Give a signed-in client for a person of the cast."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def deliver() -> Callable[[], int]:
    """Deliver what waits in the outbox, as the worker would."""
    app.loader.import_default_modules()
    return outbox.deliver_due


@pytest.fixture(autouse=True)
def plain_static_files(settings: object) -> None:
    """Serve static files by name: the manifest is made by collectstatic, which tests don't need.

    They are looked up when asked for: every client of a test would read the whole folder first, which takes longer
    than most pages. And let the cast in with one step; the tests of the second factor switch it on.
    """
    settings.WHITENOISE_AUTOREFRESH = True  # type: ignore[attr-defined]
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def account_of_the_municipality(settings: object) -> None:
    """Give the municipality an account, so that payment orders can be made; the tests without one take it away."""
    settings.SEPA_DEBTOR_NAME = "Gemeente Hengelo"  # type: ignore[attr-defined]
    settings.SEPA_DEBTOR_IBAN = "NL02ABNA0123456789"  # type: ignore[attr-defined]
    settings.SEPA_DEBTOR_BIC = "ABNANL2A"  # type: ignore[attr-defined]
