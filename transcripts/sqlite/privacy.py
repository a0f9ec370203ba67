"""Erasure, tombstones and retention. The rules are privacy.py's and retention.py's; erasing.py has the statements."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from transcripts.facts import ChatChanged, TicketChanged
from transcripts.privacy import Erased, Erasure, Person, Subject, Tombstone
from transcripts.records import Mail, Visitor
from transcripts.retention import Aged, Outdated
from transcripts.sqlite import erasing
from transcripts.sqlite.conversations import CHATS
from transcripts.sqlite.files import Files
from transcripts.sqlite.outbox import MAILS
from transcripts.sqlite.retention import drop, find
from transcripts.sqlite.rows import Rows, marks
from transcripts.sqlite.tickets import TICKETS
from transcripts.sqlite.visitors import VISITORS
from transcripts.sqlite.writer import Transaction

TOMBSTONES = Rows(Tombstone, "erasures", key="id")
_ADDRESSES = (
    "SELECT lower(visitor_email) FROM chats WHERE visitor_email IS NOT NULL"
    " UNION SELECT lower(requester_email) FROM tickets WHERE requester_email <> ''"
    " UNION SELECT folded FROM contact_addresses"
    " UNION SELECT lower(email) FROM visitors WHERE email IS NOT NULL"
    ' UNION SELECT lower("to") FROM mails'
    " UNION SELECT lower(sender) FROM inbound WHERE sender IS NOT NULL"
    " UNION SELECT email_folded FROM incident_subscribers"
)
_VISITORS = (
    "SELECT id FROM visitors UNION SELECT visitor_id FROM pages"
    " UNION SELECT visitor_id FROM chats WHERE erased_at IS NULL"
)


class Privacy(Files):
    async def visitors_of(self, subject: str) -> tuple[Visitor, ...]:
        return await self._read(lambda db: VISITORS.all(db, "WHERE subject = ? ORDER BY created_at, id", (subject,)))

    async def mails_about(self, person: Person) -> tuple[Mail, ...]:
        where, args = erasing.about(person)
        return await self._read(lambda db: MAILS.all(db, f"{where} ORDER BY n", args))

    async def subscriptions_of(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        sql = f"SELECT email_folded FROM incident_subscribers WHERE email_folded IN ({marks(addresses)})"
        return await self._read(lambda db: tuple(email for (email,) in db.execute(sql, addresses)))

    async def erase(self, order: Erasure) -> Erased:
        names: list[str] = []

        def work(tx: Transaction) -> Erased:
            files_n, gone = erasing.delete_files(tx.db, order.person)
            names.extend(gone)
            return _erase(tx, order, files_n)

        erased = await self._write(work)
        await self._remove_names(names)
        return erased

    async def purge(self) -> bool:
        return await self._alone(erasing.purge)

    async def tombstones(self) -> tuple[Tombstone, ...]:
        return await self._read(lambda db: TOMBSTONES.all(db, "ORDER BY at, n"))

    async def add_tombstone(self, tombstone: Tombstone) -> None:
        await self._write(lambda tx: _keep(tx.db, tombstone))

    async def known_subjects(self) -> tuple[Subject, ...]:
        def question(db: sqlite3.Connection) -> tuple[Subject, ...]:
            return (
                *(Subject("address", value) for (value,) in db.execute(_ADDRESSES)),
                *(Subject("contact", value) for (value,) in db.execute("SELECT id FROM contacts")),
                *(Subject("visitor", value) for (value,) in db.execute(_VISITORS)),
            )

        return await self._read(question)

    async def outdated(self, asked: Outdated) -> Aged:
        return await self._read(lambda db: find(db, asked))

    async def drop_outdated(self, asked: Outdated, found: Aged) -> None:
        names = await self._write(lambda tx: drop(tx, asked, found))
        await self._remove_names(names)

    async def _remove_names(self, names: Sequence[str]) -> None:
        for name in names:
            await asyncio.to_thread(self._folder.remove, name)


def _erase(tx: Transaction, order: Erasure, files_n: int) -> Erased:
    db, person = tx.db, order.person
    message_ids = erasing.delete_mails(db, person)
    counts = {
        "chats": sum(erasing.erase_chat(tx, chat_id, order) for chat_id in person.chat_ids),
        "tickets": sum(erasing.erase_ticket(tx, number, order) for number in person.ticket_numbers),
        "files": files_n,
        "mails": len(message_ids),
        "inbound": erasing.delete_inbound(db, person),
        **erasing.delete_person(db, person),
    }
    erasing.seal_audit(db, person.addresses)
    if order.tombstone is not None:
        _keep(db, order.tombstone)
    _tell(tx, person)
    return Erased(counts, tuple(message_ids))


def _keep(db: sqlite3.Connection, tombstone: Tombstone) -> None:
    if TOMBSTONES.one(db, "WHERE id = ?", (tombstone.id,)) is None:
        TOMBSTONES.insert(db, tombstone)


def _tell(tx: Transaction, person: Person) -> None:
    """Whoever shows one of them shows it without words from now on."""
    for chat_id in person.chat_ids:
        chat = CHATS.one(tx.db, "WHERE id = ?", (chat_id,))
        if chat is not None:
            tx.tell([ChatChanged(chat, chat)])
    for number in person.ticket_numbers:
        ticket = TICKETS.one(tx.db, "WHERE number = ?", (number,))
        if ticket is not None:
            tx.tell([TicketChanged(ticket, ticket)])
