"""Known people. The rules are contacts.py's, this is their place in the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from transcripts import contacts
from transcripts.contacts import Contact, ContactChanges, Seen, folded
from transcripts.errors import NotFound
from transcripts.sqlite import audit
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows
from transcripts.sqlite.writer import Transaction

CONTACTS = Rows(Contact, "contacts", key="id")


class Contacts(Part):
    async def contact(self, contact_id: str) -> Contact | None:
        return await self._read(lambda db: CONTACTS.one(db, "WHERE id = ?", (contact_id,)))

    async def contact_by_address(self, address: str) -> Contact | None:
        return await self._read(lambda db: _by_address(db, address))

    async def contact_by_subject(self, subject: str) -> Contact | None:
        return await self._read(lambda db: _by_subject(db, subject))

    async def contacts(
        self, words: str | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Contact, ...], str | None]:
        return await self._read(lambda db: _page(db, words, cursor, limit))

    async def add_contact(self, new: Contact, actor: str) -> Contact:
        def work(tx: Transaction) -> Contact:
            contacts.taken(new, _owners(tx.db, new.addresses))
            _insert(tx.db, new)
            audit.append(tx.db, contacts.added(new, actor))
            return new

        return await self._write(work)

    async def change_contact(self, contact_id: str, changes: ContactChanges) -> Contact:
        return await self._write(lambda tx: _change(tx.db, contact_id, changes))


def find(db: sqlite3.Connection, contact_id: str) -> Contact:
    """Raises NotFound."""
    contact = CONTACTS.one(db, "WHERE id = ?", (contact_id,))
    if contact is None:
        raise NotFound(f"no contact {contact_id}")
    return contact


def meet(db: sqlite3.Connection, seen: Seen | None) -> None:
    """Take up what the record came to know about somebody."""
    if seen is None:
        return
    by_subject = None if seen.subject is None else _by_subject(db, seen.subject)
    by_address = None if seen.address is None else _by_address(db, seen.address)
    meeting = contacts.meet(seen, by_subject, by_address)
    if meeting.gone is not None:
        _delete(db, meeting.gone, meeting.contact)
    known = next((c for c in (by_subject, by_address) if c is not None and c.id == meeting.contact.id), None)
    if known is None:
        _insert(db, meeting.contact)
    else:
        _update(db, known, meeting.contact)


def _change(db: sqlite3.Connection, contact_id: str, changes: ContactChanges) -> Contact:
    before = find(db, contact_id)
    # Merged with itself it stays what it is.
    other = None if changes.merge in (None, contact_id) else find(db, changes.merge or "")
    after = contacts.changed(before, changes, other)
    contacts.taken(after, _owners(db, after.addresses), other)
    if other is not None:
        _delete(db, other, before)
    _update(db, before, after)
    audit.append(db, contacts.edited(before, after, changes, other))
    return after


def _by_address(db: sqlite3.Connection, address: str) -> Contact | None:
    where = "WHERE id = (SELECT contact_id FROM contact_addresses WHERE folded = ?)"
    return CONTACTS.one(db, where, (folded(address),))


def _by_subject(db: sqlite3.Connection, subject: str) -> Contact | None:
    return CONTACTS.one(db, "WHERE subject = ?", (subject,))


def _owners(db: sqlite3.Connection, addresses: Sequence[str]) -> list[Contact]:
    owners = [_by_address(db, address) for address in addresses]
    return [owner for owner in owners if owner is not None]


def _insert(db: sqlite3.Connection, contact: Contact) -> None:
    CONTACTS.insert(db, contact, words=contacts.words_in(contact))
    _claim(db, contact)


def _update(db: sqlite3.Connection, before: Contact, after: Contact) -> None:
    if before == after:
        return
    CONTACTS.update(db, before, after)
    db.execute("UPDATE contacts SET words = ? WHERE id = ?", (contacts.words_in(after), after.id))
    db.execute("DELETE FROM contact_addresses WHERE contact_id = ?", (after.id,))
    _claim(db, after)


def _claim(db: sqlite3.Connection, contact: Contact) -> None:
    rows = [(folded(address), contact.id) for address in contact.addresses]
    db.executemany("INSERT INTO contact_addresses (folded, contact_id) VALUES (?, ?)", rows)


def _delete(db: sqlite3.Connection, contact: Contact, into: Contact) -> None:
    """What was proved in a chat stays proved, for the contact that it became."""
    db.execute("DELETE FROM contact_addresses WHERE contact_id = ?", (contact.id,))
    db.execute("DELETE FROM contacts WHERE id = ?", (contact.id,))
    db.execute("UPDATE codes SET contact_id = ? WHERE contact_id = ?", (into.id, contact.id))


def _page(
    db: sqlite3.Connection, words: str | None, cursor: str | None, limit: int
) -> tuple[tuple[Contact, ...], str | None]:
    parts = contacts.asked(words)
    return CONTACTS.page(db, ["instr(words, ?)" for _ in parts], parts, cursor, limit)
