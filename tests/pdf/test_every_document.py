"""Every letter and paper is fit for the archive (PDF/A-3a) and for screen readers (PDF/UA-1), says the validator."""

from dataclasses import dataclass

import pytest

from core.domain import pdf
from tests.pdf.reading import check_what_it_says_of_itself
from tests.pdf.scenes import REPORT, SCENES, templates_of_documents


@dataclass(frozen=True)
class Rendered:
    """A PDF that was made, of which template and in which language."""

    template: str
    language: str
    content: bytes


@pytest.fixture
def rendered(monkeypatch):
    """Everything that the typesetter makes during a test."""
    made = []
    real = pdf.render

    def render(*, template, context, language="nl", **more):
        content, html = real(template=template, context=context, language=language, **more)
        made.append(Rendered(template, language, content))
        return content, html

    monkeypatch.setattr(pdf, "render", render)
    return made


def test_no_document_is_forgotten():
    assert templates_of_documents() == {*SCENES, REPORT}


@pytest.mark.parametrize(
    "scene", sorted(set(SCENES.values()), key=lambda scene: scene.__name__), ids=lambda s: s.__name__
)
def test_a_document_is_fit_for_the_archive_and_for_screen_readers(scene, cast, call, rendered, deliver, verapdf):
    scene(cast, call)
    while deliver():
        pass
    meant = {template for template, other in SCENES.items() if other is scene}
    assert meant <= {one.template for one in rendered}
    seen = set()
    for one in rendered:
        # Others on the road have a scene of their own, but for a second letter of the same kind.
        if one.template in meant and one.content not in seen:
            seen.add(one.content)
            assert verapdf(one.content) == [], one.template
            check_what_it_says_of_itself(one.content, language=one.language)


def rules(failures):
    return {" ".join(failure.split()[:2]) for failure in failures}


def test_the_validator_refuses_what_is_not_fit(verapdf):
    from weasyprint import HTML

    page = '<html lang="nl"><title>T</title><h2>Kop</h2><svg width="9" height="9"><rect width="9" height="9"/></svg>'
    untagged = HTML(string=page).write_pdf()
    tagged = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    assert {"3a: 6.7.3.3-1", "ua1: 6.2-1", "ua1: 7.1-3"} <= rules(verapdf(untagged))
    # The first heading is not an h1, and the picture says nothing.
    assert {"3a: 6.6.4-1", "ua1: 7.4.2-1", "ua1: 7.3-1"} <= rules(verapdf(tagged))
    assert verapdf(b"%PDF-1.7\nthis is none") != []
