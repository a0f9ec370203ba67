"""Erasure, tombstones and retention. The rules are privacy.py's and retention.py's; erasing.py has the orders.

What is kept of an erasure is written first: a server that dies in the midst leaves a tombstone, which is replayed.
"""

from __future__ import annotations

from transcripts.facts import ChatChanged, TicketChanged
from transcripts.mongo import erasing, retention
from transcripts.mongo.client import Document
from transcripts.mongo.conversations import CHATS, WITHOUT_TERMS
from transcripts.mongo.documents import Documents
from transcripts.mongo.files import Files
from transcripts.mongo.outbox import MAILS
from transcripts.mongo.tickets import TICKETS
from transcripts.mongo.visitors import VISITORS
from transcripts.mongo.writer import Transaction, View
from transcripts.privacy import CLOSED_FOR, Erased, Erasure, Person, Subject, Tombstone
from transcripts.records import Mail, Visitor
from transcripts.retention import Aged, Outdated

TOMBSTONES = Documents(Tombstone, key="id")


class Privacy(Files):
    async def visitors_of(self, subject: str) -> tuple[Visitor, ...]:
        async def question(view: View) -> tuple[Visitor, ...]:
            found = view.db["visitors"].find({"subject": subject}).sort([("created_at", 1), ("_id", 1)])
            return tuple(map(VISITORS.of, await found.to_list(None)))

        return await self._read(question)

    async def mails_about(self, person: Person) -> tuple[Mail, ...]:
        async def question(view: View) -> tuple[Mail, ...]:
            found: dict[str, Document] = {}
            for wanted in erasing.about(person):
                found |= {mail["_id"]: mail for mail in await view.db["mails"].find(wanted).to_list(None)}
            return tuple(map(MAILS.of, sorted(found.values(), key=lambda mail: int(mail["n"]))))

        return await self._read(question)

    async def subscriptions_of(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        async def question(view: View) -> tuple[str, ...]:
            wanted = {"email_folded": {"$in": list(addresses)}}
            found = await view.db["incident_subscribers"].find(wanted, {"email_folded": 1}).to_list(None)
            return tuple(sorted(one["email_folded"] for one in found))

        return await self._read(question)

    async def erase(self, order: Erasure) -> Erased:
        if order.tombstone is not None:
            await self.add_tombstone(order.tombstone)
        person = order.person
        counts = {"chats": 0, "tickets": 0, "files": 0}
        for chat_id in person.chat_ids:
            counts["files"] += await self._remove({"chat_id": chat_id})
            counts["chats"] += await self._erase_chat(chat_id, order)
        for number in person.ticket_numbers:
            counts["files"] += await self._remove({"ticket_number": number})
            counts["tickets"] += await self._erase_ticket(number, order)
        return await self._erase_rest(person, counts)

    async def purge(self) -> bool:
        """What a deleted document leaves on the database's own disks is the database's (docs/privacy.md)."""
        return True

    async def tombstones(self) -> tuple[Tombstone, ...]:
        async def question(view: View) -> tuple[Tombstone, ...]:
            return tuple(map(TOMBSTONES.of, await view.db["erasures"].find().sort("at", 1).to_list(None)))

        return await self._read(question)

    async def add_tombstone(self, tombstone: Tombstone) -> None:
        async def work(tx: Transaction) -> None:
            document = TOMBSTONES.document(tombstone)
            await tx.db["erasures"].replace_one({"_id": tombstone.id}, document, upsert=True, session=tx.session)

        await self._write(work, f"erasure:{tombstone.id}")

    async def known_subjects(self) -> tuple[Subject, ...]:
        return await self._read(_subjects)

    async def outdated(self, asked: Outdated) -> Aged:
        return await self._read(lambda view: retention.find(view, asked), steps=True)

    async def drop_outdated(self, asked: Outdated, found: Aged) -> None:
        if asked.kind == "files":
            await self.remove_files(found.file_ids)
        for work, key in retention.orders(asked, found):
            await self._write(work, key)

    async def _erase_chat(self, chat_id: str, order: Erasure) -> bool:
        async def work(tx: Transaction) -> bool:
            is_done = await erasing.erase_chat(tx, chat_id, order)
            document = await tx.db["chats"].find_one({"_id": chat_id}, WITHOUT_TERMS, session=tx.session)
            if document is not None:
                chat = CHATS.of(document)
                tx.tell([ChatChanged(chat, chat)])
            return is_done

        return await self._write(work, f"chat:{chat_id}")

    async def _erase_ticket(self, number: str, order: Erasure) -> bool:
        async def work(tx: Transaction) -> bool:
            is_done = await erasing.erase_ticket(tx, number, order)
            document = await tx.db["tickets"].find_one({"_id": number}, {"terms": 0}, session=tx.session)
            if document is not None:
                ticket = TICKETS.of(document)
                tx.tell([TicketChanged(ticket, ticket)])
            return is_done

        return await self._write(work, f"ticket:{number}")

    async def _erase_rest(self, person: Person, counts: dict[str, int]) -> Erased:
        async def work(tx: Transaction) -> Erased:
            message_ids = await erasing.delete_mails(tx, person)
            inbound = await erasing.delete_inbound(tx, person)
            rest = await erasing.delete_person(tx, person)
            return Erased(counts | {"mails": len(message_ids), "inbound": inbound} | rest, tuple(message_ids))

        erased = await self._write(work, "erasing", "contacts")
        await self._write(lambda tx: erasing.seal_audit(tx, person.addresses), "erasing", atomic=False)
        return erased


async def _subjects(view: View) -> tuple[Subject, ...]:
    """Each list along an index of its own."""
    addresses: set[str] = set()
    for collection, field in (
        ("chats", "email_folded"),
        ("tickets", "requester_folded"),
        ("mails", "to_folded"),
        ("inbound", "sender"),
        ("incident_subscribers", "email_folded"),
        ("contact_addresses", "_id"),
    ):
        addresses |= set(await _all(view, collection, field))
    visitors = {*await _all(view, "visitors", "_id"), *await _all(view, "pages", "visitor_id")}
    visitors |= {key for key in await _all(view, "chats", "visitor_id") if not key.startswith(CLOSED_FOR)}
    return (
        *(Subject("address", value) for value in sorted(addresses)),
        *(Subject("contact", value) for value in sorted(await _all(view, "contacts", "_id"))),
        *(Subject("visitor", value) for value in sorted(visitors)),
    )


async def _all(view: View, collection: str, field: str) -> list[str]:
    found = await view.db[collection].distinct(field, {field: {"$gt": ""}})
    return [str(value).lower() if field in ("sender", "to_folded") else str(value) for value in found]
