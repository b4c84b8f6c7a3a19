"""A member of the talent panel on a telephone: declare, read, give an opinion by keyboard, and change it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from talentfund.demo.people import PASSWORD
from tests.browser.site import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

SENTENCE = "Zo kom ik ’s avonds ook weer thuis."


def submit(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


def test_a_plan_gets_an_opinion_on_a_telephone_and_a_second_thought(visit: Callable[..., Visitor]) -> None:
    talent = visit("talent@demo.example", PASSWORD)
    page = talent.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    talent.go("/talent/")
    expect(page.locator("h1")).to_be_visible()
    talent.check_accessibility()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    waiting = page.locator("section[aria-labelledby=waiting] li")
    before = waiting.count()
    title = waiting.first.locator("a").inner_text()
    waiting.first.locator("a").click()

    page.wait_for_url(re.compile(r"/belangen/$"))
    talent.check_accessibility()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.locator("input[name=has_interest][value=no]").check()
    submit(page)

    page.wait_for_url(re.compile(r"/talent/TF-\d{4}-\d{4}/$"))
    expect(page.locator("h1")).to_have_text(title)
    talent.check_accessibility()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    submit(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    talent.check_accessibility()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    scales = page.locator("fieldset[role=radiogroup]")
    for at in range(scales.count()):
        tiles = scales.nth(at).locator("input")
        tiles.nth(1).focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(tiles.nth(2)).to_be_checked()
    page.locator("textarea").fill("x" * 281)
    counter = page.locator("#id_sentence_counter")
    expect(counter).to_have_class(re.compile("tf-counter--over"))
    page.locator("textarea").fill(SENTENCE)
    expect(counter).not_to_have_class(re.compile("tf-counter--over"))
    submit(page)

    page.wait_for_url(re.compile(r"/talent/$"))
    expect(waiting).to_have_count(before - 1)
    given = page.locator("section[aria-labelledby=given] li", has_text=title)
    expect(given).to_contain_text(SENTENCE)
    given.locator("a").click()
    expect(page.locator("textarea")).to_have_value(SENTENCE)
    page.locator("textarea").fill(f"{SENTENCE} Echt.")
    submit(page)
    page.wait_for_url(re.compile(r"/talent/$"))
    expect(given).to_contain_text("Echt.")


def test_the_manager_sees_who_answered_and_asks_by_keyboard(visit: Callable[..., Visitor]) -> None:
    manager = visit("manager@demo.example", PASSWORD)
    for path in ("/team/panel/", "/team/panel/vragen/"):
        manager.go(path)
        manager.check_accessibility()
    page = manager.page
    page.locator("input[name=proposals]").first.focus()
    page.keyboard.press("Space")
    page.locator("input[name=last_on]").focus()
    page.keyboard.type("01-01-2020")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("input[name=proposals]").first).to_be_checked()
    manager.check_accessibility()
