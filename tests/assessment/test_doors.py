"""Who gets through which door: outsiders find nothing (404), the team without the right is refused (403)."""

import pytest
from django.urls import reverse

from accounts.models import User
from assessment.domain import declarations
from tests.applications.road import draft_proposal
from tests.assessment import road
from tests.assessment.conftest import STEPS

EVERYBODY = (
    "partner", "partner2", "assessor1", "assessor3", "lead", "manager", "finance", "college", "council", "talent",
    "admin",
)  # fmt: skip

# For a proposal on the line of `lead` that assessor1 declared about and two others scored not.
TABLE = {
    "file": {"assessor1": 200, "assessor3": 403, "lead": 200, "manager": 200, "finance": 200},
    "assign": {"assessor1": 403, "assessor3": 403, "lead": 200, "manager": 200, "finance": 403},
    "declare": {"assessor1": 200, "assessor3": 403, "lead": 200, "manager": 200, "finance": 200},
    "score": {"assessor1": 200, "assessor3": 403, "lead": 403, "manager": 403, "finance": 403},
    "consensus": {"assessor1": 403, "assessor3": 403, "lead": 302, "manager": 302, "finance": 403},
    "advice": {"assessor1": 403, "assessor3": 403, "lead": 302, "manager": 302, "finance": 403},
}


@pytest.mark.parametrize("step", STEPS)
def test_the_file_and_its_steps(step, cast, call, page_of):
    proposal = road.declared_proposal(cast, call)
    found = {name: page_of(getattr(cast, name), step, proposal).status_code for name in EVERYBODY}
    assert found == {name: TABLE[step].get(name, 404) for name in EVERYBODY}


@pytest.mark.parametrize("step", STEPS)
def test_another_line_and_another_organisation_are_not_there(step, cast, call, page_of):
    proposal = road.declared_proposal(cast, call, line="wonen")
    assert page_of(cast.lead, step, proposal).status_code == 404
    cast.manager.memberships.create(organisation=cast.organisation, role="reader")
    assert page_of(cast.manager, step, proposal).status_code == 404


@pytest.mark.parametrize("name", ["work", "proposals"])
def test_the_lists_are_for_the_team(name, cast, page_of):
    found = {who: page_of(getattr(cast, who), name).status_code for who in EVERYBODY}
    team = ("assessor1", "assessor3", "lead", "manager", "finance")
    assert found == {who: 200 if who in team else 403 for who in EVERYBODY}


@pytest.mark.parametrize("name", ["work", "proposals"])
def test_anonymous_people_sign_in_first(name, client, db):
    answer = client.get(reverse(f"assessment:{name}"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("step", STEPS)
def test_anonymous_people_learn_nothing_of_a_file(step, cast, call, client):
    proposal = road.assigned_proposal(cast, call)
    answer = client.get(reverse(f"assessment:{step}", args=[proposal.reference]))
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("step", ["file", "score"])
def test_an_assessor_declares_before_the_file_opens(step, cast, call, page_of):
    proposal = road.assigned_proposal(cast, call)
    answer = page_of(cast.assessor1, step, proposal)
    assert answer.url == reverse("assessment:declare", args=[proposal.reference])
    page = page_of(cast.assessor1, "declare", proposal).content.decode()
    assert proposal.summary not in page


def test_a_manager_who_also_assesses_declares_first_too(cast, call, page_of):
    cast.manager.role_holdings.create(role="assessor")
    cast.manager = User.objects.get(pk=cast.manager.pk)
    proposal = road.assigned_proposal(cast, call, assessors=[cast.assessor1, cast.manager])
    for step in ("file", "assign", "consensus", "advice", "score"):
        assert page_of(cast.manager, step, proposal).url.endswith("/belangen/")


def test_a_draft_is_not_there_for_the_team(cast, call, page_of):
    draft_proposal(cast, call, title="Geheim plan")
    assert "Geheim plan" not in page_of(cast.manager, "proposals").content.decode()
    assert page_of(cast.manager, "work").status_code == 200


def test_strange_references_are_not_there(cast, client_of):
    client = client_of(cast.manager)
    for reference in ("TF-2026-9999", "%00", "%27%20OR%201=1", "None"):
        assert client.get(f"/team/voorstellen/{reference}/").status_code == 404


def test_steps_by_post_have_the_same_doors(cast, call, page_of):
    proposal = road.handed_in_proposal(cast, call)
    for step in ("assign", "consensus", "advice", "score"):
        assert page_of(cast.finance, step, proposal, data={}).status_code == 403
        assert page_of(cast.partner2, step, proposal, data={}).status_code == 404


def test_an_interest_makes_the_proposal_vanish_everywhere(cast, call, page_of):
    proposal = road.assigned_proposal(cast, call, title="Kleurrijk Kanarieplein")
    for person in (cast.assessor1, cast.lead, cast.finance):
        assert "Kanarieplein" in page_of(person, "proposals", q="kanarie").content.decode()
        declarations.declare(proposal_id=proposal.pk, person=person, has_interest=True, explanation="Bestuurslid")
        for answer in (
            page_of(person, "proposals"),
            page_of(person, "proposals", q="Kanarie"),
            page_of(person, "proposals", q=proposal.reference, state="in_assessment"),
            page_of(person, "work"),
        ):
            shown = answer.content.decode()
            assert "Kanarieplein" not in shown
            assert "Makersloods" not in shown
        assert page_of(person, "proposals").context["count"] == 0
        assert page_of(person, "proposals").context["by_line"] == []
        assert page_of(person, "work").context["desk"].to_do_count == 0
        assert [page_of(person, step, proposal).status_code for step in STEPS] == [404] * len(STEPS)
    assert page_of(cast.manager, "file", proposal).status_code == 200


@pytest.mark.parametrize("step", ["completeness", "line_tag"])
def test_the_intake_too_is_shut_for_who_still_has_to_declare_whatever_other_role_there_is(cast, call, client_of, step):
    cast.assessor1.role_holdings.create(role="programme_manager")
    proposal = road.assigned_proposal(cast, call)
    client = client_of(User.objects.get(pk=cast.assessor1.pk))
    url = reverse(f"applications:{step}", args=[proposal.reference])
    assert client.get(url).status_code == 403
    assert client.post(url, {"line": proposal.line_id, "reason": "x"}).status_code == 403
    assert not proposal.line_tags.exists()
    road.declare_none(proposal, cast.assessor1)
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "path", ["/team/voorstellen/TF%00/volledigheid/", "/team/voorstellen/TF%00/lijn/", "/team/voorstellen/TF%00/"]
)
def test_a_number_that_the_database_can_not_hold_is_not_there(cast, client_of, path):
    assert client_of(cast.manager).get(path).status_code == 404
