"""The what-if board, walked by keyboard and by mouse: room and totals follow at once, and nothing is decided."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from talentfund.demo.people import PASSWORD
from tests.browser.site import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]


@pytest.fixture
def finance(visit: Callable[..., Visitor]) -> Visitor:
    """The financial adviser, with a new scenario open."""
    visitor = visit("finance@demo.example", PASSWORD)
    visitor.go("/budget/scenarios/nieuw/")
    visitor.check_accessibility()
    visitor.page.locator("input[name=name]").fill("Lente")
    visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_url(re.compile(r"/budget/scenarios/\d+/$"))
    return visitor


def total(finance: Visitor) -> Locator:
    return finance.page.locator("#board-room dd").first


def test_proposals_go_in_and_out_by_keyboard_and_the_room_follows(finance: Visitor) -> None:
    page = finance.page
    finance.check_accessibility()
    expect(total(finance)).to_have_text(re.compile("€\\s0"))
    button = page.locator("#list-out button[id^=move-]").first
    name = button.get_attribute("id")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#list-in #{name}")).to_be_focused()
    expect(page.locator("#count-in")).to_have_text("1")
    expect(page.locator("#board-said")).to_contain_text("TF-")
    expect(total(finance)).not_to_have_text(re.compile("€\\s0$"))
    finance.check_accessibility()

    field = page.locator("#list-in input[inputmode=decimal]").first
    field.fill("1.000")
    page.keyboard.press("Tab")
    expect(total(finance)).to_have_text(re.compile("€\\s1\\.000$"))
    field.fill("duizend")
    page.keyboard.press("Enter")
    expect(page.locator("#list-in .tf-board__error")).to_contain_text("duizend")
    expect(total(finance)).to_have_text(re.compile("€\\s1\\.000$"))
    expect(field).to_have_value("duizend")
    finance.check_accessibility()

    page.locator(f"#{name}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#list-out #{name}")).to_be_focused()
    expect(page.locator("#count-in")).to_have_text("0")
    expect(total(finance)).to_have_text(re.compile("€\\s0"))


def test_a_proposal_can_be_dragged_in_as_well(finance: Visitor) -> None:
    page = finance.page
    card = page.locator("#list-out > li").first
    name = card.get_attribute("id")
    card.drag_to(page.locator(".tf-board__side--in"))
    expect(page.locator(f"#list-in > #{name}")).to_be_visible()
    page.reload()
    expect(page.locator(f"#list-in > #{name}")).to_be_visible()


def test_the_best_set_is_proposed_compared_and_never_called_a_decision(finance: Visitor) -> None:
    page = finance.page
    page.locator("form[action$='/beste/'] button").click()
    page.wait_for_load_state()
    expect(page.locator("#finding")).to_be_visible()
    expect(page.locator(".tf-scenario-mark")).to_be_visible()
    finance.check_accessibility()
    finance.go("/budget/scenarios/")
    finance.check_accessibility()
    page.locator("select[name=a]").select_option(index=1)
    page.locator("select[name=b]").select_option(index=2)
    page.locator("form[action$='/vergelijk/'] button").click()
    page.wait_for_load_state()
    expect(page.locator("main table")).to_have_count(3)
    expect(page.locator(".tf-scenario-mark")).to_be_visible()
    finance.check_accessibility()
