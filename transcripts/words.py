"""The words of a search: how a text falls apart, and the passage that is shown of a hit.

Every adapter asks for the same words; how it finds them (FTS5, a regular expression) is its own affair.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

_SNIPPET_CHARS = 120
_NO_STROKES = str.maketrans("łđøς", "ldoσ")
"""Letters that Unicode does not take apart: `lodz` finds `Łódź`. The final sigma is a sigma."""
_LEAD_CHARS = 30
"""What is shown before the word that matched."""


def words_of(text: str) -> tuple[str, ...]:
    """Runs of letters and digits, as FTS5's unicode61 sees them; punctuation is never part of a query."""
    return tuple(text[start:end] for start, end in _spans(text))


def fold(word: str) -> str:
    """Without case and accents: `Čau` and `cau` are the same word, `Πακέτο` and `πακετο` too. Also for whole texts."""
    if word.isascii():
        return word.lower()
    plain = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return plain.lower().translate(_NO_STROKES)


def matches(word: str, wanted: str, *, is_prefix: bool) -> bool:
    """wanted: folded."""
    folded = fold(word)
    return folded.startswith(wanted) if is_prefix else folded == wanted


def has_words(texts: Sequence[str], words: Sequence[str]) -> list[bool]:
    """Of each word, whether it is in any of the texts; the last one may be a beginning."""
    known = [word for text in texts for word in words_of(text)]
    last = len(words) - 1
    return [
        any(matches(word, fold(wanted), is_prefix=index == last) for word in known)
        for index, wanted in enumerate(words)
    ]


def snippet(text: str, wanted: Sequence[str]) -> str:
    """The passage of `text` around the first of the words, on one line; the beginning where none is in it."""
    folded = [fold(word) for word in wanted]
    start = 0
    for begin, end in _spans(text):
        if any(matches(text[begin:end], word, is_prefix=True) for word in folded):
            start = max(0, begin - _LEAD_CHARS)
            break
    passage = text[start : start + _SNIPPET_CHARS]
    before = "…" if start else ""
    after = "…" if start + _SNIPPET_CHARS < len(text) else ""
    return before + " ".join(passage.split()) + after


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for index, char in enumerate(text):
        is_part = unicodedata.category(char)[0] in "LN" or (start is not None and unicodedata.combining(char) > 0)
        if is_part and start is None:
            start = index
        elif not is_part and start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(text)
