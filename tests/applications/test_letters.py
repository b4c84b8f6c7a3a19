"""The letters to a partner: what stands in them, and who may open them."""

import subprocess

import pikepdf
import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership
from accounts.states import MembershipRole
from applications.domain import correspondence, shut_files
from applications.models import Letter
from core.domain import documents
from tests.applications.road import draft_proposal, submitted_proposal


@pytest.fixture
def proposal(cast, call, deliver_all):
    made = submitted_proposal(cast, call, requested={2026: "25000.50"}, co_funding={2026: 5000})
    deliver_all()
    return made


def fetch(client, letter):
    """Open a letter, and give the response with its content, read to the end so that it closes."""
    response = client.get(reverse("applications:letter", args=[letter.document_id]))
    content = response.getvalue()
    return response, content


def pdf_text(content):
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def test_the_receipt_says_reference_time_and_decision_date_and_holds_a_copy(proposal, client_of, cast):
    _response, content = fetch(client_of(cast.partner), Letter.objects.get(proposal=proposal))
    text = pdf_text(content)
    day = proposal.receipt.decide_by
    for told in (
        proposal.reference,
        proposal.title,
        f"{day.day} ",
        str(day.year),
        "Stichting Makersloods",
        "12345678",
        "Begeleiding en materiaal",
        "€ 30.000,50",
        "€ 25.000,50",
        "Deelnemers van 18 tot 35 jaar",
        proposal.receipt.content_sha256,
        *(answer.text for answer in proposal.criterion_answers.all()),
    ):
        assert told in text, told


def test_the_receipt_is_a_tagged_pdf_with_a_language(proposal):
    with Letter.objects.get(proposal=proposal).document.file.open("rb") as file, pikepdf.open(file) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("nl")


def test_a_receipt_is_written_in_the_language_of_the_contact(cast, call, deliver_all):
    cast.partner.language = "en"
    cast.partner.save()
    proposal = submitted_proposal(cast, call)
    deliver_all()
    assert mail.outbox[0].subject == f"We received your proposal {proposal.reference}"
    with Letter.objects.get().document.file.open("rb") as file:
        assert "Confirmation of receipt" in pdf_text(file.read())


def test_a_letter_is_handed_over_as_an_attachment(proposal, client_of, cast):
    response, content = fetch(client_of(cast.partner), Letter.objects.get())
    assert content.startswith(b"%PDF")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{proposal.reference}-receipt.pdf"'


@pytest.mark.parametrize(
    ("who", "status"),
    [("partner", 200), ("partner2", 404), ("manager", 200), ("assessor1", 403), ("lead", 200), ("finance", 200)]
    + [(who, 404) for who in ("college", "council", "talent", "admin")],
)
def test_a_letter_opens_for_its_partner_and_who_handles_the_intake_only(proposal, client_of, cast, who, status):
    response, _content = fetch(client_of(getattr(cast, who)), Letter.objects.get())
    assert response.status_code == status


def test_a_letter_of_a_shut_file_stays_shut(proposal, client_of, cast):
    shut_files.shut(proposal=proposal, person=cast.assessor1)
    response, _content = fetch(client_of(cast.assessor1), Letter.objects.get())
    assert response.status_code == 404


def test_a_reader_of_the_organisation_may_open_its_letters(proposal, client_of, cast):
    Membership.objects.create(user=cast.talent, organisation=cast.organisation, role=MembershipRole.READER)
    response, _content = fetch(client_of(cast.talent), Letter.objects.get())
    assert response.status_code == 200


def test_without_signing_in_a_letter_asks_for_it(proposal, client):
    url = reverse("applications:letter", args=[Letter.objects.get().document_id])
    assert client.get(url).url.startswith(reverse("account_login"))


def test_another_document_is_no_letter(client_of, cast, call):
    document = documents.store(kind="x", title="x", file_name="x.pdf", content=b"x", facts={})
    assert client_of(cast.manager).get(reverse("applications:letter", args=[document.pk])).status_code == 404


def test_filing_a_kind_of_letter_again_gives_the_first(cast, call):
    proposal = draft_proposal(cast, call)
    first, second = (
        documents.store(kind="x", title="x", file_name="x.pdf", content=content, facts={}) for content in (b"1", b"2")
    )
    filed = [
        correspondence.file_letter(proposal=proposal, kind="decision", title="Besluit", document=document)
        for document in (first, second)
    ]
    assert filed[0] == filed[1]
    assert filed[1].document == first


def test_the_page_of_a_proposal_lists_its_letters(proposal, client_of, cast):
    page = client_of(cast.partner).get(proposal.get_absolute_url()).text
    assert reverse("applications:letter", args=[Letter.objects.get().document_id]) in page


def test_no_browser_keeps_a_letter(proposal, client_of, cast):
    response, _content = fetch(client_of(cast.partner), Letter.objects.get())
    assert "no-store" in response["Cache-Control"]
