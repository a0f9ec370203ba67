"""Mails as they came are not kept for ever: once read they go after some time, or where there are too many bytes.

What became of a mail stays on the managers' page, and what it said stays in its ticket; only the bytes go. Done by the
leader, in pieces, so that nobody waits behind a year of mail.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from server.clock import Clock
from server.log import logger
from server.services.known.roll_call import RollCall
from server.settings import Settings
from transcripts.port import Store

AT_ONCE: Final = 100


class InboundKeeping:
    def __init__(self, store: Store, roll_call: RollCall, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._roll_call = roll_call
        self._clock = clock
        self._days = settings.inbound_keep_days
        self._bytes = settings.inbound_keep_bytes

    async def tick(self) -> None:
        """Throw away what is due. Raises StoreUnavailable; the next tick goes on."""
        gone = 0
        while self._roll_call.is_leader():
            now = self._clock.now()
            before = now - timedelta(days=self._days) if self._days else None
            piece = await self._store.forget_raw(now, before, self._bytes or None, AT_ONCE)
            gone += piece
            if piece < AT_ONCE:
                break
        if gone:
            logger.info("inbound_raw_forgotten", mails=gone)
