"""Search over conversations and tickets: words by an indexed array, the rest by fields, pages by key.

A chat matches when each word is somewhere in its messages or its visitor's name; the last word may be the beginning
of one, as somebody may still be typing it. A part of a name or an address has no index to ask: chats are looked at
from the newest on until the page is full.
"""

from __future__ import annotations

from collections.abc import Sequence

from transcripts.cursors import number_of
from transcripts.mongo.client import Document
from transcripts.mongo.conversations import CHATS, MESSAGES
from transcripts.mongo.conversations import WITHOUT_TERMS as CHAT_WITHOUT_TERMS
from transcripts.mongo.documents import to_micros
from transcripts.mongo.tickets import TICKETS
from transcripts.mongo.tickets import WITHOUT_TERMS as TICKET_WITHOUT_TERMS
from transcripts.mongo.words import asked, conditions
from transcripts.mongo.writer import View
from transcripts.questions import ChatHit, ChatQuery, TicketQuery
from transcripts.records import Chat, Ticket
from transcripts.words import has_words, snippet

_BEHIND_ALL = (True, 2**63 - 1, 2**63 - 1)
_LIMIT = 2**63


async def chats(view: View, query: ChatQuery) -> tuple[tuple[ChatHit, ...], str | None]:
    words = asked(query.words)
    if words == ():
        return (), None
    wanted = _chat_filter(query, words or ())
    found = view.db["chats"].find(wanted, CHAT_WITHOUT_TERMS, session=view.session)
    documents = await found.sort("line", -1).limit(query.limit + 1).to_list(query.limit + 1)
    page = [CHATS.of(document) for document in documents[: query.limit]]
    following = str(page[-1].line) if len(documents) > len(page) and page else None
    hits = [ChatHit(chat, await _snippet(view, chat, words) if words else None) for chat in page]
    return tuple(hits), following


async def tickets(view: View, query: TicketQuery) -> tuple[tuple[Ticket, ...], str | None]:
    words = asked(query.words)
    if words == ():
        return (), None
    wanted = _ticket_filter(query, words or ())
    order = [("is_final", 1), ("rank", 1), ("n", 1)]
    found = view.db["tickets"].find(wanted, TICKET_WITHOUT_TERMS).sort(order).limit(query.limit + 1)
    documents = await found.to_list(query.limit + 1)
    page = documents[: query.limit]
    following = None
    if len(documents) > len(page) and page:
        last = page[-1]
        following = f"{int(last['is_final'])}:{last['rank']}:{last['n']}"
    return tuple(map(TICKETS.of, page)), following


def _chat_filter(query: ChatQuery, words: Sequence[str]) -> Document:
    all_of = conditions(words, ("terms", "name_terms"))
    if query.visitor is not None and query.visitor.strip():
        part = query.visitor.strip().casefold()
        all_of.append({"$or": [_contains("name_folded", part), _contains("email_folded", part)]})
    equal = {"visitor_id": query.visitor_id, "agent_id": query.agent_id}
    wanted: Document = {name: value for name, value in equal.items() if value is not None}
    if query.departments is not None:
        wanted["department_id"] = {"$in": list(query.departments)}
    period: Document = {}
    if query.from_at is not None:
        period["$gte"] = to_micros(query.from_at)
    if query.to_at is not None:
        period["$lt"] = to_micros(query.to_at)
    if period:
        wanted["created_at"] = period
    if query.cursor is not None:
        wanted["line"] = {"$lt": number_of(query.cursor)}
    if all_of:
        wanted["$and"] = all_of
    return wanted


def _contains(name: str, part: str) -> Document:
    """Without a regular expression, in which a part of a name could mean something."""
    return {"$expr": {"$gte": [{"$indexOfCP": [f"${name}", {"$literal": part}]}, 0]}}


def _ticket_filter(query: TicketQuery, words: Sequence[str]) -> Document:
    equal = {"assignee": query.assignee, "visitor_id": query.visitor_id, "tier": query.tier}
    wanted: Document = {name: value for name, value in equal.items() if value is not None}
    if query.statuses:
        wanted["status"] = {"$in": list(query.statuses)}
    if query.departments is not None:
        wanted["department_id"] = {"$in": list(query.departments)}
    all_of = conditions(words, ("terms",))
    # Null finds a field that is missing too.
    all_of += [{"assignee": None}] if query.unassigned else []
    all_of += [{"missed_at": {"$gt": 0}}] if query.missed else []
    if query.cursor is not None:
        all_of.append(_behind(*_ticket_cursor(query.cursor)))
    if all_of:
        wanted["$and"] = all_of
    return wanted


def _behind(is_final: bool, rank: int, n: int) -> Document:
    return {
        "$or": [
            {"is_final": is_final, "rank": rank, "n": {"$gt": n}},
            {"is_final": is_final, "rank": {"$gt": rank}},
            {"is_final": {"$gt": is_final}},
        ]
    }


def _ticket_cursor(cursor: str) -> tuple[bool, int, int]:
    """Behind everything where it is none of ours."""
    parts = cursor.split(":")
    if len(parts) != 3 or not all(part.isascii() and part.removeprefix("-").isdecimal() for part in parts):
        return _BEHIND_ALL
    if any(len(part) > 20 for part in parts):
        return _BEHIND_ALL
    final, rank, n = map(int, parts)
    if final not in (0, 1) or abs(rank) >= _LIMIT or abs(n) >= _LIMIT:
        return _BEHIND_ALL
    return bool(final), rank, n


async def _snippet(view: View, chat: Chat, words: Sequence[str]) -> str:
    """Of the chat's first message with any of the words, else of its question (the name matched)."""
    said = {"chat_id": chat.id, "kind": "text"}
    async for document in view.db["messages"].find(said, session=view.session).sort("seq", 1):
        body = MESSAGES.of(document).body
        if any(has_words([body], words)):
            return snippet(body, words)
    return snippet(chat.question, words)
