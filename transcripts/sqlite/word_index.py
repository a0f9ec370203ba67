"""The words of messages reach the search index in batches: behind by a second at most, and before any search.

FTS5 writes what it holds at each savepoint, so a message indexed on its own costs as much as all the rest of it. The
row of `words_upto` is the id of the last message whose words are in the index; it changes in the transaction that puts
them there. What a crash left behind is put in after the next start, and by the first search.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from transcripts.words import fold

AT_ONCE = 1_000
"""Messages of one transaction, for others wait for it: some 15 ms."""
CHARS_AT_ONCE = 500_000
"""And no more than so much text, or one message more, is in memory for it."""
_TO_INDEX = "id > ? AND id <= ? AND kind = 'text'"
_IS_ASCII = "length(body) = length(CAST(body AS BLOB))"
"""Folded by FTS5 itself, as `fold` does it."""


class Reach(NamedTuple):
    """Ids of messages: how far the index reaches, and the newest."""

    upto: int
    newest: int


def reach(db: sqlite3.Connection) -> Reach:
    upto, newest = db.execute("SELECT upto, (SELECT coalesce(max(id), 0) FROM messages) FROM words_upto").fetchone()
    return Reach(upto, newest)


def index_some(db: sqlite3.Connection) -> Reach:
    """Put the words of the oldest messages that are not in the index there. To be called in a transaction."""
    upto, newest = reach(db)
    if upto >= newest:
        return Reach(upto, newest)
    (last,) = db.execute(
        "SELECT max(id) FROM (SELECT id, sum(chars) OVER (ORDER BY id) - chars AS before FROM"
        " (SELECT id, length(body) AS chars FROM messages WHERE id > ? ORDER BY id LIMIT ?)) WHERE before < ?",
        (upto, AT_ONCE, CHARS_AT_ONCE),
    ).fetchone()
    db.execute(
        f"INSERT INTO message_words (rowid, body) SELECT id, body FROM messages WHERE {_TO_INDEX} AND {_IS_ASCII}",
        (upto, last),
    )
    # All rows as one value, there and back: each row is a step that hands the interpreter to another thread.
    (found,) = db.execute(
        "SELECT json_group_array(json_array(id, body))"
        f" FROM (SELECT id, body FROM messages WHERE {_TO_INDEX} AND NOT {_IS_ASCII} ORDER BY id)",
        (upto, last),
    ).fetchone()
    folded = [(n, fold(body)) for n, body in json.loads(found)]
    if folded:
        db.execute(
            "INSERT INTO message_words (rowid, body)"
            " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)",
            (json.dumps(folded, ensure_ascii=False),),
        )
    db.execute("UPDATE words_upto SET upto = ?", (last,))
    return Reach(last, newest)
