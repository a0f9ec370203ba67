"""The rows that ask for a mail: how they are addressed, named and threaded. What they say is decided in mails.py."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from transcripts.operations import NewMail
from transcripts.records import MailKind, Ticket


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail row needs from outside. host: the right side of Message-IDs, the desk's mail domain."""

    mail_id: str
    host: str


def message_id(envelope: Envelope, kind: Literal["ticket", "chat"] = "ticket") -> str:
    """Stable over every attempt to send, because the mail's id is: `<ticket.ID@host>`."""
    return f"<{kind}.{envelope.mail_id}@{envelope.host}>"


def thread_of(ticket: Ticket, host: str) -> str:
    """The Message-ID of the ticket's first mail, which all later ones refer to: one case, one conversation."""
    return first_message_id(ticket.created_at, ticket.requester_email, host)


def first_message_id(at: datetime, email: str, host: str) -> str:
    # Computed from what the ticket keeps, so that no later mail has to look the first one up. Milliseconds, because
    # that is as fine as a record keeps times.
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds")
    digest = hashlib.sha256(f"{moment} {email}".encode()).hexdigest()
    return f"<ticket.{digest[:32]}@{host}>"


def ticket_mail(kind: MailKind, ticket: Ticket, envelope: Envelope, context: Mapping[str, Any]) -> NewMail:
    return NewMail(
        id=envelope.mail_id,
        kind=kind,
        to=ticket.requester_email,
        locale=ticket.locale,
        message_id=message_id(envelope),
        ticket_number=ticket.number,
        chat_id=ticket.chat_id,
        context=context,
    )


def iso(at: datetime | None) -> str | None:
    """A moment as it stands in a mail's context; read back by `datetime.fromisoformat`."""
    return None if at is None else at.astimezone(UTC).isoformat()
