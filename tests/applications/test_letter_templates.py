"""The templates of letters: complete in both languages, edited as new versions, and the pages about letters."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.domain import letter_templates, merge_fields, outgoing_letters, shut_files
from applications.errors import FieldsOpen, FieldUnknown, TextChanged
from applications.models import LetterTemplate, OutgoingLetter
from applications.states import LetterLanguage, TemplateCode
from core.domain import markup
from core.models import AuditEntry
from tests.applications.road import submitted_proposal

CODES = [(code, language) for code in TemplateCode.values for language in LetterLanguage.values]


@pytest.mark.parametrize(("code", "language"), CODES)
def test_every_letter_has_a_text_in_both_languages_with_fields_that_it_knows(cast, code, language):
    template = letter_templates.newest(code, language)
    standing = merge_fields.standing_in(f"{template.title}\n{template.body}")
    merge_fields.check_known(code, standing)
    needed = {field.name for field in merge_fields.fields_of(code) if field.is_needed}
    assert needed <= set(standing)
    subject, html = letter_templates.sample(template)
    assert "{" not in subject + html
    assert "<h1" not in html


def test_both_languages_of_a_letter_hold_the_same_fields(cast):
    for code in TemplateCode.values:
        dutch, english = (
            set(merge_fields.standing_in(letter_templates.newest(code, language).body)) for language in ("nl", "en")
        )
        assert dutch == english, code


def change(cast, **over):
    values = {
        "code": "general",
        "language": "nl",
        "by": cast.manager,
        "title": "Over {kenmerk}",
        "body": "Beste {contactpersoon},\n\n{bericht}",
        "seen_version": 1,
    }
    return letter_templates.change(**{**values, **over})


def test_a_change_is_a_new_version_and_the_old_one_stays(cast, call):
    proposal = submitted_proposal(cast, call)
    before = outgoing_letters.draft(proposal=proposal, template_code="general", by=cast.manager, facts={})
    made = change(cast)
    after = outgoing_letters.draft(proposal=proposal, template_code="general", by=cast.manager, facts={})
    assert (made.version, after.template, before.template.version) == (2, made, 1)
    assert OutgoingLetter.objects.get(pk=before.pk).body == before.body
    assert AuditEntry.objects.get(event="letter_template.changed").changes["version"] == 2


def test_the_same_text_again_makes_no_version(cast):
    now = letter_templates.newest("general", "nl")
    assert change(cast, title=now.title, body=now.body) == now


def test_a_field_that_does_not_exist_is_refused(cast):
    with pytest.raises(FieldUnknown, match="kleur"):
        change(cast, body="In {kleur}. {bericht}")


def test_a_field_that_the_law_asks_for_can_not_be_left_out(cast):
    with pytest.raises(FieldsOpen) as refused:
        change(cast, code="not_processed", body="We behandelen het niet: {wat_ontbreekt} {uiterste_datum}")
    assert refused.value.fields == ["bezwaar_tot"]


def test_the_second_of_two_editors_is_refused(cast):
    change(cast)
    with pytest.raises(TextChanged):
        change(cast, body="Anders. {bericht}")


def test_loading_again_keeps_what_was_edited(cast):
    made = change(cast)
    letter_templates.load()
    assert letter_templates.newest("general", "nl") == made
    assert LetterTemplate.objects.filter(code="general", language="nl").count() == 2


def test_the_database_keeps_every_version_as_it_was(cast):
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE applications_lettertemplate SET body = 'x'")
    with pytest.raises(IntegrityError, match="applications_template_version_once"), transaction.atomic():
        now = letter_templates.newest("general", "nl")
        LetterTemplate.objects.create(
            code="general", language="nl", version=1, title="x", body="x", made_at=now.made_at
        )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("# Een\n\n### Drie", "<h2>Een</h2>\n<h3>Drie</h3>\n"),
        ("- a\n\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("**x** _y_ [z](javascript:1) ![](http://q)", "<p>**x** _y_ [z](javascript:1) ![](http://q)</p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
    ],
)
def test_the_markup_knows_paragraphs_headings_and_lists_and_nothing_else(written, read):
    assert markup.to_html(written) == read


# The pages


@pytest.fixture
def proposal(cast, call, deliver_all):
    made = submitted_proposal(cast, call)
    deliver_all()
    return made


@pytest.fixture
def letter(proposal, cast):
    facts = {"wat_ontbreekt": ["Een begroting"], "uiterste_datum": date(2026, 12, 7)}
    return outgoing_letters.draft(proposal=proposal, template_code="supplement_request", by=cast.manager, facts=facts)


WHO = [("manager", 200), ("lead", 200), ("finance", 200), ("assessor1", 403)]
WHO += [(who, 404) for who in ("partner", "partner2", "college", "council", "talent", "admin")]


@pytest.mark.parametrize(("who", "status"), WHO)
def test_letters_open_for_who_may_see_the_intake_and_do_not_exist_for_outsiders(cast, letter, client_of, who, status):
    client = client_of(getattr(cast, who))
    assert client.get(reverse("applications:letters", args=[letter.proposal.reference])).status_code == status
    assert client.get(letter.get_absolute_url()).status_code == status


def test_a_letter_of_a_shut_file_does_not_exist(cast, letter, client_of):
    shut_files.shut(proposal=letter.proposal, person=cast.manager)
    assert client_of(cast.manager).get(letter.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["letter_preview", "letter_discard", "letter_posted", "letter_send"])
def test_the_financial_adviser_reads_letters_and_writes_none(cast, letter, client_of, name):
    url = reverse(f"applications:{name}", args=[letter.pk])
    assert client_of(cast.finance).post(url, {"version": 1}).status_code == 403
    assert OutgoingLetter.objects.get(pk=letter.pk).is_draft


def test_the_team_writes_and_sends_a_letter_on_its_pages(cast, proposal, client_of, deliver_all):
    client = client_of(cast.manager)
    begun = client.post(reverse("applications:letters", args=[proposal.reference]), {"template": "general"})
    letter = OutgoingLetter.objects.get()
    assert begun.url == letter.get_absolute_url()
    assert "<code>{bericht}</code>" in client.get(begun.url).text
    held = client.get(reverse("applications:letter_send", args=[letter.pk]))
    assert "request_key" not in held.text
    body = letter.body.replace("{bericht}", "Kom je dinsdag langs?")
    saved = client.post(begun.url, {"subject": letter.subject, "body": body, "version": 1, "action": "send"})
    key = str(uuid.uuid4())
    for _turn in range(2):
        answer = client.post(saved.url, {"request_key": key, "version": 2})
        assert answer.url == begun.url
    deliver_all()
    page = client.get(begun.url).text
    assert "Kom je dinsdag langs?" in page
    assert reverse("applications:letter", args=[OutgoingLetter.objects.get().document_id]) in page
    partner = client_of(cast.partner).get(proposal.get_absolute_url()).text
    assert reverse("applications:letter", args=[OutgoingLetter.objects.get().document_id]) in partner


@pytest.mark.parametrize("code", ["supplement_request", "extension", "not_processed"])
def test_a_letter_that_goes_with_a_step_is_not_begun_by_hand(cast, proposal, client_of, code):
    url = reverse("applications:letters", args=[proposal.reference])
    assert client_of(cast.manager).post(url, {"template": code}).status_code == 422
    assert not OutgoingLetter.objects.exists()


def test_two_tabs_show_both_texts_and_the_second_save_is_a_choice(cast, letter, client_of):
    url = letter.get_absolute_url()
    client_of(cast.lead).post(url, {"subject": "Een", "body": "De tekst van de ander.", "version": 1})
    mine = {"subject": "Twee", "body": "Mijn eigen tekst.", "version": 1}
    refused = client_of(cast.manager).post(url, mine)
    assert refused.status_code == 422
    assert "De tekst van de ander." in refused.text
    assert "Mijn eigen tekst." in refused.text
    assert 'name="version" value="2"' in refused.text
    assert OutgoingLetter.objects.get().subject == "Een"
    client_of(cast.manager).post(url, {**mine, "version": 2})
    assert OutgoingLetter.objects.get().subject == "Twee"


def test_the_preview_beside_the_text_is_text_and_saves_nothing(cast, letter, client_of):
    url = reverse("applications:letter_preview", args=[letter.pk])
    typed = {"subject": "<i>x</i> {kenmerk}", "body": "## Kop\n\n<script>1</script> {uiterste_datum} {onbekend}"}
    page = client_of(cast.manager).post(url, typed).text
    assert "<h2>Kop</h2>" in page
    assert "&lt;script&gt;" in page
    assert "7 december 2026" in page
    assert "<code>{onbekend}</code>" in page
    assert letter.proposal.reference in page
    assert OutgoingLetter.objects.get().body == letter.body


def test_the_pdf_of_a_draft_is_shown_and_not_kept(cast, letter, client_of):
    answer = client_of(cast.manager).get(reverse("applications:letter_pdf", args=[letter.pk]))
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]


def test_a_draft_is_thrown_away_on_its_page(cast, letter, client_of):
    client_of(cast.manager).post(reverse("applications:letter_discard", args=[letter.pk]), {"version": 1})
    assert not OutgoingLetter.objects.exists()


def test_a_letter_that_does_not_exist_is_not_found(cast, client_of):
    assert client_of(cast.manager).get(reverse("applications:outgoing_letter", args=[1])).status_code == 404


def test_the_page_with_letters_asks_as_much_for_many_as_for_one(
    cast, proposal, client_of, django_assert_num_queries, deliver_all
):
    client = client_of(cast.manager)
    url = reverse("applications:letters", args=[proposal.reference])
    facts = {"bericht": "Hallo."}
    outgoing_letters.draft_and_send(proposal=proposal, template_code="general", by=cast.manager, facts=facts)
    deliver_all()
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _turn in range(12):
        outgoing_letters.draft(proposal=proposal, template_code="general", by=cast.manager, facts=facts)
    with django_assert_num_queries(len(one)):
        client.get(url)


@pytest.mark.parametrize(("who", "status"), [("manager", 200), ("lead", 403), ("finance", 403), ("partner", 403)])
def test_only_the_programme_manager_edits_templates(cast, client_of, who, status):
    client = client_of(getattr(cast, who))
    assert client.get(reverse("applications:letter_templates")).status_code == status
    assert client.get(reverse("applications:letter_template", args=["general", "nl"])).status_code == status


def test_a_template_is_edited_on_its_page_with_its_fields_and_a_sample(cast, client_of):
    client = client_of(cast.manager)
    url = reverse("applications:letter_template", args=["supplement_request", "nl"])
    page = client.get(url).text
    assert "<code>{uiterste_datum}</code>" in page
    assert "23 maart 2026" in page
    wrong = client.post(url, {"title": "x", "body": "Zonder velden.", "version": 1})
    assert wrong.status_code == 422
    assert "Zonder velden." in wrong.text
    right = {"title": "x", "body": "Stuur {wat_ontbreekt} voor {uiterste_datum}.", "version": 1}
    assert client.post(url, right).url == url
    assert letter_templates.newest("supplement_request", "nl").version == 2
    assert client.get(reverse("applications:letter_template", args=["onbekend", "nl"])).status_code == 404


def test_the_sample_beside_a_template_names_fields_that_do_not_exist(cast, client_of):
    url = reverse("applications:template_preview", args=["general", "nl"])
    page = client_of(cast.manager).post(url, {"title": "Over {kenmerk}", "body": "Beste {kleur}"}).text
    assert "<code>{kleur}</code>" in page
    assert "TF-2026-0014" in page


def test_the_page_of_the_post_lists_what_must_be_posted(cast, proposal, client_of, deliver_all):
    proposal.contact.email = "x@geen-adres.invalid"
    proposal.contact.save(update_fields=["email"])
    letter = outgoing_letters.draft_and_send(
        proposal=proposal, template_code="general", by=cast.manager, facts={"bericht": "Hallo."}
    )
    deliver_all()
    url = reverse("applications:post")
    assert letter.get_absolute_url() in client_of(cast.manager).get(url).text
    assert client_of(cast.finance).get(url).status_code == 403
    client_of(cast.manager).post(reverse("applications:letter_posted", args=[letter.pk]))
    assert letter.get_absolute_url() not in client_of(cast.manager).get(url).text


def test_the_page_of_the_post_asks_as_much_for_many_as_for_one(
    cast, proposal, client_of, django_assert_num_queries, deliver_all
):
    proposal.contact.email = "x@geen-adres.invalid"
    proposal.contact.save(update_fields=["email"])
    sent = {"proposal": proposal, "template_code": "general", "by": cast.manager, "facts": {"bericht": "Hallo."}}
    outgoing_letters.draft_and_send(**sent)
    deliver_all()
    client, url = client_of(cast.manager), reverse("applications:post")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _turn in range(4):
        outgoing_letters.draft_and_send(**sent)
    deliver_all()
    with django_assert_num_queries(len(one)):
        client.get(url)
