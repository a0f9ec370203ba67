"""All chats and tickets of one person. Each way to know them again has an index of its own."""

from __future__ import annotations

from transcripts.contacts import PersonQuery, folded
from transcripts.mongo.base import Part
from transcripts.mongo.client import Document
from transcripts.mongo.conversations import CHATS
from transcripts.mongo.conversations import WITHOUT_TERMS as CHAT_WITHOUT_TERMS
from transcripts.mongo.tickets import TICKETS
from transcripts.mongo.tickets import WITHOUT_TERMS as TICKET_WITHOUT_TERMS
from transcripts.mongo.writer import View
from transcripts.records import Chat, Ticket


class PeopleReads(Part):
    async def chats_of_person(self, query: PersonQuery) -> tuple[Chat, ...]:
        async def question(view: View) -> tuple[Chat, ...]:
            wanted = await _of_person(view, query, "email_folded")
            found = view.db["chats"].find(wanted, CHAT_WITHOUT_TERMS, session=view.session).sort("line", -1)
            return tuple(map(CHATS.of, await found.limit(query.limit).to_list(query.limit)))

        return await self._read(question, steps=True)

    async def tickets_of_person(self, query: PersonQuery) -> tuple[Ticket, ...]:
        async def question(view: View) -> tuple[Ticket, ...]:
            wanted = await _of_person(view, query, "requester_folded")
            found = view.db["tickets"].find(wanted, TICKET_WITHOUT_TERMS, session=view.session).sort("n", -1)
            return tuple(map(TICKETS.of, await found.limit(query.limit).to_list(query.limit)))

        return await self._read(question, steps=True)


async def _of_person(view: View, query: PersonQuery, address: str) -> Document:
    """address: the field with what is compared without case."""
    visitors = {query.visitor_id} if query.visitor_id is not None else set()
    if query.subject is not None:
        signed = view.db["visitors"].find({"subject": query.subject}, {"_id": 1}, session=view.session)
        visitors |= {document["_id"] for document in await signed.to_list(None)}
    addresses = [folded(each) for each in query.addresses]
    wanted: Document = {"$or": [{"visitor_id": {"$in": sorted(visitors)}}, {address: {"$in": addresses}}]}
    if query.departments is not None:
        wanted["department_id"] = {"$in": list(query.departments)}
    return wanted
