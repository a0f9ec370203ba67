"""The visitor's card beside a chat: who they are, what they read, what they asked before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from server import access
from server.wire import moment
from transcripts.operations import ChatQuery, TicketQuery
from transcripts.records import Agent, Chat, PageView

if TYPE_CHECKING:
    from server.desk import Desk

Json = dict[str, Any]
EARLIER_MAX = 200
SHOWN_MAX = 20


async def card_of(desk: Desk, chat: Chat, agent: Agent) -> Json:
    """Earlier chats and tickets are those of departments the agent sees."""
    departments = access.scope(agent)
    visitor = await desk.store.visitor(chat.visitor_id)
    hits, _ = await desk.store.search_chats(
        ChatQuery(visitor_id=chat.visitor_id, departments=departments, limit=EARLIER_MAX)
    )
    tickets, _ = await desk.store.tickets(
        TicketQuery(visitor_id=chat.visitor_id, departments=departments, limit=SHOWN_MAX)
    )
    chats = [hit.chat for hit in hits]
    return {
        "visitor": {
            "id": chat.visitor_id,
            "name": chat.visitor_name,
            "email": chat.visitor_email,
            "verified": chat.visitor_verified,
            "locale": visitor.locale if visitor else chat.locale,
            "since": moment(visitor.created_at if visitor else chat.created_at),
            "chats_n": len(chats),
            "rating": _rating(chats),
        },
        "pages": _pages(await desk.store.pages(chat.visitor_id)),
        "earlier": {
            "chats": [_earlier(other) for other in chats if other.id != chat.id][:SHOWN_MAX],
            "tickets": [
                {
                    "number": ticket.number,
                    "subject": ticket.subject,
                    "status": ticket.status,
                    "created_at": moment(ticket.created_at),
                }
                for ticket in tickets
            ],
        },
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
    return {
        "id": chat.id,
        "question": chat.question,
        "created_at": moment(chat.created_at),
        "resolution": chat.resolution,
        "topic": chat.topic,
    }
