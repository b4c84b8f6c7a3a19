"""A team meeting with two proposals, from agenda to minutes, without a mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from talentfund.demo.people import PASSWORD
from tests.browser.site import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("site")]

# The coming meeting of the demo with two items: its first is ready, its second becomes so, the rest comes off.
PREPARE = """
from assessment.domain import agendas, declarations, scores
from assessment.domain.scores import Gate, Given
from assessment.models import Assignment, InterestDeclaration, Meeting
meeting = Meeting.objects.filter(state="planned").latest("pk")
_first, second, *others = meeting.items.select_related("proposal").order_by("position")
for item in others:
    agendas.take_off(item_id=item.pk, by=meeting.chair)
for assignment in Assignment.objects.filter(proposal=second.proposal).still_out():
    person = assignment.assessor
    if not InterestDeclaration.objects.filter(proposal=second.proposal, person=person).exists():
        declarations.declare(proposal_id=second.proposal_id, person=person, has_interest=False, explanation="")
    codes = second.proposal.call.criteria_version.criteria.values_list("code", flat=True)
    given = {code: Given(points=2, reason="Draagt bij.") for code in codes}
    scores.save(assignment_id=assignment.pk, by=person, gate=Gate(passes=True, reason="Past."), scores=given)
    scores.hand_in(assignment_id=assignment.pk, by=person)
print(meeting.pk)
"""


def agree(page: Page) -> None:
    """Fill in what the assessors did not agree on, by keyboard only."""
    for section in page.locator("section[data-criterion]").all():
        if not section.locator("input[type=radio]:checked").count():
            section.locator("input[type=radio]").nth(2).press("Space")
        for text in section.locator("textarea").all():
            if not text.input_value():
                text.press("End")
                page.keyboard.type("Samen gewogen.")
    reason = page.locator("textarea[name=gate_reason]")
    if not reason.input_value():
        page.locator("input[name=gate]").first.press("Space")
        reason.press("End")
        page.keyboard.type("Past bij de lijn.")


def test_a_meeting_goes_from_proposal_to_proposal_by_keyboard(visit: Callable[..., Visitor]) -> None:
    manager = visit("manager@demo.example", PASSWORD)
    page = manager.page
    number = manager.site.manage("shell", "-v0", "-c", PREPARE).strip().splitlines()[-1]
    manager.go("/team/overleg/")
    manager.check_accessibility()
    manager.go(f"/team/overleg/{number}/")
    items = page.locator(".tf-agenda__item")
    before = [title.inner_text() for title in items.locator("a").all()]
    items.nth(1).locator("button[name=up]").press("Enter")
    expect(items.nth(0).locator("a")).to_have_text(before[1])
    manager.check_accessibility()

    page.locator("a[href$='/aanwezig/']").press("Enter")
    manager.check_accessibility()
    for present in page.locator("input[type=radio][value=present]").all():
        present.press("Space")
    page.locator("main button[type=submit]").press("Enter")

    expect(page.locator("h1")).to_have_text(before[1])
    manager.check_accessibility()
    agree(page)
    status = page.locator("[data-notes-status]")
    expect(status).to_have_text(page.locator("form[data-notes]").get_attribute("data-saved") or "", timeout=10_000)
    page.reload()
    kept = [text.input_value() for text in page.locator("section[data-criterion] textarea").all()]
    assert all(kept)
    page.locator("button[value=record_next]").press("Enter")

    expect(page.locator("h1")).to_have_text(before[0])
    manager.check_accessibility()
    agree(page)
    page.locator("button[value=record_next]").press("Enter")
    page.wait_for_url(re.compile(rf"/team/overleg/{number}/$"))
    page.locator(f"form[action='/team/overleg/{number}/sluiten/'] button").press("Enter")
    minutes = page.locator(f"a[href='/team/overleg/{number}/notulen.pdf']")
    expect(minutes).to_be_visible()
    manager.check_accessibility()
    answer = page.request.get(f"{manager.site.url}/team/overleg/{number}/notulen.pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
