"""Blacking out: what must go is not in the text any more, and what may stay is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain import redaction
from reporting.domain.redaction import Ground

NAMES = ("Jan de Vries", "Fatima El-Amrani", "Özge Yıldız")


def read(text, *, words=(), amounts=True, names=NAMES):
    segments = redaction.marker(names=names, words=words, amounts=amounts).black_out(text)
    return "".join(one.text or f"[{one.ground.value}]" for one in segments)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jan de Vries belde.", "[5.1.2e] belde."),
        ("JAN  DE\nVRIES belde.", "[5.1.2e] belde."),
        ("mevrouw Vries", "mevrouw [5.1.2e]"),
        ("El-Amrani, dan Amrani", "[5.1.2e], dan [5.1.2e]"),
        ("de van van der Jansen", "de van van der Jansen"),
        ("Januari in Vriesland", "Januari in Vriesland"),
        ("J\u00adan en J\u200ban", "[5.1.2e] en [5.1.2e]"),
        ("O\u0308zge", "[5.1.2e]"),
        ("jan.de.vries@bedrijf.example.nl!", "[5.1.2e]!"),
        ("NL91 ABNA 0417 1643 00", "[5.1.2e]"),
        ("NL91ABNA0417164300.", "[5.1.2e]."),
        ("bel 06-12345678 of 074 - 245 98 76", "bel [5.1.2e] of [5.1.2e]"),
        ("bel +31 (0)6 1234 5678", "bel [5.1.2e]"),
        ("KvK 12345678, BSN 123456782", "KvK [5.1.2e], BSN [5.1.2e]"),
        ("7551 AB Hengelo", "[5.1.2e] Hengelo"),
        ("op 01-03-2026 met 120 jongeren", "op 01-03-2026 met 120 jongeren"),
        ("09-07-2025 11:15 en 07/07/2025 12:00", "09-07-2025 11:15 en 07/07/2025 12:00"),
        ("TF-2026-0012 en artikel 4:23", "TF-2026-0012 en artikel 4:23"),
    ],
)
def test_people_and_how_they_are_reached_go(text, shown):
    assert read(text) == shown


@pytest.mark.parametrize("text", ["€ 12.500,00", "€12500", "3.000 euro", "EUR 3 miljoen", "12.500", "12,50", "1.000,-"])
def test_sums_go_on_the_ground_of_business_only_when_asked(text):
    assert read(f"Wij vragen {text}.") == "Wij vragen [5.1.1c]."
    assert read(f"Wij vragen {text}.", amounts=False) == f"Wij vragen {text}."


def test_words_that_were_given_go_whatever_their_case_and_the_signs_in_them():
    assert read("de (geheime) formule A.B*", words=("A.B*", "(GEHEIME)")) == "de [5.1.2e] formule [5.1.2e]"
    assert read("AxB", words=("A.B",)) == "AxB"


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_name_between_any_text_is_never_left(before, after):
    segments = redaction.marker(names=("Bartholomeus",), amounts=True).black_out(f"{before} Bartholomeus {after}")
    assert all("Bartholomeus" not in one.text for one in segments)
    assert any(one.ground is Ground.PRIVACY for one in segments)


@pytest.mark.parametrize("text", ["0", "a", "1.", "a@", "a."])
def test_a_long_text_without_anything_to_find_comes_out_whole(text):
    assert read(text * 20_000) == text * 20_000
