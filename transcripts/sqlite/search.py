"""Search over conversations and tickets: words by FTS5, the rest by columns, pages by key.

A chat matches when each word is somewhere in its messages or its visitor's name, so every word is a set of its own.
A word reaches FTS5 as a quoted string of letters and digits: no text is a query that could fail. The last one may be
the beginning of a word, as somebody may still be typing it. Words are folded by us when they are indexed and when
they are asked for: FTS5 strips the accents of Latin letters only, and Greek and Russian are among our languages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from transcripts.cursors import number_of
from transcripts.operations import ChatHit, ChatQuery, TicketQuery
from transcripts.records import FINAL_STATUSES, Chat, Ticket
from transcripts.sqlite.conversations import CHATS
from transcripts.sqlite.rows import marks, to_micros
from transcripts.sqlite.tickets import TICKETS
from transcripts.words import fold, snippet, words_of

_FIRST_WORDS = 16
"""More do not narrow a search, they only cost."""
_FINAL = ", ".join(f"'{status}'" for status in sorted(FINAL_STATUSES))
_IS_FINAL = f"(status IN ({_FINAL}))"
_RANK = f"CASE WHEN {_IS_FINAL} THEN -updated_at ELSE coalesce(checkpoint_at, {2**62}) END"
_CHAT_HAS_WORD = (
    "(line IN (SELECT rowid FROM name_words WHERE name_words MATCH ?) OR id IN (SELECT chat_id FROM messages"
    " WHERE messages.id IN (SELECT rowid FROM message_words WHERE message_words MATCH ?)))"
)
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
    if query.words is not None and query.words.strip():
        conditions.add_words(_CHAT_HAS_WORD, words)
    where = f"{conditions.where} ORDER BY line DESC LIMIT ?"
    found = CHATS.all(db, where, (*conditions.args, query.limit + 1))
    page = found[: query.limit]
    following = str(page[-1].line) if len(found) > len(page) and page else None
    return tuple(ChatHit(chat, _snippet(db, chat, words) if words else None) for chat in page), following


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
    first, last = db.execute("SELECT min(id), max(id) FROM messages WHERE chat_id = ?", (chat.id,)).fetchone()
    # By range: the rows of one chat lie close together, those with a common word are everywhere.
    row = db.execute(
        "SELECT messages.body FROM message_words JOIN messages ON messages.id = message_words.rowid"
        " WHERE message_words MATCH ? AND message_words.rowid BETWEEN ? AND ? AND messages.chat_id = ?"
        " ORDER BY message_words.rowid LIMIT 1",
        (" OR ".join(_matches(words)), first, last, chat.id),
    ).fetchone()
    return snippet(chat.question if row is None else row[0], words)
