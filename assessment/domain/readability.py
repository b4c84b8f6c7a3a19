"""How a text reads: the length of its sentences, which is what most often makes a text hard to read."""

import re

# Plain Dutch (level B1) keeps its sentences shorter than this many words, on average.
LONG_SENTENCE = 20

_ENDS = re.compile(r"[.!?:;…]+(?=\s|$)|\n+")
_WORD = re.compile(r"\w")


def words_per_sentence(text: str) -> int:
    """Return how many words a sentence of a text has on average, rounded; 0 when there is no word in it.

    A full stop within a number or a web address ends no sentence; a new line does, as in a list.
    """
    counts = [sum(bool(_WORD.search(word)) for word in part.split()) for part in _ENDS.split(text)]
    full = [count for count in counts if count]
    # Half a word counts as one, as the page's script rounds.
    return (2 * sum(full) + len(full)) // (2 * len(full)) if full else 0
