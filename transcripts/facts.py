"""What a committed operation changed: the store tells its listener, in commit order, and the server tells people.

A fact is never the truth, only the news of it: whoever misses one reads the record. Of one operation the chat's
change comes first, then its messages, then the ticket's; each carries the chat or ticket as the operation left it,
so all facts of one operation about a chat carry the same `revision`, and the next operation's carry the next one.
An operation that was done before, or changes nothing, has no facts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from transcripts.records import AuthorKind, Chat, Message, Note, Ticket, TicketMessage


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """Anything about the chat but its messages' marks changed: state, agent, department, tier, priority, topic, tags,
    visitor, ticket, resolution or rating. before: None for a new chat.
    """

    chat: Chat
    before: Chat | None


@dataclass(frozen=True, slots=True)
class MessageAdded:
    chat: Chat
    message: Message


@dataclass(frozen=True, slots=True)
class NoteAdded:
    chat: Chat
    note: Note


@dataclass(frozen=True, slots=True)
class ReadMarked:
    chat: Chat
    by: AuthorKind
    seq: int


@dataclass(frozen=True, slots=True)
class TicketChanged:
    ticket: Ticket
    before: Ticket | None


@dataclass(frozen=True, slots=True)
class TicketMessageAdded:
    ticket: Ticket
    message: TicketMessage


@dataclass(frozen=True, slots=True)
class MailQueued:
    mail_id: str


Fact = ChatChanged | MessageAdded | NoteAdded | ReadMarked | TicketChanged | TicketMessageAdded | MailQueued

Listener = Callable[[Sequence[Fact]], None]
"""Called on the event loop after a commit, before any of its operations is answered. Must not block or raise."""
