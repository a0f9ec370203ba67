"""Tickets and their messages: what is written. The rules are ticket_changes.py's."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from transcripts import changes, ticket_changes
from transcripts.contacts import seen_at_ticket
from transcripts.errors import Conflict, NotFound
from transcripts.operations import NewMail, NewTicket, NewTicketMessage, TicketChanges
from transcripts.records import Ticket, TicketMessage
from transcripts.sqlite import contacts, files, outbox
from transcripts.sqlite.base import Part, count_up
from transcripts.sqlite.conversations import carry_out as carry_out_chat
from transcripts.sqlite.conversations import find as find_chat
from transcripts.sqlite.rows import Rows
from transcripts.sqlite.writer import Transaction
from transcripts.ticket_changes import FIRST_NUMBER, TicketChange

TICKETS = Rows(Ticket, "tickets", key="number")
TICKET_MESSAGES = Rows(TicketMessage, "ticket_messages", key="id")


class Tickets(Part):
    async def create_ticket(self, new: NewTicket) -> Ticket:
        return await self._write(lambda tx: _create(tx, new))

    async def change_ticket(self, number: str, wanted: TicketChanges, at: datetime) -> Ticket:
        def work(tx: Transaction) -> Ticket:
            ticket = find(tx.db, number)
            if wanted.message is not None and _said(tx.db, number, wanted.message) is not None:
                return ticket
            change = ticket_changes.change_ticket(ticket, wanted, at)
            return ticket if change is None else _carry_out(tx, change)

        return await self._write(work)

    async def add_ticket_message(
        self,
        number: str,
        new: NewTicketMessage,
        at: datetime,
        mails: tuple[NewMail, ...],
        checkpoint_at: datetime | None = None,
    ) -> TicketMessage:
        def work(tx: Transaction) -> TicketMessage:
            ticket = find(tx.db, number)
            known = _said(tx.db, number, new)
            if known is not None:
                return known
            change, message = ticket_changes.add_message(ticket, new, at, mails, checkpoint_at)
            _carry_out(tx, change)
            return message

        return await self._write(work)


def find(db: sqlite3.Connection, number: str) -> Ticket:
    """Raises NotFound."""
    ticket = TICKETS.one(db, "WHERE number = ?", (number,))
    if ticket is None:
        raise NotFound(f"no ticket {number}")
    return ticket


def known(db: sqlite3.Connection, new: NewTicket) -> Ticket | None:
    """The ticket that an earlier request under the same creator and client_id made. Raises Conflict."""
    row = db.execute(
        "SELECT fingerprint, ticket_number FROM ticket_requests WHERE creator = ? AND client_id = ?",
        (new.creator, new.client_id),
    ).fetchone()
    if row is None:
        return None
    fingerprint, number = row
    if fingerprint != new.fingerprint:
        raise Conflict(f"client_id {new.client_id} was another ticket")
    return find(db, number)


def next_number(db: sqlite3.Connection) -> str:
    return str(count_up(db, "ticket", FIRST_NUMBER))


def make(tx: Transaction, new: NewTicket, number: str, upto_seq: int | None) -> Ticket:
    ticket = _carry_out(tx, ticket_changes.open_ticket(new, number, upto_seq))
    contacts.meet(tx.db, seen_at_ticket(ticket))
    if new.creator is not None and new.client_id is not None:
        request = (new.creator, new.client_id, new.fingerprint, number)
        tx.db.execute("INSERT INTO ticket_requests VALUES (?, ?, ?, ?)", request)
    return ticket


def _create(tx: Transaction, new: NewTicket) -> Ticket:
    earlier = known(tx.db, new)
    if earlier is not None:
        return earlier
    if new.chat_id is None:
        return make(tx, new, next_number(tx.db), None)
    chat = find_chat(tx.db, new.chat_id)
    number = next_number(tx.db)
    chat = carry_out_chat(tx, changes.link_ticket(chat, new.chat_events, new.at, number))
    return make(tx, new, number, chat.last_seq)


def _carry_out(tx: Transaction, change: TicketChange) -> Ticket:
    if change.before is None:
        TICKETS.insert(tx.db, change.ticket, id=int(change.ticket.number))
    else:
        TICKETS.update(tx.db, change.before, change.ticket)
    if change.message is not None:
        files.use_in_ticket(tx.db, change.message)
        TICKET_MESSAGES.insert(tx.db, change.message)
    for mail in change.mails:
        outbox.insert(tx.db, mail)
    tx.tell(change.facts())
    return change.ticket


def _said(db: sqlite3.Connection, number: str, new: NewTicketMessage) -> TicketMessage | None:
    """The message that came under the same author and client_id before. Raises Conflict."""
    if new.client_id is None:
        return None
    message = TICKET_MESSAGES.one(
        db,
        "WHERE ticket_number = ? AND client_id = ? AND author_kind = ? AND author_id IS ?",
        (number, new.client_id, new.author.kind, new.author.id),
    )
    if message is not None and not ticket_changes.is_same_message(message, new):
        raise Conflict(f"client_id {new.client_id} was another message")
    return message
