"""Whatever somebody types comes out as text, on the page, in the PDF and in the spreadsheet; nothing is fetched for it."""

import csv
import io
import re
import subprocess
import urllib.request
from datetime import date
from decimal import Decimal
from html import unescape
from itertools import cycle

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook

from accounts.models import Organisation, User
from applications.domain import drafts, outgoing_letters, proposals
from applications.domain.drafts import BudgetRow, ResultRow
from applications.models import Letter, Proposal
from assessment.domain import college_proposals
from core.domain import clock, documents, pdf
from reporting.domain import renderings, texts
from reporting.states import ReportKind
from tests import nasty
from tests.applications.pages import step_url
from tests.applications.road import draft_proposal
from tests.assessment.test_college_proposal import given
from tests.pdf.reading import letters_of, text_of
from tests.reporting.making import concept_of, make_concept
from tests.reporting.scenes import day, granted
from tests.reporting.signed import write


def joined(url, most):
    """As many of the texts as fit, each on a line of its own."""
    lines = []
    for text in nasty.texts(url):
        if len("\n".join([*lines, text])) <= most:
            lines.append(text)
    return "\n".join(lines)


def plain(text):
    """A text without what is not seen: blanks, joiners, marks of direction, variants of a drawing."""
    return "".join(
        letter for letter in text if letter.isprintable() and not letter.isspace() and not is_variant(letter)
    )


def is_variant(letter):
    return "\ufe00" <= letter <= "\ufe0f"


def check_in_pdf(content, typed):
    """Every letter came out, and what is written from left to right in ASCII word for word."""
    text = text_of(content)
    letters = "".join(sorted(letters_of(text)))
    lost = {letter for letter in letters_of(typed) if letter not in letters and not is_variant(letter)}
    assert not lost
    together = plain(text)
    for line in typed.splitlines():
        if line.isascii():
            assert plain(line) in together, line


def check_on_page(response, typed):
    """It stands there as text, and none of it became markup."""
    page = response.content.decode()
    shown = plain(unescape(strip_tags(page)))
    for line in typed.splitlines():
        assert plain(line) in shown, line
    for tag in ("<img src=", '<script src="http', 'onerror="alert', "<style>", "<svg><image"):
        assert not any(tag in part for part in re.findall(r"<[^>]+>", page) if "127.0.0.1" in part), tag


@pytest.fixture
def proposal(cast, call, canary):
    """A submitted proposal with bad input in every text field, of an organisation and a person with a bad name."""
    url, _asked = canary
    short = cycle(nasty.texts(url, most=40))
    Organisation.objects.filter(pk=cast.organisation.pk).update(
        name=joined(url, 150).replace("\n", " "), phone="+31612345"
    )
    User.objects.filter(pk=cast.partner.pk).update(full_name="=1+1 <b>مؤسسة</b> 🎉")
    cast.partner.refresh_from_db()
    draft = draft_proposal(cast, call)
    known = {"proposal_id": draft.pk, "by": cast.partner}
    title = '=1+1 <script src="x">🎉 שלום</script>'
    drafts.save_about(
        **known,
        title=title,
        summary=joined(url, 500),
        description=joined(url, 5000),
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
    )
    criteria = draft.call.criteria_version.criteria.all()
    drafts.save_reasons(**known, answers={one.pk: joined(url, 1500) for one in criteria}, on_brand=joined(url, 1500))
    drafts.save_results(
        **known, rows=[ResultRow(next(short), next(short), next(short), next(short)) for _row in range(8)]
    )
    drafts.save_budget(
        **known,
        costs=[BudgetRow(next(short), {2026: Decimal(1000)}) for _row in range(8)],
        co_funding=[BudgetRow(next(short), {2026: Decimal(100)}) for _row in range(2)],
    )
    drafts.save_cooperation(**known, partners=joined(url, 1500), afterwards=joined(url, 1500))
    proposals.submit(proposal_id=draft.pk, by=cast.partner, request_key="0b4c1c5e-9d0a-4c55-8f3c-0d6a5f3f2c11")
    return Proposal.objects.get(pk=draft.pk)


def test_the_server_counts_what_is_asked_of_it(canary):
    url, asked = canary
    with urllib.request.urlopen(f"{url}/x.png") as answer:
        assert answer.status == 200
    assert asked == ["/x.png"]


def test_the_receipt_says_every_text_and_fetches_nothing(proposal, canary, deliver, verapdf):
    while deliver():
        pass
    content = documents.read(Letter.objects.get(proposal=proposal, kind="receipt").document)
    for typed in (
        proposal.title,
        proposal.summary,
        proposal.description,
        proposal.partners,
        proposal.organisation.name,
    ):
        check_in_pdf(content, typed)
    for row in (*proposal.promised_results.all(), *proposal.budget_items.all()):
        check_in_pdf(content, getattr(row, "indicator", "") or getattr(row, "description", ""))
    assert verapdf(content) == []
    assert canary[1] == []


def test_the_pages_show_every_text(proposal, cast, client_of, canary):
    of_partner = reverse("applications:proposal", args=[proposal.pk])
    for person, path in ((cast.partner, of_partner), (cast.manager, f"/team/voorstellen/{proposal.reference}/")):
        answer = client_of(person).get(path, follow=True)
        assert answer.status_code == 200
        for typed in (proposal.title, proposal.summary, proposal.organisation.name):
            check_on_page(answer, typed)
    assert canary[1] == []


def test_a_spreadsheet_takes_nothing_for_a_formula(proposal, cast, client_of):
    client = client_of(cast.manager)
    columns = "?columns=reference,title,organisation"
    answer = client.get(f"/team/voorstellen/lijst.csv{columns}")
    _head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert plain(row[1]) == plain(f"'{proposal.title}")
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)
    book = load_workbook(io.BytesIO(client.get(f"/team/voorstellen/lijst.xlsx{columns}").content))
    cells = [cell for cells in book.active.iter_rows() for cell in cells]
    assert proposal.title in [cell.value for cell in cells]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


def test_a_letter_of_the_team_says_every_text(proposal, cast, canary, verapdf):
    facts = {"wat_ontbreekt": nasty.texts(canary[0], most=120), "uiterste_datum": date(2026, 12, 7)}
    letter = outgoing_letters.draft(proposal=proposal, template_code="supplement_request", by=cast.manager, facts=facts)
    content = outgoing_letters.preview(letter)
    for text in nasty.texts(canary[0], most=120):
        if text not in nasty.TURNS and not text.startswith(" "):
            check_in_pdf(content, text)
    assert verapdf(content) == []
    assert canary[1] == []


def test_the_paper_for_the_college_says_every_text(cast, call, canary, verapdf):
    typed = joined(canary[0], 1500)
    one = given(cast, call, explanation=typed, summary=typed, yields=typed, risks=typed)
    content = documents.read(college_proposals.make(advice_id=one.pk).document)
    check_in_pdf(content, typed)
    assert verapdf(content) == []
    assert canary[1] == []


def test_a_report_says_every_text_of_team_and_partner(cast, call, canary, client_of, verapdf):
    typed = joined(canary[0], 4000)
    title = "=1+1 <img src=x> مؤسسة 🎉"
    with clock.set_to(day(11, 21)):
        granted(cast, call, at=day(3, 1), amounts={2026: 40_000}, title=title)
        report = make_concept(cast, kind=ReportKind.POLICY_REPORT_2)
        write(report, "foreword", cast.manager, typed)
        rendering = renderings.queue(report, purpose=concept_of(report).purpose, by=cast.manager)
        renderings.render(rendering.pk)
        rendering.refresh_from_db()
    content = documents.read(rendering.document)
    check_in_pdf(content, title)
    kept = texts.current_of(report, "foreword").text
    for line in kept.splitlines():
        # The markup of the team knows headings and lists; of a link only the words are left.
        if line.isascii() and not line.startswith(("-", "!", "=", "+")):
            check_in_pdf(content, line)
    assert verapdf(content) == []
    page = client_of(cast.manager).get(reverse("reporting:text", args=[report.reference, "foreword"]))
    check_on_page(page, kept)
    assert canary[1] == []


@pytest.mark.parametrize(("slug", "field"), [("wie-en-wat", "description"), ("wie-en-wat", "title")])
def test_fifty_thousand_characters_are_refused_in_a_sentence(slug, field, cast, call, client_of):
    draft = draft_proposal(cast, call)
    answer = client_of(cast.partner).post(step_url(draft, slug), {field: nasty.LONG, "action": "next"})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert "Einde" in answer.content.decode()
    assert Proposal.objects.get(pk=draft.pk).title == draft.title


@pytest.fixture
def page_of(settings, tmp_path):
    """A letter with one paragraph, one item of a list and one cell of a table."""
    (tmp_path / "long_for_test.html").write_text(
        '{% extends "core/letter.html" %}{% block title %}Lang{% endblock %}{% block content %}<p>{{ text }}</p>'
        "<ul><li>{{ word }}</li></ul><table><caption>T</caption><tbody><tr><th scope=row>{{ word }}</th>"
        "<td>{{ word }}</td></tr></tbody></table>{% endblock %}"
    )
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [tmp_path, *first["DIRS"]]}, *others]
    return lambda text: pdf.render(template="long_for_test.html", context={"text": text, "word": text[:500]})[0]


@pytest.mark.parametrize(
    "text", [nasty.LONG, nasty.LONG_WORD, "م" * 50_000, "🎉" * 5_000], ids=["words", "word", "rtl", "emoji"]
)
def test_fifty_thousand_characters_stay_on_their_pages(text, page_of, verapdf):
    content = page_of(text)
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True).stdout
    reach = max(float(right) for right in re.findall(rb'xMax="([\d.]+)"', boxes))
    width = min(float(found) for found in re.findall(rb'page width="([\d.]+)"', boxes))
    assert reach < width - 20
    assert plain(text_of(content)).count(text[0]) >= text.count(text[0])
    assert verapdf(content) == []
