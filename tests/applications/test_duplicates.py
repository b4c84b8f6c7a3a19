"""What looks like another proposal is pointed out: to whom it belongs, never in the way, never about others."""

import pytest
from django.urls import reverse

from applications.domain import duplicates, proposals, shut_files
from applications.models import Proposal
from tests.applications.pages import step_url
from tests.applications.road import empty_draft, submitted_proposal

TITLE = "Makersweekend in de Magneet 2026"
NEXT_YEAR = "Makersweekend in de Magneet 2027"


def typed(client, organisation, title):
    return client.get(reverse("applications:likeness"), {"title": title, "organisation": organisation.pk}).text


def others(cast, call, title):
    return submitted_proposal(cast, call, title=title, by=cast.partner2, organisation=cast.organisation2)


@pytest.mark.parametrize("title", [NEXT_YEAR, TITLE.upper(), "Makers weekend in de Magneet"])
def test_a_partner_who_types_nearly_the_same_title_sees_the_own_proposal_with_a_link(cast, call, client_of, title):
    draft = empty_draft(cast, call, title=TITLE)
    page = typed(client_of(cast.partner), cast.organisation, title)
    assert reverse("applications:proposal", args=[draft.pk]) in page
    assert TITLE in page


@pytest.mark.parametrize("title", ["Nachtlab", "Weekend", "", "   ", "\x00"])
def test_another_title_points_at_nothing(cast, call, client_of, title):
    empty_draft(cast, call, title=TITLE)
    assert TITLE not in typed(client_of(cast.partner), cast.organisation, title)


def test_a_partner_never_hears_of_proposals_of_others(cast, call, client_of):
    theirs = others(cast, call, TITLE)
    client = client_of(cast.partner)
    assert typed(client, cast.organisation, TITLE).strip() == ""
    assert typed(client, cast.organisation2, TITLE).strip() == ""
    draft = empty_draft(cast, call, title=TITLE)
    page = client.get(step_url(draft, "wie-en-wat")).text
    assert theirs.reference not in page
    assert client.get(reverse("applications:likeness"), {"title": TITLE, "organisation": "x"}).text.strip() == ""


def test_the_first_step_points_it_out_and_nothing_stops_the_partner(cast, call, client_of):
    first = empty_draft(cast, call, title=TITLE)
    second = proposals.start(by=cast.partner, call=call, organisation=cast.organisation, title=TITLE)
    page = client_of(cast.partner).get(step_url(second, "wie-en-wat")).text
    assert reverse("applications:proposal", args=[first.pk]) in page
    assert Proposal.objects.filter(title=TITLE).count() == 2


def test_the_team_sees_the_same_organisation_and_nearly_the_same_title_with_links(cast, call, client_of):
    proposal = submitted_proposal(cast, call, title=TITLE)
    same_both = submitted_proposal(cast, call, title=NEXT_YEAR)
    same_title = others(cast, call, NEXT_YEAR)
    same_partner = submitted_proposal(cast, call, title="Nachtlab")
    elsewhere = others(cast, call, "Stadstuin vol ideeën")
    found = duplicates.for_team(user=cast.manager, proposal=proposal)
    said = {one.proposal: (one.same_organisation, one.alike) for one in found.likenesses}
    assert said == {same_both: (True, True), same_title: (False, True), same_partner: (True, False)}
    page = client_of(cast.manager).get(reverse("applications:completeness", args=[proposal.reference])).text
    for one in (same_both, same_title, same_partner):
        assert reverse("assessment:file", args=[one.reference]) in page
    assert elsewhere.reference not in page


def test_the_team_does_not_hear_of_what_is_shut_for_it_of_another_line_or_of_drafts(cast, call, client_of):
    proposal = submitted_proposal(cast, call, title=TITLE)
    shut = others(cast, call, NEXT_YEAR)
    shut_files.shut(proposal=shut, person=cast.manager)
    empty_draft(cast, call, title=NEXT_YEAR)
    assert duplicates.for_team(user=cast.manager, proposal=proposal).likenesses == []
    page = client_of(cast.manager).get(reverse("applications:completeness", args=[proposal.reference])).text
    assert shut.reference not in page
    other_line = submitted_proposal(cast, call, title=NEXT_YEAR, line="werken")
    assert other_line not in [one.proposal for one in duplicates.for_team(user=cast.lead, proposal=proposal).likenesses]


def test_a_busy_organisation_is_cut_off_and_said_to_be(cast, call):
    proposal = submitted_proposal(cast, call, title=TITLE)
    for number in range(duplicates.MOST + 1):
        submitted_proposal(cast, call, title=f"Plan {number}")
    found = duplicates.for_team(user=cast.manager, proposal=proposal)
    assert len(found.likenesses) == duplicates.MOST
    assert found.more
