"""Versions of the criteria in a browser, at the width of a desk and of a phone (WCAG 2.2 AA)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from talentfund.demo.people import PASSWORD
from tests.browser.site import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

PAGES = {
    "manager": ["/criteria/", "/team/criteria/", "/team/criteria/1/", "/team/criteria/1/vergelijken/"],
}


@pytest.mark.parametrize("person", PAGES)
def test_the_pages_of_the_criteria_can_be_read_by_everybody(visit: Callable[..., Visitor], person: str) -> None:
    visitor = visit(f"{person}@demo.example", PASSWORD)
    for path in PAGES[person]:
        visitor.go(path)
        visitor.check_accessibility()


def test_a_draft_is_started_written_and_thrown_away(visit: Callable[..., Visitor]) -> None:
    manager = visit("manager@demo.example", PASSWORD)
    page = manager.page
    manager.go("/team/criteria/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/team/criteria/*/")
    draft = page.url
    manager.check_accessibility()
    page.locator('main a[href$="criterium/lokaal/"]').click()
    page.locator("#id_elaboration").fill("Ook wat Twente eraan heeft, telt mee.")
    manager.check_accessibility()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(draft)
    expect(page.get_by_role("main")).to_contain_text("Ook wat Twente eraan heeft, telt mee.")
    page.locator('main a[href$="vergelijken/"]').click()
    expect(page.locator("main ins")).to_contain_text("Ook wat Twente eraan heeft, telt mee.")
    manager.check_accessibility()
    page.goto(draft)
    page.locator('main form[action$="verwijderen/"] button').click()
    page.wait_for_url("**/team/criteria/")
