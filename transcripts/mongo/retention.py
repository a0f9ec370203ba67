"""What has been kept for longer than it should: found, and taken away. The rules are transcripts/retention.py's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from transcripts.mongo import erasing
from transcripts.mongo.client import Document
from transcripts.mongo.documents import to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.privacy import Person
from transcripts.retention import Aged, Outdated

Work = Callable[[Transaction], Awaitable[None]]
_OVER_TICKETS = ["closed", "solved"]


async def find(view: View, asked: Outdated) -> Aged:
    if asked.kind == "files":
        return await _files(view, asked)
    if asked.kind == "pages":
        return await _pages(view, asked)
    named: Document = {"$or": [{"visitor_name": {"$ne": None}}, {"visitor_email": {"$ne": None}}]}
    reachable: Document = {
        "$or": [{"requester_folded": {"$ne": ""}}, {"requester_name": {"$ne": None}}, {"phone": {"$ne": None}}]
    }
    is_addresses = asked.kind == "addresses"
    chats = {**_over(asked), **(named if is_addresses else {})}
    tickets = {**_final(asked), **(reachable if is_addresses else {})}
    return Aged(
        await _ids(view, "chats", chats, ("closed_at", 1), asked.limit),
        await _ids(view, "tickets", tickets, ("rank", -1), asked.limit),
    )


def orders(asked: Outdated, found: Aged) -> Iterator[tuple[Work, str]]:
    """One transaction per conversation, with the key whose turn it takes."""
    if asked.kind == "pages":
        yield lambda tx: _drop_pages(tx, asked, found), "pages:outdated"
    if asked.kind != "addresses":
        return
    for chat_id in found.chat_ids:
        yield lambda tx, chat_id=chat_id: _unname_chat(tx, chat_id), f"chat:{chat_id}"  # type: ignore[misc]
    for number in found.ticket_numbers:
        yield lambda tx, number=number: _unname_ticket(tx, number), f"ticket:{number}"  # type: ignore[misc]


def _over(asked: Outdated) -> Document:
    return {
        "department_id": asked.department_id,
        "closed_at": {"$lt": to_micros(asked.before), "$gt": 0},
        "erased_at": None,
    }


def _final(asked: Outdated) -> Document:
    # The rank of a finished ticket is the moment of its last change, backwards (tickets.py).
    before = {"$gt": -to_micros(asked.before), "$lt": 0}
    return {"is_final": True, "rank": before, "department_id": asked.department_id, "erased_at": None}


async def _ids(view: View, name: str, wanted: Document, order: tuple[str, int], limit: int) -> tuple[str, ...]:
    found = view.db[name].find(wanted, {"_id": 1}, session=view.session).sort([order]).limit(limit)
    return tuple(one["_id"] for one in await found.to_list(limit))


async def _files(view: View, asked: Outdated) -> Aged:
    """Of what is over: somebody may still be talking about the others."""
    ids: list[str] = []
    size_bytes = 0
    old = {"sent_at": {"$gt": 0}, "created_at": {"$lt": to_micros(asked.before)}}
    async for file in view.db["files"].find(old, session=view.session).sort("sent_at", 1):
        if await _is_over(view, asked, file):
            ids.append(file["_id"])
            size_bytes += int(file["size_bytes"])
        if len(ids) >= asked.limit:
            break
    return Aged(file_ids=tuple(ids), file_bytes=size_bytes)


async def _is_over(view: View, asked: Outdated, file: Document) -> bool:
    departments: list[str] = []
    if file["chat_id"] is not None:
        chat = await view.db["chats"].find_one({"_id": file["chat_id"]}, {"state": 1, "department_id": 1})
        if chat is None or chat["state"] != "closed":
            return False
        departments.append(chat["department_id"])
    if file["ticket_number"] is not None:
        ticket = await view.db["tickets"].find_one({"_id": file["ticket_number"]}, {"status": 1, "department_id": 1})
        if ticket is None or ticket["status"] not in _OVER_TICKETS:
            return False
        departments.append(ticket["department_id"])
    return departments[:1] == [asked.department_id]


async def _pages(view: View, asked: Outdated) -> Aged:
    """A visitor's pages go by the department of their last chat; "" is the desk's word for who has none."""
    visitors: list[str] = []
    views = 0
    before = to_micros(asked.before)
    for visitor_id in sorted(await view.db["pages"].distinct("visitor_id", {"at": {"$lt": before}})):
        last = await view.db["chats"].find_one({"visitor_id": visitor_id}, {"department_id": 1}, sort=[("line", -1)])
        if ("" if last is None else last["department_id"]) != asked.department_id:
            continue
        visitors.append(visitor_id)
        views += await view.db["pages"].count_documents({"visitor_id": visitor_id, "at": {"$lt": before}})
        if len(visitors) >= asked.limit:
            break
    return Aged(page_visitors=tuple(visitors), page_views=views)


async def _drop_pages(tx: Transaction, asked: Outdated, found: Aged) -> None:
    old = {"visitor_id": {"$in": list(found.page_visitors)}, "at": {"$lt": to_micros(asked.before)}}
    await tx.db["pages"].delete_many(old, session=tx.session)


async def _unname_chat(tx: Transaction, chat_id: str) -> None:
    named = await tx.db["chats"].find_one({"_id": chat_id}, {"email_folded": 1}, session=tx.session)
    await _without_mails(tx, Person(chat_ids=(chat_id,)))
    await erasing.unname_chat(tx, chat_id)
    await _forget_address(tx, "" if named is None else named["email_folded"])


async def _unname_ticket(tx: Transaction, number: str) -> None:
    named = await tx.db["tickets"].find_one({"_id": number}, {"requester_folded": 1}, session=tx.session)
    await _without_mails(tx, Person(ticket_numbers=(number,)))
    await erasing.unname_ticket(tx, number)
    await _forget_address(tx, "" if named is None else named["requester_folded"])


async def _without_mails(tx: Transaction, person: Person) -> None:
    await erasing.delete_mails(tx, person)
    await erasing.delete_inbound(tx, person)


async def _forget_address(tx: Transaction, address: str) -> None:
    """Where nothing newer stands under it, nobody is known by it any more; a subscription was asked for by itself."""
    if not address:
        return
    for collection, field in (("chats", "email_folded"), ("tickets", "requester_folded")):
        if await tx.db[collection].find_one({field: address}, {"_id": 1}, session=tx.session) is not None:
            return
    await _without_mails(tx, Person(addresses=(address,)))
    gone = {"$set": {"name": None, "email": None, "email_folded": ""}}
    await tx.db["visitors"].update_many({"email_folded": address}, gone, session=tx.session)
    owner = await tx.db["contact_addresses"].find_one({"_id": address}, session=tx.session)
    contact = None if owner is None else await tx.db["contacts"].find_one({"_id": owner["contact_id"]})
    if contact is not None and [each.lower() for each in contact["addresses"]] == [address]:
        await erasing.delete_contacts(tx, (contact["_id"],))
    await erasing.seal_audit(tx, (address,))
