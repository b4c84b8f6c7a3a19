"""The paper that brings an advice before the college: what it says, who reads it, and that it stays as it was made."""

import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from assessment.domain import advice, college_proposals, declarations
from assessment.domain.advice_content import Condition, Content, YearAdvice
from assessment.models import CollegeProposal
from assessment.states import Outcome
from budget.domain import decision_lists
from core.domain import documents, outbox
from core.models import AuditEntry, Document, OutboxMessage
from talentfund.celery import app
from tests.assessment import road
from tests.assessment.test_advice_page import typed
from tests.budget.road import empty_list, put

ASKED = {2026: 35_000, 2027: 30_000}


def given(cast, call, *, agreed="conditional", **over):
    """An advice with everything in it: less eligible, less advised, two conditions, all texts."""
    proposal = road.agreed_proposal(cast, call, outcome=agreed, requested=ASKED, title="Makersloods & Łucja")
    content = Content(
        **{
            "amounts": {
                2026: YearAdvice(Decimal(35000)),
                2027: YearAdvice(
                    Decimal(20000), "De rest komt later", Decimal(25000), "De btw krijgt de partner terug"
                ),
            },
            "conditions": [Condition("Een sluitende begroting.", date(2099, 12, 1)), Condition("Drie partners.")],
            "explanation": "Het plan past bij de lijn.\n\nDe partners hebben getekend.",
            "summary": "Een loods om te maken.",
            "yields": "Veertig plekken.",
            "risks": "De huur kan stijgen.",
            **over,
        }
    )
    return advice.give(proposal_id=proposal.pk, by=cast.manager, content=content)


def dutch(text, **names):
    """A sentence as the paper says it, whatever language the test runs in."""
    with translation.override("nl"):
        return gettext(text) % names


def words(content):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def made(one):
    paper = college_proposals.make(advice_id=one.pk)
    return paper, documents.read(paper.document)


def test_giving_an_advice_asks_for_the_paper_and_the_worker_makes_it_once(cast, call):
    app.loader.import_default_modules()
    one = given(cast, call)
    assert OutboxMessage.objects.get(topic=advice.COLLEGE_PROPOSAL_TOPIC).payload == {"advice": one.pk}
    outbox.deliver_due()
    paper = CollegeProposal.objects.get(advice=one)
    assert college_proposals.make(advice_id=one.pk) == paper
    assert Document.objects.filter(kind="college_proposal").count() == 1
    told = AuditEntry.objects.about(one.about).get(event="assessment.college_proposal_made")
    assert told.changes["sha256"] == paper.document.sha256


def test_it_says_all_that_the_college_needs(cast, call):
    one = given(cast, call)
    paper, content = made(one)
    text = words(content)
    for part in (
        dutch("College proposal %(proposal)s: %(title)s", proposal=one.about, title=one.about.title), "Stichting Makersloods", "Leven",
        "€ 55.000", "€ 35.000 in 2026", "€ 20.000 in 2027", "€ 65.000", "€ 60.000",
        "De btw krijgt de partner terug", "De rest komt later", "Een sluitende begroting.", "1 december 2099",
        "Drie partners.", "Een loods om te maken.", "De partners hebben getekend.", "Veertig plekken.",
        "De huur kan stijgen.", "Samen gezien: effectief", "Effectief", "15", "18", "83,3",
    ):  # fmt: skip
        assert part in text, part
    for result in one.about.desired_results.all():
        assert " ".join(result.text.split())[:40] in text
    for person in (cast.assessor1, cast.assessor2, cast.manager):
        assert person.full_name not in text
    assert "Omdat het klopt" not in text, "the reasons of each assessor stay in the file"
    assert paper.document.facts["amounts"]["2027"] == {
        "requested": "30000.00", "eligible": "25000.00", "advised": "20000.00",
    }  # fmt: skip


def test_a_screen_reader_can_read_it(cast, call):
    _paper, content = made(given(cast, call))
    with pikepdf.open(BytesIO(content)) as file:
        assert str(file.Root.Lang) == "nl"
        assert file.Root.MarkInfo.Marked
        assert "Makersloods & Łucja" in str(file.docinfo["/Title"])
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert {round(float(side)) for side in file.pages[0].mediabox[2:]} == {595, 842}
        found = set(tags(file.Root.StructTreeRoot))
    assert {"H1", "H2", "H3", "Table", "TH", "TD", "L", "LI"} <= found


def tags(node):
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from tags(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S).lstrip("/")
        if "/K" in node:
            yield from tags(node.K)


def test_an_advice_against_the_rule_says_so_on_its_first_page(cast, call):
    one = given(cast, call, agreed="negative", deviation_reason="Een misverstand", outcome=Outcome.CONDITIONAL)
    done = ["pdftotext", "-l", "1", "-layout", "-", "-"]
    first = subprocess.run(done, input=made(one)[1], capture_output=True, check=True).stdout.decode()
    assert dutch("This advice differs from the rule.") in " ".join(first.split())
    assert "Een misverstand" in first


def test_a_negative_advice_asks_to_refuse(cast, call):
    one = given(cast, call, agreed="negative", amounts={}, conditions=[])
    text = words(made(one)[1])
    assert dutch("Tell the partner so, with the reasons of this proposal.") in text
    assert dutch("Tell the partner so, with the obligations that belong to a grant.") not in text
    assert dutch("The advice is negative, so nothing is advised.") in text


def test_who_had_an_interest_is_counted_and_not_named(cast, call):
    proposal = road.agreed_proposal(cast, call, requested=ASKED)
    declarations.declare(proposal_id=proposal.pk, person=cast.finance, has_interest=True, explanation="Mijn zus")
    one = road.give(proposal, cast.manager)
    text = words(made(one)[1])
    with translation.override("nl"):
        one_person = ngettext(
            "%(number)s person declared an interest. The file was shut for this person, who took no part in the "
            "assessment (Awb 2:4).",
            "%(number)s people declared an interest. The file was shut for these people, who took no part in the "
            "assessment (Awb 2:4).",
            1,
        )
    assert one_person % {"number": 1} in text
    assert cast.finance.full_name not in text
    assert "Mijn zus" not in text


def test_the_paper_stays_as_it_was_made(cast, call):
    paper, _content = made(given(cast, call))
    for change in (
        lambda: CollegeProposal.objects.update(made_at=paper.advice.given_at),
        lambda: CollegeProposal.objects.all().delete(),
        lambda: Document.objects.filter(pk=paper.document_id).update(title="Anders"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_advice_that_was_taken_back_before_gets_no_paper(cast, call):
    one = given(cast, call)
    advice.take_back(proposal_id=one.about_id, by=cast.manager, reason="Verkeerd jaar")
    assert college_proposals.make(advice_id=one.pk) is None
    assert not CollegeProposal.objects.exists()


def test_the_preview_reads_the_same_says_that_it_is_a_draft_and_keeps_nothing(cast, call, page_of):
    proposal = road.agreed_proposal(cast, call, requested=ASKED)
    assert page_of(cast.lead, "advice_preview", proposal).status_code == 302
    answer = page_of(cast.lead, "advice", proposal, data=typed(action="preview", explanation=""))
    assert answer.status_code == 422
    answer = page_of(cast.lead, "advice", proposal, data=typed(action="preview", explanation="Zo staat het er."))
    assert answer.url.endswith("/advies/voorbeeld/")
    answer = page_of(cast.lead, "advice_preview", proposal)
    assert answer.headers["Content-Type"] == "application/pdf"
    text = words(answer.content)
    assert "Zo staat het er." in text
    assert dutch("Draft: the advice is not given yet") in text
    assert not Document.objects.filter(kind="college_proposal").exists()
    assert page_of(cast.assessor1, "advice_preview", proposal).status_code == 403


@pytest.fixture
def papers(cast, call):
    """A proposal with its paper on a list in preparation, and the addresses of that paper."""
    proposal = road.advised_proposal(cast, call)
    paper = college_proposals.make(advice_id=proposal.advice.pk)
    decision_list = empty_list(cast)
    put(cast, decision_list, proposal)
    in_file = reverse("assessment:college_proposal", args=[proposal.reference, paper.advice_id])
    on_list = reverse("budget:college_proposal", args=[decision_list.reference, proposal.reference])
    return proposal, decision_list, in_file, on_list


def test_the_team_reads_it_in_the_file_and_the_college_on_its_list(cast, papers, client_of):
    proposal, decision_list, in_file, on_list = papers

    def opens(address):
        people = ("partner", "assessor1", "assessor3", "lead", "manager", "finance", "college", "council", "talent")
        return {name: client_of(getattr(cast, name)).get(address).status_code for name in people}

    nobody = dict.fromkeys(("partner", "college", "council", "talent"), 404)
    assert opens(in_file) == {**nobody, "assessor1": 200, "assessor3": 403, "lead": 200, "manager": 200, "finance": 200}
    shut = dict.fromkeys(("partner", "assessor1", "assessor3", "lead", "council", "talent"), 403)
    assert opens(on_list) == {**shut, "manager": 200, "finance": 200, "college": 404}
    decision_lists.propose(list_id=decision_list.pk, by=cast.finance)
    assert opens(on_list)["college"] == 200
    page = client_of(cast.college).get(reverse("budget:college_list", args=[decision_list.reference]))
    assert on_list in page.content.decode()
    cast.college.memberships.create(organisation=proposal.organisation, role="reader")
    assert opens(on_list)["college"] == 404


def test_a_paper_of_another_proposal_is_not_behind_this_door(cast, call, papers, client_of):
    _proposal, decision_list, _in_file, _on_list = papers
    other = road.advised_proposal(cast, call)
    paper = college_proposals.make(advice_id=other.advice.pk)
    client = client_of(cast.finance)
    elsewhere = reverse("assessment:college_proposal", args=[_proposal.reference, paper.advice_id])
    assert client.get(elsewhere).status_code == 404
    assert (
        client.get(reverse("budget:college_proposal", args=[decision_list.reference, other.reference])).status_code
        == 404
    )
