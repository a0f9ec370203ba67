"""Reads the mailbox that SEMAFOR_IMAP_URL names, every SEMAFOR_IMAP_POLL_S; of several servers the leader alone.

A mailbox that cannot be reached is tried again with growing pauses, and the panel says why.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from server.clock import Clock
from server.log import logger
from server.services.known.roll_call import RollCall
from server.services.mail.inbound import Inbound
from server.settings import Settings
from transcripts.inbound.delivery import Reader, ReadError
from transcripts.port import Store

LONGEST_PAUSE_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class MailboxState:
    """error: why it cannot be read, None: it can. since: when that began, or when it was read last."""

    error: str | None
    since: datetime


class Mailbox:
    """reader: None where no mailbox is set."""

    def __init__(
        self,
        reader: Reader | None,
        store: Store,
        inbound: Inbound,
        roll_call: RollCall,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._reader = reader
        self._store = store
        self._inbound = inbound
        self._roll_call = roll_call
        self._clock = clock
        self._poll_s = settings.imap_poll_s
        self._due_s = 0.0
        self._faults_n = 0
        self.state: MailboxState | None = None

    async def tick(self) -> None:
        """Raises StoreUnavailable; what was kept by then is kept."""
        if self._reader is None or not self._roll_call.is_leader() or self._clock.monotonic_s() < self._due_s:
            return
        try:
            await self._visit(self._reader)
        except ReadError as exc:
            self._faults_n += 1
            if self.state is None or self.state.error is None:  # once per outage
                logger.warning("mailbox_unreadable", error=type(exc).__name__)
            since = self.state.since if self.state is not None and self.state.error else self._clock.now()
            self.state = MailboxState(str(exc), since)
        else:
            self._faults_n = 0
            self.state = MailboxState(None, self._clock.now())
        finally:
            pause_s = self._poll_s * 2.0 ** min(self._faults_n, 10)
            self._due_s = self._clock.monotonic_s() + min(pause_s, max(LONGEST_PAUSE_S, self._poll_s))

    async def _visit(self, reader: Reader) -> None:
        name = "imap:" + hashlib.sha256(reader.name.encode()).hexdigest()[:24]
        known = await self._store.value(name)

        async def note(place: str) -> None:
            nonlocal known
            if place != known and await self._store.swap_value(name, known, place):
                known = place

        await reader.visit(known, self._inbound.keep, note)
