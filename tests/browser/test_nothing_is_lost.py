"""What can go wrong while a partner writes: whatever was typed more than five seconds ago is never lost.

Against the processes that production runs, in Chromium. Each scenario types, lets something happen, and reads in the
database what arrived."""

import re

import pytest
from playwright.sync_api import expect

from applications.domain import questions
from tests.browser.desk import (
    Desk,
    check_accessibility,
    ready,
    status,
    summary,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]


def test_what_is_typed_is_saved_within_five_seconds_also_while_typing_goes_on(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    typed = ""
    for turn in range(8):  # about eight seconds without a pause longer than a tenth of a second
        typed += f"zin {turn} "
        summary(page).press_sequentially(f"zin {turn} ", delay=80)
        page.wait_for_timeout(500)
        if turn == 5:
            assert draft.says(), "nothing was saved during five seconds of typing"
    draft.wait_for(typed.strip())
    expect(status(page)).to_contain_text("Opgeslagen om")
    page.get_by_label("Startdatum").fill("01-03-2027")
    page.get_by_label("Einddatum").focus()  # leaving a field saves it at once
    expect(page.locator("[data-version=starts_on]")).to_have_value(re.compile(r"^1\."), timeout=2000)


def test_two_tabs_give_both_texts_to_choose_from(desk: Desk) -> None:
    one, two, draft = desk.open(), desk.open(), desk.draft
    write(one, "Uit de ene tab.")
    draft.wait_for("Uit de ene tab.")
    write(two, "Uit de andere tab.")
    panel = two.locator("[data-conflict=summary]")
    expect(panel).to_contain_text("Uit de ene tab.")
    expect(panel).to_contain_text("Uit de andere tab.")
    assert draft.says() == "Uit de ene tab."
    check_accessibility(two)
    two.get_by_role("button", name="Bewaar en ga verder").click()
    expect(panel).to_be_focused()  # without a choice the page is not left
    panel.locator("button[name=both]").click()
    draft.wait_for("Uit de andere tab.\n\nUit de ene tab.")
    write(one, " Nog iets.")
    panel = one.locator("[data-conflict=summary]")
    panel.locator("button[name=take]").click()
    expect(summary(one)).to_have_value("Uit de andere tab.\n\nUit de ene tab.")
    expect(panel).to_have_count(0)
    write(one, " Slot.")
    draft.wait_for("Uit de andere tab.\n\nUit de ene tab. Slot.")


def test_the_back_button_shows_what_was_typed(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    write(page, "Heen")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    page.wait_for_url("**/doel/")
    page.go_back()
    ready(page)
    expect(summary(page)).to_have_value("Heen")
    summary(page).press("End")
    write(page, " en weer")
    page.goto(draft.url("samenwerking"))  # away at once, before the save on a pause
    page.go_back()
    ready(page)
    expect(summary(page)).to_have_value("Heen en weer")
    draft.wait_for("Heen en weer")
    expect(page.locator(".tf-conflict")).to_have_count(0)


def test_a_double_click_sends_once_and_saves_once(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    write(page, "Eén keer.")
    page.get_by_role("button", name="Bewaar en ga verder").dblclick()
    page.wait_for_url("**/doel/")
    assert draft.says() == "Eén keer."
    assert len([url for url in sent if "/stap/" in url]) == 1
    counted = draft.ask("SELECT max(number) FROM applications_fieldversion WHERE proposal_id = %s", draft.pk)
    assert counted == [(1,)]


def test_a_table_adds_up_before_one_s_eyes_and_its_rows_come_back(desk: Desk) -> None:
    page, draft = desk.open("kosten"), desk.draft
    page.get_by_role("button", name="Bewaar en voeg een regel toe").first.click()
    page.keyboard.type("Zaalhuur")
    page.locator("[name=costs-3-year_2027]").fill("1.234,56")
    page.locator("[name=co_funding-0-description]").fill("Eigen geld")
    page.locator("[name=co_funding-0-year_2027]").fill("234,56")
    expect(page.locator(".tf-balance strong")).to_have_text("€\u00a01.000")
    page.locator("[name=costs-3-year_2027]").fill("een ton")
    page.locator("[name=co_funding-0-year_2027]").focus()
    expect(page.locator("[data-field=costs] .utrecht-form-field-error-message")).to_contain_text("een ton")
    page.close(run_before_unload=False)
    page = desk.open("kosten")  # what could not be read is not saved, and not lost either
    expect(page.locator("[name=costs-3-year_2027]")).to_have_value("een ton")
    page.locator("[name=costs-3-year_2027]").fill("2.000")
    page.locator("[name=costs-0-description]").focus()
    expect(status(page)).to_contain_text("Opgeslagen om")
    found = draft.ask(
        "SELECT description, amount FROM applications_budgetitem JOIN applications_budgetitemamount a ON item_id ="
        " applications_budgetitem.id WHERE proposal_id = %s ORDER BY description",
        draft.pk,
    )
    assert [(text, str(amount)) for text, amount in found] == [("Eigen geld", "234.56"), ("Zaalhuur", "2000.00")]


def test_pasting_more_than_the_limit_is_never_cut(desk: Desk) -> None:
    page, draft = desk.open(), desk.draft
    pasted = "x" * 620
    summary(page).fill(pasted)
    expect(page.locator("#id_summary_counter")).to_contain_text("120")
    page.get_by_label("Omschrijving").focus()
    expect(page.locator("#div_id_summary .utrecht-form-field-error-message")).to_be_visible()
    page.get_by_role("button", name="Bewaar en ga verder").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(summary(page)).to_have_value(pasted)
    summary(page).fill("x" * 500)
    draft.wait_for("x" * 500)


def test_every_step_is_accessible_while_it_saves_by_itself(desk: Desk) -> None:
    for step in questions.STEPS:
        page = desk.open(step.slug)
        check_accessibility(page)
        page.close()
