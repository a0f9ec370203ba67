"""Tickets and their messages: what is read."""

from __future__ import annotations

from transcripts.mongo import search
from transcripts.mongo.base import Part
from transcripts.mongo.tickets import TICKET_MESSAGES, TICKETS, WITHOUT_TERMS
from transcripts.mongo.writer import View
from transcripts.questions import TicketQuery
from transcripts.records import Ticket, TicketMessage


class TicketReads(Part):
    async def ticket(self, number: str) -> Ticket | None:
        async def question(view: View) -> Ticket | None:
            document = await view.db["tickets"].find_one({"_id": number}, WITHOUT_TERMS)
            return None if document is None else TICKETS.of(document)

        return await self._read(question)

    async def tickets(self, query: TicketQuery) -> tuple[tuple[Ticket, ...], str | None]:
        return await self._read(lambda view: search.tickets(view, query))

    async def ticket_messages(self, number: str) -> tuple[TicketMessage, ...]:
        async def question(view: View) -> tuple[TicketMessage, ...]:
            found = view.db["ticket_messages"].find({"ticket_number": number}).sort("n", 1)
            return tuple(map(TICKET_MESSAGES.of, await found.to_list(None)))

        return await self._read(question)
