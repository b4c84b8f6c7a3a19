"""The pages of the account: the partner fills in what the tier asks, the team reads it beside what was promised."""

import re
import uuid
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.models import ShutFile
from budget.models import Account
from budget.states import AccountState
from core.domain import clock
from tests.budget.reading import hidden, words
from tests.budget.road import granted_proposal
from tests.budget.road_settlement import TOO_LATE, checked_account, expected_account, submit


def url_of(account: Account) -> str:
    return reverse("budget:account_mine", args=[account.decision.proposal_id])


def typed(page, account: Account, **over: str) -> dict[str, str]:
    """Return what a partner sends: everything filled in on the page that was shown."""
    values = {"summary": "Het was vol.", "version": hidden(page, "version"), "request_key": hidden(page, "request_key")}
    for one in account.results.all():
        values[f"achieved_{one.promised_result_id}"] = "118"
        values[f"explanation_{one.promised_result_id}"] = "Twee weekenden extra."
    for cost in account.costs.all():
        values[f"cost_{cost.item_id}_{cost.year}"] = "1.250,50"
    return values | over


def test_the_partner_reads_what_was_promised_and_budgeted_beside_the_fields(cast, call, client_of):
    account = expected_account(cast, call)
    page = client_of(cast.partner).get(url_of(account))
    shown = words(page)
    for expected in ("Deelnemers van 18 tot 35 jaar", "120", "Begeleiding en materiaal", "€ 65.000", "Eigen bijdrage"):
        assert expected in shown, expected


def test_a_middle_tier_asks_no_cost(cast, call, client_of):
    account = expected_account(cast, call, requested={2026: 25000})
    page = client_of(cast.partner).get(url_of(account))
    assert "Begeleiding en materiaal" not in words(page)
    assert "Deelnemers van 18 tot 35 jaar" in words(page)


def test_a_draft_is_saved_half_done_and_found_again(cast, call, client_of):
    account = expected_account(cast, call)
    client = client_of(cast.partner)
    page = client.get(url_of(account))
    values = typed(page, account, action="save", summary="Nog niet af")
    first = next(name for name in values if name.startswith("cost_"))
    values[first] = ""
    answer = client.post(url_of(account), values, follow=True)
    assert "Nog niet af" in answer.content.decode()
    assert "1250,50" in answer.content.decode()
    assert Account.objects.get().state == AccountState.EXPECTED


def test_what_is_missing_is_told_at_handing_in_and_nothing_typed_is_lost(cast, call, client_of):
    account = expected_account(cast, call)
    client = client_of(cast.partner)
    values = typed(client.get(url_of(account)), account, action="submit", summary="")
    answer = client.post(url_of(account), values)
    assert answer.status_code == 422
    assert "1.250,50" in answer.content.decode()
    assert "Twee weekenden extra." in answer.content.decode()
    assert Account.objects.get().state == AccountState.EXPECTED


def test_an_amount_that_can_not_be_read_is_kept_and_told(cast, call, client_of):
    account = expected_account(cast, call)
    client = client_of(cast.partner)
    values = typed(client.get(url_of(account)), account, action="save")
    name = next(name for name in values if name.startswith("cost_"))
    answer = client.post(url_of(account), values | {name: "twaalf"})
    assert answer.status_code == 422
    assert 'value="twaalf"' in answer.content.decode()


def test_handed_in_it_is_fixed_and_says_what_follows(cast, call, client_of):
    account = expected_account(cast, call)
    client = client_of(cast.partner)
    values = typed(client.get(url_of(account)), account, action="submit")
    answer = client.post(url_of(account), values, follow=True)
    assert Account.objects.get().state == AccountState.SUBMITTED
    assert "<textarea" not in answer.content.decode()
    assert "118" in words(answer)
    again = client.post(url_of(account), values | {"request_key": str(uuid.uuid4())})
    assert again.status_code in {302, 409}
    assert Account.objects.get().summary == "Het was vol."


def test_a_double_click_saves_once(cast, call, client_of):
    account = expected_account(cast, call)
    client = client_of(cast.partner)
    values = typed(client.get(url_of(account)), account, action="save")
    for _time in range(2):
        assert client.post(url_of(account), values).status_code == 302
    assert Account.objects.get().version == account.version + 1


def test_two_tabs_never_overwrite_each_other_in_silence(cast, call, client_of):
    account = expected_account(cast, call)
    client = client_of(cast.partner)
    one, other = client.get(url_of(account)), client.get(url_of(account))
    client.post(url_of(account), typed(one, account, action="save", summary="Uit het ene venster"))
    answer = client.post(url_of(account), typed(other, account, action="save", summary="Uit het andere venster"))
    assert answer.status_code == 409
    assert "Uit het andere venster" in answer.content.decode()
    assert "Uit het ene venster" in words(answer)
    again = typed(answer, account, action="save", summary="Uit het andere venster")
    assert client.post(url_of(account), again).status_code == 302
    assert Account.objects.get().summary == "Uit het andere venster"


def test_a_reader_of_the_organisation_reads_and_does_not_write(cast, call, client_of):
    account = expected_account(cast, call)
    Membership.objects.create(user=cast.partner2, organisation=cast.organisation, role=MembershipRole.READER)
    client = client_of(cast.partner2)
    page = client.get(url_of(account))
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert client.post(url_of(account), {"action": "save"}).status_code == 403


def test_the_proposal_leads_to_the_account(cast, call, client_of):
    account = expected_account(cast, call)
    page = client_of(cast.partner).get(account.decision.proposal.get_absolute_url())
    assert url_of(account) in page.content.decode()


def test_a_small_grant_has_no_account(cast, call, client_of):
    proposal = granted_proposal(cast, call, requested={2026: 4000})
    url = reverse("budget:account_mine", args=[proposal.pk])
    assert client_of(cast.partner).get(url).status_code == 404
    assert url not in client_of(cast.partner).get(proposal.get_absolute_url()).content.decode()


def test_the_team_reads_promised_beside_achieved_with_differences(cast, call, client_of):
    account = submit(cast, expected_account(cast, call))
    cost = account.costs.select_related("item").first()
    page = client_of(cast.manager).get(reverse("budget:account", args=[account.decision.reference]))
    assert "118" in words(page)
    assert str(cost.item) in words(page)
    assert re.search(r"Verschil|Difference", words(page))


def test_the_manager_finds_it_in_order(cast, call, client_of):
    account = submit(cast, expected_account(cast, call))
    url = reverse("budget:account_check", args=[account.decision.reference])
    client = client_of(cast.manager)
    assert client.post(url, {"version": account.version, "action": "check"}).status_code == 302
    assert Account.objects.get().state == AccountState.CHECKED
    late = client.post(url, {"version": account.version, "action": "give_back", "remark": "Toch niet"})
    assert late.status_code == 409
    assert re.search(r"nadat je|after you opened it", words(late))


def test_given_back_the_partner_gets_a_mail_with_what_is_missing(cast, call, client_of, deliver):
    account = submit(cast, expected_account(cast, call))
    deliver()
    mail.outbox.clear()
    result = account.results.get()
    values = {
        "version": account.version,
        "action": "give_back",
        "remark": "Stuur ook de presentielijst.",
        f"result_{result.promised_result_id}": "Hoe is dit geteld?",
    }
    client_of(cast.manager).post(reverse("budget:account_check", args=[account.decision.reference]), values)
    deliver()
    [message] = mail.outbox
    assert message.to == [cast.partner.email]
    assert "Stuur ook de presentielijst." in message.body
    assert url_of(account) in message.body
    page = client_of(cast.partner).get(url_of(account))
    assert "Stuur ook de presentielijst." in words(page)
    assert "Hoe is dit geteld?" in words(page)


def test_giving_back_needs_a_reason(cast, call, client_of):
    account = submit(cast, expected_account(cast, call))
    url = reverse("budget:account_check", args=[account.decision.reference])
    answer = client_of(cast.manager).post(url, {"version": account.version, "action": "give_back", "remark": " "})
    assert answer.status_code == 409
    assert Account.objects.get().state == AccountState.SUBMITTED


@pytest.mark.parametrize(
    ("show", "found"), [("", 2), ("overdue", 1), ("checked", 1), ("submitted", 0), ("nonsense", 2)]
)
def test_the_list_shows_what_one_asks_for(cast, call, client_of, show, found):
    checked_account(cast, call, title="Op orde")
    expected_account(cast, call, title="Niet gekomen")
    with clock.set_to(TOO_LATE):
        page = client_of(cast.manager).get(reverse("budget:accounts"), {"show": show})
    assert page.content.decode().count('<th scope="row">') == found


def test_the_list_is_searched_by_words(cast, call, client_of):
    expected_account(cast, call, title="Makersdag")
    client = client_of(cast.manager)
    assert "Makersdag" in words(client.get(reverse("budget:accounts"), {"q": "makers"}))
    assert "Makersdag" not in words(client.get(reverse("budget:accounts"), {"q": "boten"}))


def test_who_has_an_interest_sees_no_account(cast, call, client_of):
    account = submit(cast, expected_account(cast, call))
    ShutFile.objects.create(proposal=account.decision.proposal, user=cast.manager, since=clock.now())
    client = client_of(cast.manager)
    assert client.get(reverse("budget:account", args=[account.decision.reference])).status_code == 404
    assert account.decision.reference not in words(client.get(reverse("budget:accounts")))


def test_the_list_costs_the_same_queries_for_many(cast, call, client_of, django_assert_max_num_queries):
    client = client_of(cast.manager)
    expected_account(cast, call, requested={2026: Decimal(6000)})
    url = reverse("budget:accounts")
    client.get(url)
    with django_assert_max_num_queries(12) as one:
        client.get(url)
    for _number in range(4):
        expected_account(cast, call, requested={2026: Decimal(6000)})
    with django_assert_max_num_queries(len(one)):
        client.get(url)
