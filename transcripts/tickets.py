"""What becomes a ticket, and the value the record is asked to write for it, first mail included.

Pure: ids, times and the default checkpoint (which needs opening hours) are arguments. The server calls these before
the store; the store writes what they return in one transaction with what caused it. What a ticket owes its customer
from then on is decided in promises.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transcripts.address import AddressError, mail_address
from transcripts.envelopes import Envelope, first_message_id, iso, message_id
from transcripts.errors import TranscriptError
from transcripts.operations import NewMail, NewTicket, NewTicketMessage
from transcripts.plain import lines, one_line
from transcripts.records import Channel, Chat, Priority, Resolution, Verified

MAX_SUBJECT_CHARS = 120


class TicketRuleError(TranscriptError):
    """A request breaks a rule of tickets. field: of the request, as on the wire; the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Asked:
    """What makes a ticket beyond the chat: where it comes from and who asked. None: no such promise or wish.

    creator: "visitor:ID" or "agent:ID". subject: None takes the question's first line.
    """

    channel: Channel
    email: str
    at: datetime
    checkpoint_at: datetime
    subject: str | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    assignee: str | None = None
    phone: str | None = None
    call_at: datetime | None = None
    called_before: bool | None = None
    first_message: NewTicketMessage | None = None
    creator: str | None = None
    client_id: str | None = None
    fingerprint: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks without a chat: a message outside the hours, a phone call."""

    department_id: str
    name: str | None
    verified: Verified | None
    locale: str
    visitor_id: str | None = None
    topic: str | None = None


def becomes_ticket(resolution: Resolution, email: str | None) -> bool:
    """Unresolved always (without an address it is refused, not dropped); abandoned where there is an address."""
    return resolution == "unresolved" or (resolution == "abandoned" and email is not None)


def subject_of(question: str) -> str:
    """A question's first line that says something, cut to a subject's length; "—" where there is none."""
    for line in lines(question):
        if subject := one_line(line, MAX_SUBJECT_CHARS):
            return subject
    return "—"


def from_chat(chat: Chat, asked: Asked, envelope: Envelope) -> NewTicket:
    """The ticket of a chat, with its first mail: number, status, promise and the conversation.

    Raises TicketRuleError: field "email" for an address that is none, "checkpoint_at" for a promise in the past.
    """
    requester = Requester(
        department_id=chat.department_id,
        name=chat.visitor_name,
        verified=chat.visitor_verified,
        locale=chat.locale,
        visitor_id=chat.visitor_id,
        topic=chat.topic,
    )
    return _new_ticket(requester, asked, envelope, chat, chat.question)


def without_chat(requester: Requester, asked: Asked, envelope: Envelope) -> NewTicket:
    """A ticket that no chat led to; what was written stands in `asked.first_message`.

    Raises TicketRuleError like `from_chat`; field "phone" for a call-back without a number.
    """
    question = asked.first_message.body if asked.first_message else ""
    return _new_ticket(requester, asked, envelope, None, question)


def _new_ticket(requester: Requester, asked: Asked, envelope: Envelope, chat: Chat | None, question: str) -> NewTicket:
    email = _address(asked.email)
    in_future("checkpoint_at", asked.checkpoint_at, asked.at)
    if asked.channel == "callback" and not asked.phone:
        raise TicketRuleError("phone", "Say the number that we should call.")
    if asked.call_at is not None:
        in_future("call_at", asked.call_at, asked.at)
    mail = NewMail(
        id=envelope.mail_id,
        kind="ticket_created",
        to=email,
        locale=requester.locale,
        message_id=first_message_id(asked.at, email, envelope.host),
        chat_id=chat.id if chat else None,
        context={"status": "open", "checkpoint_at": iso(asked.checkpoint_at)},
    )
    return NewTicket(
        subject=one_line(asked.subject or "", MAX_SUBJECT_CHARS) or subject_of(question),
        channel=asked.channel,
        department_id=requester.department_id,
        requester_email=email,
        requester_name=asked.name or requester.name,
        requester_verified=requester.verified,
        locale=requester.locale,
        checkpoint_at=asked.checkpoint_at,
        at=asked.at,
        priority=asked.priority or (chat.priority if chat else "normal"),
        tier=chat.tier if chat else 1,
        topic=requester.topic,
        assignee=asked.assignee,
        tags=asked.tags or (chat.tags if chat else ()),
        chat_id=chat.id if chat else None,
        visitor_id=requester.visitor_id,
        phone=asked.phone,
        call_at=asked.call_at,
        called_before=asked.called_before,
        first_message=asked.first_message,
        creator=asked.creator,
        client_id=asked.client_id,
        fingerprint=asked.fingerprint,
        mails=(mail,),
    )


def transcript_mail(chat: Chat, email: str | None, envelope: Envelope) -> NewMail:
    """The conversation as it stands now, mailed at the visitor's wish. Raises TicketRuleError, field "email"."""
    to = email or chat.visitor_email
    if to is None:
        raise TicketRuleError("email", "Say the address to mail the conversation to.")
    return NewMail(
        id=envelope.mail_id,
        kind="transcript",
        to=_address(to),
        locale=chat.locale,
        message_id=message_id(envelope, "chat"),
        chat_id=chat.id,
        upto_seq=chat.last_seq,
    )


def _address(text: str) -> str:
    try:
        return mail_address(text)
    except AddressError as exc:
        raise TicketRuleError("email", str(exc)) from exc


def in_future(field: str, at: datetime, now: datetime) -> None:
    """Raises TicketRuleError."""
    if at <= now:
        raise TicketRuleError(field, "Choose a time that is still ahead.")
