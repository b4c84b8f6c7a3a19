"""Every page about money, opened by who works on it, at the width of a desk and of a phone (WCAG 2.2 AA)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from talentfund.demo.people import PASSWORD
from tests.browser.site import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

# The pages of each person; after an arrow, the first link of that page which leads further.
PAGES = {
    "finance": [
        "/budget/",
        "/budget/?peildatum=30-06-2026",
        "/budget/werk/",
        "/budget/posten/?kolom=granted&regel=leven",
        "/budget/regels/leven/2026/?kolom=spent",
        "/budget/lijsten/ -> /budget/lijsten/BL-",
        "/budget/raadsbesluiten/ -> /budget/raadsbesluiten/1",
        "/budget/raadsbesluiten/nieuw/carry_over/",
        "/budget/jaareinde/2025/",
        "/budget/betalingen/",
        "/budget/betalingen/?show=booked -> /budget/betalingen/P-",
        "/budget/betaalopdrachten/ -> /budget/betaalopdrachten/BO-",
        "/budget/betalingen/inlezen/",
        "/budget/aansluiting/",
        "/budget/aansluiting/nieuw/",
        "/budget/vaststellingen/ -> /budget/vaststellingen/V-",
        "/budget/terugvorderingen/ -> /budget/terugvorderingen/TV-",
    ],
    "manager": [
        "/budget/verantwoordingen/ -> /budget/verantwoordingen/B-",
        "/budget/verplichtingen/",
        "/budget/bezwaren/",
        "/budget/bezwaren/nieuw/",
    ],
    "college": ["/college/ -> /college/BL-", "/budget/voorwaarden/"],
    "council": ["/budget/raadsbesluiten/", "/raad/"],
}


@pytest.mark.parametrize("person", PAGES)
def test_the_pages_about_money_open_and_can_be_read_by_everybody(visit: Callable[..., Visitor], person: str) -> None:
    visitor = visit(f"{person}@demo.example", PASSWORD)
    for said in PAGES[person]:
        path, _arrow, further = said.partition(" -> ")
        visitor.go(path)
        visitor.check_accessibility()
        if further:
            link = visitor.page.locator(f'main a[href^="{further}"]').first.get_attribute("href")
            visitor.go(link or "")
            visitor.check_accessibility()


def test_the_council_confirms_what_was_entered_and_the_books_follow(visit: Callable[..., Visitor]) -> None:
    council = visit("council@demo.example", PASSWORD)
    council.go("/budget/raadsbesluiten/")
    council.page.get_by_role("link", name="RB-2026-133").click()
    council.check_accessibility()
    council.page.get_by_role("main").get_by_role("button", name=re.compile("Bevestig")).first.dblclick()
    # The address stays the same: wait for what the page says.
    expect(council.page.get_by_role("main")).to_contain_text("Bevestigd")
    finance = visit("finance@demo.example", PASSWORD)
    finance.go("/budget/regels/werken/2027/")
    expect(finance.page.get_by_role("main")).to_contain_text("RB-2026-133")


def test_a_partner_saves_an_account_half_done_and_finds_it_again(visit: Callable[..., Visitor]) -> None:
    partner = visit("partner@demo.example", PASSWORD)
    partner.go("/mijn/")
    partner.page.get_by_role("link", name=re.compile("Van loods naar loonstrook")).first.click()
    partner.page.get_by_role("link", name="Verantwoording afleggen").click()
    partner.check_accessibility()
    partner.page.get_by_label("Wat heb je gedaan?").fill("Tot nu toe leerden twaalf jongeren het vak.")
    with partner.page.expect_navigation():
        partner.page.get_by_role("main").get_by_role("button", name=re.compile("Opslaan")).click()
    partner.go("/mijn/")
    partner.page.get_by_role("link", name=re.compile("Van loods naar loonstrook")).first.click()
    partner.page.get_by_role("link", name=re.compile("[Vv]erantwoording")).first.click()
    assert partner.page.get_by_label("Wat heb je gedaan?").input_value().startswith("Tot nu toe")
