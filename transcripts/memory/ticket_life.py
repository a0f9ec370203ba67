"""The life of tickets in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from transcripts.memory.base import MemoryBase
from transcripts.records import Ticket
from transcripts.ticket_life import AT_WORK, Standing, TicketCourse, course_of, standing_of, tier_since


class MemoryTicketLife(MemoryBase):
    async def standing(self, until: datetime) -> tuple[Standing, ...]:
        found = (standing_of(ticket) for ticket in self._tickets.values())
        near = [one for one in found if one and (one.checkpoint_at <= until or one.missed_at is not None)]
        return tuple(sorted(near, key=lambda one: (one.checkpoint_at, int(one.number))))

    async def unkept(self, now: datetime, limit: int) -> tuple[Ticket, ...]:
        due = [one for one in map(standing_of, self._tickets.values()) if one and one.checkpoint_at <= now]
        due.sort(key=lambda one: (one.checkpoint_at, int(one.number)))
        return tuple(self._tickets[one.number] for one in due[:limit])

    async def overdue_at_tier(
        self, department_id: str, tier: int, since_by: datetime, limit: int
    ) -> tuple[Ticket, ...]:
        there = [
            ticket
            for ticket in self._tickets.values()
            if (ticket.department_id, ticket.tier) == (department_id, tier)
            and ticket.status in AT_WORK
            and tier_since(ticket) <= since_by
        ]
        return tuple(sorted(there, key=lambda ticket: (tier_since(ticket), int(ticket.number)))[:limit])

    async def ticket_courses(
        self, from_at: datetime, to_at: datetime, departments: Sequence[str] | None, assignee: str | None
    ) -> tuple[TicketCourse, ...]:
        made = [
            course_of(ticket)
            for ticket in self._tickets.values()
            if from_at <= ticket.created_at < to_at
            and (departments is None or ticket.department_id in departments)
            and (assignee is None or ticket.assignee == assignee)
        ]
        return tuple(sorted(made, key=lambda course: course.at))
