"""What the record can be asked to do: one value per operation, checked and carried out in one transaction.

Sentences inside (`EventText.body`) may hold `{number}`: the store puts the ticket's number there, which is only
known inside the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from transcripts.records import (
    AgentStatus,
    Author,
    AuthorKind,
    Channel,
    Chat,
    EventCode,
    File,
    MailKind,
    MessageKind,
    MessageVerified,
    Priority,
    Rating,
    Resolution,
    Role,
    State,
    Ticket,
    TicketStatus,
    Verified,
)
from transcripts.solution import Solution


@dataclass(frozen=True, slots=True)
class EventText:
    """An event message: `data` is what the wire's `event` carries besides `code`."""

    code: EventCode
    body: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewMail:
    """An outbox row to be written with what causes it. ticket_number None: the ticket made in the same operation."""

    id: str
    kind: MailKind
    to: str
    locale: str
    message_id: str
    ticket_number: str | None = None
    chat_id: str | None = None
    upto_seq: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to be made; the store gives the number. client_id with creator: makes it once; None: no such promise.

    creator: "visitor:ID", "agent:ID", "mail". fingerprint: of the request's content, compared when client_id comes
    again. previous: the finished ticket that it goes on with.
    first_message: what the requester wrote (author: the requester). chat_id: the chat is linked to the ticket, and
    chat_events are appended to it, open or closed (create_ticket only; a Close has ticket_events for that).
    mails: those that leave ticket_number or upto_seq out get this ticket's number and the chat's last seq.
    """

    subject: str
    channel: Channel
    department_id: str
    requester_email: str
    requester_name: str | None
    requester_verified: Verified | None
    locale: str
    checkpoint_at: datetime
    at: datetime
    priority: Priority = "normal"
    tier: int = 1
    topic: str | None = None
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    chat_id: str | None = None
    visitor_id: str | None = None
    phone: str | None = None
    call_at: datetime | None = None
    called_before: bool | None = None
    first_message: NewTicketMessage | None = None
    creator: str | None = None
    client_id: str | None = None
    fingerprint: str | None = None
    previous: str | None = None
    mails: tuple[NewMail, ...] = ()
    chat_events: tuple[EventText, ...] = ()
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class NewTicketMessage:
    id: str
    author: Author
    body: str
    channel: Literal["chat", "panel", "mail", "api", "widget", "phone"]
    verified: MessageVerified | None = None
    client_id: str | None = None
    internal: bool = False
    file_ids: tuple[str, ...] = ()
    quoted: str | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class NewChat:
    """`question` becomes message 1 under `client_id`. fingerprint: of the whole request's content.

    only_existing: give the chat of an earlier request, or the open one, but make none (outside opening hours).
    """

    id: str
    visitor_id: str
    client_id: str
    fingerprint: str
    department_id: str
    question: str
    at: datetime
    name: str | None
    email: str | None
    verified: Verified | None
    locale: str
    topic: str | None = None
    priority: Priority = "normal"
    tier: int = 1
    fields: Mapping[str, str] = field(default_factory=dict)
    only_existing: bool = False
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class StartedChat:
    """created False: an earlier request's chat, or the visitor's open one."""

    chat: Chat
    created: bool


@dataclass(frozen=True, slots=True)
class NewMessage:
    """held_by: the agent who must have the chat; a message that was sent before stays sent, whoever has it now."""

    chat_id: str
    client_id: str
    author: Author
    body: str
    at: datetime
    kind: MessageKind = "text"
    file: File | None = None
    held_by: str | None = None


@dataclass(frozen=True, slots=True)
class NewNote:
    chat_id: str
    client_id: str
    author: Author
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Assign:
    """Give a chat to an agent if the record still has `route_version` and the agent holds fewer than `max_load` chats.

    max_load None: an explicit order beyond capacity (force).
    now: asked for the moment of the assignment when the agent's chats have been counted. An order may wait in line for
    its agent, and must not bear a moment before the one that made room for it.
    """

    chat_id: str
    agent_id: str
    route_version: int
    max_load: int | None
    now: Callable[[], datetime]
    events: tuple[EventText, ...]


@dataclass(frozen=True, slots=True)
class Requeue:
    """Back in line: before all others of the priority (returned), or in another department or tier (moved).

    A return keeps queued_at; a move starts the wait anew at `at`. The line is kept by both.
    """

    chat_id: str
    route_version: int
    at: datetime
    events: tuple[EventText, ...]
    returned: bool = True
    department_id: str | None = None
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """End a chat, or say how one ended that its visitor closed (state closed, resolution None).

    Nothing is changed (ChatClosed) where the chat is over and has its resolution; only if_state and if_idle_since
    narrow it further: a timer that fires late must find what it saw (else Conflict): the chat in `if_state`, and
    nothing said by the visitor after `if_idle_since`. Saying how a chat ended adds ticket_events, not `events`.
    ticket: made for this chat, whatever its chat_id; its mails' upto_seq is the chat's last seq after this operation.
    A ticket whose (creator, client_id) is known is not made again: a closed chat and that ticket are the answer.
    """

    chat_id: str
    by: AuthorKind
    resolution: Resolution | None
    at: datetime
    events: tuple[EventText, ...]
    ticket_events: tuple[EventText, ...] = ()
    topic: str | None = None
    summary: str | None = None
    ticket: NewTicket | None = None
    if_state: State | None = None
    if_idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClosedChat:
    chat: Chat
    ticket: Ticket | None


@dataclass(frozen=True, slots=True)
class ChatChanges:
    """None: leave as it is. name and email also become the visitor's own."""

    priority: Priority | None = None
    topic: str | None = None
    tags: tuple[str, ...] | None = None
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class TicketChanges:
    """None: leave as it is. `message` is the sentence that is mailed to the customer with status and checkpoint.

    news: a person tells the customer something by it, so what was promised is judged and what was missed made good.
    missed: the promise passed without news; checkpoint_at holds the next one. if_version: only of that version of
    the ticket, else VersionConflict.
    """

    status: TicketStatus | None = None
    priority: Priority | None = None
    department_id: str | None = None
    tier: int | None = None
    assignee: str | None = None
    unassign: bool = False
    tags: tuple[str, ...] | None = None
    topic: str | None = None
    checkpoint_at: datetime | None = None
    clear_checkpoint: bool = False
    solution: Solution | None = None
    rating: Rating | None = None
    news: bool = False
    missed: bool = False
    if_version: int | None = None
    message: NewTicketMessage | None = None
    mails: tuple[NewMail, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentChanges:
    """None: leave as it is. With a `status` the reason is what status_reason says, None too.

    never_ends: takes the account's end date away.
    """

    email: str | None = None
    name: str | None = None
    role: Role | None = None
    department_ids: tuple[str, ...] | None = None
    tier: int | None = None
    capacity: int | None = None
    password_hash: str | None = None
    status: AgentStatus | None = None
    status_reason: str | None = None
    status_since: datetime | None = None
    disabled_at: datetime | None = None
    enabled: bool = False
    weekly_report: bool | None = None
    ends_at: datetime | None = None
    never_ends: bool = False
    may_search: bool | None = None
    may_export: bool | None = None
