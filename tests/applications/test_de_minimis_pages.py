"""The pages about de-minimis aid: the declaration, the sum, the judgement, the register."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Organisation
from accounts.states import OrganisationKind
from applications.domain import shut_files
from applications.models import AidJudgement, DeMinimisAid
from applications.states import ProposalState
from core.domain import clock
from tests.applications.aid import declare, send, sent_with
from tests.applications.road import draft_proposal
from tests.budget.road import decided_proposal

DAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with clock.set_to(NOON):
        yield


@pytest.fixture
def company(cast):
    Organisation.objects.filter(pk=cast.organisation.pk).update(kind=OrganisationKind.COMPANY)
    cast.organisation.refresh_from_db()
    return cast.organisation


def rows_of(prefix, *rows):
    data = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    return data | {f"{prefix}-{number}-{name}": text for number, row in enumerate(rows) for name, text in row.items()}


AID_ROW = {"granted_on": "01-05-2025", "granted_by": "Provincie Overijssel", "amount": "1.000,50"}


def test_a_partner_specifies_the_aid_on_a_page_and_the_sum_stands_in_the_form(cast, call, client_of):
    draft, client = draft_proposal(cast, call), client_of(cast.partner)
    url = reverse("applications:de_minimis_mine", args=[draft.pk])
    assert url in client.get(reverse("applications:step", args=[draft.pk, "verklaringen"])).text
    linked = {"name": "Dochter BV", "kvk_number": "11111111"}
    response = client.post(url, {**rows_of("aids", AID_ROW, {}), **rows_of("linked", linked)})
    assert response.url == reverse("applications:step", args=[draft.pk, "verklaringen"])
    draft.refresh_from_db()
    assert draft.de_minimis_aid == Decimal("1000.50")
    assert draft.linked_undertakings.get().kvk_number == "11111111"
    assert "Provincie Overijssel" in client.get(url).text
    assert "Provincie Overijssel" in client.get(reverse("applications:check", args=[draft.pk])).text
    sent = send(draft, cast.partner)
    assert sent.receipt.content["de_minimis_rows"][0]["amount"] == "1000.50"
    assert client.get(url).url == reverse("applications:proposal", args=[draft.pk])


@pytest.mark.parametrize(
    "row", [{"granted_on": "31-02-2025"}, {"amount": "-1"}, {"amount": ""}, {"granted_on": "01-05-2020"}]
)
def test_a_row_that_cannot_be_saved_keeps_everything_typed(cast, call, client_of, row):
    draft = draft_proposal(cast, call)
    url = reverse("applications:de_minimis_mine", args=[draft.pk])
    response = client_of(cast.partner).post(url, {**rows_of("aids", {**AID_ROW, **row}), **rows_of("linked")})
    assert response.status_code == 422
    assert "Provincie Overijssel" in response.text
    assert not DeMinimisAid.objects.exists()


def test_the_check_page_warns_a_company_with_the_figures_and_lets_it_submit(cast, call, client_of, company):
    draft = declare(draft_proposal(cast, call, requested={2026: 100000}), cast, (DAY, "250000"))
    page = client_of(cast.partner).get(reverse("applications:check", args=[draft.pk])).text
    for figure in ("250.000", "350.000", "300.000", "50.000"):
        assert figure in page, figure
    assert send(draft, cast.partner).state == ProposalState.SUBMITTED


def test_a_foundation_is_not_warned(cast, call, client_of):
    draft = declare(draft_proposal(cast, call, requested={2026: 100000}), cast, (DAY, "250000"))
    page = client_of(cast.partner).get(reverse("applications:check", args=[draft.pk]))
    assert "350.000" not in page.text


def test_the_team_sees_the_sum_and_judges_on_the_page(cast, call, client_of, company):
    decided_proposal(cast, call, requested={2026: Decimal(100000)}, title="Eerste")
    proposal = sent_with(cast, call, (DAY, "150000"), title="Tweede")
    url = reverse("budget:de_minimis", args=[proposal.reference])
    page = client_of(cast.manager).get(url).text
    for figure in ("150.000", "100.000", "275.000", "50.000"):
        assert figure in page, figure
    assert client_of(cast.manager).post(url, {"is_aid": "no", "reason": ""}).status_code == 422
    assert client_of(cast.finance).post(url, {"is_aid": "no", "reason": "X"}).status_code == 403
    assert client_of(cast.lead).post(url, {"is_aid": "no", "reason": "Geen markt."}).status_code == 302
    assert AidJudgement.objects.get().is_aid is False
    assert "Geen markt." in client_of(cast.finance).get(url).text


def test_the_export_holds_what_a_register_asks_and_no_formulas(cast, call, client_of, company):
    Organisation.objects.filter(pk=company.pk).update(name="=cmd|' /C calc'!A0")
    decided_proposal(cast, call, requested={2026: Decimal(100000)}, title="+SUM(A1)")
    Organisation.objects.filter(pk=cast.organisation2.pk).update(kind=OrganisationKind.SCHOOL)
    theirs = {"by": cast.partner2, "organisation": cast.organisation2}
    decided_proposal(cast, call, requested={2026: Decimal(50000)}, line="werken", title="School", **theirs)
    client = client_of(cast.finance)
    text = client.get(reverse("budget:de_minimis_export", args=["csv"])).content.decode("utf-8-sig")
    header, row = text.splitlines()
    assert len(header.split(";")) == len(row.split(";")) == 11
    assert "'=cmd" in row
    assert "'+SUM" in row
    assert ";12345678;100000,00;10-03-2026;" in row
    book = load_workbook(BytesIO(client.get(reverse("budget:de_minimis_export", args=["xlsx"])).content))
    assert [cell.data_type for cell in list(book.active.rows)[1]][:4] == ["s", "s", "n", "d"]
    assert client.get(reverse("budget:de_minimis_export", args=["pdf"])).status_code == 404
    assert "100.000" in client.get(reverse("budget:de_minimis_register")).text


def test_the_register_leaves_out_what_is_shut_for_the_reader(cast, call, client_of, company):
    proposal = decided_proposal(cast, call, requested={2026: Decimal(100000)})
    shut_files.shut(proposal=proposal, person=cast.finance)
    page = client_of(cast.finance).get(reverse("budget:de_minimis_register")).text
    assert proposal.reference not in page


def test_the_register_asks_the_database_as_often_for_many_as_for_one(cast, call, client_of, company):
    client, url = client_of(cast.finance), reverse("budget:de_minimis_register")
    decided_proposal(cast, call, requested={2026: Decimal(1000)})
    client.get(url)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    once = asked()
    for number in range(4):
        decided_proposal(cast, call, requested={2026: Decimal(1000)}, title=f"Plan {number}")
    assert asked() == once
