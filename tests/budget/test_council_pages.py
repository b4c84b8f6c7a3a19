"""The pages of the council's decisions: prepared and entered by the financial adviser, confirmed by the council."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from budget.domain import council, ledger
from budget.domain.council_content import Content
from budget.domain.ledger import Movement
from budget.models import Balance, CouncilDecision
from budget.states import CouncilDecisionKind as Kind
from budget.states import CouncilDecisionState as State
from core.domain import clock, documents
from tests.budget.bare import a_document, approve_bare, bare_decision, budget_line
from tests.budget.reading import hidden, words

D = Decimal
PDF = b"%PDF-1.7 raadsbesluit"
LIST = reverse("budget:council_decisions")
SHIFT = {"amount_imago_2026": "-20.000", "amount_leven_2026": "20.000"}


def url(name, decision):
    return reverse(f"budget:{name}", args=[decision.pk])


def new(kind):
    return reverse("budget:council_new", args=[kind])


def said(**over):
    today = f"{clock.today():%d-%m-%Y}"
    return {"title": "Verschuiving", "number": "RB-1", "decided_on": today, "document": pdf(), **SHIFT, **over}


def pdf(content=PDF, name="besluit.pdf"):
    return SimpleUploadedFile(name, content)


def drafted(cast, number="RB-1", amounts=None, kind=Kind.SHIFT, **over):
    given = {("imago", 2026): D(-20000), ("leven", 2026): D(20000)} if amounts is None else amounts
    content = Content(
        kind=kind,
        title="Verschuiving",
        amounts=given,
        number=number,
        decided_on=clock.today(),
        document=a_document(),
        **over,
    )
    return council.draft(by=cast.finance, content=content)


def entered(cast, **over):
    return council.enter(decision_id=drafted(cast, **over).pk, by=cast.finance)


def send_new(client, kind="shift", **over):
    page = client.get(new(kind))
    return client.post(new(kind), {**said(**over), "request_key": hidden(page, "request_key")})


def test_from_a_form_to_budget_by_two_people(cast, client_of):
    finance, member = client_of(cast.finance), client_of(cast.council)
    response = send_new(finance)
    decision = CouncilDecision.objects.get(number="RB-1")
    assert response["Location"] == url("council_decision", decision)
    page = finance.get(url("council_decision", decision))
    assert "Leven 2026 € 20.000 € 250.000 € 270.000 € 0" in words(page)
    finance.post(url("council_enter", decision), {"version": hidden(page, "version")})
    page = member.get(url("council_decision", decision))
    keys = {name: hidden(page, name) for name in ("version", "request_key")}
    member.post(url("council_confirm", decision), keys)
    decision.refresh_from_db()
    assert (decision.state, decision.confirmed_by) == (State.CONFIRMED, cast.council)
    assert Balance.objects.get(budget_line=budget_line()).budgeted == 270_000
    assert documents.read(decision.document) == PDF
    read = finance.get(url("council_decision", decision))
    assert reverse("budget:line", args=["leven", 2026]) in read.content.decode()
    handed = member.get(url("council_document", decision))
    assert (handed.content, handed["Content-Type"]) == (PDF, "application/pdf")
    assert "attachment" in handed["Content-Disposition"]


def test_the_same_form_sent_twice_makes_one_decision(cast, client_of):
    client = client_of(cast.finance)
    key = hidden(client.get(new("shift")), "request_key")
    first, again = (client.post(new("shift"), {**said(number=""), "request_key": key}) for _turn in range(2))
    assert first["Location"] == again["Location"]
    assert CouncilDecision.objects.filter(kind=Kind.SHIFT).count() == 1


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_has_a_form_of_its_own(cast, client_of, kind):
    page = client_of(cast.finance).get(new(kind))
    body = page.content.decode()
    assert page.status_code == 200
    assert ('name="year"' in body) == (kind == Kind.ADOPTION)
    assert ('name="reserve_change"' in body) == (kind == Kind.PROGRAMME_TOTAL)
    assert ('name="net"' in body) == (kind in {Kind.PRIMITIVE, Kind.AMENDMENT, Kind.PROGRAMME_TOTAL})
    assert ('name="amount_leven_2027"' in body) == (kind != Kind.ADOPTION)


def test_an_unknown_kind_is_not_there(cast, client_of):
    assert client_of(cast.finance).get(new("wens")).status_code == 404


def test_an_adoption_and_a_programme_total_are_entered_by_form(cast, client_of):
    client = client_of(cast.finance)
    page = client.get(new("adoption"))
    client.post(
        new("adoption"), {"title": "Begroting 2027", "year": "2027", "request_key": hidden(page, "request_key")}
    )
    assert CouncilDecision.objects.get(year=2027).kind == Kind.ADOPTION
    page = client.get(new("programme_total"))
    given = {"title": "Meer", "reserve_change": "100.000", "request_key": hidden(page, "request_key")}
    client.post(new("programme_total"), given)
    assert CouncilDecision.objects.get(title="Meer").reserve_change == 100_000


WRONG = {
    "no title": {"title": ""},
    "a slip": {"amount_leven_2026": "20000-"},
    "two meanings": {"amount_leven_2026": "20.00"},
    "not in balance": {"amount_leven_2026": "19.999"},
    "no date": {"decided_on": "31-02-2026"},
    "a long number": {"number": "x" * 41},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, client_of, name):
    response = send_new(client_of(cast.finance), **WRONG[name])
    body = response.content.decode()
    assert response.status_code == 422
    assert 'value="-20.000"' in body
    for typed in WRONG[name].values():
        assert not typed or f'value="{typed}"' in body
    assert not CouncilDecision.objects.filter(kind=Kind.SHIFT).exists()


def test_a_day_that_is_still_to_come_is_refused(cast, client_of):
    day = clock.today() + timedelta(days=1)
    response = send_new(client_of(cast.finance), decided_on=f"{day:%d-%m-%Y}")
    assert response.status_code == 422
    assert _("The council can't have decided on a day that is still to come.") in words(response)


def test_the_document_stays_when_another_answer_is_wrong(cast, client_of):
    client = client_of(cast.finance)
    wrong = send_new(client, title="")
    assert "besluit.pdf" in words(wrong)
    again = said(title="Nu goed", kept=hidden(wrong, "kept"), request_key=hidden(wrong, "request_key"))
    del again["document"]
    client.post(new("shift"), again)
    assert documents.read(CouncilDecision.objects.get(title="Nu goed").document) == PDF


def test_a_forged_document_is_nobodys(cast, client_of):
    client = client_of(cast.finance)
    mine = a_document()
    given = said(kept=str(mine.pk), request_key=hidden(client.get(new("shift")), "request_key"))
    del given["document"]
    client.post(new("shift"), given)
    assert CouncilDecision.objects.get(number="RB-1").document is None


@pytest.mark.parametrize("content", [b"MZ program", b"", b"<html></html>"], ids=["program", "empty", "page"])
def test_a_file_is_what_its_content_says(cast, client_of, content):
    response = send_new(client_of(cast.finance), document=pdf(content))
    assert response.status_code == 422
    assert _("This file is no PDF, Word, ODT or picture, whatever its name says.") in words(response)
    assert not CouncilDecision.objects.filter(number="RB-1").exists()


def test_a_file_of_more_than_ten_megabytes_is_refused(cast, client_of):
    response = send_new(client_of(cast.finance), document=pdf(b"%PDF-" + b"0" * (10 * 1024 * 1024)))
    assert response.status_code == 422
    assert "10 MB" in words(response)


def test_a_path_or_a_wrong_ending_never_becomes_the_name_of_the_file(cast, client_of):
    send_new(client_of(cast.finance), document=pdf(name="..\\geheim\\besluit.html"))
    assert CouncilDecision.objects.get(number="RB-1").document.file_name == "besluit.pdf"


def change(client, decision, **over):
    page = client.get(url("council_change", decision))
    given = {**said(**over), "version": hidden(page, "version")}
    del given["document"]
    return lambda: client.post(url("council_change", decision), given)


def test_a_change_without_a_new_file_keeps_the_document(cast, client_of):
    decision = drafted(cast)
    send = change(client_of(cast.finance), decision, title="Beter", amount_imago_2026="-5000", amount_leven_2026="5000")
    assert send()["Location"] == url("council_decision", decision)
    now = CouncilDecision.objects.get(pk=decision.pk)
    assert (now.title, now.document, now.version) == ("Beter", decision.document, 2)
    assert set(now.amounts.values_list("amount", flat=True)) == {D(-5000), D(5000)}
    history = words(client_of(cast.finance).get(url("council_decision", decision)))
    assert (
        _("%(line)s from %(was)s to %(now)s") % {"line": "Leven 2026", "was": "€ 20.000", "now": "€ 5.000"} in history
    )


def test_a_stale_form_says_what_changed_and_keeps_what_was_typed(cast, client_of):
    decision = drafted(cast)
    client = client_of(cast.finance)
    mine, other = change(client, decision, title="Van mij"), change(client, decision, title="Van een ander")
    other()
    stale = mine()
    assert stale.status_code == 422
    assert "Van een ander" in words(stale)
    assert 'value="Van mij"' in stale.content.decode()
    again = {**said(title="Van mij"), "version": hidden(stale, "version")}
    client.post(url("council_change", decision), again)
    assert CouncilDecision.objects.get(pk=decision.pk).title == "Van mij"


def test_a_stale_confirmation_is_refused_and_shows_what_changed(cast, client_of):
    decision = entered(cast)
    member = client_of(cast.council)
    page = member.get(url("council_decision", decision))
    keys = {name: hidden(page, name) for name in ("version", "request_key")}
    council.give_back(decision_id=decision.pk, by=cast.council, reason="Bedrag klopt niet")
    content = Content(
        kind=Kind.SHIFT,
        title="Verschuiving",
        amounts={("imago", 2026): D(-7000), ("leven", 2026): D(7000)},
        number="RB-1",
        decided_on=clock.today(),
        document=decision.document,
    )
    council.change(decision_id=decision.pk, by=cast.finance, content=content, version=3)
    council.enter(decision_id=decision.pk, by=cast.finance)
    stale = member.post(url("council_confirm", decision), keys)
    assert stale.status_code == 409
    assert "€ 7.000" in words(stale)
    assert "Bedrag klopt niet" in words(stale)
    assert CouncilDecision.objects.get(pk=decision.pk).state == State.ENTERED


def test_what_does_not_fit_is_said_before_and_at_the_confirmation(cast, call, client_of):
    grant = bare_decision(cast.finance, cast.organisation, call)
    ledger.book_grant(grant, [Movement(budget_line(), D(240000))], by=cast.finance)
    approve_bare(grant, cast.college)
    decision = entered(cast, amounts={("leven", 2026): D(-20000), ("imago", 2026): D(20000)})
    member = client_of(cast.council)
    page = member.get(url("council_decision", decision))
    assert "€ 10.000" in words(page)
    assert url("council_confirm", decision) not in page.content.decode()
    refused = member.post(
        url("council_confirm", decision), {"version": decision.version, "request_key": "0" * 31 + "1"}
    )
    assert refused.status_code == 409
    assert "€ 240.000" in words(refused)


def test_giving_back_needs_a_reason_and_shows_it_to_the_adviser(cast, client_of):
    decision = entered(cast)
    member = client_of(cast.council)
    assert member.post(url("council_give_back", decision), {"reason": " "}).status_code == 422
    assert member.post(url("council_give_back", decision), {"reason": "Datum klopt niet"})["Location"] == LIST
    assert "Datum klopt niet" in words(client_of(cast.finance).get(url("council_decision", decision)))
    assert member.get(url("council_decision", decision)).status_code == 404


def test_the_council_sees_nothing_that_is_in_preparation(cast, client_of):
    draft, waiting = drafted(cast, number="RB-1"), entered(cast, number="RB-2")
    member, manager = client_of(cast.council), client_of(cast.manager)
    assert "RB-1" not in words(member.get(LIST))
    assert "RB-2" in words(member.get(LIST))
    assert words(manager.get(LIST)).index("RB-1") < words(manager.get(LIST)).index("RB-2")
    assert member.get(url("council_decision", draft)).status_code == 404
    assert member.get(url("council_document", draft)).status_code == 404
    assert member.get(url("council_document", waiting)).status_code == 200


def test_a_draft_is_removed_as_the_page_showed_it(cast, client_of):
    decision = drafted(cast)
    client = client_of(cast.finance)
    assert client.post(url("council_remove", decision), {"version": 9}).status_code == 409
    assert client.post(url("council_remove", decision), {}).status_code == 409
    assert client.post(url("council_remove", decision), {"version": 1})["Location"] == LIST
    assert not CouncilDecision.objects.filter(pk=decision.pk).exists()


def test_what_is_entered_is_no_longer_changed(cast, client_of):
    decision = entered(cast)
    assert client_of(cast.finance).get(url("council_change", decision))["Location"] == url("council_decision", decision)


def test_the_list_asks_few_queries_with_one_and_with_many(cast, client_of):
    drafted(cast)
    client = client_of(cast.finance)
    few = count_queries(client)
    for number in range(24):
        entered(cast, number=f"RB-{number + 10}")
    assert count_queries(client) == few <= 10


def count_queries(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return len(queries)
