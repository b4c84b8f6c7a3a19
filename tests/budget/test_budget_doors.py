"""Who comes in at the pages of the money."""

import pytest
from django.urls import reverse

from tests.budget.road import decided_proposal, decision_of, listed_proposal, propose, proposed_list

OUTSIDE = ("partner", "partner2", "assessor1", "lead", "council", "talent", "admin")
STAFF = ("finance", "manager")


@pytest.fixture
def pages(cast, call):
    """Every page by name, on a list that is with the college."""
    draft = listed_proposal(cast, call)
    with_college = proposed_list(cast, call)
    decided = decided_proposal(cast, call, send_letter=True)
    item = [decision_of(draft).decision_list.reference, draft.reference]
    return {
        "overview": reverse("budget:overview"),
        "line": reverse("budget:line", args=["leven", 2026]),
        "lists": reverse("budget:decision_lists"),
        "list_new": reverse("budget:list_new"),
        "list": reverse("budget:decision_list", args=[with_college.reference]),
        "draft": reverse("budget:decision_list", args=item[:1]),
        "decision": reverse("budget:decision", args=item),
        "letter": reverse("budget:letter", args=[decision_of(decided).reference]),
        "college": reverse("budget:college"),
        "college_list": reverse("budget:college_list", args=[with_college.reference]),
        "college_draft": reverse("budget:college_list", args=item[:1]),
    }


STATUS = {
    "overview": {"finance": 200, "manager": 200, "college": 200},
    "line": {"finance": 200, "manager": 200, "college": 200},
    "lists": {"finance": 200, "manager": 200, "college": 200},
    "list_new": {"finance": 200, "manager": 403, "college": 403},
    "list": {"finance": 200, "manager": 200, "college": 200},
    "draft": {"finance": 200, "manager": 200, "college": 404},
    "decision": {"finance": 200, "manager": 403, "college": 404},
    "letter": {"finance": 200, "manager": 200, "college": 200},
    "college": {"finance": 403, "manager": 403, "college": 200},
    "college_list": {"finance": 403, "manager": 403, "college": 200},
    "college_draft": {"finance": 403, "manager": 403, "college": 404},
}


def test_each_role_meets_its_own_doors(cast, client_of, pages):
    found = {
        name: {role: client_of(getattr(cast, role)).get(page).status_code for role in ("finance", "manager", "college")}
        for name, page in pages.items()
    }
    assert found == STATUS


def test_everybody_else_of_the_house_and_every_partner_is_refused(cast, client_of, pages):
    for role in OUTSIDE:
        client = client_of(getattr(cast, role))
        assert {client.get(page).status_code for page in pages.values()} == {403}, role


def test_who_is_not_signed_in_goes_to_the_sign_in_page(client, pages):
    for page in pages.values():
        response = client.get(page)
        assert response.status_code == 302
        assert response["Location"] == f"{reverse('account_login')}?next={page}"


@pytest.mark.parametrize("role", [*OUTSIDE, "manager", "college"])
def test_only_the_financial_adviser_changes_a_list(cast, call, client_of, role):
    proposal = listed_proposal(cast, call)
    decision_list = decision_of(proposal).decision_list
    client = client_of(getattr(cast, role))
    steps = [
        reverse("budget:put_on", args=[decision_list.reference]),
        reverse("budget:propose", args=[decision_list.reference]),
        reverse("budget:decision", args=[decision_list.reference, proposal.reference]),
        reverse("budget:take_off", args=[decision_list.reference, proposal.reference]),
    ]
    expected = 404 if role == "college" else 403
    assert {client.post(step, {"proposal": proposal.reference}).status_code for step in steps} == {expected}
    decision_list.refresh_from_db()
    assert (decision_list.state, decision_list.version) == ("draft", 2)


@pytest.mark.parametrize("role", [*OUTSIDE, *STAFF])
def test_only_the_college_decides(cast, call, client_of, role):
    decision_list = propose(cast, decision_of(listed_proposal(cast, call)).decision_list)
    client = client_of(getattr(cast, role))
    for name in ("approve", "give_back"):
        response = client.post(reverse(f"budget:{name}", args=[decision_list.reference]), {"reason": "Nee"})
        assert response.status_code == 403
    decision_list.refresh_from_db()
    assert decision_list.state == "proposed"


@pytest.mark.parametrize("name", ["put_on", "propose", "approve", "give_back"])
def test_a_step_is_never_taken_by_a_link(cast, call, client_of, name):
    decision_list = decision_of(listed_proposal(cast, call)).decision_list
    assert client_of(cast.finance).get(reverse(f"budget:{name}", args=[decision_list.reference])).status_code == 405
