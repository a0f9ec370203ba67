"""What is searched for in the record and what is found; a page of messages for who comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transcripts.records import Chat, Message, TicketStatus


@dataclass(frozen=True, slots=True)
class ChatQuery:
    """Search over conversations. words: all of them, anywhere in the messages or names. departments None: all.

    visitor matches name or address, case-insensitively, in part; agent is an id. Newest first.
    """

    words: str | None = None
    visitor: str | None = None
    visitor_id: str | None = None
    agent_id: str | None = None
    departments: tuple[str, ...] | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ChatHit:
    """snippet: the passage that matched, plain text, None when no words were asked for."""

    chat: Chat
    snippet: str | None


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """unassigned: only nobody's. missed: only those whose promise was not kept, until a person gives news."""

    words: str | None = None
    statuses: tuple[TicketStatus, ...] = ()
    departments: tuple[str, ...] | None = None
    assignee: str | None = None
    visitor_id: str | None = None
    tier: int | None = None
    unassigned: bool = False
    missed: bool = False
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SyncPage:
    """more: there are messages behind the last one here."""

    chat: Chat
    messages: tuple[Message, ...]
    more: bool
