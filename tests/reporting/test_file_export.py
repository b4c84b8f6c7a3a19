"""Handing over a file: what is in the archive, that its manifest is right, and that what is blacked out is gone."""

import hashlib
import io
import json
import subprocess
import zipfile

import pikepdf
import pytest
from django.urls import reverse

from accounts.models import Organisation
from accounts.states import OrganisationKind
from applications.models import Proposal
from core.models import AuditEntry
from reporting.domain import file_export
from reporting.domain.file_export import Choice
from tests.applications.attaching import submitted_with_file
from tests.applications.road import draft_proposal
from tests.assessment.road import assigned_proposal
from tests.budget.road import granted_proposal

pytestmark = pytest.mark.django_db


def text_of(content):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def opened(export):
    archive = zipfile.ZipFile(io.BytesIO(export.content))
    assert archive.testzip() is None
    return archive, json.loads(archive.read("manifest.json"))


def test_the_whole_file_holds_the_rows_the_log_and_the_documents_with_their_hashes(cast, call):
    proposal = granted_proposal(cast, call, send_letter=True)
    export = file_export.whole(proposal, by=cast.manager)
    archive, manifest = opened(export)
    assert manifest["reference"] == proposal.reference
    names = set(archive.namelist())
    assert {"dossier.pdf", "gegevens.json", "logboek.csv", "manifest.json"} <= names
    assert any(name.startswith("documenten/") for name in names)
    assert {one["path"] for one in manifest["files"]} == names - {"manifest.json"}
    for one in manifest["files"]:
        content = archive.read(one["path"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["bytes"], one["sha256"])
    rows = json.loads(archive.read("gegevens.json"))
    assert rows["applications.Proposal"][0]["reference"] == proposal.reference
    assert "budget.LedgerEntry" in rows
    with pikepdf.open(io.BytesIO(archive.read("dossier.pdf"))) as pdf:
        assert str(pdf.docinfo["/Title"]) == f"Dossier {proposal.reference}"


def test_the_files_of_the_partner_go_along_and_what_is_not_scanned_is_named(cast, call):
    proposal, _file = submitted_with_file(draft_proposal(cast, call), cast.partner)
    archive, manifest = opened(file_export.whole(proposal, by=cast.manager))
    there = [name for name in archive.namelist() if name.startswith("bijlagen/")]
    assert len(there) + len(manifest["not_included"]) == 1


def test_handing_over_is_written_down_with_the_hash_of_the_manifest(cast, call):
    proposal = assigned_proposal(cast, call)
    export = file_export.whole(proposal, by=cast.manager)
    entry = AuditEntry.objects.about(proposal).get(event="file.exported")
    assert entry.actor == cast.manager
    assert entry.changes["manifest"] == export.manifest_sha256
    archive, _manifest = opened(export)
    assert hashlib.sha256(archive.read("manifest.json")).hexdigest() == export.manifest_sha256


def test_another_party_gets_no_name_no_address_and_no_sum_of_the_partner(cast, call):
    proposal = granted_proposal(cast, call, send_letter=True)
    archive, manifest = opened(file_export.redacted(proposal, by=cast.manager, choice=Choice(words=("Podium",))))
    assert archive.namelist() == ["manifest.json", "dossier-weggelakt.pdf"]
    assert manifest["not_included"]
    text = text_of(archive.read("dossier-weggelakt.pdf"))
    people = [cast.partner, cast.assessor1, cast.assessor2, cast.manager, cast.finance, cast.college]
    for person in people:
        assert person.full_name not in text
        assert person.email not in text
    assert proposal.organisation.iban not in text.replace(" ", "")
    assert "Podium" not in text
    assert proposal.organisation.kvk_number not in text
    assert "5.1.2e" in text
    assert "5.1.1c" in text
    assert proposal.reference in text


def test_the_whole_file_does_name_them_so_that_the_control_can_fail(cast, call):
    proposal = granted_proposal(cast, call, send_letter=True)
    archive, _manifest = opened(file_export.whole(proposal, by=cast.manager))
    text = text_of(archive.read("dossier.pdf"))
    assert cast.partner.full_name in text
    assert proposal.organisation.kvk_number in text
    assert "5.1.2e" not in text


def test_the_blacked_out_bytes_hold_nothing_of_the_names_anywhere(cast, call):
    proposal = assigned_proposal(cast, call)
    archive, _manifest = opened(file_export.redacted(proposal, by=cast.manager, choice=Choice()))
    with pikepdf.open(io.BytesIO(archive.read("dossier-weggelakt.pdf"))) as pdf:
        raw = b"".join(one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))
        raw += repr(pdf.docinfo).encode() + repr(pdf.Root).encode()
    assert cast.partner.full_name.encode() not in raw
    assert cast.partner.full_name.encode("utf-16-be") not in raw


def test_what_the_municipality_granted_and_when_stays_readable(cast, call):
    proposal = granted_proposal(cast, call, send_letter=True)
    shown = file_export.preview(proposal, reader=cast.manager, choice=Choice())
    by_code = {chapter.code: chapter.blocks for chapter in shown}
    granted = next(block for block in by_code["decision"] if "rows" in block)
    assert all("gone" not in cell for row in granted["rows"] for cell in row)
    assert all("gone" not in row[0] for block in by_code["log"] for row in block["rows"])
    own_budget = next(block for block in by_code["proposal"] if "rows" in block and "gone" in str(block["rows"]))
    assert "5.1.1c" in str(own_budget["rows"])


def test_residents_are_not_named_to_another_party(cast, call):
    proposal = assigned_proposal(cast, call)
    Organisation.objects.filter(pk=proposal.organisation_id).update(
        kind=OrganisationKind.RESIDENTS, name="Wietske Hoekstra-Blom"
    )
    proposal = Proposal.objects.get(pk=proposal.pk)
    shown = file_export.preview(proposal, reader=cast.manager, choice=Choice())
    assert "Hoekstra" not in "".join(str(block.get("text", "")) for chapter in shown for block in chapter.blocks)


def test_the_manager_sees_how_it_reads_before_it_leaves(client_of, cast, call):
    proposal = assigned_proposal(cast, call)
    page = client_of(cast.manager).post(
        reverse("reporting:hand_over", args=[proposal.reference]), {"action": "preview", "words": "", "amounts": "on"}
    )
    content = page.content.decode()
    assert '<span class="gone">5.1.2e</span>' in content
    assert cast.partner.full_name not in content.partition('id="shown"')[2].partition("</main>")[0]


def test_too_many_words_are_refused_with_what_was_typed(client_of, cast, call):
    proposal = assigned_proposal(cast, call)
    typed = "\n".join(f"woord{number}" for number in range(201))
    page = client_of(cast.manager).post(
        reverse("reporting:hand_over", args=[proposal.reference]), {"action": "redacted", "words": typed}
    )
    assert page.status_code == 422
    assert "woord200" in page.content.decode()


@pytest.mark.parametrize("action", ["whole", "redacted"])
def test_the_page_gives_a_zip_that_nobody_keeps(client_of, cast, call, action):
    proposal = assigned_proposal(cast, call)
    page = client_of(cast.manager).post(
        reverse("reporting:hand_over", args=[proposal.reference]), {"action": action, "amounts": "on"}
    )
    assert page["Content-Type"] == "application/zip"
    assert page["Cache-Control"] == "private, no-store"
    assert page["Content-Disposition"].startswith("attachment;")
    assert zipfile.is_zipfile(io.BytesIO(page.content))


def test_who_has_an_interest_in_a_file_cannot_hand_it_over(client_of, cast, call):
    proposal = assigned_proposal(cast, call)
    proposal.shut_files.create(user=cast.manager, since=proposal.submitted_at)
    page = client_of(cast.manager).post(reverse("reporting:hand_over", args=[proposal.reference]), {"action": "whole"})
    assert page.status_code == 404
