"""Tickets and their messages: what is read."""

from __future__ import annotations

from transcripts.questions import TicketQuery
from transcripts.records import Ticket, TicketMessage
from transcripts.sqlite import search
from transcripts.sqlite.base import Part
from transcripts.sqlite.tickets import TICKET_MESSAGES, TICKETS


class TicketReads(Part):
    async def ticket(self, number: str) -> Ticket | None:
        return await self._read(lambda db: TICKETS.one(db, "WHERE number = ?", (number,)))

    async def tickets(self, query: TicketQuery) -> tuple[tuple[Ticket, ...], str | None]:
        return await self._read(lambda db: search.tickets(db, query))

    async def ticket_messages(self, number: str) -> tuple[TicketMessage, ...]:
        return await self._read(lambda db: TICKET_MESSAGES.all(db, "WHERE ticket_number = ? ORDER BY n", (number,)))
