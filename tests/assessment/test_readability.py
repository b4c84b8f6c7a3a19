"""How long the sentences of a text are."""

import pytest

from assessment.domain.readability import words_per_sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n - … ", 0),
        ("Wij adviseren dit.", 3),
        ("Een twee drie. Vier vijf!", 3),
        ("Een twee drie. Vier vijf zes zeven", 4),
        ("Het kost € 2.500,50 in 2026.", 5),
        ("Zie www.hengelo.nl voor meer.", 4),
        ("Eerste regel\nTweede regel van de lijst", 4),
        ("Waarom? Omdat het past: ja.", 2),
    ],
)
def test_the_average_of_the_sentences(text, words):
    assert words_per_sentence(text) == words
