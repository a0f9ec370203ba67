"""How a person goes out of the collections: what is deleted, and what stays as a document without words.

One conversation is one transaction, as a long one would be too large for it; what is left undone by a crash the next
erasure of the person, or the replay of its tombstone, does.
"""

from __future__ import annotations

import json

from transcripts import audit_seals
from transcripts.mongo.client import Document
from transcripts.mongo.conversations import CHATS, WITHOUT_TERMS
from transcripts.mongo.tickets import TICKETS, order_of
from transcripts.mongo.words import chars_of, terms_of
from transcripts.mongo.writer import Overtaken, Transaction
from transcripts.privacy import CLOSED_FOR, Erasure, Person, erased_chat, erased_ticket
from transcripts.records import Chat, Ticket

NO_WORDS: Document = {"terms": [], "terms_chars": 0, "name_terms": [], "name_folded": "", "email_folded": ""}
_BATCH = 500


async def erase_chat(tx: Transaction, chat_id: str, order: Erasure) -> bool:
    """False: there is none, or it was erased before. Raises Overtaken."""
    document = await tx.db["chats"].find_one({"_id": chat_id}, WITHOUT_TERMS, session=tx.session)
    chat = None if document is None else CHATS.of(document)
    if chat is None or chat.erased_at is not None:
        return False
    await set_chat(tx, chat, CHATS.changes(chat, erased_chat(chat, order)) | NO_WORDS)
    said = {"chat_id": chat_id, "kind": {"$ne": "event"}}
    gone: Document = {"client_id": None, "body": "", "file": None, "kind": "text"}
    nobody = {"author": {"kind": "visitor", "id": f"{CLOSED_FOR}{chat_id}", "name": None}}
    messages = tx.db["messages"]
    await messages.update_many({**said, "author.kind": "visitor"}, {"$set": gone | nobody}, session=tx.session)
    await messages.update_many({**said, "author.kind": {"$ne": "visitor"}}, {"$set": gone}, session=tx.session)
    await tx.db["notes"].delete_many({"chat_id": chat_id}, session=tx.session)
    starts = {"visitor_id": chat.visitor_id, "chat_id": chat_id}
    await tx.db["starts"].delete_many(starts, session=tx.session)
    return True


async def set_chat(tx: Transaction, chat: Chat, sets: Document) -> None:
    """Raises Overtaken."""
    as_read = {"_id": chat.id, "state": chat.state, "revision": chat.revision or None}
    if not (await tx.db["chats"].update_one(as_read, {"$set": sets}, session=tx.session)).matched_count:
        raise Overtaken(chat.id)


async def erase_ticket(tx: Transaction, number: str, order: Erasure) -> bool:
    """False: there is none, or it was erased before. Raises Overtaken."""
    ticket = await _ticket(tx, number)
    if ticket is None or ticket.erased_at is not None:
        return False
    after = erased_ticket(ticket, order)
    words: Document = {"terms": terms_of(number), "terms_chars": chars_of(number), "requester_folded": ""}
    await _set_ticket(tx, ticket, TICKETS.changes(ticket, after) | words | order_of(after))
    gone: Document = {"client_id": None, "body": "", "mail_id": None, "file_ids": [], "quoted": None, "sender": None}
    await _set_messages(tx, number, gone)
    await tx.db["ticket_requests"].delete_many({"ticket_number": number}, session=tx.session)
    return True


async def unname_ticket(tx: Transaction, number: str) -> None:
    """Its words stay, who asked goes. Raises Overtaken."""
    ticket = await _ticket(tx, number)
    if ticket is None:
        return
    found = tx.db["ticket_messages"].find({"ticket_number": number}, {"body": 1}, session=tx.session)
    texts = [number, ticket.subject, *[message["body"] async for message in found]]
    gone: Document = {"requester_name": None, "requester_email": "", "requester_verified": None, "phone": None}
    words: Document = {"requester_folded": "", "terms": terms_of(*texts), "version": ticket.version + 1}
    await _set_ticket(tx, ticket, gone | words)
    await _set_messages(tx, number, {"sender": None, "mail_id": None})


async def unname_chat(tx: Transaction, chat_id: str) -> None:
    """Raises Overtaken."""
    document = await tx.db["chats"].find_one({"_id": chat_id}, WITHOUT_TERMS, session=tx.session)
    if document is None:
        return
    chat = CHATS.of(document)
    gone: Document = {"visitor_name": None, "visitor_email": None, "visitor_verified": None}
    words: Document = {"name_terms": [], "name_folded": "", "email_folded": "", "revision": chat.revision + 1}
    await set_chat(tx, chat, gone | words)
    said = {"chat_id": chat_id, "author.kind": "visitor"}
    await tx.db["messages"].update_many(said, {"$set": {"author.name": None}}, session=tx.session)


def about(person: Person) -> list[Document]:
    """Which mails; empty: none."""
    wanted: list[Document] = [
        {name: {"$in": list(values)}}
        for name, values in (
            ("chat_id", person.chat_ids),
            ("ticket_number", person.ticket_numbers),
            ("to_folded", person.addresses),
        )
        if values
    ]
    return wanted


async def delete_mails(tx: Transaction, person: Person) -> list[str]:
    """Their Message-IDs."""
    message_ids: list[str] = []
    for wanted in about(person):
        found = tx.db["mails"].find(wanted, {"message_id": 1}, session=tx.session)
        message_ids += [mail["message_id"] async for mail in found]
        await tx.db["mails"].delete_many(wanted, session=tx.session)
    return message_ids


async def delete_inbound(tx: Transaction, person: Person) -> int:
    ids: list[str] = []
    for name, values in (
        ("ticket_number", person.ticket_numbers),
        ("sender", person.addresses),
        ("from_folded", person.addresses),
    ):
        found = tx.db["inbound"].find({name: {"$in": list(values)}}, {"_id": 1}, session=tx.session)
        ids += [mail["_id"] async for mail in found] if values else []
    if ids:
        await tx.db["inbound_raw"].delete_many({"inbound_id": {"$in": ids}}, session=tx.session)
        await tx.db["inbound"].delete_many({"_id": {"$in": ids}}, session=tx.session)
    return len(set(ids))


async def delete_person(tx: Transaction, person: Person) -> dict[str, int]:
    """What hangs on visits, addresses and contacts."""
    visits, addresses, contacts = person.visitor_ids, person.addresses, person.contact_ids
    counts = {
        "pages": await _delete(tx, "pages", "visitor_id", visits),
        "visitors": await _delete(tx, "visitors", "_id", visits),
        "subscriptions": await _delete(tx, "incident_subscribers", "email_folded", addresses),
        "contacts": await delete_contacts(tx, contacts),
    }
    await _delete(tx, "identities", "visitor_id", visits)
    await _delete(tx, "starts", "visitor_id", visits)
    codes = 0
    for name, values in (("chat_id", person.chat_ids), ("contact_id", contacts), ("address", addresses)):
        codes += await _delete(tx, "codes", name, values)
    return {**counts, "codes": codes}


async def delete_contacts(tx: Transaction, ids: tuple[str, ...]) -> int:
    found = tx.db["contacts"].find({"_id": {"$in": list(ids)}}, {"addresses": 1}, session=tx.session)
    addresses = [address.lower() async for contact in found for address in contact["addresses"]]
    await _delete(tx, "contact_addresses", "_id", tuple(addresses))
    return await _delete(tx, "contacts", "_id", ids)


async def seal_audit(tx: Transaction, addresses: tuple[str, ...]) -> None:
    """In batches along their numbers: no index knows what is in a detail."""
    last = 0
    while addresses:
        asked = tx.db["audit"].find({"_id": {"$gt": last}}, {"detail": 1}).sort("_id", 1).limit(_BATCH)
        found = await asked.to_list(_BATCH)
        for entry in found:
            detail = json.loads(entry["detail"])
            if audit_seals.SALT in detail and audit_seals.names_any(detail, addresses):
                kept = json.dumps(audit_seals.sealed(detail), ensure_ascii=False, separators=(",", ":"))
                await tx.db["audit"].update_one({"_id": entry["_id"]}, {"$set": {"detail": kept}})
        if len(found) < _BATCH:
            return
        last = found[-1]["_id"]


async def _ticket(tx: Transaction, number: str) -> Ticket | None:
    document = await tx.db["tickets"].find_one({"_id": number}, {"terms": 0}, session=tx.session)
    return None if document is None else TICKETS.of(document)


async def _set_ticket(tx: Transaction, ticket: Ticket, sets: Document) -> None:
    as_read = {"_id": ticket.number, "version": ticket.version}
    if not (await tx.db["tickets"].update_one(as_read, {"$set": sets}, session=tx.session)).matched_count:
        raise Overtaken(ticket.number)


async def _set_messages(tx: Transaction, number: str, sets: Document) -> None:
    messages, of_ticket = tx.db["ticket_messages"], {"ticket_number": number}
    await messages.update_many(of_ticket, {"$set": sets}, session=tx.session)
    others = {**of_ticket, "author.kind": {"$ne": "agent"}}
    name: Document = {"author.name": None} | ({"author.id": None} if "body" in sets else {})
    await messages.update_many(others, {"$set": name}, session=tx.session)


async def _delete(tx: Transaction, collection: str, field: str, values: tuple[str, ...]) -> int:
    if not values:
        return 0
    gone = await tx.db[collection].delete_many({field: {"$in": list(values)}}, session=tx.session)
    return int(gone.deleted_count)
