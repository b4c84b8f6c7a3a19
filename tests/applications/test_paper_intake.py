"""What came in on paper or by e-mail, entered by the team on behalf of a partner."""

import subprocess
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.errors import OrganisationExists
from accounts.models import Membership, Organisation, User
from accounts.states import MembershipRole, OrganisationKind
from applications.domain import drafts, intake, outgoing_letters, paper_intake, shut_files
from applications.domain.decision_clock import clock_of
from applications.domain.paper_intake import Contact, NewOrganisation, Original
from applications.errors import CallClosed, ContentRefused, PointsOpen, ProposalFrozen, ProposalIncomplete
from applications.models import Letter, OutgoingLetter, PaperIntake, Proposal
from applications.states import ProposalState
from core.domain import clock, documents
from core.errors import FileRefused
from core.models import AuditEntry
from programme.models import Line
from tests.applications.asking import ask
from tests.applications.paper import ADDRESS, a_scan, on_paper
from tests.applications.road import draft_proposal

RECEIVED_ON = date(2026, 3, 2)
ENTERED_AT = datetime(2026, 3, 5, 10, 0, tzinfo=clock.AMSTERDAM)
BY_MAIL = Contact("Mien Jansen", "Mien@Loods.example", "", "nl")


@pytest.fixture(autouse=True)
def day_of_entry():
    with clock.set_to(ENTERED_AT):
        yield


def begin(cast, call, **over):
    return on_paper(cast, call, **{"received_on": RECEIVED_ON, **over})


def with_line(entered, by):
    line = Line.objects.get(code="leven")
    drafts.save_aim(
        proposal_id=entered.proposal_id,
        by=by,
        line=line,
        desired_results=[],
        target_groups=[],
        migration_moments=[],
        areas=[],
    )
    return entered


def taken_in(cast, call, **over):
    entered = with_line(begin(cast, call, **over), cast.manager)
    paper_intake.submit(proposal_id=entered.proposal_id, by=cast.manager, request_key=uuid.uuid4())
    return Proposal.objects.get(pk=entered.proposal_id)


def pdf_text(content):
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def test_the_day_of_receipt_and_the_moment_of_entry_stand_beside_each_other(cast, call):
    entered = begin(cast, call)
    assert (entered.received_on, entered.entered_at, entered.entered_by) == (RECEIVED_ON, ENTERED_AT, cast.manager)
    assert documents.read(entered.original) == a_scan()


def test_the_clock_starts_on_the_day_of_receipt(cast, call):
    proposal = taken_in(cast, call)
    assert proposal.receipt.decide_by == clock_of(proposal).decide_by == date(2026, 6, 1)
    assert proposal.receipt.received == RECEIVED_ON


def test_a_day_still_to_come_is_refused(cast, call):
    with pytest.raises(ContentRefused) as refused:
        begin(cast, call, received_on=ENTERED_AT.date() + timedelta(days=1))
    assert refused.value.field == "received_on"


def test_the_database_refuses_a_day_of_receipt_after_the_day_of_entry(cast, call):
    entered = begin(cast, call)
    proposal = draft_proposal(cast, call)
    document = documents.store(kind="x", title="x", file_name="x.pdf", content=b"x", facts={})
    with pytest.raises(IntegrityError, match="applications_received_before_entered"), transaction.atomic():
        PaperIntake.objects.create(
            proposal=proposal,
            channel="paper",
            received_on=date(2026, 3, 6),
            original=document,
            entered_by=cast.manager,
            entered_at=ENTERED_AT,
        )
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE applications_paperintake SET received_on = '2026-03-01' WHERE id = %s", [entered.pk])


def test_what_came_in_outside_the_time_of_the_call_is_refused(cast, call):
    with pytest.raises(CallClosed):
        begin(cast, call, received_on=date(2024, 12, 31))


def test_without_an_address_of_any_kind_nobody_could_be_answered(cast, call):
    with pytest.raises(ContentRefused) as refused:
        begin(cast, call, contact=Contact("Mien", "", " ", "nl"))
    assert refused.value.field == "postal_address"


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_begun(cast, call):
    with pytest.raises(FileRefused):
        begin(cast, call, original=Original("brief.pdf", b"MZ program"))
    assert not PaperIntake.objects.exists()


def test_sending_the_page_twice_begins_one_proposal(cast, call):
    key = uuid.uuid4()
    assert begin(cast, call, request_key=key) == begin(cast, call, request_key=key)
    assert PaperIntake.objects.count() == 1


def test_a_new_organisation_belongs_to_the_contact_and_may_lack_its_iban(cast, call):
    entered = begin(
        cast,
        call,
        organisation=NewOrganisation("Buurttuin", OrganisationKind.SOCIAL, "11223344", ""),
        contact=BY_MAIL,
    )
    organisation = Organisation.objects.get(kvk_number="11223344")
    person = User.objects.get(email="mien@loods.example")
    assert entered.proposal.contact == person
    assert not person.has_usable_password()
    assert organisation.iban == ""
    assert Membership.objects.get(organisation=organisation).user == person
    assert not organisation.memberships.filter(user=cast.manager).exists()


def test_an_organisation_that_exists_is_not_made_again(cast, call):
    with pytest.raises(OrganisationExists):
        begin(cast, call, organisation=NewOrganisation("Dubbel", OrganisationKind.SOCIAL, "12345678", ""))


def test_a_contact_who_is_new_reads_this_proposal_and_no_other_of_the_organisation(cast, call):
    other = draft_proposal(cast, call)
    proposal = taken_in(cast, call, contact=BY_MAIL)
    mine = set(Proposal.objects.of_partner(User.objects.get(email="mien@loods.example")))
    assert mine == {proposal}
    assert other not in mine


def test_a_contact_on_paper_who_writes_again_is_the_same_person(cast, call):
    first, second = begin(cast, call), begin(cast, call, title="Nog een")
    assert first.proposal.contact == second.proposal.contact
    assert not first.proposal.contact.has_email


def test_who_acts_for_the_organisation_does_not_enter_its_proposal(cast, call):
    Membership.objects.create(user=cast.manager, organisation=cast.organisation, role=MembershipRole.READER)
    with pytest.raises(ContentRefused) as refused:
        begin(cast, call)
    assert refused.value.field == "organisation"


def test_while_it_is_entered_the_partner_does_not_see_it(cast, call, client_of):
    entered = begin(cast, call)
    url = reverse("applications:proposal", args=[entered.proposal_id])
    assert client_of(cast.partner).get(url).status_code == 404
    with_line(entered, cast.manager)
    paper_intake.submit(proposal_id=entered.proposal_id, by=cast.manager, request_key=uuid.uuid4())
    assert client_of(cast.partner).get(url).status_code == 200


def test_it_is_taken_in_as_it_is_and_the_audit_trail_names_who_entered_it_for_whom(cast, call):
    proposal = taken_in(cast, call)
    assert proposal.state == ProposalState.SUBMITTED
    row = AuditEntry.objects.get(event="proposal.entered_for_partner")
    assert row.actor_id == cast.manager.pk
    assert row.changes["for"] == "Stichting Makersloods"
    assert row.changes["received_on"] == "2026-03-02"
    assert "Write a summary." in row.changes["missing"] or "Schrijf een samenvatting." in row.changes["missing"]


def test_an_incomplete_proposal_is_not_found_complete_without_ticking_every_point(cast, call):
    proposal = taken_in(cast, call)
    with pytest.raises(PointsOpen):
        intake.find_complete(proposal_id=proposal.pk, by=cast.manager, points={"applicant": True}, remark="")


def test_without_a_line_it_can_not_be_handed_to_anybody(cast, call):
    entered = begin(cast, call)
    with pytest.raises(ProposalIncomplete) as refused:
        paper_intake.submit(proposal_id=entered.proposal_id, by=cast.manager, request_key=uuid.uuid4())
    assert [step for step, _sentence in refused.value.missing] == ["doel"]


def test_taking_in_twice_gives_one_receipt(cast, call):
    entered = with_line(begin(cast, call), cast.manager)
    key = uuid.uuid4()
    receipts = [
        paper_intake.submit(proposal_id=entered.proposal_id, by=cast.manager, request_key=key) for _turn in range(2)
    ]
    assert receipts[0] == receipts[1]
    with pytest.raises(ProposalFrozen):
        paper_intake.submit(proposal_id=entered.proposal_id, by=cast.manager, request_key=uuid.uuid4())


def test_without_e_mail_the_receipt_is_a_letter_to_post(cast, call, deliver_all):
    proposal = taken_in(cast, call)
    deliver_all()
    assert mail.outbox == []
    letter = OutgoingLetter.objects.get(proposal=proposal)
    assert list(OutgoingLetter.objects.to_be_posted()) == [letter]
    text = pdf_text(documents.read(letter.document))
    for told in ("2 maart 2026", "op papier", "Mien Jansen", "Langelermaatweg 1", "1 juni 2026", proposal.reference):
        assert told in text, told
    assert "invalid" not in text
    outgoing_letters.record_posting(letter_id=letter.pk, by=cast.manager)
    assert not OutgoingLetter.objects.to_be_posted().exists()
    with pytest.raises(IntegrityError, match="can not be changed"), transaction.atomic():
        OutgoingLetter.objects.filter(pk=letter.pk).update(posted_at=clock.now() + timedelta(days=1))


def test_the_copy_of_the_proposal_names_the_day_and_no_made_up_address(cast, call, deliver_all):
    proposal = taken_in(cast, call)
    deliver_all()
    text = pdf_text(documents.read(Letter.objects.get(proposal=proposal, kind="receipt").document))
    assert "2 maart 2026" in text
    assert "00:00" not in text
    assert "invalid" not in text


def test_with_e_mail_the_contact_gets_the_usual_confirmation(cast, call, deliver_all):
    taken_in(cast, call, contact=BY_MAIL, channel="email")
    deliver_all()
    assert [message.to for message in mail.outbox] == [["mien@loods.example"]]
    assert not OutgoingLetter.objects.exists()


def fields(cast, call, **over):
    return {
        "call": call.pk,
        "channel": "paper",
        "received_on": "02-03-2026",
        "title": "Buurtmoestuin",
        "which": "known",
        "organisation": cast.organisation.pk,
        "full_name": "Mien Jansen",
        "postal_address": ADDRESS,
        "language": "nl",
        "request_key": str(uuid.uuid4()),
        "original": SimpleUploadedFile("brief.pdf", a_scan(), content_type="application/pdf"),
        **over,
    }


def test_the_team_enters_fills_in_and_takes_in_on_its_pages(cast, call, client_of, deliver_all):
    client = client_of(cast.manager)
    answer = client.post(reverse("applications:intake_new"), fields(cast, call))
    entered = PaperIntake.objects.get()
    assert answer.url == reverse("applications:paper_intake", args=[entered.proposal_id])
    step = reverse("applications:step", args=[entered.proposal_id, "wie-en-wat"])
    page = client.get(step).text
    assert reverse("applications:paper_intake", args=[entered.proposal_id]) in page
    check = client.get(reverse("applications:check", args=[entered.proposal_id]))
    assert check.url == reverse("applications:paper_intake", args=[entered.proposal_id])
    with_line(entered, cast.manager)
    answer = client.post(answer.url, {"request_key": str(uuid.uuid4())})
    proposal = Proposal.objects.get(pk=entered.proposal_id)
    assert answer.url == reverse("applications:letters", args=[proposal.reference])
    deliver_all()
    assert client.get(answer.url).status_code == 200
    original = client.get(reverse("applications:paper_original", args=[proposal.pk]))
    assert original["Content-Disposition"].startswith("attachment")
    assert original.content == a_scan()


def test_a_wrong_page_keeps_what_was_typed_and_says_what_is_wrong(cast, call, client_of):
    answer = client_of(cast.manager).post(
        reverse("applications:intake_new"),
        fields(cast, call, which="new", name="Buurttuin", kind="maatschappelijke organisatie", kvk_number="12"),
    )
    assert answer.status_code == 422
    assert "Mien Jansen" in answer.text
    assert not PaperIntake.objects.exists()
    assert not User.objects.filter(full_name="Mien Jansen").exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("manager", 200), ("lead", 200), ("assessor1", 403), ("finance", 403), ("partner", 403), ("college", 403)],
)
def test_only_who_handles_proposals_enters_them(cast, call, client_of, who, status):
    assert client_of(getattr(cast, who)).get(reverse("applications:intake_new")).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("manager", 200), ("lead", 404), ("assessor1", 404), ("finance", 404), ("partner", 404), ("partner2", 404)],
)
def test_what_is_being_entered_does_not_exist_for_others(cast, call, client_of, who, status):
    entered = begin(cast, call)
    client = client_of(getattr(cast, who))
    for name in ("paper_intake", "paper_original"):
        assert client.get(reverse(f"applications:{name}", args=[entered.proposal_id])).status_code == status
    step = reverse("applications:step", args=[entered.proposal_id, "wie-en-wat"])
    assert client.get(step).status_code == status


def test_the_lead_of_a_line_goes_on_with_the_own(cast, call, client_of):
    entered = begin(cast, call, by=cast.lead)
    url = reverse("applications:paper_intake", args=[entered.proposal_id])
    assert client_of(cast.lead).get(url).status_code == 200


def test_a_supplement_on_paper_is_entered_by_the_team_too(cast, call, client_of):
    proposal = taken_in(cast, call)
    ask(proposal, cast)
    url = reverse("applications:supplement", args=[proposal.pk])
    assert client_of(cast.manager).get(url).status_code == 200
    asked = proposal.supplement_requests.get()
    step = reverse("applications:step", args=[proposal.pk, asked.steps[0]])
    assert client_of(cast.manager).get(step).status_code == 200
    for outsider in (cast.partner2, cast.assessor1, cast.finance):
        assert client_of(outsider).get(url).status_code == 404
        assert client_of(outsider).get(step).status_code == 404
    shut_files.shut(proposal=proposal, person=cast.manager)
    assert client_of(cast.manager).get(step).status_code == 404
