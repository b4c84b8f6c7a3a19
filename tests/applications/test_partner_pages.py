from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import amounts, drafts, questions, readiness
from applications.models import Proposal, Receipt
from applications.states import ProposalState
from core.domain import clock
from tests.applications.pages import budget_data, fill_in_by_hand, results_data, step_url
from tests.applications.road import draft_proposal, empty_draft, submitted_proposal

BUDGET = questions.BUDGET.slug


def test_a_partner_fills_in_a_proposal_step_by_step_and_submits_it(client_of, cast, call, deliver_all):
    client = client_of(cast.partner)
    draft = fill_in_by_hand(client, call, cast)
    check = reverse("applications:check", args=[draft.pk])
    page = client.get(check)
    assert page.context["missing"] == []
    assert client.post(check, {"request_key": str(uuid4())}).url == reverse("applications:receipt", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.state == ProposalState.SUBMITTED
    assert amounts.requested_by_year(draft) == {2025: 0, 2026: 20000, 2027: Decimal("1250.50")}
    page = client.get(reverse("applications:receipt", args=[draft.pk])).text
    assert draft.reference in page
    assert draft.receipt.content_sha256 in page
    deliver_all()
    assert draft.reference in mail.outbox[0].subject
    assert draft.reference in client.get(reverse("applications:proposal", args=[draft.pk])).text


@pytest.mark.parametrize("step", [step.slug for step in questions.STEPS])
def test_every_step_says_in_its_title_which_of_eight_it_is(client_of, cast, call, step):
    page = client_of(cast.partner).get(step_url(empty_draft(cast, call), step)).text
    number = questions.step_of(step).number
    title = page[page.index("<title>") : page.index("</title>")]
    assert str(number) in title
    assert "8" in title


@pytest.mark.parametrize("step", [step.slug for step in questions.STEPS])
def test_every_step_can_be_left_incomplete_and_taken_up_later(client_of, cast, call, step):
    draft = empty_draft(cast, call)
    tables = {"resultaten": results_data(action="later"), BUDGET: budget_data(costs=[], co_funding=[], action="later")}
    data = tables.get(step, {"title": "Nog niet klaar", "action": "later"})
    response = client_of(cast.partner).post(step_url(draft, step), data)
    assert response.url == reverse("applications:mine")


def test_what_cannot_be_read_blocks_saving_and_everything_typed_stays(client_of, cast, call):
    draft = empty_draft(cast, call)
    data = {
        "title": "Een nieuwe titel",
        "summary": "x" * 501,
        "description": "Wat we doen",
        "starts_on": "31-02-2026",
        "ends_on": "morgen",
    }
    response = client_of(cast.partner).post(step_url(draft, "wie-en-wat"), data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"summary", "starts_on", "ends_on"}
    for typed in data.values():
        assert typed in response.text
    assert "data-error-summary" in response.text
    draft.refresh_from_db()
    assert draft.title != "Een nieuwe titel"


def test_an_end_before_the_start_is_an_error_at_the_end_date(client_of, cast, call):
    data = {"title": "T", "starts_on": "02-02-2026", "ends_on": "01-02-2026"}
    response = client_of(cast.partner).post(step_url(empty_draft(cast, call), "wie-en-wat"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["ends_on"]


def test_a_result_of_another_line_is_an_error_at_the_results(client_of, cast, call):
    line, other = call.lines.get(code="leven"), call.lines.get(code="wonen")
    data = {"line": line.pk, "desired_results": [other.desired_results.all()[0].pk]}
    response = client_of(cast.partner).post(step_url(empty_draft(cast, call), "doel"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["desired_results"]


@pytest.mark.parametrize("typed", ["nan", "-1", "1e9", "25.00", "1,000", "€", "12345678901", "٢٥", "12 000"])
def test_an_amount_that_is_not_understood_is_refused_and_stays_as_typed(client_of, cast, call, typed):
    draft = draft_proposal(cast, call)
    before = amounts.requested_by_year(draft)
    data = budget_data(
        costs=[{"description": "Zaalhuur", "year_2026": typed, "year_2027": "750,25"}],
        co_funding=[{"description": "Fonds", "year_2026": "100"}],
    )
    response = client_of(cast.partner).post(step_url(draft, BUDGET), data)
    assert response.status_code == 422
    assert [error.anchor for error in response.context["form"].errors] == ["id_costs-0-year_2026"]
    for value in (f'value="{typed}"', 'value="750,25"', 'value="Zaalhuur"', 'value="Fonds"'):
        assert value in response.text
    assert amounts.requested_by_year(draft) == before


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("25.000", "25000.00"),
        ("25000,50", "25000.50"),
        ("25000", "25000.00"),
        ("€ 1.250,-", "1250.00"),
        ("0", "0.00"),
        ("", "0.00"),
    ],
)
def test_an_amount_the_dutch_way_is_understood_to_the_cent(client_of, cast, call, typed, understood):
    draft = empty_draft(cast, call)
    data = budget_data(costs=[{"description": "Zaalhuur", "year_2026": typed}], co_funding=[])
    assert client_of(cast.partner).post(step_url(draft, BUDGET), data).status_code == 302
    assert amounts.requested_by_year(draft)[2026] == Decimal(understood)


def test_the_de_minimis_amount_below_zero_is_refused_with_the_reason(client_of, cast, call):
    response = client_of(cast.partner).post(
        step_url(empty_draft(cast, call), "verklaringen"), {"de_minimis_aid": "-1", "declared_truth": "on"}
    )
    assert response.status_code == 422
    assert 'value="-1"' in response.text
    assert "checked" in response.text


def test_the_sums_of_the_form_are_made_without_saving(client_of, cast, call):
    draft = draft_proposal(cast, call)
    before = amounts.requested_by_year(draft)
    data = budget_data(
        costs=[{"description": "", "year_2026": "1.000"}, {"description": "", "year_2026": "een ton"}],
        co_funding=[{"description": "", "year_2026": "250,50"}],
    )
    page = client_of(cast.partner).post(reverse("applications:totals", args=[draft.pk]), data)
    assert "€\u00a0749,50" in page.text
    assert page.context["unread"] == 1
    assert amounts.requested_by_year(draft) == before


def test_adding_a_row_saves_first_and_leads_to_the_new_row(client_of, cast, call):
    client, draft = client_of(cast.partner), empty_draft(cast, call)
    rows = [{"description": f"Post {number}", "year_2026": "10"} for number in range(3)]
    response = client.post(step_url(draft, BUDGET), budget_data(costs=rows, co_funding=[], action="costs"))
    assert response.url.endswith("?costs=4#id_costs-3-description")
    page = client.get(response.url)
    assert page.context["form"].tables["costs"].total_form_count() == 4
    assert 'id="id_costs-3-description"' in page.text
    assert draft.budget_items.count() == 3


@pytest.mark.parametrize("asked", ["9999999999", "-1", "x", "٣", ""])
def test_a_strange_number_of_rows_in_the_address_does_no_harm(client_of, cast, call, asked):
    page = client_of(cast.partner).get(step_url(empty_draft(cast, call), BUDGET), {"costs": asked})
    assert page.context["form"].tables["costs"].total_form_count() == 3


def test_a_table_with_too_many_rows_is_refused_and_not_cut_off(client_of, cast, call):
    rows = [{"indicator": f"r{number}"} for number in range(questions.RESULT_ROWS_MOST + 5)]
    response = client_of(cast.partner).post(step_url(empty_draft(cast, call), "resultaten"), results_data(*rows))
    assert response.status_code == 422


def test_a_table_without_its_counts_is_refused(client_of, cast, call):
    assert client_of(cast.partner).post(step_url(empty_draft(cast, call), BUDGET), {}).status_code == 422


def test_the_question_on_the_brand_is_only_for_imago(client_of, cast, call):
    client, draft = client_of(cast.partner), draft_proposal(cast, call, line="leven")
    assert "id_on_brand" not in client.get(step_url(draft, "waarom")).text
    drafts.save_aim(
        proposal_id=draft.pk,
        by=cast.partner,
        line=call.lines.get(code="imago"),
        desired_results=[],
        target_groups=[],
        migration_moments=[],
        areas=[],
    )
    assert "id_on_brand" in client.get(step_url(draft, "waarom")).text


def test_the_check_page_links_what_is_missing_to_its_step_and_submitting_is_refused(client_of, cast, call):
    client, draft = client_of(cast.partner), empty_draft(cast, call)
    url = reverse("applications:check", args=[draft.pk])
    response = client.post(url, {"request_key": str(uuid4())})
    assert response.status_code == 422
    missing = readiness.missing(draft)
    assert len(response.context["missing"]) == len(missing) > 10
    for slug, _sentence in missing:
        assert step_url(draft, slug) in response.text
    assert not Receipt.objects.exists()


def test_a_draft_opens_where_something_is_missing_and_a_full_one_at_the_check(client_of, cast, call):
    client, draft = client_of(cast.partner), empty_draft(cast, call)
    assert client.get(draft.get_absolute_url()).url == step_url(draft, "wie-en-wat")
    full = draft_proposal(cast, call)
    assert client.get(full.get_absolute_url()).url == reverse("applications:check", args=[full.pk])


def test_submitting_after_closing_is_refused_with_the_time_and_the_draft_stays(client_of, cast, call):
    client, draft = client_of(cast.partner), draft_proposal(cast, call)
    call.closes_on = datetime(2026, 3, 31, tzinfo=UTC).date()
    call.save()
    with clock.set_to(datetime(2026, 3, 31, 22, 0, tzinfo=UTC)):
        response = client.post(reverse("applications:check", args=[draft.pk]), {"request_key": str(uuid4())})
    assert response.status_code == 422
    assert "00:00:00" in response.text
    assert "24:00" in response.text
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_second_press_shows_the_same_receipt(client_of, cast, call):
    client, draft = client_of(cast.partner), draft_proposal(cast, call)
    url, key = reverse("applications:check", args=[draft.pk]), str(uuid4())
    first, second = client.post(url, {"request_key": key}), client.post(url, {"request_key": key})
    third = client.post(url, {"request_key": str(uuid4())})
    assert first.url == second.url == third.url == reverse("applications:receipt", args=[draft.pk])
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("key", ["", "no-key", None])
def test_a_spoiled_request_key_is_an_error_and_not_a_crash(client_of, cast, call, key):
    draft = draft_proposal(cast, call)
    data = {} if key is None else {"request_key": key}
    answer = client_of(cast.partner).post(reverse("applications:check", args=[draft.pk]), data)
    assert answer.status_code == 422
    assert "Open deze pagina opnieuw." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_starting_twice_with_one_key_makes_one_draft(client_of, cast, call):
    client = client_of(cast.partner)
    data = {"call": call.pk, "organisation": cast.organisation.pk, "title": "Eén keer", "request_key": str(uuid4())}
    assert client.post(reverse("applications:start"), data).url == client.post(reverse("applications:start"), data).url
    assert Proposal.objects.count() == 1


def test_nobody_starts_for_an_organisation_of_somebody_else(client_of, cast, call):
    data = {
        "call": call.pk,
        "organisation": cast.organisation2.pk,
        "title": "Niet van mij",
        "request_key": str(uuid4()),
    }
    response = client_of(cast.partner).post(reverse("applications:start"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["organisation"]


def test_who_has_no_organisation_makes_one_first(client_of, cast, call):
    assert client_of(cast.talent).get(reverse("applications:start")).url == reverse("accounts:organisation_new")


def test_the_page_to_start_says_so_when_no_call_is_open(client_of, cast, call):
    call.closes_on = datetime(2025, 2, 1, tzinfo=UTC).date()
    call.save()
    page = client_of(cast.partner).get(reverse("applications:start"))
    assert not page.context["calls"]
    assert 'type="submit"' not in page.text[page.text.index("<main") :]


def test_a_submitted_proposal_sends_its_steps_to_the_frozen_view(client_of, cast, call):
    client, proposal = client_of(cast.partner), submitted_proposal(cast, call)
    for step in questions.STEPS:
        response = client.post(step_url(proposal, step.slug), {"title": "Anders"})
        assert response.url == proposal.get_absolute_url()
    page = client.get(proposal.get_absolute_url())
    assert proposal.summary in page.text
    assert "Anders" not in page.text


def test_a_step_that_does_not_exist_is_not_found(client_of, cast, call):
    assert client_of(cast.partner).get(step_url(empty_draft(cast, call), "extra")).status_code == 404


def test_a_draft_has_no_receipt_page(client_of, cast, call):
    draft = empty_draft(cast, call)
    assert client_of(cast.partner).get(reverse("applications:receipt", args=[draft.pk])).status_code == 404


PAGES = ("proposal", "check", "receipt")


def partner_urls(proposal):
    urls = [reverse(f"applications:{name}", args=[proposal.pk]) for name in PAGES]
    return urls + [step_url(proposal, step.slug) for step in questions.STEPS]


@pytest.mark.parametrize("make", [draft_proposal, submitted_proposal])
@pytest.mark.parametrize("who", ["partner2", "manager", "assessor1", "college", "council", "talent", "admin"])
def test_for_others_a_proposal_does_not_exist_on_any_partner_page(client_of, cast, call, make, who):
    proposal = make(cast, call)
    client = client_of(getattr(cast, who))
    for url in partner_urls(proposal):
        assert client.get(url).status_code == 404, url
        if not url.endswith(("ontvangst/", f"/{proposal.pk}/")):
            assert client.post(url, {"request_key": str(uuid4())}).status_code == 404, url
    assert client.post(reverse("applications:totals", args=[proposal.pk]), {}).status_code == 404
    proposal.refresh_from_db()
    assert proposal.title == "Makersweekend in de magneet"


def test_who_has_not_signed_in_goes_to_the_sign_in_page(client, cast, call):
    for url in [*partner_urls(draft_proposal(cast, call)), reverse("applications:mine"), reverse("applications:start")]:
        assert client.get(url).url.startswith(reverse("account_login"))


def test_a_reader_of_the_organisation_sees_but_does_not_touch(client_of, cast, call):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.READER)
    draft, client = draft_proposal(cast, call), client_of(cast.talent)
    assert draft.summary in client.get(draft.get_absolute_url()).text
    for url in (step_url(draft, "doel"), reverse("applications:check", args=[draft.pk])):
        assert client.get(url).status_code == 403
        assert client.post(url, {}).status_code == 403
    assert client.get(reverse("applications:start")).status_code == 200
    assert not client.get(reverse("applications:start")).context["form"].fields["organisation"].queryset


def test_the_list_shows_own_proposals_with_the_partners_words(client_of, cast, call):
    proposal = submitted_proposal(cast, call)
    page = client_of(cast.partner).get(reverse("applications:mine")).text
    assert proposal.title in page
    assert proposal.reference in page
    assert str(proposal.partner_label) in page
    assert "€\u00a025.000" in page
    other = client_of(cast.partner2).get(reverse("applications:mine")).text
    assert proposal.title not in other
    assert reverse("applications:start") in other


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_asks_the_same_number_of_queries_at_one_and_at_fifty(
    client_of, cast, call, django_assert_num_queries, count
):
    draft = draft_proposal(cast, call)
    copies = [
        Proposal(
            call=call,
            organisation=cast.organisation,
            contact=cast.partner,
            created_at=draft.created_at,
            title=f"Kopie {number}",
            proposed_line=draft.proposed_line,
        )
        for number in range(count - 1)
    ]
    Proposal.objects.bulk_create(copies)
    client = client_of(cast.partner)
    client.get(reverse("applications:mine"))
    with django_assert_num_queries(MINE_QUERIES):
        client.get(reverse("applications:mine"))


# Session, person, count and rows of the list, organisations, confirmed addresses for invitations, and what the menu
# asks of the roles.
MINE_QUERIES = 7
