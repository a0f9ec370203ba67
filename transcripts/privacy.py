"""What is kept about one person, how it is taken away, and how it stays away.

Of a conversation that is erased its row stays, with times, department, agent, resolution and the numbers of its
rating, so that reports are what they were; words, names, addresses, files and everything that leads to the person are
gone. An erasure leaves a tombstone: keyed hashes of what it was asked for, never the plain words (decision 0023). After
a restore the tombstones are replayed, on what is older than they are.

Whose something is: persons.py. When something has been kept long enough: retention.py.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from transcripts.records import Author, Chat, Mail, Message, Ticket, TicketMessage, Visitor
from transcripts.retention import Aged, Outdated

SubjectKind = Literal["address", "contact", "visitor", "mail"]
"""mail: by its Message-ID; of tombstones alone, as what one server has delivered into its own folder."""
CLOSED_FOR = "erased-"
"""What stands for the visitor of an erased chat, with the chat's id: two chats of one person lead nowhere together."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom somebody asks about. value: an address in lower case, or an id."""

    kind: SubjectKind
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """All that leads to somebody. addresses: in lower case, those that are nobody else's."""

    chat_ids: tuple[str, ...] = ()
    ticket_numbers: tuple[str, ...] = ()
    visitor_ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()

    @property
    def is_nobody(self) -> bool:
        return self == Person()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An erasure that was done. keys: `key_of` each of what it was asked for and what led to the person."""

    id: str
    at: datetime
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erasure:
    """topics: those of the desk's own lists, which say nothing of a person; any other goes too.

    tombstone None: what is taken away is not a person (retention).
    """

    person: Person
    at: datetime
    topics: frozenset[str] = frozenset()
    tombstone: Tombstone | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, by kind. message_ids: of mails of ours that may lie in a mailbox on this machine."""

    counts: Mapping[str, int] = field(default_factory=dict)
    message_ids: tuple[str, ...] = ()


class PrivacyStore(Protocol):
    async def visitors_of(self, subject: str) -> tuple[Visitor, ...]:
        """All whom the site signed under this `sub`."""

    async def mails_about(self, person: Person) -> tuple[Mail, ...]:
        """Of their chats and tickets, or to one of their addresses; oldest first."""

    async def subscriptions_of(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the addresses that hear of incidents."""

    async def erase(self, order: Erasure) -> Erased:
        """Take everything of the person away, and keep the tombstone. Open chats must be closed before.

        Durable when it returns; what lay where it was may still be read from the disk until `purge`. Files' bytes are
        gone. Doing it again does nothing.
        """

    async def purge(self) -> bool:
        """Leave nothing readable where something was deleted. False: somebody is still reading; try again."""

    async def tombstones(self) -> tuple[Tombstone, ...]:
        """Oldest first."""

    async def add_tombstone(self, tombstone: Tombstone) -> None:
        """Of an erasure that this record does not know of. The same id again is no error."""

    async def known_subjects(self) -> tuple[Subject, ...]:
        """Everybody the record leads to, each once; for replaying tombstones."""

    async def outdated(self, asked: Outdated) -> Aged:
        """What has been kept for longer than it should, the oldest first, at most `asked.limit` of each kind."""

    async def drop_outdated(self, asked: Outdated, found: Aged) -> None:
        """Take files, pages and addresses of `found` away. Conversations are `erase`d."""


# ---- rules ----------------------------------------------------------------------------------------------------------


def key_of(secret: bytes, subject: Subject) -> str:
    """What a tombstone keeps of a subject: hex, keyed, so that nobody finds an address by trying."""
    return hmac.new(secret, f"{subject.kind}:{subject.value}".encode(), hashlib.sha256).hexdigest()


def erased_chat(chat: Chat, order: Erasure) -> Chat:
    return replace(
        chat,
        visitor_id=f"{CLOSED_FOR}{chat.id}",
        visitor_name=None,
        visitor_email=None,
        visitor_verified=None,
        question="",
        summary=None,
        tags=(),
        topic=chat.topic if chat.topic in order.topics else None,
        rating=None if chat.rating is None else replace(chat.rating, comment=None),
        fields={},
        code_expires_at=None,
        revision=chat.revision + 1,
        erased_at=chat.erased_at or order.at,
    )


def erased_message(message: Message) -> Message:
    """Its place, time and side stay, so that numbers have no gaps; an event is the desk's own sentence."""
    if message.kind == "event":
        return message
    author = message.author
    if author.kind == "visitor":
        author = Author("visitor", f"{CLOSED_FOR}{message.chat_id}", None)
    return replace(message, client_id=None, author=author, kind="text", body="", file=None)


def erased_ticket(ticket: Ticket, order: Erasure) -> Ticket:
    """What was still open is closed: nobody is left to hear of it."""
    is_over = ticket.status in ("solved", "closed")
    solution = ticket.solution
    return replace(
        ticket,
        status=ticket.status if is_over else "closed",
        checkpoint_at=None,
        missed_at=None,
        subject="",
        requester_name=None,
        requester_email="",
        requester_verified=None,
        visitor_id=None,
        phone=None,
        call_at=None,
        tags=(),
        topic=ticket.topic if ticket.topic in order.topics else None,
        rating=None if ticket.rating is None else replace(ticket.rating, comment=None),
        solution=None if solution is None else replace(solution, cause=None, done=None),
        version=ticket.version + 1,
        erased_at=ticket.erased_at or order.at,
    )


def erased_ticket_message(message: TicketMessage) -> TicketMessage:
    author = message.author if message.author.kind == "agent" else Author(message.author.kind, None, None)
    return replace(message, author=author, client_id=None, body="", mail_id=None, file_ids=(), quoted=None, sender=None)
