import gc
import io
import os
import subprocess
import sys
from datetime import UTC, datetime

import pikepdf
import pytest

from core.domain import fonts, pdf
from core.errors import NotRendered

MOMENT = datetime(2026, 11, 21, 13, 3, tzinfo=UTC)

LETTER = (
    '{% extends "core/letter.html" %}'
    "{% block title %}Ontvangst van {{ name }}{% endblock %}"
    "{% block addressee %}{{ name }}<br>t.a.v. Łucja Wójcik{% endblock %}"
    "{% block reference %}TF-2026-0001{% endblock %}"
    "{% block content %}<h2>Wat nu?</h2><p>{{ text }}</p>{{ raw|safe }}{% endblock %}"
)


@pytest.fixture
def letter(settings, tmp_path):
    """A template of a letter that a test may render, beside the site's own."""
    (tmp_path / "letter_for_test.html").write_text(LETTER)
    (tmp_path / "no_heading.html").write_text(
        '{% extends "core/pdf/base.html" %}{% block body %}<p>x</p>{% endblock %}'
    )
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [tmp_path, *first["DIRS"]]}, *others]

    def render(*, language="nl", **context):
        full = {"moment": MOMENT, "name": "Stichting Ons Plan", "text": "Dank je wel.", "raw": "", **context}
        return pdf.render(template="letter_for_test.html", context=full, language=language)

    return render


def text_of(content):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def tags_of(content):
    """The structure tags of a PDF, in reading order."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(str(node.S).lstrip("/"))
            if "/K" in node:
                walk(node.K)

    with pikepdf.open(io.BytesIO(content)) as document:
        walk(document.Root.StructTreeRoot.K)
    return found


def test_a_letter_is_tagged_and_knows_its_language_and_title(letter):
    content, _html = letter()
    with pikepdf.open(io.BytesIO(content)) as document:
        root = document.Root
        assert str(root.Lang) == "nl"
        assert root.MarkInfo.Marked is True
        assert root.ViewerPreferences.DisplayDocTitle is True
        assert str(document.docinfo["/Title"]) == "Ontvangst van Stichting Ons Plan"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261121130300")
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_the_first_heading_is_an_h1(letter):
    tags = tags_of(letter()[0])
    assert [tag for tag in tags if tag in {"H1", "H2"}] == ["H1", "H2"]


def test_an_english_letter_says_so(letter):
    content, html = letter(language="en")
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "en"
    assert "page 1 of 1" in text_of(content)
    assert '<html lang="en">' in html


def test_every_font_is_embedded_and_comes_from_us(letter):
    fonts = subprocess.run(["pdffonts", "-"], input=letter()[0], capture_output=True, check=True).stdout.decode()
    rows = fonts.splitlines()[2:]
    assert rows
    assert all("Source-Sans-3" in row and " yes yes yes " in row for row in rows)
    # Letters beyond western Europe have a face of their own; under one name the wrong letters would be drawn.
    assert any("latin-ext" in row for row in rows)
    assert "Łucja Wójcik" in text_of(letter()[0])


def test_the_same_input_gives_the_same_bytes(letter, tmp_path):
    assert letter()[0] == letter()[0]
    # And in processes of their own: a set or a hash that differs from start to start would show here.
    script = (
        "import sys, hashlib, django; from datetime import datetime, UTC; from django.conf import settings;"
        "settings.TEMPLATES[0]['DIRS'].insert(0, sys.argv[1]); django.setup(); from core.domain import pdf;"
        "context = {'moment': datetime(2026, 1, 2, tzinfo=UTC), 'name': 'Łódź', 'text': 'Ja', 'raw': ''};"
        "content, _ = pdf.render(template='letter_for_test.html', context=context);"
        "print(hashlib.sha256(content).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "talentfund.settings"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


def test_what_a_partner_typed_is_text_and_never_markup(letter):
    hostile = '<img src="file:///etc/passwd"><script>x</script> & "quotes"'
    content, html = letter(name=hostile, text=hostile)
    assert "<img" not in html
    assert "<script>" not in html
    assert '<script>x</script> & "quotes"' in " ".join(text_of(content).split())


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{url}/x.png" alt="x">',
        '<link rel="stylesheet" href="{url}/x.css">',
        "<style>@import url({url}/x.css); p {{ background: url({url}/b.png) }}</style><p>x</p>",
        "<style>@font-face {{ font-family: f; src: url({url}/f.woff2) }} p {{ font-family: f }}</style><p>x</p>",
        '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><image href="{url}/x.png" width="9" height="9"/></svg>',
        '<object data="{url}/x.svg">x</object>',
        '<p style="list-style-image: url({url}/x.png); display: list-item">x</p>',
        '<link rel="attachment" href="{url}/x.txt">',
        '<img src="file:///etc/hostname" alt="x">',
    ],
)
def test_nothing_is_fetched_from_outside(letter, canary, markup):
    url, asked = canary
    try:
        content, _html = letter(raw=markup.format(url=url))
    except NotRendered:
        content = b""
    assert asked == []
    assert b"EmbeddedFile" not in content


def test_a_picture_from_outside_stops_the_rendering(letter, canary):
    url, asked = canary
    with pytest.raises(NotRendered):
        letter(raw=f'<img src="{url}/x.png" alt="x">')
    assert asked == []


def test_python_looks_for_rubbish_as_usual_after_a_document(letter):
    usual = gc.get_threshold()
    letter()
    with pytest.raises(NotRendered):
        letter(raw='<img src="file:///etc/hostname" alt="x">')
    assert gc.get_threshold() == usual


def test_a_document_without_a_heading_is_refused(letter):
    with pytest.raises(NotRendered):
        pdf.render(template="no_heading.html", context={})


def test_a_missing_font_is_told_clearly(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "PLACE", tmp_path)
    with pytest.raises(NotRendered, match=r"script/setup"):
        fonts.face_rule(fonts.Font(fonts.HOUSE, "latin"), 100, "normal")


def test_weasyprint_is_not_imported_until_a_pdf_is_asked_for():
    script = "import django, sys; django.setup(); import core.domain.pdf; print('weasyprint' in sys.modules)"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "talentfund.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"


def test_a_long_letter_numbers_its_pages(letter):
    content, _html = letter(raw="<p>Nog een alinea.</p>" * 120)
    with pikepdf.open(io.BytesIO(content)) as document:
        pages = len(document.pages)
    assert pages > 2
    assert f"2 of {pages}" in text_of(content) or f"2 van {pages}" in text_of(content)


def test_a_letter_without_a_moment_has_no_date(letter):
    content, html = letter(moment=None)
    assert "dcterms.created" not in html
    with pikepdf.open(io.BytesIO(content)) as document:
        assert "/CreationDate" not in document.docinfo
