"""What a customer's mail makes of tickets: an answer in its own ticket, a ticket opened again, a new one.

Which ticket a mail belongs to and who may speak for its customer is decided here; what the customer is owed is
promises.py's. Nothing is ever mailed to somebody who is not the ticket's customer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Final

from server.clock import Clock
from server.errors import Refusal
from server.services.chats.files import Files
from server.services.known.directory import Directory
from server.services.tickets.tickets import Tickets
from server.settings import Settings
from server.signing import Signer
from transcripts import promises
from transcripts import tickets as rules
from transcripts.envelopes import Envelope
from transcripts.inbound.headers import Fields
from transcripts.inbound.letter import Letter
from transcripts.inbound.outcome import Words, with_notes
from transcripts.inbound.record import InboundMail
from transcripts.inbound.senders import Sender, same
from transcripts.inbound.threads import references_of, tags_of
from transcripts.operations import NewTicketMessage, TicketChanges
from transcripts.port import Store
from transcripts.records import Author, Ticket
from transcripts.wording import LOCALES

CREATOR: Final = "mail"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that a person wrote, taken apart."""

    kept: InboundMail
    letter: Letter
    words: Words
    sender: Sender | None
    subject: str


@dataclass(frozen=True, slots=True)
class Became:
    """What the mail became. is_new: a ticket. is_known: the sender is the ticket's customer."""

    number: str
    is_new: bool
    is_known: bool


class MailTickets:
    def __init__(
        self,
        store: Store,
        tickets: Tickets,
        files: Files,
        directory: Directory,
        signer: Signer,
        clock: Clock,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._tickets = tickets
        self._files = files
        self._directory = directory
        self._signer = signer
        self._clock = clock
        self._settings = settings
        self._new_id = new_id

    async def ticket_of(self, kept: InboundMail, fields: Fields) -> Ticket | None:
        """By a tag that we signed, else by a Message-ID of ours; a forged tag is as good as none."""
        for number, signature in tags_of(kept.recipients, fields, self._settings.mail_from):
            if self._signer.is_reply_tag(number, signature):
                ticket = await self._store.ticket(number)
                if ticket is not None:
                    return ticket
        answered = references_of(fields)
        ours = await self._store.mail_of_ours(answered) if answered else None
        return await self._store.ticket(ours.ticket_number) if ours and ours.ticket_number else None

    async def answered(self, ticket: Ticket, mail: Mail) -> Became:
        """The mail in its ticket; a new, linked one where the ticket is finished for long.

        Who is not the customer changes nothing but the conversation. Raises Refusal, StoreError.
        """
        known = mail.sender is not None and await self._is_customers(mail.sender.address, ticket)
        said = await self._store.ticket_messages(ticket.number)
        if any(message.client_id == _client_id(mail) for message in said):
            return Became(ticket.number, is_new=False, is_known=known)
        if known and promises.is_long_over(ticket, self._clock.now()):
            return await self.opened(mail, after=ticket)
        message = await self._message(mail, known=known)

        def decide(as_it_is: Ticket, at: datetime) -> TicketChanges:
            if not known:
                return TicketChanges(message=message)
            checkpoint_at = self._tickets.checkpoint(as_it_is.department_id, at)
            return promises.heard(as_it_is, message, checkpoint_at, self._envelope())

        await self._tickets.heard(ticket.number, decide)
        return Became(ticket.number, is_new=False, is_known=known)

    async def opened(self, mail: Mail, after: Ticket | None = None) -> Became:
        """A new ticket, acknowledged at once. after: the finished one it goes on with. Raises Refusal, StoreError."""
        assert mail.sender is not None
        at = self._clock.now()
        department_id = self._department(after)
        asked = rules.Asked(
            channel="mail",
            email=mail.sender.address,
            at=at,
            checkpoint_at=self._tickets.checkpoint(department_id, at),
            subject=mail.subject or None,
            first_message=await self._message(mail, known=after is not None),
            creator=CREATOR,
            client_id=mail.kept.id,
            fingerprint=mail.kept.digest,
            name=mail.sender.name,
        )
        requester = rules.Requester(department_id, mail.sender.name, None, _locale(mail, after))
        try:
            new = rules.without_chat(requester, asked, self._envelope())
        except rules.TicketRuleError as exc:
            raise Refusal("invalid", exc.message, field=exc.field) from exc
        if after is not None:
            new = replace(new, previous=after.number, topic=after.topic)
        ticket = await self._store.create_ticket(new)
        return Became(ticket.number, is_new=True, is_known=True)

    # ---- inside ---------------------------------------------------------------------------------------------------

    async def _is_customers(self, address: str, ticket: Ticket) -> bool:
        if same(address, ticket.requester_email):
            return True
        contact = await self._store.contact_by_address(ticket.requester_email)
        return contact is not None and any(same(address, each) for each in contact.addresses)

    def _envelope(self) -> Envelope:
        return Envelope(self._new_id(), self._settings.mail_host)

    def _department(self, after: Ticket | None) -> str:
        """The earlier ticket's, else the first that is open for business. Raises Refusal where there is none."""
        ids = [department.id for department in self._directory.departments()]
        if after is not None and after.department_id in ids:
            return after.department_id
        if not ids:
            raise Refusal("unavailable", "There is no department yet. Add one, and this mail becomes a ticket.")
        return ids[0]

    async def _message(self, mail: Mail, *, known: bool) -> NewTicketMessage:
        """With its files; those that are not taken are named in it."""
        author = Author("visitor", None, mail.sender.name if mail.sender else None)
        ids: list[str] = []
        notes: list[str] = []
        for attached in mail.letter.files:
            try:
                file = await self._files.take_in(BytesIO(attached.data), attached.name, author)
            except Refusal as exc:
                notes.append(f"{attached.name}: {exc.message}")
            else:
                ids.append(file.id)
        if mail.letter.left_out:
            notes.append(
                f"{mail.letter.left_out} more parts of this mail are not shown; managers find it whole under Mails."
            )
        if mail.words.is_cut:
            notes.append("This mail is longer than what is shown; managers find it whole under Mails.")
        return NewTicketMessage(
            id=self._new_id(),
            author=author,
            body=with_notes(mail.words.body, notes),
            channel="mail",
            verified="address" if known else None,
            client_id=_client_id(mail),
            file_ids=tuple(ids),
            quoted=mail.words.quoted,
            sender=mail.sender.address if mail.sender else None,
        )


def _client_id(mail: Mail) -> str:
    """One mail is one message, however often it is looked at."""
    return f"mail:{mail.kept.id}"


def _locale(mail: Mail, after: Ticket | None) -> str:
    if after is not None:
        return after.locale
    said = (mail.letter.fields.first("content-language") or "").strip().lower()[:2]
    return said if said in LOCALES else LOCALES[0]
