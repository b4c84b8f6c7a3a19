"""The organisation that one proposes for."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.domain import organisations
from accounts.errors import IbanNotUnderstood, KvkNumberNotUnderstood, NotTheOwner, OrganisationExists
from accounts.models import Membership, Organisation
from accounts.states import MembershipRole, OrganisationKind
from core.models import AuditEntry

pytestmark = pytest.mark.django_db
IBAN = "NL91 ABNA 0417 1643 00"
TYPED = {"name": "Maakhuis", "kind": OrganisationKind.COMPANY.value, "iban": IBAN, "phone": "074 123 45 67"}


def create(by, **over):
    return organisations.create(by=by, **{"kvk_number": "11112222", **TYPED, **over})


def change(organisation, by, **over):
    return organisations.change(organisation_id=organisation.pk, by=by, **{"kvk_number": "11112222", **TYPED, **over})


def test_who_makes_an_organisation_owns_it(cast):
    organisation = create(cast.talent)
    assert organisation.iban == "NL91ABNA0417164300"
    assert organisation.iban_in_groups == IBAN
    assert Membership.objects.get(organisation=organisation).role == MembershipRole.OWNER
    entry = AuditEntry.objects.about(organisation).get()
    assert (entry.event, entry.actor) == ("organisation.created", cast.talent)


@pytest.mark.parametrize("typed", ["12345678", "1234 5678", "12.34.56.78", " 12345678\n", "1234\u00a05678"])
def test_spaces_and_points_in_a_kvk_number_are_forgiven(typed):
    assert organisations.read_kvk_number(typed) == "12345678"


@pytest.mark.parametrize(
    "typed", ["", "  ", "1234567", "123456789", "1234567a", "１２３４５６７８", "12345678-", "١٢٣٤٥٦٧٨", "0x123456"]
)
def test_a_wrong_kvk_number_is_refused_with_a_reason(typed):
    with pytest.raises(KvkNumberNotUnderstood) as refused:
        organisations.read_kvk_number(typed)
    assert "KvK" in str(refused.value)


def test_the_reason_counts_the_digits():
    with pytest.raises(KvkNumberNotUnderstood, match="7"):
        organisations.read_kvk_number("1234567")


@pytest.mark.parametrize("typed", ["", "NL91ABNA0417164301", "NL91ABNA041716430", "12345678", "ＮＬ91ABNA0417164300"])
def test_a_wrong_iban_is_refused(typed):
    with pytest.raises(IbanNotUnderstood):
        organisations.read_iban(typed)


@pytest.mark.parametrize("typed", [IBAN, "nl91abna0417164300", "NL91-ABNA-0417-1643-00", "DE89 3704 0044 0532 0130 00"])
def test_an_iban_is_kept_without_spaces(typed):
    kept = organisations.read_iban(typed)
    assert kept.isalnum()
    assert kept.isupper()


def test_residents_need_no_kvk_number_and_others_do(cast):
    organisation = create(cast.talent, kind=OrganisationKind.RESIDENTS.value, kvk_number="")
    assert organisation.kvk_number is None
    with pytest.raises(KvkNumberNotUnderstood):
        create(cast.talent, kvk_number=None)


def test_the_database_too_wants_a_kvk_number_of_eight_digits(cast):
    for number, kind in [("1234567", OrganisationKind.COMPANY), (None, OrganisationKind.COMPANY)]:
        with pytest.raises(IntegrityError, match="accounts_kvk_"), transaction.atomic():
            Organisation.objects.filter(pk=cast.organisation.pk).update(kvk_number=number, kind=kind)


def test_a_kvk_number_that_is_taken_says_what_to_do(cast):
    with pytest.raises(OrganisationExists, match=cast.organisation.kvk_number):
        create(cast.talent, kvk_number=cast.organisation.kvk_number)
    assert not cast.talent.memberships.exists()
    assert not AuditEntry.objects.filter(event="organisation.created").exists()


def test_the_database_too_keeps_a_kvk_number_once(cast):
    with pytest.raises(IntegrityError, match="kvk_number"), transaction.atomic():
        Organisation.objects.filter(pk=cast.organisation2.pk).update(kvk_number=cast.organisation.kvk_number)


def test_two_organisations_of_residents_may_both_have_no_number(cast):
    create(cast.talent, kind=OrganisationKind.RESIDENTS.value, kvk_number="")
    create(cast.talent, kind=OrganisationKind.RESIDENTS.value, kvk_number="")
    assert Organisation.objects.filter(kvk_number=None).count() == 2


def test_an_owner_changes_and_the_trail_says_from_what_to_what(cast):
    organisation = create(cast.partner)
    change(organisation, cast.partner, name=" Het  Maakhuis ")
    organisation.refresh_from_db()
    assert organisation.name == "Het Maakhuis"
    entry = AuditEntry.objects.about(organisation).last()
    assert entry.changes == {"name": ["Maakhuis", "Het Maakhuis"]}


def test_nothing_changed_leaves_no_trace(cast):
    organisation = create(cast.partner)
    change(organisation, cast.partner)
    assert AuditEntry.objects.about(organisation).count() == 1


@pytest.mark.parametrize("role", [MembershipRole.EDITOR, MembershipRole.READER, None])
def test_only_an_owner_changes(cast, role):
    organisation = create(cast.partner)
    if role:
        Membership.objects.create(user=cast.partner2, organisation=organisation, role=role)
    with pytest.raises(NotTheOwner):
        change(organisation, cast.partner2, name="Overgenomen")


def test_the_lock_is_taken_before_looking(cast):
    organisation = create(cast.partner)
    with CaptureQueriesContext(connection) as queries:
        change(organisation, cast.partner)
    reads = [query["sql"] for query in queries.captured_queries if query["sql"].startswith("SELECT")]
    assert reads[0].endswith("FOR UPDATE")


# Pages


def test_the_page_makes_an_organisation(cast, client_of):
    client = client_of(cast.talent)
    page = client.get("/mijn/organisatie/nieuw/")
    assert page.status_code == 200
    response = client.post("/mijn/organisatie/nieuw/", {**TYPED, "kvk_number": "9999 8888"})
    assert response.status_code == 302
    assert Organisation.objects.get(name="Maakhuis").kvk_number == "99998888"


def test_everything_typed_is_kept_beside_the_error(cast, client_of):
    response = client_of(cast.partner).post(
        "/mijn/organisatie/nieuw/", {**TYPED, "iban": "NL00", "kvk_number": "12", "name": "Het <Huis>"}
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "Het &lt;Huis&gt;" in page
    assert 'value="12"' in page
    assert 'value="NL00"' in page
    assert set(response.context["form"].errors) == {"iban", "kvk_number"}


def test_a_taken_number_is_an_error_at_its_field(cast, client_of):
    response = client_of(cast.talent).post(
        "/mijn/organisatie/nieuw/", {**TYPED, "kvk_number": cast.organisation.kvk_number}
    )
    assert response.status_code == 422
    assert cast.organisation.kvk_number in response.context["form"].errors["kvk_number"][0]


@pytest.mark.parametrize(
    "over",
    [
        {"kind": "onbekend"},
        {"kind": ""},
        {"name": ""},
        {"name": "x" * 151},
        {"phone": "bel mij"},
        {"phone": "1" * 21},
        {"name": "nul\x00teken"},
    ],
)
def test_what_makes_no_sense_is_refused(cast, client_of, over):
    response = client_of(cast.talent).post("/mijn/organisatie/nieuw/", {**TYPED, "kvk_number": "99998888", **over})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(over)


def test_residents_leave_the_number_empty_on_the_page_too(cast, client_of):
    form = {**TYPED, "kind": OrganisationKind.RESIDENTS.value, "kvk_number": ""}
    assert client_of(cast.talent).post("/mijn/organisatie/nieuw/", form).status_code == 302


def test_an_owner_opens_and_saves_the_page(cast, client_of):
    client = client_of(cast.partner)
    path = f"/mijn/organisatie/{cast.organisation.pk}/"
    page = client.get(path)
    assert IBAN in page.content.decode()
    form = {**TYPED, "kind": OrganisationKind.SOCIAL.value, "kvk_number": "12345678", "name": "Makersloods"}
    assert client.post(path, form).status_code == 302
    cast.organisation.refresh_from_db()
    assert cast.organisation.name == "Makersloods"


def test_a_number_of_somebody_else_is_refused_on_the_own_page_and_the_heading_keeps_the_name(cast, client_of):
    form = {**TYPED, "kvk_number": cast.organisation2.kvk_number}
    response = client_of(cast.partner).post(f"/mijn/organisatie/{cast.organisation.pk}/", form)
    assert response.status_code == 422
    assert "<h1" in response.content.decode()
    assert "Stichting Makersloods" in response.content.decode()


def test_for_another_partner_the_organisation_does_not_exist(cast, client_of):
    path = f"/mijn/organisatie/{cast.organisation.pk}/"
    for outsider in (cast.partner2, cast.manager, cast.admin):
        assert client_of(outsider).get(path).status_code == 404
        assert client_of(outsider).post(path, TYPED).status_code == 404


def test_a_colleague_who_is_no_owner_reads_and_does_not_change(cast, client_of):
    Membership.objects.create(user=cast.partner2, organisation=cast.organisation, role=MembershipRole.EDITOR)
    client = client_of(cast.partner2)
    path = f"/mijn/organisatie/{cast.organisation.pk}/"
    page = client.get(path)
    assert page.status_code == 200
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert client.post(path, TYPED).status_code == 403


def test_who_is_not_signed_in_goes_to_the_sign_in_page(client, cast):
    for path in ("/mijn/organisatie/nieuw/", f"/mijn/organisatie/{cast.organisation.pk}/", "/start/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.url == f"/account/login/?next={path}"
