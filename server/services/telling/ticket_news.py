"""Tells agents at once that a ticket is new or another than it was; what they show of it they read from the record.

To every connection of those who may see it, on every server. A wake-up only: who misses one looks again by the clock.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.services.telling.boards import department_room
from server.sockets.bus import Bus
from server.wire import Wire
from transcripts.facts import Fact, TicketChanged


class TicketNews:
    def __init__(self, bus: Bus, wire: Wire) -> None:
        self._bus = bus
        self._wire = wire

    def hear(self, facts: Sequence[Fact]) -> None:
        """A listener of the store."""
        for fact in facts:
            if isinstance(fact, TicketChanged):
                self._bus.push(sorted(_rooms(fact)), "ticket", self._wire.ticket_news(fact.ticket))


def _rooms(fact: TicketChanged) -> set[str]:
    """Also of those from whom it was taken: their lists are other ones now."""
    tickets = [fact.ticket] if fact.before is None else [fact.ticket, fact.before]
    rooms = {department_room(ticket.department_id) for ticket in tickets}
    return rooms | {f"agent:{ticket.assignee}" for ticket in tickets if ticket.assignee is not None}
