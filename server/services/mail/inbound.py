"""Mail that came in, from the raw bytes to its end: kept durably by whoever received it, read afterwards by the leader.

Every mail ends in a state that managers see, with the reason and the remedy. One that cannot be read, or that ends the
process, never blocks another.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from server.clock import Clock
from server.errors import Refusal
from server.log import logger
from server.services.known.roll_call import RollCall
from server.services.mail.mail_tickets import Mail, MailTickets
from server.settings import Settings
from transcripts.errors import StoreError
from transcripts.inbound.automatic import automatic
from transcripts.inbound.changes import WANTED
from transcripts.inbound.delivery import Delivery
from transcripts.inbound.digest import content_digest, split
from transcripts.inbound.headers import Fields, words
from transcripts.inbound.letter import Letter, read
from transcripts.inbound.outcome import SENTENCES, Reason, Words, words_of
from transcripts.inbound.record import MAX_TRIES, InboundMail, InboundState, Settled
from transcripts.inbound.senders import sender_of
from transcripts.inbound.threads import ids_in_report, is_ours, looped, own_id
from transcripts.operations import NewTicketMessage
from transcripts.plain import one_line
from transcripts.port import Store
from transcripts.records import SYSTEM

BATCH: Final = 20
AGAIN: Final = timedelta(seconds=30)
"""After a fault that is not the mail's: the record was away, there is no department yet."""
HOUR: Final = timedelta(hours=1)
TICKETS_AN_HOUR: Final = 20
MESSAGES_AN_HOUR: Final = 100
"""Of one sender; a machine that answers us must not fill the desk."""
SUBJECT_CHARS: Final = 150
MESSAGE_ID_CHARS: Final = 300
ADDRESS_CHARS: Final = 320
_FAILED: Final = re.compile(rb"^action:[ \t]*failed", re.IGNORECASE | re.MULTILINE)


class Inbound:
    def __init__(
        self,
        store: Store,
        mail_tickets: MailTickets,
        roll_call: RollCall,
        clock: Clock,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._mail_tickets = mail_tickets
        self._roll_call = roll_call
        self._clock = clock
        self._settings = settings
        self._is_limited = settings.limits == "on"
        self._is_configured = settings.takes_mail
        self._new_id = new_id

    def is_ours(self, address: str) -> bool:
        """Whether mail to this address is for this desk."""
        return is_ours(address, self._settings.mail_from)

    async def keep(self, delivery: Delivery) -> InboundMail:
        """Durable when it returns. The same mail again is the one that is kept. Raises StoreError."""
        digest, message_id = await asyncio.to_thread(_fingerprint, delivery.raw)
        at = self._clock.now()
        mail = InboundMail(
            id=self._new_id(),
            digest=digest,
            message_id=message_id,
            source=delivery.source,
            received_at=at,
            size_bytes=delivery.size_bytes,
            due_at=at,
            envelope_from=None if delivery.envelope_from is None else _text(delivery.envelope_from, ADDRESS_CHARS),
            recipients=tuple(_text(each, ADDRESS_CHARS) for each in delivery.recipients),
        )
        kept = await self._store.keep_inbound(mail, delivery.raw)
        if delivery.is_cut:
            kept = await self._store.settle_inbound(kept.id, self._ended("refused", "too_large"))
        return kept

    async def tick(self) -> None:
        """Read what is due, in the order in which it came. Raises StoreUnavailable."""
        if not self._is_configured or not self._roll_call.is_leader():
            return
        while due := await self._store.due_inbound(self._clock.now(), BATCH):
            for mail in due:
                await self._read(mail)

    async def retry(self, mail: InboundMail) -> InboundMail:
        """What led to nothing is read anew; anything else stays. Raises StoreError."""
        return await self._store.retry_inbound(mail.id, self._clock.now())

    # ---- one mail ---------------------------------------------------------------------------------------------------

    async def _read(self, mail: InboundMail) -> None:
        begun = await self._store.begin_inbound(mail.id, mail.tries)
        if begun is None:
            return  # somebody else has it
        if begun.tries > MAX_TRIES:
            await self._store.settle_inbound(mail.id, self._ended("unparsable", "gave_up"))
            return
        try:
            settled = await self._outcome(begun)
        except StoreError:
            settled = self._later("The record could not be written. It is tried again.")
        except Refusal as exc:
            settled = self._later(exc.message)
        except Exception as exc:  # noqa: BLE001 - a mail at fault: it ends visibly, the others go on
            logger.error("inbound_unreadable", inbound=mail.id, error=type(exc).__name__)
            settled = self._ended("unparsable", "unreadable")
        await self._store.settle_inbound(mail.id, settled)

    async def _outcome(self, kept: InboundMail) -> Settled:
        raw = await self._store.inbound_raw(kept.id)
        letter, said = await asyncio.to_thread(_taken_apart, raw or b"")
        sender = sender_of(letter.fields)
        subject = one_line(words(letter.fields.first("subject") or ""), SUBJECT_CHARS)
        mail = Mail(kept, letter, said, sender, subject)
        address = sender.address.lower() if sender else None
        ended = await self._ignored(mail, raw or b"") or await self._became(mail)
        return replace(ended, sender=address, subject=subject or None)

    async def _ignored(self, mail: Mail, raw: bytes) -> Settled | None:
        """A machine's mail, or our own: nothing is made of it. None: a person's."""
        fields, sender = mail.letter.fields, mail.sender
        address = sender.address if sender else None
        machine = automatic(fields, mail.kept.envelope_from, address, mail.letter.type)
        if machine == "bounce":
            return self._ended("ignored", "bounce", await self._note_bounce(mail, raw))
        if machine == "loop" or (machine is not None and mail.kept.reason != WANTED):
            return self._ended("ignored", machine)
        if address is not None and self.is_ours(address):
            return self._ended("ignored", "own_mail")
        if mail.kept.reason != WANTED and any(self.is_ours(each) for each in looped(fields)):
            return self._ended("ignored", "loop")
        own = own_id(fields)
        if own is not None and await self._store.mail_of_ours((own,)) is not None:
            return self._ended("ignored", "loop")
        return None

    async def _became(self, mail: Mail) -> Settled:
        ticket = await self._mail_tickets.ticket_of(mail.kept, mail.letter.fields)
        if ticket is None and mail.sender is None:
            return self._ended("refused", "no_sender")
        if await self._is_too_many(mail, is_answer=ticket is not None):
            return self._ended("refused", "too_many", ticket.number if ticket else None)
        if ticket is None:
            became = await self._mail_tickets.opened(mail)
        else:
            became = await self._mail_tickets.answered(ticket, mail)
        state: InboundState = "created" if became.is_new else "attached"
        if became.is_known:
            return Settled(state, self._clock.now(), ticket_number=became.number)
        return self._ended(state, "unverified", became.number)

    async def _is_too_many(self, mail: Mail, *, is_answer: bool) -> bool:
        """Counted by what became of the sender's mails within the last hour."""
        if not self._is_limited or mail.sender is None or mail.kept.reason == WANTED:
            return False
        states: tuple[InboundState, ...] = ("attached", "created") if is_answer else ("created",)
        since = self._clock.now() - HOUR
        count = await self._store.count_inbound(mail.sender.address.lower(), since, states)
        return count >= (MESSAGES_AN_HOUR if is_answer else TICKETS_AN_HOUR)

    async def _note_bounce(self, mail: Mail, raw: bytes) -> str | None:
        """A note for the team in the ticket whose mail came back, and the mail as failed; the ticket's number."""
        ids = await asyncio.to_thread(ids_in_report, raw, self._settings.mail_host)
        ours = await self._store.mail_of_ours(ids) if ids else None
        if ours is None or ours.ticket_number is None:
            return None
        if _FAILED.search(raw) is None:  # late, or read: not lost
            return ours.ticket_number
        sent = await self._store.mail(ours.mail_id)
        if sent is not None and sent.state == "sent":
            why = f"It came back after it was sent. The address {ours.to} may be wrong; ask the customer another way."
            await self._store.mark_failed(sent.id, why, None)
        note = NewTicketMessage(
            id=self._new_id(),
            author=SYSTEM,
            body=f"A mail to {ours.to} came back. Check the address, or reach the customer another way.",
            channel="mail",
            client_id=f"mail:{mail.kept.id}",
            internal=True,
        )
        await self._store.add_ticket_message(ours.ticket_number, note, self._clock.now(), ())
        return ours.ticket_number

    def _ended(self, state: InboundState, reason: Reason, number: str | None = None) -> Settled:
        return Settled(state, self._clock.now(), reason, SENTENCES[reason], ticket_number=number)

    def _later(self, error: str) -> Settled:
        return Settled("received", self._clock.now() + AGAIN, error=error)


def _fingerprint(raw: bytes) -> tuple[str, str | None]:
    message_id = own_id(Fields(split(raw)[0]))
    return content_digest(raw), None if message_id is None else message_id[:MESSAGE_ID_CHARS]


def _taken_apart(raw: bytes) -> tuple[Letter, Words]:
    letter = read(raw)
    return letter, words_of(letter)


def _text(text: str, chars: int) -> str:
    """What a client said, as the record can hold it."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")[:chars]
