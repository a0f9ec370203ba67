"""Known people. The rules are contacts.py's, this is their place in the collections.

What is kept beside the record's fields: `n` (the list's order) and `words` (folded name and addresses, for search). An
address is a document of its own in `contact_addresses`, so that no address is two people's.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from pymongo.errors import DuplicateKeyError

from transcripts import contacts
from transcripts.contacts import Contact, ContactChanges, Seen, folded
from transcripts.errors import NotFound
from transcripts.mongo import audit
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Database, Document
from transcripts.mongo.documents import Documents
from transcripts.mongo.pages import page_of
from transcripts.mongo.writer import Transaction, View

CONTACTS = Documents(Contact, key="id")
KEY = "contacts"
"""Contacts change rarely, and one operation may touch several: in one server they take turns."""
OLDER = 2**40
"""So far before the others stand those of tickets from before there were contacts."""
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class Contacts(Part):
    async def contact(self, contact_id: str) -> Contact | None:
        return await self._read(lambda view: _one(view, {"_id": contact_id}))

    async def contact_by_address(self, address: str) -> Contact | None:
        return await self._read(lambda view: _by_address(view, address), steps=True)

    async def contact_by_subject(self, subject: str) -> Contact | None:
        return await self._read(lambda view: _one(view, {"subject": subject}))

    async def contacts(
        self, words: str | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Contact, ...], str | None]:
        return await self._read(lambda view: _page(view, words, cursor, limit))

    async def add_contact(self, new: Contact, actor: str) -> Contact:
        async def work(tx: Transaction) -> Contact:
            contacts.taken(new, await _owners(tx, new.addresses))
            await _insert(tx, new)
            await audit.append(tx, contacts.added(new, actor))
            return new

        return await self._write(work, KEY, audit.COUNTER)

    async def change_contact(self, contact_id: str, changes: ContactChanges) -> Contact:
        return await self._write(lambda tx: _change(tx, contact_id, changes), KEY, audit.COUNTER)


async def find(view: View, contact_id: str) -> Contact:
    """Raises NotFound."""
    contact = await _one(view, {"_id": contact_id})
    if contact is None:
        raise NotFound(f"no contact {contact_id}")
    return contact


async def meet(tx: Transaction, seen: Seen | None) -> None:
    """Take up what the record came to know about somebody."""
    if seen is None:
        return
    by_subject = None if seen.subject is None else await _one(tx, {"subject": seen.subject})
    by_address = None if seen.address is None else await _by_address(tx, seen.address)
    meeting = contacts.meet(seen, by_subject, by_address)
    if meeting.gone is not None:
        await _delete(tx, meeting.gone, meeting.contact)
    known = next((c for c in (by_subject, by_address) if c is not None and c.id == meeting.contact.id), None)
    if known is None:
        await _insert(tx, meeting.contact)
    else:
        await _update(tx, known, meeting.contact)


async def _change(tx: Transaction, contact_id: str, changes: ContactChanges) -> Contact:
    before = await find(tx, contact_id)
    # Merged with itself it stays what it is.
    other = None if changes.merge in (None, contact_id) else await find(tx, changes.merge or "")
    after = contacts.changed(before, changes, other)
    contacts.taken(after, await _owners(tx, after.addresses), other)
    if other is not None:
        await _delete(tx, other, before)
    await _update(tx, before, after)
    await audit.append(tx, contacts.edited(before, after, changes, other))
    return after


async def _one(view: View, wanted: Document) -> Contact | None:
    document = await view.db["contacts"].find_one(wanted, session=view.session)
    return None if document is None else CONTACTS.of(document)


async def _by_address(view: View, address: str) -> Contact | None:
    owner = await view.db["contact_addresses"].find_one({"_id": folded(address)}, session=view.session)
    return None if owner is None else await _one(view, {"_id": owner["contact_id"]})


async def _owners(view: View, addresses: Sequence[str]) -> list[Contact]:
    owners = [await _by_address(view, address) for address in addresses]
    return [owner for owner in owners if owner is not None]


async def _insert(tx: Transaction, contact: Contact) -> None:
    document = CONTACTS.document(contact, n=await count_up(tx, "contact"), words=contacts.words_in(contact))
    await tx.db["contacts"].insert_one(document, session=tx.session)
    await _claim(tx, contact, contact.addresses)


async def _update(tx: Transaction, before: Contact, after: Contact) -> None:
    if before == after:
        return
    sets = CONTACTS.changes(before, after) | {"words": contacts.words_in(after)}
    await tx.db["contacts"].update_one({"_id": before.id}, {"$set": sets}, session=tx.session)
    had, has = set(map(folded, before.addresses)), set(map(folded, after.addresses))
    if had - has:
        await tx.db["contact_addresses"].delete_many({"_id": {"$in": sorted(had - has)}}, session=tx.session)
    await _claim(tx, after, [address for address in after.addresses if folded(address) not in had])


async def _claim(tx: Transaction, contact: Contact, addresses: Sequence[str]) -> None:
    if addresses:
        documents = [{"_id": folded(address), "contact_id": contact.id} for address in addresses]
        await tx.db["contact_addresses"].insert_many(documents, session=tx.session)


async def _delete(tx: Transaction, contact: Contact, into: Contact) -> None:
    """What was proved in a chat stays proved, for the contact that it became."""
    had = {"_id": {"$in": [folded(address) for address in contact.addresses]}}
    await tx.db["contact_addresses"].delete_many(had, session=tx.session)
    await tx.db["contacts"].delete_one({"_id": contact.id}, session=tx.session)
    moved = {"$set": {"contact_id": into.id}}
    await tx.db["codes"].update_many({"contact_id": contact.id}, moved, session=tx.session)


async def _page(
    view: View, words: str | None, cursor: str | None, limit: int
) -> tuple[tuple[Contact, ...], str | None]:
    parts = [{"$expr": {"$gte": [{"$indexOfCP": ["$words", {"$literal": part}]}, 0]}} for part in contacts.asked(words)]
    page, following = await page_of(view, "contacts", {"$and": parts} if parts else {}, cursor, limit)
    return tuple(map(CONTACTS.of, page)), following


async def take_up_older(db: Database) -> None:
    """Whoever asked for a ticket before there were contacts. Done in steps that may be done again."""
    older = db["tickets"].find({"requester_folded": {"$exists": False}}, {"terms": 0}).sort("n", 1)
    async for ticket in older:
        address = folded(ticket["requester_email"])
        if await db["contact_addresses"].find_one({"_id": address}) is None:
            seen = Contact(f"t-{ticket['_id']}", ticket["requester_name"], (ticket["requester_email"],), None, UNKNOWN)
            document = {**CONTACTS.document(seen), "created_at": ticket["created_at"], "n": ticket["n"] - OLDER}
            with suppress(DuplicateKeyError):
                await db["contacts"].insert_one({**document, "words": contacts.words_in(seen)})
            with suppress(DuplicateKeyError):
                await db["contact_addresses"].insert_one({"_id": address, "contact_id": seen.id})
        await db["tickets"].update_one({"_id": ticket["_id"]}, {"$set": {"requester_folded": address}})
