"""The visitor's card beside a chat: who they are and how sure that is, what they read, what they asked before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from server import access
from server.web.people import match_of
from server.wire import moment
from transcripts.contacts import PersonQuery
from transcripts.records import Agent, Chat, PageView, Ticket

if TYPE_CHECKING:
    from server.desk import Desk

Json = dict[str, Any]
EARLIER_MAX = 200
SHOWN_MAX = 20


async def history_of(desk: Desk, query: PersonQuery, but: str | None = None) -> Json:
    """Of a person, newest first. The query's limit is ours. but: the chat that is going on."""
    chats = await desk.store.chats_of_person(replace(query, limit=EARLIER_MAX))
    tickets = await desk.store.tickets_of_person(replace(query, limit=SHOWN_MAX))
    return {
        "chats_n": len(chats),
        "rating": _rating(chats),
        "earlier": {
            "chats": [_earlier(chat) for chat in chats if chat.id != but][:SHOWN_MAX],
            "tickets": [_ticket(ticket) for ticket in tickets],
        },
    }


async def card_of(desk: Desk, chat: Chat, agent: Agent) -> Json:
    """Earlier chats and tickets are those of departments the agent sees."""
    visitor = await desk.store.visitor(chat.visitor_id)
    match = await desk.people.match(chat, visitor)
    subject, addresses = (None, ()) if match is None else (match.contact.subject, match.contact.addresses)
    query = PersonQuery(chat.visitor_id, subject, addresses, access.scope(agent), 0)
    history = await history_of(desk, query, but=chat.id)
    return {
        "visitor": {
            "id": chat.visitor_id,
            "name": chat.visitor_name,
            "email": chat.visitor_email,
            "verified": chat.visitor_verified,
            "locale": visitor.locale if visitor else chat.locale,
            "since": moment(visitor.created_at if visitor else chat.created_at),
            "chats_n": history["chats_n"],
            "rating": history["rating"],
        },
        "contact": match_of(match),
        "pages": _pages(await desk.store.pages(chat.visitor_id)),
        "earlier": history["earlier"],
    }


def _rating(chats: Sequence[Chat]) -> Json:
    scores = [chat.rating.score for chat in chats if chat.rating is not None]
    return {"mean": round(sum(scores) / len(scores), 2) if scores else None, "n": len(scores)}


def _pages(pages: Sequence[PageView]) -> list[Json]:
    """Newest first. A page was read until the next one was opened; how long the newest is read is not known yet."""
    out: list[Json] = []
    until: datetime | None = None
    for page in pages:
        duration_s = None if until is None else round((until - page.at).total_seconds())
        out.append({"url": page.url, "title": page.title, "at": moment(page.at), "duration_s": duration_s})
        until = page.at
    return out


def _earlier(chat: Chat) -> Json:
    """verified: how it was known then who was speaking; null: they only said so."""
    return {
        "id": chat.id,
        "question": chat.question,
        "created_at": moment(chat.created_at),
        "resolution": chat.resolution,
        "topic": chat.topic,
        "verified": chat.visitor_verified,
        "rating": None if chat.rating is None else chat.rating.score,
    }


def _ticket(ticket: Ticket) -> Json:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "created_at": moment(ticket.created_at),
        "verified": ticket.requester_verified,
    }
