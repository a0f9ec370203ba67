"""Mail that came in, as the record keeps it: the raw bytes, where they came from, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

InboundState = Literal["received", "attached", "created", "ignored", "refused", "unparsable"]
InboundSource = Literal["smtp", "imap"]

MAX_TRIES = 5
"""How often reading a mail is begun. One that takes the process with it is given up then, and never blocks others."""


@dataclass(frozen=True, slots=True)
class InboundMail:
    """One mail, however often it was delivered.

    digest: of the content without what the way added (digest.py); with message_id what tells two mails apart.
    envelope_from: "" is the null sender; None where there was no envelope (IMAP). recipients: of the envelope.
    reason: why it ended in its state, one word (outcome.py). error: a sentence for managers, with the remedy.
    sender, subject: as far as they could be read. tries: how often reading it was begun. due_at: not before.
    raw_gone_at: when its bytes were thrown away, long after it was settled; what became of it stays.
    """

    id: str
    digest: str
    message_id: str | None
    source: InboundSource
    received_at: datetime
    size_bytes: int
    due_at: datetime
    envelope_from: str | None = None
    recipients: tuple[str, ...] = ()
    state: InboundState = "received"
    reason: str | None = None
    error: str | None = None
    sender: str | None = None
    subject: str | None = None
    ticket_number: str | None = None
    tries: int = 0
    settled_at: datetime | None = None
    raw_gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a mail. state "received": nothing yet, to be tried again at `at`."""

    state: InboundState
    at: datetime
    reason: str | None = None
    error: str | None = None
    sender: str | None = None
    subject: str | None = None
    ticket_number: str | None = None


@dataclass(frozen=True, slots=True)
class MailOfOurs:
    """A mail of the outbox that somebody answers, or that came back."""

    mail_id: str
    ticket_number: str | None
    to: str


class InboundStore(Protocol):
    async def keep_inbound(self, mail: InboundMail, raw: bytes) -> InboundMail:
        """Durable when this returns. The same content under the same Message-ID again: the mail that is kept."""

    async def inbound(self, inbound_id: str) -> InboundMail | None: ...

    async def inbound_raw(self, inbound_id: str) -> bytes | None:
        """Exactly the bytes that came; None where they are gone."""

    async def forget_raw(self, at: datetime, before: datetime | None, keep_bytes: int | None, limit: int) -> int:
        """Throw away the bytes of mails that were settled `before`, and of the longest settled while all that is kept
        has more than `keep_bytes`; of so many at most, how many there were. None: no such bound. What is not settled
        stays whatever the bounds say.
        """

    async def inbounds(
        self, state: InboundState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[InboundMail, ...], str | None]:
        """A page, newest first, and the cursor of the next."""

    async def due_inbound(self, now: datetime, limit: int) -> tuple[InboundMail, ...]:
        """Mails in state `received` that are due, in the order in which they came."""

    async def begin_inbound(self, inbound_id: str, tries: int) -> InboundMail | None:
        """Count one try; None where it was not `tries` before, or the mail is settled by now."""

    async def settle_inbound(self, inbound_id: str, settled: Settled) -> InboundMail:
        """Of a mail in state `received`; one that is settled stays as it is. Raises NotFound."""

    async def retry_inbound(self, inbound_id: str, at: datetime) -> InboundMail:
        """A refused, ignored or unparsable mail is `received` again, and wanted; others stay, as do those whose bytes
        are gone. Raises NotFound.
        """

    async def count_inbound(self, sender: str, since: datetime, states: tuple[InboundState, ...]) -> int:
        """Mails of a sender that were settled so since then."""

    async def mail_of_ours(self, message_ids: tuple[str, ...]) -> MailOfOurs | None:
        """The newest mail of the outbox, of a ticket, whose Message-ID is among these."""
