"""New decisions as an Atom feed."""

from xml.etree import ElementTree as ET

import pytest

from budget.domain import decision_letters
from reporting.domain import feed
from tests.budget.road import decision_of, granted_proposal, refused_proposal
from tests.budget.road_settlement import settled_grant

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
ADDRESS = "/register/besluiten.atom"


def entries(client):
    answer = client.get(ADDRESS)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content).findall("a:entry", ATOM)


def test_a_grant_whose_letter_was_sent_is_news(client, cast, call):
    proposal = granted_proposal(cast, call, title="Makers & <b>weekend</b>", send_letter=True)
    granted_proposal(cast, call, title="Zonder brief")
    refused_proposal(cast, call, title="Afgewezen", send_letter=True)
    [entry] = entries(client)
    assert "Makers & <b>weekend</b>" in entry.findtext("a:title", "", ATOM)
    assert entry.find("a:link", ATOM).get("href").endswith(f"/register/{proposal.reference}/")
    assert entry.findtext("a:id", "", ATOM).endswith(f"#{decision_of(proposal).reference}")


def test_a_settlement_is_news_of_its_own(client, cast, call):
    settlement = settled_grant(cast, call, {2026: 40_000}, send=True, title="Vastgesteld")
    decision_letters.send(decision_id=settlement.decision_id)
    found = entries(client)
    assert {entry.findtext("a:id", "", ATOM).partition("#")[2] for entry in found} == {
        settlement.decision.reference,
        settlement.reference,
    }
    assert any("40.000" in entry.findtext("a:summary", "", ATOM) for entry in found)


@pytest.mark.parametrize("title", ["\u202eomgekeerd 🎈", "bel\x07", "=1+1", "]]>"])
def test_whatever_a_partner_wrote_the_feed_can_be_read(client, cast, call, title):
    granted_proposal(cast, call, title=title, send_letter=True)
    assert len(entries(client)) == 1


def test_the_feed_holds_the_last_decisions_only(client, cast, call, monkeypatch):
    monkeypatch.setattr(feed, "LONGEST", 1)
    for title in ("Een", "Twee"):
        granted_proposal(cast, call, title=title, send_letter=True)
    assert len(entries(client)) == 1
