"""What the team does on receipt: the completeness check, and the tag of the line."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from applications.domain import intake, shut_files
from applications.errors import ContentRefused, MoveNotAllowed, PointsOpen, ReasonNeeded
from applications.models import CompletenessCheck, LineTag
from applications.states import ProposalEvent, ProposalState
from core.models import AuditEntry
from programme.models import Line
from tests.applications.road import complete_proposal, submitted_proposal

ALL = dict.fromkeys(intake.POINTS, True)


def find_complete(proposal, cast, points=ALL, remark=""):
    return intake.find_complete(proposal_id=proposal.pk, by=cast.manager, points=points, remark=remark)


def test_a_complete_proposal_can_be_assessed_from_then_on(cast, call):
    proposal = submitted_proposal(cast, call)
    check = find_complete(proposal, cast, remark="Gebeld over de IBAN.")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.IN_ASSESSMENT
    assert proposal.complete_at == check.checked_at
    assert check.points == ALL
    assert AuditEntry.objects.about(proposal).filter(event=ProposalEvent.FOUND_COMPLETE).count() == 1


@pytest.mark.parametrize("code", intake.POINTS)
def test_one_open_point_keeps_a_proposal_waiting(cast, call, code):
    proposal = submitted_proposal(cast, call)
    with pytest.raises(PointsOpen) as refusal:
        find_complete(proposal, cast, {**ALL, code: False})
    assert refusal.value.points == [code]
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SUBMITTED
    assert not CompletenessCheck.objects.exists()


def test_a_second_check_is_refused_with_the_present_state(cast, call):
    proposal = complete_proposal(cast, call)
    with pytest.raises(MoveNotAllowed, match=proposal.reference):
        find_complete(proposal, cast)


def test_another_line_needs_a_reason_and_leaves_the_partners_choice(cast, call):
    proposal, werken = submitted_proposal(cast, call, line="leven"), Line.objects.get(code="werken")
    with pytest.raises(ReasonNeeded):
        intake.tag_line(proposal_id=proposal.pk, by=cast.manager, line=werken, reason="  ")
    before = list(proposal.desired_results.all())
    intake.tag_line(proposal_id=proposal.pk, by=cast.manager, line=werken, reason="Het gaat om loopbanen.")
    proposal.refresh_from_db()
    assert proposal.line == werken
    assert proposal.proposed_line.code == "leven"
    assert list(proposal.desired_results.all()) == before
    assert LineTag.objects.get().reason == "Het gaat om loopbanen."


def test_the_same_line_may_be_confirmed_without_a_reason(cast, call):
    proposal = submitted_proposal(cast, call)
    intake.tag_line(proposal_id=proposal.pk, by=cast.manager, line=proposal.line, reason="")
    assert LineTag.objects.count() == 1


def test_a_line_that_the_call_is_not_for_is_refused(cast, call):
    wonen = Line.objects.get(code="wonen")
    call.lines.remove(wonen)
    proposal = submitted_proposal(cast, call)
    with pytest.raises(ContentRefused):
        intake.tag_line(proposal_id=proposal.pk, by=cast.manager, line=wonen, reason="Toch wonen.")


@pytest.mark.parametrize("state", [ProposalState.ADVISED, ProposalState.LISTED, ProposalState.GRANTED])
def test_after_the_advice_the_line_stays(cast, call, state):
    proposal = submitted_proposal(cast, call)
    proposal.state = state
    proposal.save(update_fields=["state"])
    with pytest.raises(MoveNotAllowed):
        intake.tag_line(proposal_id=proposal.pk, by=cast.manager, line=proposal.line, reason="Te laat.")


def urls(proposal):
    return [reverse(f"applications:{name}", args=[proposal.reference]) for name in ("completeness", "line_tag")]


ALLOWED = {"manager": (200, 422), "lead": (200, 422), "finance": (200, 403), "assessor1": (403, 403)}
OUTSIDE = dict.fromkeys(("partner", "partner2", "college", "council", "talent", "admin"), (404, 404))


@pytest.mark.parametrize(("who", "expected"), [*ALLOWED.items(), *OUTSIDE.items()])
def test_the_pages_open_for_who_handles_the_intake(client_of, cast, call, who, expected):
    proposal = submitted_proposal(cast, call, line="leven")
    client = client_of(getattr(cast, who))
    for url in urls(proposal):
        assert (client.get(url).status_code, client.post(url, {"x": "y"}).status_code) == expected, url


def test_the_lead_of_another_line_does_not_know_the_proposal(client_of, cast, call):
    proposal = submitted_proposal(cast, call, line="wonen")
    for url in urls(proposal):
        assert client_of(cast.lead).get(url).status_code == 404


def test_a_shut_file_does_not_exist_for_the_manager_either(client_of, cast, call):
    proposal = submitted_proposal(cast, call)
    shut_files.shut(proposal=proposal, person=cast.manager)
    shut_files.shut(proposal=proposal, person=cast.manager)
    assert proposal.shut_files.count() == 1
    for url in urls(proposal):
        assert client_of(cast.manager).get(url).status_code == 404
        assert client_of(cast.manager).post(url, {"points": list(ALL)}).status_code == 404


def test_who_has_not_signed_in_goes_to_the_sign_in_page(client, cast, call):
    for url in urls(submitted_proposal(cast, call)):
        assert client.get(url).url.startswith(reverse("account_login"))


def test_ticking_all_points_on_the_page_lets_the_assessment_begin(client_of, cast, call):
    proposal = submitted_proposal(cast, call)
    url, _line = urls(proposal)
    client = client_of(cast.manager)
    response = client.post(url, {"points": list(ALL), "remark": ""})
    assert response.url == reverse("assessment:file", args=[proposal.reference])
    page = client.get(url).text
    assert "<form" not in page[page.index("<h1") : page.index("</main")]


def test_an_open_point_is_named_on_the_page_and_the_ticks_stay(client_of, cast, call):
    proposal = submitted_proposal(cast, call)
    url, _line = urls(proposal)
    response = client_of(cast.manager).post(url, {"points": ["applicant"], "remark": "Begroting ontbreekt."})
    assert response.status_code == 422
    assert response.text.count(" checked>") == 1
    assert "Begroting ontbreekt." in response.text
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SUBMITTED


def test_tagging_another_line_without_a_reason_is_an_error_at_the_reason(client_of, cast, call):
    proposal = submitted_proposal(cast, call, line="leven")
    _completeness, url = urls(proposal)
    werken = Line.objects.get(code="werken")
    client = client_of(cast.lead)
    response = client.post(url, {"line": werken.pk, "reason": ""})
    assert list(response.context["form"].errors) == ["reason"]
    response = client.post(url, {"line": werken.pk, "reason": "Het gaat om loopbanen."})
    assert response.url == reverse("assessment:proposals")  # the file went to the lead of another line
    with pytest.raises(ObjectDoesNotExist):
        proposal.completeness_check  # noqa: B018
