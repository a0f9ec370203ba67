"""Promises that were not kept: their customers are told so, with the next one, once each.

Found by looking at the record, so a promise that passed while the server was down or the clock stood elsewhere is told
late, but told. The leader acts; a promise is told in one step with its mail, on the version of the ticket it was found
in, so whoever tries the same meanwhile changes nothing. The alarm goes on until a person gives news (alarms.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from server.clock import Clock
from server.log import logger
from server.services.known.roll_call import RollCall
from server.services.tickets.tickets import Tickets
from server.settings import Settings
from transcripts import promises
from transcripts.envelopes import Envelope
from transcripts.errors import VersionConflict
from transcripts.port import Store
from transcripts.records import Ticket

AT_ONCE = 50


class PromiseKeeper:
    def __init__(
        self,
        store: Store,
        tickets: Tickets,
        roll_call: RollCall,
        clock: Clock,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._tickets = tickets
        self._roll_call = roll_call
        self._clock = clock
        self._settings = settings
        self._new_id = new_id

    async def tick(self) -> None:
        """Tell of every promise whose time has come. Raises StoreUnavailable; the next tick goes on."""
        while self._roll_call.is_leader():
            found = await self._store.unkept(self._clock.now(), AT_ONCE)
            told = await asyncio.gather(*(self._tell(ticket) for ticket in found))
            if len(found) < AT_ONCE or not any(told):
                return

    async def _tell(self, ticket: Ticket) -> bool:
        """False: somebody was faster."""
        now = self._clock.now()
        # Each promise that nobody looks after is longer than the one before: no customer is written to every few hours.
        since_s = (now - ticket.missed_at).total_seconds() if ticket.missed_at else 0.0
        following = self._tickets.checkpoint(ticket.department_id, now, at_least_s=since_s)
        changes = promises.missed(ticket, following, Envelope(self._new_id(), self._settings.mail_host))
        try:
            await self._store.change_ticket(ticket.number, changes, now)
        except VersionConflict:
            return False
        logger.warning("promise_missed", ticket=ticket.number, department=ticket.department_id)
        return True
