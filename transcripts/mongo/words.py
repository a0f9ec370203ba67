"""Word search by an indexed array of folded words: what is put into it, and the filter that asks it.

No `$text`: it stems and drops words by a language that a conversation need not be in.
"""

from __future__ import annotations

from collections.abc import Sequence

from transcripts.mongo.client import Document
from transcripts.mongo.writer import Transaction
from transcripts.words import fold, words_of

_FIRST_WORDS = 16
"""More do not narrow a search, they only cost."""


INDEXED_CHARS = 500_000
"""Of one conversation or ticket; its document must stay far below 16 MB, whatever somebody pastes into it."""


def terms_of(*texts: str) -> list[str]:
    return sorted({fold(word) for text in texts for word in words_of(text[:INDEXED_CHARS])})


def chars_of(*texts: str) -> int:
    """What counts towards INDEXED_CHARS."""
    return sum(map(len, texts))


async def add_terms(tx: Transaction, name: str, key: str, *texts: str) -> None:
    """To a document with `terms` and `terms_chars`, until it has enough."""
    if any(texts):
        await tx.db[name].update_one(
            {"_id": key, "terms_chars": {"$lt": INDEXED_CHARS}},
            {"$addToSet": {"terms": {"$each": terms_of(*texts)}}, "$inc": {"terms_chars": chars_of(*texts)}},
            session=tx.session,
        )


def asked(text: str | None) -> tuple[str, ...] | None:
    """The words asked for; None: no question; empty: a question that nothing answers."""
    if text is None or not text.strip():
        return None
    return words_of(text)[:_FIRST_WORDS]


def conditions(words: Sequence[str], arrays: Sequence[str]) -> list[Document]:
    """Each word is in one of the arrays; the last one may be a beginning."""
    folded = [fold(word) for word in words]
    wanted: list[object] = [*folded[:-1], *({"$regex": f"^{word}"} for word in folded[-1:])]
    return [_anywhere(arrays, word) for word in wanted]


def _anywhere(arrays: Sequence[str], wanted: object) -> Document:
    if len(arrays) == 1:
        return {arrays[0]: wanted}
    return {"$or": [{array: wanted} for array in arrays]}
