"""Tickets and their messages: what is written. The rules are ticket_changes.py's.

What is kept beside the record's fields: `n` (the number as a number), `is_final` and `rank` (the list's order), and
`terms` with `terms_chars` (folded words of number, subject, requester and messages, and from how much text), and
`requester_folded` (the requester's address without case).
"""

from __future__ import annotations

from datetime import datetime

from transcripts import changes, ticket_changes
from transcripts.contacts import folded, seen_at_ticket
from transcripts.errors import Conflict, NotFound
from transcripts.mongo import contacts, files, outbox
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.conversations import carry_out as carry_out_chat
from transcripts.mongo.conversations import find as find_chat
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.words import add_terms, chars_of, terms_of
from transcripts.mongo.writer import Overtaken, Transaction, View
from transcripts.operations import NewMail, NewTicket, NewTicketMessage, TicketChanges
from transcripts.records import FINAL_STATUSES, Ticket, TicketMessage
from transcripts.ticket_changes import FIRST_NUMBER, TicketChange

TICKETS = Documents(Ticket, key="number")
TICKET_MESSAGES = Documents(TicketMessage, key="id")
WITHOUT_TERMS = {"terms": 0}
_NO_CHECKPOINT = 2**62
"""Behind every checkpoint."""


class Tickets(Part):
    async def create_ticket(self, new: NewTicket) -> Ticket:
        keys = keys_of(new) if new.chat_id is None else (f"chat:{new.chat_id}", *keys_of(new))
        return await self._write(lambda tx: _create(tx, new), *keys)

    async def change_ticket(self, number: str, wanted: TicketChanges, at: datetime) -> Ticket:
        async def work(tx: Transaction) -> Ticket:
            ticket = await find(tx, number)
            if wanted.message is not None and await _said(tx, number, wanted.message) is not None:
                return ticket
            change = ticket_changes.change_ticket(ticket, wanted, at)
            return ticket if change is None else await _carry_out(tx, change)

        return await self._write(work, f"ticket:{number}", *outbox.keys_of(wanted.mails))

    async def add_ticket_message(
        self,
        number: str,
        new: NewTicketMessage,
        at: datetime,
        mails: tuple[NewMail, ...],
        checkpoint_at: datetime | None = None,
    ) -> TicketMessage:
        async def work(tx: Transaction) -> TicketMessage:
            ticket = await find(tx, number)
            known = await _said(tx, number, new)
            if known is not None:
                return known
            change, message = ticket_changes.add_message(ticket, new, at, mails, checkpoint_at)
            await _carry_out(tx, change)
            return message

        return await self._write(work, f"ticket:{number}", *outbox.keys_of(mails))


def keys_of(new: NewTicket) -> tuple[str, ...]:
    return ("counter:ticket", contacts.KEY, *outbox.keys_of(new.mails))


async def find(view: View, number: str) -> Ticket:
    """Raises NotFound."""
    document = await view.db["tickets"].find_one({"_id": number}, WITHOUT_TERMS, session=view.session)
    if document is None:
        raise NotFound(f"no ticket {number}")
    return TICKETS.of(document)


async def known(view: View, new: NewTicket) -> Ticket | None:
    """The ticket that an earlier request under the same creator and client_id made. Raises Conflict."""
    if new.creator is None or new.client_id is None:
        return None
    asked = {"creator": new.creator, "client_id": new.client_id}
    request = await view.db["ticket_requests"].find_one(asked, session=view.session)
    if request is None:
        return None
    if request["fingerprint"] != new.fingerprint:
        raise Conflict(f"client_id {new.client_id} was another ticket")
    return await find(view, request["ticket_number"])


async def next_number(tx: Transaction) -> str:
    return str(FIRST_NUMBER - 1 + await count_up(tx, "ticket"))


async def make(tx: Transaction, new: NewTicket, number: str, upto_seq: int | None) -> Ticket:
    ticket = await _carry_out(tx, ticket_changes.open_ticket(new, number, upto_seq))
    await contacts.meet(tx, seen_at_ticket(ticket))
    if new.creator is not None and new.client_id is not None:
        request = {
            "creator": new.creator,
            "client_id": new.client_id,
            "fingerprint": new.fingerprint,
            "ticket_number": number,
        }
        await tx.db["ticket_requests"].insert_one(request, session=tx.session)
    return ticket


async def _create(tx: Transaction, new: NewTicket) -> Ticket:
    earlier = await known(tx, new)
    if earlier is not None:
        return earlier
    if new.chat_id is None:
        return await make(tx, new, await next_number(tx), None)
    chat = await find_chat(tx, new.chat_id)
    number = await next_number(tx)
    chat = await carry_out_chat(tx, changes.link_ticket(chat, new.chat_events, new.at, number))
    return await make(tx, new, number, chat.last_seq)


async def _carry_out(tx: Transaction, change: TicketChange) -> Ticket:
    if change.before is None:
        texts = _texts(change)
        document = TICKETS.document(
            change.ticket,
            n=int(change.ticket.number),
            terms=terms_of(*texts),
            terms_chars=chars_of(*texts),
            requester_folded=folded(change.ticket.requester_email),
            **order_of(change.ticket),
        )
        await tx.db["tickets"].insert_one(document, session=tx.session)
    else:
        await _update(tx, change, change.before)
    if change.message is not None:
        # A message always makes a new version of its ticket: versions are the order of the messages.
        await files.use_in_ticket(tx, change.message)
        message = TICKET_MESSAGES.document(change.message, n=change.ticket.version)
        await tx.db["ticket_messages"].insert_one(message, session=tx.session)
    await outbox.insert(tx, change.mails)
    tx.tell(change.facts())
    return change.ticket


async def _update(tx: Transaction, change: TicketChange, before: Ticket) -> None:
    """If the ticket still is what was read. Raises Overtaken."""
    order: Document = {"$set": TICKETS.changes(before, change.ticket) | order_of(change.ticket)}
    as_read = {"_id": before.number, "version": before.version}
    result = await tx.db["tickets"].update_one(as_read, order, session=tx.session)
    if result.matched_count != 1:
        raise Overtaken(before.number)
    if change.message is not None:
        await add_terms(tx, "tickets", before.number, change.message.body)


def _texts(change: TicketChange) -> list[str]:
    ticket = change.ticket
    said = "" if change.message is None else change.message.body
    return [ticket.number, ticket.subject, ticket.requester_name or "", ticket.requester_email, said]


def order_of(ticket: Ticket) -> Document:
    """Open ones by checkpoint, then the rest by their last change, newest first."""
    if ticket.status in FINAL_STATUSES:
        return {"is_final": True, "rank": -to_micros(ticket.updated_at)}
    return {
        "is_final": False,
        "rank": _NO_CHECKPOINT if ticket.checkpoint_at is None else to_micros(ticket.checkpoint_at),
    }


async def _said(view: View, number: str, new: NewTicketMessage) -> TicketMessage | None:
    """The message that came under the same author and client_id before. Raises Conflict."""
    if new.client_id is None:
        return None
    document = await view.db["ticket_messages"].find_one(
        {
            "ticket_number": number,
            "client_id": new.client_id,
            "author.kind": new.author.kind,
            "author.id": new.author.id,
        },
        session=view.session,
    )
    message = None if document is None else TICKET_MESSAGES.of(document)
    if message is not None and not ticket_changes.is_same_message(message, new):
        raise Conflict(f"client_id {new.client_id} was another message")
    return message
