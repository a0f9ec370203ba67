"""Search over conversations and tickets: words by FTS5, the rest by columns, pages by key.

A chat matches when each word is somewhere in its messages or its visitor's name, so every word is a set of its own.
A word reaches FTS5 as a quoted string of letters and digits: no text is a query that could fail. The last one may be
the beginning of a word, as somebody may still be typing it. A word that is in every twentieth chat or more fills its
page from the newest chats, which are read for it: the index would first list all its messages. Words are folded by us
when they are indexed and when they are asked for: FTS5 strips the accents of Latin letters only, and Greek and Russian
are among our languages.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from transcripts.cursors import number_of
from transcripts.questions import ChatHit, ChatQuery, TicketQuery
from transcripts.records import FINAL_STATUSES, Chat, Ticket
from transcripts.sqlite.conversations import CHATS
from transcripts.sqlite.rows import marks, to_micros
from transcripts.sqlite.tickets import TICKETS
from transcripts.words import fold, has_words, snippet, words_of

_FIRST_WORDS = 16
"""More do not narrow a search, they only cost."""
_FINAL = ", ".join(f"'{status}'" for status in sorted(FINAL_STATUSES))
_IS_FINAL = f"(status IN ({_FINAL}))"
_RANK = f"CASE WHEN {_IS_FINAL} THEN -updated_at ELSE coalesce(checkpoint_at, {2**62}) END"
_CHAT_HAS_WORD = (
    "line IN (SELECT rowid FROM name_words WHERE name_words MATCH ? UNION SELECT said_in.line FROM chats AS said_in"
    " WHERE said_in.id IN (SELECT chat_id FROM messages"
    " WHERE messages.id IN (SELECT rowid FROM message_words WHERE message_words MATCH ?)))"
)
_LOOK = 50
_COMMON = 3
"""So many of the newest _LOOK chats must have the words for more of them to be read."""
_MOST_LOOKED = 1_000
_COSTLY = 20_000
"""Messages: to list those of a word that has so many takes as long as to read as many chats as may be read."""
_MANY = 2_000
"""Messages: a word of fewer is looked up, whatever the others are."""
_TICKET_HAS_WORD = (
    "(id IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?) OR number IN (SELECT ticket_number"
    " FROM ticket_messages WHERE n IN (SELECT rowid FROM ticket_message_words WHERE ticket_message_words MATCH ?)))"
)


class _Conditions:
    """The parts of a WHERE, with their values."""

    def __init__(self) -> None:
        self._parts = ["1"]
        self.args: list[object] = []

    def add(self, part: str, *args: object) -> None:
        self._parts.append(part)
        self.args.extend(args)

    def add_words(self, part: str, words: Sequence[str]) -> None:
        """No word in the text that was asked for: nothing matches."""
        if not words:
            self.add("0")
        for match in _matches(words):
            self.add(part, match, match)

    @property
    def where(self) -> str:
        return f"WHERE {' AND '.join(self._parts)}"


def chats(db: sqlite3.Connection, query: ChatQuery) -> tuple[tuple[ChatHit, ...], str | None]:
    words = words_of(query.words or "")[:_FIRST_WORDS]
    conditions = _chat_conditions(query)
    found = _among_newest(db, conditions, words, query.limit + 1) if words else None
    if found is None and (rare := _rare(db, words)):
        for match in rare:
            conditions.add(_CHAT_HAS_WORD, match, match)
        found = _read(db, conditions, words, query.limit + 1)
    elif found is None:
        if query.words is not None and query.words.strip():
            conditions.add_words(_CHAT_HAS_WORD, words)
        where = f"{conditions.where} ORDER BY line DESC LIMIT ?"
        found = CHATS.all(db, where, (*conditions.args, query.limit + 1))
    page = found[: query.limit]
    following = str(page[-1].line) if len(found) > len(page) and page else None
    return tuple(ChatHit(chat, _snippet(db, chat, words) if words else None) for chat in page), following


def _among_newest(
    db: sqlite3.Connection, conditions: _Conditions, words: Sequence[str], wanted: int
) -> tuple[Chat, ...] | None:
    """The `wanted` newest chats that have the words, or all there are; None: not so many among those that were read."""
    found: list[Chat] = []
    below = 2**62
    for looked in range(0, _MOST_LOOKED, _LOOK):
        where = f"{conditions.where} AND line < ? ORDER BY line DESC LIMIT ?"
        some = CHATS.all(db, where, (*conditions.args, below, _LOOK))
        found += _with_words(db, some, words)
        if len(found) >= wanted:
            return tuple(found[:wanted])
        is_last = len(some) < _LOOK
        if looked == 0 and (is_last or len(found) < _COMMON) and not _are_costly(db, words):
            return None
        if is_last:  # of a small department, say
            return tuple(found)
        below = some[-1].line
    return None


def _are_costly(db: sqlite3.Connection, words: Sequence[str]) -> bool:
    """Whether messages would be listed that are so many, and no rare word says where to look instead."""
    matches = [match for match in _matches(words) if _reaches(db, match, _MANY)]
    return len(matches) == len(words) and any(_reaches(db, match, _COSTLY) for match in matches)


def _reaches(db: sqlite3.Connection, match: str, many: int) -> bool:
    few = "SELECT count(*) FROM (SELECT 1 FROM message_words WHERE message_words MATCH ? LIMIT ?)"
    return bool(db.execute(few, (match, many)).fetchone()[0] >= many)


def _rare(db: sqlite3.Connection, words: Sequence[str]) -> list[str]:
    """The words by which to look in the index while the others are read; none where all of them are rare, or common."""
    if len(words) < 2:
        return []
    matches = _matches(words)
    rare = [match for match in matches if not _reaches(db, match, _MANY)]
    return rare if len(rare) < len(matches) else []


def _read(db: sqlite3.Connection, conditions: _Conditions, words: Sequence[str], wanted: int) -> tuple[Chat, ...]:
    """Of the chats with the rare words the `wanted` newest that have all of them."""
    found: list[Chat] = []
    below = 2**62
    while True:
        where = f"{conditions.where} AND line < ? ORDER BY line DESC LIMIT ?"
        some = CHATS.all(db, where, (*conditions.args, below, _LOOK))
        found += _with_words(db, some, words)
        if len(found) >= wanted or len(some) < _LOOK:
            return tuple(found[:wanted])
        below = some[-1].line


def _with_words(db: sqlite3.Connection, some: Sequence[Chat], words: Sequence[str]) -> list[Chat]:
    texts = {chat.id: [chat.visitor_name or ""] for chat in some}
    said = (
        "SELECT chat_id, body FROM messages"
        " WHERE chat_id IN (SELECT value FROM json_each(?)) AND kind = 'text' AND body <> ''"
    )
    for chat_id, body in db.execute(said, (json.dumps(list(texts)),)):
        texts[chat_id].append(body)
    folded = [fold(word) for word in words]
    return [chat for chat in some if _may_have(texts[chat.id], folded) and all(has_words(texts[chat.id], words))]


def _may_have(texts: Sequence[str], folded: Sequence[str]) -> bool:
    """Without looking at each character: most chats end here."""
    whole = "\n".join(map(fold, texts))
    return all(word in whole for word in folded)


def tickets(db: sqlite3.Connection, query: TicketQuery) -> tuple[tuple[Ticket, ...], str | None]:
    conditions = _ticket_conditions(query)
    if query.words is not None and query.words.strip():
        conditions.add_words(_TICKET_HAS_WORD, words_of(query.words)[:_FIRST_WORDS])
    columns = ", ".join(f'"{name}"' for name in TICKETS.columns)
    rows = db.execute(
        f"SELECT {_IS_FINAL} AS final, {_RANK} AS rank, id, {columns} FROM tickets {conditions.where}"
        " ORDER BY final, rank, id LIMIT ?",
        (*conditions.args, query.limit + 1),
    ).fetchall()
    page = rows[: query.limit]
    following = ":".join(map(str, page[-1][:3])) if len(rows) > len(page) and page else None
    return tuple(TICKETS.of(row[3:]) for row in page), following


def _chat_conditions(query: ChatQuery) -> _Conditions:
    conditions = _Conditions()
    if query.visitor is not None and query.visitor.strip():
        part = query.visitor.strip().casefold()
        names = "instr(casefold(coalesce(visitor_name, '')), ?) OR instr(casefold(coalesce(visitor_email, '')), ?)"
        conditions.add(f"({names})", part, part)
    if query.visitor_id is not None:
        conditions.add("visitor_id = ?", query.visitor_id)
    if query.agent_id is not None:
        conditions.add("agent_id = ?", query.agent_id)
    if query.departments is not None:
        conditions.add(f"department_id IN ({marks(query.departments)})", *query.departments)
    if query.from_at is not None:
        conditions.add("created_at >= ?", to_micros(query.from_at))
    if query.to_at is not None:
        conditions.add("created_at < ?", to_micros(query.to_at))
    if query.cursor is not None:
        conditions.add("line < ?", number_of(query.cursor))
    return conditions


def _ticket_conditions(query: TicketQuery) -> _Conditions:
    conditions = _Conditions()
    if query.statuses:
        conditions.add(f"status IN ({marks(query.statuses)})", *query.statuses)
    if query.departments is not None:
        conditions.add(f"department_id IN ({marks(query.departments)})", *query.departments)
    if query.assignee is not None:
        conditions.add("assignee = ?", query.assignee)
    if query.visitor_id is not None:
        conditions.add("visitor_id = ?", query.visitor_id)
    if query.tier is not None:
        conditions.add("tier = ?", query.tier)
    if query.unassigned:
        conditions.add("assignee IS NULL")
    if query.missed:
        conditions.add("missed_at IS NOT NULL")
    if query.cursor is not None:
        conditions.add(f"({_IS_FINAL}, {_RANK}, id) > (?, ?, ?)", *_ticket_cursor(query.cursor))
    return conditions


def _ticket_cursor(cursor: str) -> tuple[int, int, int]:
    """Behind everything where it is none of ours."""
    parts = cursor.split(":")
    if len(parts) != 3 or not all(part.removeprefix("-").isdecimal() and len(part) <= 19 for part in parts):
        return (2, 0, 0)
    final, rank, number = (max(-(2**63), min(int(part), 2**63 - 1)) for part in parts)
    return final, rank, number


def _matches(words: Sequence[str]) -> list[str]:
    quoted = [f'"{fold(word)}"' for word in words]
    return [*quoted[:-1], quoted[-1] + "*"] if quoted else []


def _snippet(db: sqlite3.Connection, chat: Chat, words: Sequence[str]) -> str:
    """Of the chat's first message with any of the words, else of its question (the name matched)."""
    folded = [fold(word) for word in words]
    # Not by the index: of a beginning it first lists all messages of all its words.
    for (body,) in db.execute("SELECT body FROM messages WHERE chat_id = ? AND kind = 'text' ORDER BY id", (chat.id,)):
        whole = fold(body)
        if any(word in whole for word in folded) and any(has_words([body], words)):
            return snippet(body, words)
    return snippet(chat.question, words)
