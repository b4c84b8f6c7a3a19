"""Signed out while writing: an expired session, a second factor, another tab, another person. Nothing typed is lost."""

from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from tests.browser.desk import (
    OTHER,
    SECRET,
    WRITER,
    Desk,
    Draft,
    check_accessibility,
    dialog,
    sign_in_here,
    summary,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]


def test_an_expired_session_asks_to_sign_in_in_place_and_goes_on_with_everything_typed(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Voor het verlopen. ")
    draft.end_session()
    write(page, "Erna. ")
    dialog(page).wait_for()
    check_accessibility(page)
    dialog(page).locator("input[name=login]").fill(WRITER)
    dialog(page).locator("input[name=password]").fill("verkeerd")
    dialog(page).locator("button[type=submit]").first.click()
    expect(dialog(page)).to_contain_text("klopt niet")
    sign_in_here(page)
    expect(dialog(page)).to_have_count(0)
    draft.wait_for("Voor het verlopen. Erna.")
    write(page, "En verder.")
    draft.wait_for("Voor het verlopen. Erna. En verder.")


def test_signing_in_in_place_takes_a_second_factor_too(seat: Callable[..., Desk], second_factor: Draft) -> None:
    page = seat(second_factor).open()
    write(page, "Met een code.")
    second_factor.end_session()
    dialog(page).wait_for()
    sign_in_here(page, OTHER)
    dialog(page).locator("input[name=code]").wait_for()
    check_accessibility(page)
    # A code is good for half a minute: not before a look that takes seconds.
    code = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
    dialog(page).locator("input[name=code]").fill(code)
    dialog(page).locator("button[type=submit]").first.click()
    expect(dialog(page)).to_have_count(0)
    second_factor.wait_for("Met een code.")


def test_signing_in_in_another_tab_is_enough(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Deze tab. ")
    draft.end_session()
    write(page, "Nog iets.")
    dialog(page).wait_for()
    desk.sign_in(session=1)  # what another tab does to the cookies of the browser
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(dialog(page)).to_have_count(0)
    draft.wait_for("Deze tab. Nog iets.")


def test_sending_the_page_after_the_session_ended_loses_nothing_and_goes_on(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Net op de knop gedrukt.")
    draft.end_session()
    page.get_by_role("button", name="Bewaar en ga verder").click()
    dialog(page).wait_for()
    sign_in_here(page)
    page.wait_for_url("**/doel/")
    draft.wait_for("Net op de knop gedrukt.")


def test_a_page_that_was_closed_while_signed_out_gives_back_what_was_typed(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    draft.end_session()
    write(page, "Ik sluit dit tabblad.")
    dialog(page).wait_for()
    page.close(run_before_unload=False)
    desk.sign_in(session=1)
    page = desk.open()
    expect(summary(page)).to_have_value("Ik sluit dit tabblad.")
    expect(page.get_by_text("We hebben teruggezet wat je eerder typte")).to_be_visible()
    draft.wait_for("Ik sluit dit tabblad.")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_somebody_else_on_the_same_computer_does_not_get_what_was_typed(desk: Desk, second_factor: Draft) -> None:
    page, draft = desk.open(), desk.draft
    draft.end_session()
    write(page, "Niet voor een ander.")
    dialog(page).wait_for()
    page.close(run_before_unload=False)
    cookie = {"name": "sessionid", "value": second_factor.sessions[1], "url": draft.site.url}
    desk.context.add_cookies([cookie])  # type: ignore[list-item]
    page = desk.context.new_page()
    page.goto(f"{draft.site.url}/mijn/")
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url(lambda url: "/mijn/" not in url)
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert draft.says() == ""


def test_signing_out_in_another_tab_loses_nothing(desk: Desk) -> None:
    page, other, draft = desk.open(), desk.open("samenwerking"), desk.draft
    write(page, "Voor het uitloggen. ")
    other.get_by_role("button", name="Uitloggen").click()
    other.wait_for_url(lambda url: "/samenwerking/" not in url)
    write(page, "En erna.")
    dialog(page).wait_for()
    sign_in_here(page)
    draft.wait_for("Voor het uitloggen. En erna.")


def test_signing_out_of_the_page_itself_saves_first(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Ik ga weg.")
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url(lambda url: "/stap/" not in url)
    draft.wait_for("Ik ga weg.")
    assert page.evaluate("Object.keys(localStorage).length") == 0
