"""What a server that is alone does when record and queue may differ: build the queue anew from the record."""

from __future__ import annotations

import asyncio

from queueing.errors import QueueUnavailable
from server.log import logger
from server.services.routing.dispatch import Dispatch, Duty
from server.services.routing.follow import Follow
from server.services.routing.roster import Roster
from transcripts.errors import StoreError, StoreUnavailable

RETRY_S = 1.0


class Rebuilding:
    """The `Recovery` of a queue in this process."""

    is_needed = False
    """Such a queue can always be reached."""

    def __init__(self, dispatch: Dispatch, roster: Roster, follow: Follow) -> None:
        self._dispatch = dispatch
        self._roster = roster
        self._follow = follow
        self._task: asyncio.Task[None] | None = None

    def begin(self, fault: StoreUnavailable | QueueUnavailable) -> None:
        if self._task is None or self._task.done():
            logger.warning("rebuilding", error=type(fault).__name__)
            self._task = asyncio.ensure_future(self._until_done())

    async def start(self) -> None:
        """Raises StoreUnavailable."""
        await self._dispatch.rebuild(await self._roster.agents())

    def duties(self) -> tuple[tuple[float, Duty], ...]:
        return ()

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _until_done(self) -> None:
        while True:
            try:
                await self._follow.compare()
                return await self.start()
            except (StoreError, QueueUnavailable) as exc:
                logger.error("rebuild_failed", error=type(exc).__name__)
                await asyncio.sleep(RETRY_S)
