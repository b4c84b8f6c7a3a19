"""What tests of several nouns of the reports stand on."""

import pytest

from core.domain import pdf


@pytest.fixture
def quick_pdf(monkeypatch):
    """Stand in for the typesetter, which takes a second."""
    monkeypatch.setattr(pdf, "render", lambda **_given: (b"%PDF-for-test", "<html>"))
