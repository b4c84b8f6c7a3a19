"""The pages for assigning, declaring, agreeing and advising, and the file."""

import re
from datetime import timedelta

from assessment.domain import declarations, dossier
from assessment.models import Assignment, Consensus, InterestDeclaration
from core.domain import clock
from core.models import AuditEntry
from tests.applications.road import complete_proposal, submitted_proposal
from tests.assessment import road
from tests.assessment.test_score_page import answers

FULL = road.POINTS["positive"]


def test_two_people_are_asked_at_once(cast, call, page_of):
    proposal = complete_proposal(cast, call)
    page = page_of(cast.lead, "assign", proposal).content.decode()
    assert "Assessor1" in page
    assert "Finance" not in page
    chosen = {"assessors": [cast.assessor1.pk, cast.assessor3.pk], "due_on": "31-12-2099"}
    answer = page_of(cast.lead, "assign", proposal, data=chosen)
    assert answer.url.endswith(f"/{proposal.reference}/")
    assert set(Assignment.objects.values_list("assessor__full_name", flat=True)) == {"Assessor1", "Assessor3"}


def test_asking_nobody_or_somebody_impossible_is_refused(cast, call, page_of):
    proposal = complete_proposal(cast, call)
    yesterday = {"assessors": [cast.assessor1.pk], "due_on": f"{clock.today() - timedelta(days=1):%d-%m-%Y}"}
    for chosen in ({}, {"assessors": [cast.finance.pk]}, {"assessors": ["x"]}, yesterday):
        answer = page_of(cast.manager, "assign", proposal, data={"due_on": "31-12-2099", **chosen})
        assert answer.status_code == 422
    assert not Assignment.objects.exists()


def test_no_form_when_nobody_can_be_added(cast, call, page_of):
    for proposal in (submitted_proposal(cast, call), road.agreed_proposal(cast, call)):
        page = page_of(cast.manager, "assign", proposal).content.decode()
        assert 'name="assessors"' not in page


def test_declaring_opens_the_scores_or_shuts_the_file(cast, call, page_of):
    proposal = road.assigned_proposal(cast, call)
    answer = page_of(cast.assessor1, "declare", proposal, data={"has_interest": "no", "explanation": ""})
    assert answer.url.endswith("/beoordelen/")
    answer = page_of(cast.assessor2, "declare", proposal, data={"has_interest": "yes", "explanation": "Mijn neef"})
    assert answer.url == "/team/"
    assert InterestDeclaration.objects.filter(has_interest=True).get().person == cast.assessor2
    assert page_of(cast.assessor2, "declare", proposal).status_code == 404
    page = page_of(cast.manager, "file", proposal).content.decode()
    assert "Mijn neef" in page
    assert page_of(cast.manager, "work").context["desk"].piles[0].code == "assign"
    assert "Mijn neef" not in page_of(cast.finance, "file", proposal).content.decode()


def test_a_declaration_that_says_too_little_comes_back(cast, call, page_of):
    proposal = road.assigned_proposal(cast, call)
    for typed in ({}, {"has_interest": "yes", "explanation": " "}, {"has_interest": "maybe"}):
        assert page_of(cast.assessor1, "declare", proposal, data=typed).status_code == 422
    assert not InterestDeclaration.objects.exists()


def apart(cast, call):
    proposal = road.declared_proposal(cast, call)
    road.hand_in(proposal, cast.assessor1, {**FULL, "netwerk": 3}, reason="Eerste stem")
    road.hand_in(proposal, cast.assessor2, {**FULL, "netwerk": 1}, reason="Tweede stem")
    return proposal


def test_the_consensus_page_puts_the_scores_side_by_side_and_marks_the_difference(cast, call, page_of):
    answer = page_of(cast.manager, "consensus", apart(cast, call))
    page = answer.content.decode()
    assert "Eerste stem: netwerk" in page
    assert "Tweede stem: netwerk" in page
    assert [row["criterion"].code for row in answer.context["rows"] if row["discuss"]] == ["netwerk"]
    assert 'name="netwerk_discussion"' in page
    assert 'name="talent_discussion"' not in page
    checked = re.findall(r'<input type="radio" name="(\w+)" id="\w+" value="(\d)" checked', page)
    assert dict(checked) == {code: str(points) for code, points in FULL.items() if code != "netwerk"}


def test_recording_the_consensus(cast, call, page_of):
    proposal = apart(cast, call)
    typed = {**answers(), "present": [cast.manager.pk, cast.assessor1.pk]}
    answer = page_of(cast.manager, "consensus", proposal, data=typed)
    assert answer.status_code == 422
    assert 'href="#id_netwerk_discussion"' in answer.content.decode()
    assert "Reden talent" in answer.content.decode()
    typed["netwerk_discussion"] = "Het netwerk groeit nog."
    answer = page_of(cast.manager, "consensus", proposal, data=typed)
    assert answer.url.endswith("/advies/")
    assert Consensus.objects.get().scores.get(criterion__code="netwerk").discussion == "Het netwerk groeit nog."
    for again in (None, typed):
        assert page_of(cast.manager, "consensus", proposal, data=again).status_code == 302
    page = page_of(cast.assessor1, "file", proposal).content.decode()
    assert "Het netwerk groeit nog." in page


def test_nobody_present_comes_back(cast, call, page_of):
    proposal = road.handed_in_proposal(cast, call)
    answer = page_of(cast.lead, "consensus", proposal, data=answers())
    assert answer.status_code == 422
    assert "present" in answer.context["form"].errors


def test_the_file_tells_the_whole_story_and_that_it_was_read(cast, call, page_of):
    proposal = road.advised_proposal(cast, call)
    page = page_of(cast.finance, "file", proposal).content.decode()
    for part in (
        "Stichting Makersloods",
        "12345678",
        "Drie dagen open werkplaats",
        "Samen gezien: talent",
        "Assessor2",
    ):
        assert part in page
    assert AuditEntry.objects.about(proposal).filter(event="proposal.opened", actor=cast.finance).count() == 1


def test_action_links_are_there_for_who_may_and_for_nobody_else(cast, call, page_of):
    proposal = complete_proposal(cast, call)
    assert "/toewijzen/" in page_of(cast.lead, "file", proposal).content.decode()
    assert "/toewijzen/" not in page_of(cast.finance, "file", proposal).content.decode()
    ready = road.handed_in_proposal(cast, call)
    assert f"/{ready.reference}/overleg/" in page_of(cast.manager, "file", ready).content.decode()
    assert f"/{ready.reference}/overleg/" not in page_of(cast.assessor1, "file", ready).content.decode()
    agreed = road.agreed_proposal(cast, call)
    assert "/advies/" in page_of(cast.manager, "file", agreed).content.decode()
    assert "/advies/" not in page_of(cast.finance, "file", agreed).content.decode()


def test_staff_with_an_interest_lose_the_file(cast, call, page_of):
    proposal = complete_proposal(cast, call)
    assert "/belangen/" in page_of(cast.finance, "file", proposal).content.decode()
    page_of(cast.finance, "declare", proposal, data={"has_interest": "yes", "explanation": "Mijn club"})
    assert page_of(cast.finance, "file", proposal).status_code == 404


def test_what_waits_for_whom(cast, call, page_of):
    submitted_proposal(cast, call)
    complete_proposal(cast, call)
    undeclared = road.assigned_proposal(cast, call)
    declared = road.declared_proposal(cast, call)
    road.handed_in_proposal(cast, call)
    road.agreed_proposal(cast, call)
    road.advised_proposal(cast, call)
    complete_proposal(cast, call, line="wonen")

    def piles(person):
        return {pile.code: pile.count for pile in page_of(person, "work").context["desk"].piles}

    assert piles(cast.assessor1) == {"declare": 1, "score": 1}
    assert piles(cast.manager) == {"completeness": 1, "assign": 2, "consensus": 1, "advice": 1, "wait": 2}
    assert piles(cast.lead) == {"completeness": 1, "assign": 1, "consensus": 1, "advice": 1, "wait": 2}
    assert piles(cast.finance) == {"list": 1}
    assert piles(cast.assessor3) == {}
    declarations.declare(proposal_id=undeclared.pk, person=cast.assessor1, has_interest=True, explanation="Mijn broer")
    assert piles(cast.assessor1) == {"score": 1}
    assert piles(cast.manager)["assign"] == 3
    road.hand_in(declared, cast.assessor1, FULL)
    assert piles(cast.assessor1) == {}


def test_what_happened_at_the_same_moment_is_told_newest_first(cast, call, settings):
    settings.LANGUAGE_CODE = "en"
    with clock.set_to(clock.now()):
        proposal = road.advised_proposal(cast, call)
    told = [entry.title for entry in dossier.history_of(proposal)]
    assert told[0] in {"Advice given", "Advice ready"}
    assert told.index("Consensus recorded") < told.index("Assessment handed in")
    assert told.index("Assessment handed in") < told.index("Declaration of interest made")
    assert told.index("Declaration of interest made") < told.index("Received")
    assert len({entry.at for entry in dossier.history_of(proposal)}) == 1
