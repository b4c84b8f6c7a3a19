"""People and their roles, as verbs and in the administration."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction

import accounts.tasks  # noqa: F401  (registers what empties the outbox)
from accounts.domain import people
from accounts.models import RoleHolding, User
from accounts.states import Role
from core.domain import outbox
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_a_role_is_given_once_and_taken_once(cast):
    for _turn in range(2):
        people.give_role(user=cast.partner, role=Role.COUNCIL, by=cast.admin)
    assert fresh(cast.partner).roles == {Role.COUNCIL}
    for _turn in range(2):
        people.take_role(user=cast.partner, role=Role.COUNCIL, by=cast.admin)
    assert fresh(cast.partner).roles == frozenset()
    trail = AuditEntry.objects.about(cast.partner).values_list("event", "changes", "actor__full_name")
    assert list(trail) == [
        ("role.given", {"role": "council"}, "Admin"),
        ("role.taken", {"role": "council"}, "Admin"),
    ]


def test_the_database_too_keeps_a_role_once_and_knows_which_there_are(cast):
    with pytest.raises(IntegrityError, match="accounts_role_once"), transaction.atomic():
        RoleHolding.objects.create(user=cast.council, role=Role.COUNCIL)
    with pytest.raises(IntegrityError, match="accounts_role_known"), transaction.atomic():
        RoleHolding.objects.create(user=cast.council, role="king")


def test_only_administrators_come_into_the_administration(cast):
    people.give_role(user=cast.partner, role=Role.ADMINISTRATOR, by=cast.admin)
    assert fresh(cast.partner).is_staff
    people.take_role(user=cast.partner, role=Role.ADMINISTRATOR, by=cast.admin)
    assert not fresh(cast.partner).is_staff


@pytest.mark.parametrize("email", ["Partner@test.example", "PARTNER@TEST.EXAMPLE"])
def test_an_address_is_one_person_whatever_its_capitals(cast, email):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email=email, full_name="Dubbel")])


def test_the_database_refuses_a_person_without_a_name(db):
    with pytest.raises(IntegrityError, match="accounts_user_has_name"), transaction.atomic():
        User.objects.create_user("naamloos@test.example", None, full_name="")


def form(user, **over):
    held = list(user.role_holdings.order_by("pk")) if user else []
    sent = {
        "full_name": user.full_name if user else "Nieuwe Collega",
        "email": user.email if user else "Collega@hengelo.example",
        "language": "nl",
        "is_active": "on",
        "role_holdings-TOTAL_FORMS": len(held) + 1,
        "role_holdings-INITIAL_FORMS": len(held),
        f"role_holdings-{len(held)}-role": "",
    }
    for number, holding in enumerate(held):
        sent |= {f"role_holdings-{number}-id": holding.pk, f"role_holdings-{number}-user": user.pk}
    return sent | over


def test_the_administrator_gives_and_takes_a_role(cast, client_of):
    client = client_of(cast.admin)
    path = f"/beheer/accounts/user/{cast.assessor1.pk}/change/"
    assert client.get(path).status_code == 200
    assert client.post(path, form(cast.assessor1, **{"role_holdings-1-role": "council"})).status_code == 302
    assert fresh(cast.assessor1).roles == {Role.ASSESSOR, Role.COUNCIL}
    assert client.post(path, form(cast.assessor1, **{"role_holdings-0-DELETE": "on"})).status_code == 302
    assert fresh(cast.assessor1).roles == {Role.COUNCIL}
    events = AuditEntry.objects.about(cast.assessor1).values_list("event", flat=True)
    assert list(events) == ["role.given", "role.taken"]


def test_the_administrator_changes_particulars_and_the_trail_says_which(cast, client_of):
    path = f"/beheer/accounts/user/{cast.partner.pk}/change/"
    client_of(cast.admin).post(path, form(cast.partner, full_name="Anders"))
    assert fresh(cast.partner).full_name == "Anders"
    assert AuditEntry.objects.about(cast.partner).get().changes == {"full_name": "Anders"}


def test_a_colleague_who_is_added_gets_in_by_asking_for_a_password(cast, client_of, client):
    sent = form(None, **{"role_holdings-0-role": "assessor"})
    assert client_of(cast.admin).post("/beheer/accounts/user/add/", sent).status_code == 302
    colleague = User.objects.get(email="collega@hengelo.example")
    assert colleague.roles == {Role.ASSESSOR}
    assert not colleague.has_usable_password()
    assert AuditEntry.objects.about(colleague).first().actor == cast.admin
    client.post("/account/password/reset/", {"email": "collega@hengelo.example"})
    outbox.deliver_due()
    assert "/account/password/reset/key/" in mail.outbox[0].body


def test_people_are_never_removed(cast, client_of):
    path = f"/beheer/accounts/user/{cast.partner.pk}/delete/"
    assert client_of(cast.admin).post(path, {"post": "yes"}).status_code == 403


def test_nobody_but_an_administrator_opens_the_list(cast, client_of):
    assert client_of(cast.admin).get("/beheer/accounts/user/").status_code == 200
    User.objects.filter(pk=cast.manager.pk).update(is_staff=True)
    assert client_of(cast.manager).get("/beheer/accounts/user/").status_code == 403


def test_the_administration_breaks_no_content_policy(cast, client_of):
    page = client_of(cast.admin).get("/beheer/").content.decode()
    assert "<style" not in page
    assert "onclick" not in page


def test_an_address_that_the_administrator_replaces_opens_the_account_no_longer(cast, client_of, client):
    EmailAddress.objects.create(user=cast.manager, email=cast.manager.email, verified=True, primary=True)
    path = f"/beheer/accounts/user/{cast.manager.pk}/change/"
    client_of(cast.admin).post(path, form(cast.manager, email="Nieuw@hengelo.example"))
    assert fresh(cast.manager).email == "nieuw@hengelo.example"
    client.post("/account/password/reset/", {"email": cast.manager.email})
    outbox.deliver_due()
    assert "/account/password/reset/key/" not in "".join(message.body for message in mail.outbox)
