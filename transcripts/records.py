"""The record's language: chats, messages, notes, tickets, mails. Values only; all moments are aware UTC datetimes.

Names follow the wire (docs/protocol.md); what the wire resolves to `{id, name}` is an id here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from transcripts.outgoing import Mail, MailKind, MailState
from transcripts.running import LATE_ROWS, AgentStatus, EstimateShown, JournalEntry, PageView, PresenceRow, Proof
from transcripts.sessions import Session, SignInMethod
from transcripts.solution import Solution
from transcripts.staff import Agent, Canned, CannedKey, Department, Role

# The rest of this language stands in outgoing.py, running.py, sessions.py and staff.py; it is read from here.
__all__ = [
    "LATE_ROWS",
    "Agent",
    "AgentStatus",
    "Canned",
    "CannedKey",
    "Department",
    "EstimateShown",
    "JournalEntry",
    "Mail",
    "MailKind",
    "MailState",
    "PageView",
    "PresenceRow",
    "Proof",
    "Role",
    "Session",
    "SignInMethod",
]

State = Literal["queued", "active", "closed"]
Resolution = Literal["resolved", "unresolved", "abandoned"]
Priority = Literal["low", "normal", "high", "urgent"]
Verified = Literal["signed", "code"]
MessageVerified = Literal["signed", "code", "address"]
"""address: it came by mail from a known address of the customer, as an answer to a mail of ours."""
AuthorKind = Literal["visitor", "agent", "system"]
MessageKind = Literal["text", "file", "event"]
EventCode = Literal[
    "assigned",
    "returned",
    "transferred",
    "escalated",
    "reassigned",
    "visitor_left",
    "visitor_back",
    "idle_warning",
    "closed",
    "ticket",
]
TicketStatus = Literal["open", "in_progress", "waiting", "solved", "closed"]
Channel = Literal["chat", "abandoned", "widget", "offline", "callback", "phone", "mail", "api", "suggestion"]
FINAL_STATUSES: frozenset[TicketStatus] = frozenset({"solved", "closed"})


@dataclass(frozen=True, slots=True)
class Author:
    """id: visitor or agent id, None for the system. name: as shown then; None where the visitor gave none."""

    kind: AuthorKind
    id: str | None
    name: str | None


SYSTEM = Author("system", None, None)


@dataclass(frozen=True, slots=True)
class Visitor:
    """subject: the `sub` of the site's signed identity. locale: one of the six languages."""

    id: str
    created_at: datetime
    name: str | None = None
    email: str | None = None
    verified: Verified | None = None
    subject: str | None = None
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Rating:
    """score 1 to 5; effort 1 (easy) to 7; recommend 0 to 10."""

    score: int
    effort: int | None
    recommend: int | None
    comment: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation. route_version grows by one whenever state, agent or department change: the key of every
    compare-and-set. line: the place counter given at the first queueing. queue_wait_s sums all times in line
    until an agent had the chat. last_visitor_at / last_agent_at: moment of each side's newest message (the
    question counts). unanswered_since: the oldest visitor message without an answer. revision grows by one with every
    operation that changes anything that is kept about the chat, messages, notes and read marks too; 0: not since
    revisions are counted. tier_assigned_at: when an agent first had it at its present tier and department.
    code_expires_at: until then the visitor is asked for the code that was mailed to them (codes.py).
    erased_at: when its words were taken away (privacy.py). consent: the version of the text the visitor agreed to.
    """

    id: str
    state: State
    department_id: str
    tier: int
    topic: str | None
    priority: Priority
    visitor_id: str
    visitor_name: str | None
    visitor_email: str | None
    visitor_verified: Verified | None
    locale: str
    question: str
    line: int
    returned: bool
    route_version: int
    agent_id: str | None
    created_at: datetime
    queued_at: datetime
    assigned_at: datetime | None = None
    first_assigned_at: datetime | None = None
    first_reply_at: datetime | None = None
    replied_since_assigned: bool = False
    closed_at: datetime | None = None
    closed_by: AuthorKind | None = None
    resolution: Resolution | None = None
    ticket_number: str | None = None
    last_seq: int = 0
    last_note_seq: int = 0
    agent_read_seq: int = 0
    visitor_read_seq: int = 0
    last_visitor_at: datetime | None = None
    last_agent_at: datetime | None = None
    unanswered_since: datetime | None = None
    idle_warned_at: datetime | None = None
    visitor_left_at: datetime | None = None
    exchanges: int = 0
    summary: str | None = None
    tags: tuple[str, ...] = ()
    rating: Rating | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0
    code_expires_at: datetime | None = None
    tier_assigned_at: datetime | None = None
    erased_at: datetime | None = None
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """thumb_*: of its thumbnail, in pixels; None and 0 where there is none."""

    id: str
    name: str
    type: str
    size_bytes: int
    thumb_id: str | None = None
    thumb_width: int = 0
    thumb_height: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """seq 1, 2, 3 ... without gaps per chat. event: `{"code": ..., ...}` for kind "event", else None."""

    chat_id: str
    seq: int
    client_id: str | None
    author: Author
    kind: MessageKind
    body: str
    at: datetime
    file: File | None = None
    event: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Never leaves the house. after_seq: the message it belongs behind."""

    chat_id: str
    note_seq: int
    after_seq: int
    client_id: str
    author: Author
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """version grows with every change. checkpoint_at: when the customer hears next; None only in a final status.

    promised_at: when that was promised. missed_at: the promise that passed without news, until a person gives some.
    tier_since: when it came to its tier, was opened again or stopped waiting for its customer. reopened: how often.
    previous: the finished ticket that this one goes on with.
    first_answer_at: a person's first words to the customer. promises_kept, promises_missed: of those judged by now.
    consent: the version of the text that its visitor agreed to, in the chat or here.
    None, of a ticket of before there was the field: created_at for promised_at and tier_since, else not known.
    """

    number: str
    status: TicketStatus
    priority: Priority
    department_id: str
    tier: int
    topic: str | None
    subject: str
    channel: Channel
    requester_name: str | None
    requester_email: str
    requester_verified: Verified | None
    locale: str
    assignee: str | None
    checkpoint_at: datetime | None
    created_at: datetime
    updated_at: datetime
    chat_id: str | None = None
    visitor_id: str | None = None
    tags: tuple[str, ...] = ()
    version: int = 1
    phone: str | None = None
    call_at: datetime | None = None
    solved_at: datetime | None = None
    called_before: bool | None = None
    promised_at: datetime | None = None
    missed_at: datetime | None = None
    tier_since: datetime | None = None
    solution: Solution | None = None
    rating: Rating | None = None
    reopened: int = 0
    first_answer_at: datetime | None = None
    promises_kept: int = 0
    promises_missed: int = 0
    previous: str | None = None
    erased_at: datetime | None = None
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """internal: a note for the team, never mailed and never on the customer's page. mail_id: the mail with it.

    Of what came by mail: sender, the address it came from (None: none that can be read), and quoted, what it quotes.
    """

    id: str
    ticket_number: str
    author: Author
    verified: MessageVerified | None
    channel: Literal["chat", "panel", "mail", "api", "widget", "phone"]
    body: str
    at: datetime
    client_id: str | None = None
    internal: bool = False
    mail_id: str | None = None
    file_ids: tuple[str, ...] = ()
    quoted: str | None = None
    sender: str | None = None
