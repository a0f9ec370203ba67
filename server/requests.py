"""What comes in over sockets: one model per event of docs/protocol.md."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal, NamedTuple, TypeGuard

from pydantic import Field

from server.fields import (
    ID_MAX,
    TEXT_MAX,
    Body,
    ClientId,
    CodeDigits,
    Email,
    Id,
    Line,
    Moment,
    OptionalBody,
    OptionalEmail,
    OptionalLine,
    OptionalPhone,
    OwnName,
    Request,
    Seq,
    Tags,
    Tier,
    cut,
    instead,
    is_clean,
    text,
)
from transcripts.records import AgentStatus, Priority

# ---- /visitor -------------------------------------------------------------------------------------------------------


class Page(Request):
    url: Annotated[str, text(TEXT_MAX), cut(2000)]
    title: Annotated[str, text(TEXT_MAX, min_length=0), cut(300)] = ""
    referrer: Annotated[str, text(TEXT_MAX, min_length=0), cut(2000)] = ""


class VisitorAuth(Request):
    """Only an identity that cannot be believed refuses a visitor; anything else that is odd is as good as missing."""

    token: Annotated[Annotated[str, Field(max_length=4096)] | None, instead(None)] = None
    identity: Annotated[Annotated[str, Field(max_length=8192)] | None, instead("")] = None
    page: Annotated[Page | None, instead(None)] = None
    locale: Annotated[Annotated[str, Field(max_length=200)] | None, instead(None)] = None
    department: Annotated[Id | None, instead(None)] = None


class ChatStart(Request):
    client_id: ClientId
    question: Body
    department: Id | None = None
    name: OwnName = None
    email: OptionalEmail = None
    topic: OptionalLine = None
    consent: OptionalLine = None
    fields: Annotated[
        dict[Annotated[str, text(60)], Annotated[str, text(500, min_length=0)]],
        Field(default_factory=dict, max_length=20),
    ]


class MessageSend(Request):
    chat_id: Id
    client_id: ClientId
    body: OptionalBody = None
    file_id: Id | None = None


class Words(NamedTuple):
    """A message that is nothing but text."""

    chat_id: str
    client_id: str
    body: str


def plain_words(data: object) -> Words | None:
    """What MessageSend reads in `data`, in a fifth of its time. None: that is to read it, and may be content."""
    if not isinstance(data, dict) or data.get("file_id") is not None:
        return None
    chat_id, client_id, body = data.get("chat_id"), data.get("client_id"), data.get("body")
    if not (_is_plain_id(chat_id) and _is_plain_id(client_id) and isinstance(body, str)):
        return None
    body = body.strip()
    if not 0 < len(body) <= TEXT_MAX or not is_clean(body):
        return None
    return Words(chat_id, client_id, body)


def _is_plain_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= ID_MAX and value.isascii() and value.isprintable()


class ChatSync(Request):
    chat_id: Id
    after_seq: Seq = 0
    after_note_seq: Seq | None = None


class Typing(Request):
    chat_id: Id
    on: bool
    preview: Annotated[str, text(TEXT_MAX, min_length=0)] | None = None


class Read(Request):
    chat_id: Id
    seq: Seq


class ChatRef(Request):
    chat_id: Id


class ToTicket(Request):
    client_id: ClientId
    email: Email
    question: OptionalBody = None
    subject: OptionalLine = None
    name: OwnName = None
    chat_id: Id | None = None
    department: Id | None = None
    phone: OptionalPhone = None
    call_at: Moment | None = None
    called_before: bool | None = None
    kind: Literal["suggestion"] | None = None
    consent: OptionalLine = None


class SendTranscript(Request):
    chat_id: Id
    email: OptionalEmail = None


class CodeEnter(Request):
    """As people type it: `123 456` is `123456`."""

    chat_id: Id
    code: CodeDigits


class Rate(Request):
    chat_id: Id
    score: Annotated[int, Field(ge=1, le=5)]
    effort: Annotated[int, Field(ge=1, le=7)] | None = None
    recommend: Annotated[int, Field(ge=0, le=10)] | None = None
    comment: OptionalBody = None


# ---- /agent ---------------------------------------------------------------------------------------------------------


class AgentAuth(Request):
    token: Annotated[str, Field(max_length=512)] | None = None


class StatusSet(Request):
    status: AgentStatus
    reason: OptionalLine = None
    capacity: Annotated[int, Field(ge=0, le=50)] | None = None


class NoteAdd(Request):
    chat_id: Id
    client_id: ClientId
    body: Body


class ChatTake(Request):
    chat_id: Id
    force: bool = False


class ChatTransfer(Request):
    chat_id: Id
    agent: Id | None = None
    department: Id | None = None
    tier: Tier | None = None
    note: OptionalBody = None
    force: bool = False


class ChatSet(Request):
    chat_id: Id
    priority: Priority | None = None
    topic: OptionalLine = None
    tags: Tags | None = None
    name: OptionalLine = None
    email: OptionalEmail = None


class CloseTicket(Request):
    subject: OptionalLine = None
    priority: Priority | None = None
    checkpoint_at: Moment | None = None
    email: OptionalEmail = None
    tags: Tags | None = None


class ChatClose(Request):
    chat_id: Id
    resolution: Literal["resolved", "unresolved"]
    topic: OptionalLine = None
    summary: OptionalBody = None
    ticket: CloseTicket | None = None


class TicketCreate(Request):
    client_id: ClientId
    subject: Line
    email: Email
    chat_id: Id | None = None
    name: OptionalLine = None
    question: OptionalBody = None
    department: Id | None = None
    priority: Priority = "normal"
    topic: OptionalLine = None
    tags: Tags | None = None
    checkpoint_at: Moment | None = None
    phone: OptionalPhone = None
    call_at: Moment | None = None
    called_before: bool | None = None
    channel: Literal["phone", "callback", "suggestion", "mail"] | None = None


def fingerprint(request: ChatStart | ToTicket | TicketCreate) -> str:
    """Of everything but the client_id: the same request again gives the same, another content another."""
    content = request.model_dump(mode="json", exclude={"client_id"}, exclude_none=True)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
