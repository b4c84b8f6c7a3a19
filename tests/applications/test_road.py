from applications.domain import amounts, readiness
from applications.states import ProposalState
from tests.applications.road import complete_proposal, draft_proposal, empty_draft


def test_the_road_of_other_tests_fills_in_everything(cast, call):
    assert readiness.missing(draft_proposal(cast, call)) == []
    assert readiness.missing(empty_draft(cast, call)) != []


def test_the_road_leads_to_a_complete_proposal_on_every_line(cast, call):
    for line in call.lines.all():
        proposal = complete_proposal(cast, call, line=line.code, requested={2026: 1000, 2027: 500})
        assert proposal.state == ProposalState.IN_ASSESSMENT
        assert proposal.line == line
        assert amounts.requested_by_year(proposal) == {2025: 0, 2026: 1000, 2027: 500}
