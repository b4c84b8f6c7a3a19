"""An advice is taken back, written anew with sums that follow the typing, kept, looked at and given."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from talentfund.demo.people import PASSWORD
from tests.browser.site import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

MANAGER = "manager@demo.example"
LONG = (
    "Dit is een zin die maar doorgaat en doorgaat "
    + "met telkens weer een paar woorden erbij " * 3
    + "tot hij klaar is."
)


def advised(visitor: Visitor) -> str:
    """Return the address of a file of which the advice waits for a list and can be taken back."""
    visitor.go("/team/voorstellen/?q=Techniek+op+het+plein")
    address = visitor.page.locator("main table a[href^='/team/voorstellen/TF-']").first.get_attribute("href")
    assert address
    return address


def press(page: Page, action: str) -> None:
    page.locator(f"button[name=action][value={action}]").click()


def test_the_sums_follow_the_typing_and_the_advice_is_kept_looked_at_and_given(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(MANAGER, PASSWORD)
    page = visitor.page
    file = advised(visitor)
    visitor.go(f"{file}advies/terugnemen/")
    visitor.check_accessibility()
    page.locator("[name=reason]").fill("Het bedrag moet lager")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/advies/")

    eligible, is_advised = page.locator("[data-sum=eligible]"), page.locator("[data-sum=advised]")
    expect(is_advised).to_have_text("€\u00a030.000")
    expect(page.locator("[name=reason_2026]")).to_be_hidden()
    page.locator("[name=eligible_2026]").fill("29.000,50")
    expect(eligible).to_have_text("€\u00a029.000,50")
    expect(page.locator("[name=eligible_reason_2026]")).to_be_visible()
    page.locator("[name=amount_2026]").fill("25000")
    expect(is_advised).to_have_text("€\u00a025.000")
    expect(page.locator("[name=reason_2026]")).to_be_visible()

    reading = page.locator("#id_explanation_reading")
    page.locator("[name=explanation]").fill(LONG)
    expect(reading).to_contain_text("34")
    expect(reading).to_have_class("tf-reading tf-small tf-reading--long")
    page.locator("[name=explanation]").fill("Dit is goed. Wij adviseren ja.")
    expect(reading).to_contain_text("3")

    press(page, "give")
    page.wait_for_load_state()
    expect(page.locator("#div_id_eligible_reason_2026")).to_have_class("utrecht-form-field utrecht-form-field--invalid")
    visitor.check_accessibility()
    page.locator("[name=eligible_reason_2026]").fill("De btw krijgt de partner terug")
    page.locator("[name=reason_2026]").fill("Gereedschap is er al")
    press(page, "save")
    page.wait_for_load_state()
    expect(page.locator("[name=amount_2026]")).to_have_value("25000")
    expect(is_advised).to_have_text("€\u00a025.000")
    visitor.check_accessibility()

    preview = page.request.get(f"{visitor.site.url}{file}advies/voorbeeld/")
    assert preview.headers["content-type"] == "application/pdf"

    press(page, "give")
    page.wait_for_url(f"**{file}")
    expect(page.locator("main")).to_contain_text("Gereedschap is er al")
    visitor.check_accessibility()
    paper = page.locator(f"main a[href^='{file}collegevoorstel/']")
    for _turn in range(30):  # the worker makes it
        if paper.count() > 1:
            break
        page.wait_for_timeout(1000)
        page.reload()
    assert paper.count() == 2, "of the advice that stands, and of the one that was taken back"
    assert page.request.get(f"{visitor.site.url}{paper.first.get_attribute('href')}").ok
