"""The people of the demo: one for each role, at demo.example, with one password."""

from dataclasses import dataclass, field

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.states import Role
from programme.models import Line, LineLead

PASSWORD = "Talent-voor-Hengelo"  # noqa: S105  (printed by script/run; the demo refuses to load when DEBUG is off)
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in to the demo."""

    account: str
    name: str
    roles: tuple[Role, ...] = ()
    leads: tuple[str, ...] = ()
    does: str = ""

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.account}@{DOMAIN}"


PEOPLE = (
    Person("partner", "Partner", does="proposes for Stichting Makersloods"),
    Person("partner2", "Partner 2", does="proposes for Vereniging Stadstuin"),
    Person("assessor1", "Beoordelaar 1", (Role.ASSESSOR,), does="scores proposals"),
    Person("assessor2", "Beoordelaar 2", (Role.ASSESSOR,), does="scores proposals"),
    Person("assessor3", "Beoordelaar 3", (Role.ASSESSOR,), does="scores proposals"),
    Person("lead", "Regisseur Leven", leads=("leven",), does="leads the line Leven"),
    Person("manager", "Programmamanager", (Role.PROGRAMME_MANAGER,), does="runs the programme"),
    Person("finance", "Financieel adviseur", (Role.FINANCIAL_ADVISER,), does="checks the room, makes decision lists"),
    Person("college", "Wethouder", (Role.COLLEGE,), does="decides for the college"),
    Person("council", "Raadslid", (Role.COUNCIL,), does="reads the reports"),
    Person("talent", "Talent", (Role.TALENT,), does="speaks for young talent, in the panel"),
    Person("talent2", "Talent 2", (Role.TALENT,), does="speaks for young talent too"),
    Person("talent3", "Talent 3", (Role.TALENT,), does="speaks for young talent too"),
    Person("admin", "Beheerder", (Role.ADMINISTRATOR,), does="keeps the reference data"),
)


@dataclass
class Cast:
    """The demo's people by account name, and the contacts of the organisations by key."""

    people: dict[str, User] = field(default_factory=dict)
    contacts: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, account: str) -> User:
        return self.people[account]


def make_user(name: str, email: str) -> User:
    """Make a person whose e-mail address counts as confirmed."""
    user = User.objects.create_user(email, PASSWORD, full_name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_cast() -> Cast:
    """Make everybody of PEOPLE with their roles."""
    cast = Cast()
    for person in PEOPLE:
        user = make_user(person.name, person.email)
        for role in person.roles:
            user.role_holdings.create(role=role)
        for code in person.leads:
            LineLead.objects.create(line=Line.objects.get(code=code), user=user)
        user.is_staff = Role.ADMINISTRATOR in person.roles
        user.save(update_fields=["is_staff"])
        cast.people[person.account] = user
    return cast
