"""A start waits for a record that is slow just now: what could not be read or kept is tried again, for a while.

The record's adapters give up after a few seconds (`StoreUnavailable`), which is right for a request and too soon for a
start: a server that ends here is only started again by its supervisor, into the same slow record.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from server.errors import StartError
from server.log import logger
from transcripts.errors import StoreDamaged, StoreUnavailable

T = TypeVar("T")
PATIENCE_S = 60.0
"""Of one start: all that its failed attempts and the pauses after them may take together."""
PAUSE_S = 0.5


class Reach(Protocol):
    async def __call__(self, what: str, step: Callable[[], Awaitable[T]], /) -> T:
        """Carry a step of the start out, one that may be carried out again after StoreUnavailable.

        what: what it asks the record for, in words for an operator. Raises StoreUnavailable, StartError, Stopped.
        """


async def at_once(_: str, step: Callable[[], Awaitable[T]], /) -> T:
    """A `Reach` that tries once."""
    return await step()


class Stopped(Exception):
    """The server was asked to end before it had begun."""


async def unless_stopped(stop: asyncio.Event, step: Awaitable[T]) -> T:
    """The outcome of `step`. Raises Stopped as soon as `stop` is set; then the step was cancelled."""
    working, stopping = asyncio.ensure_future(step), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Stopped
        return working.result()
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


class Patience:
    """The `Reach` of one start, for as long as `stop` is not set."""

    def __init__(self, stop: asyncio.Event, patience_s: float = PATIENCE_S) -> None:
        self._stop = stop
        self._patience_s = patience_s
        self._left_s = patience_s

    async def __call__(self, what: str, step: Callable[[], Awaitable[T]], /) -> T:
        """Raises StartError, which names `what`, where the patience is over or would help nothing."""
        is_late = False
        while True:
            began_s = time.monotonic()
            try:
                done = await unless_stopped(self._stop, step())
            except StoreDamaged as exc:
                raise StartError(f"The start cannot go on with {what}: {exc}. {exc.remedy}") from exc
            except StoreUnavailable as exc:
                if self._left_s <= time.monotonic() - began_s:
                    raise self._given_up(what, exc) from exc
                if not is_late:
                    logger.warning("start_waits_for_record", what=what, error=str(exc), patience_s=self._left_s)
                is_late = True
            else:
                if is_late:
                    logger.info("start_goes_on", what=what)
                return done
            await unless_stopped(self._stop, asyncio.sleep(PAUSE_S))
            self._left_s -= time.monotonic() - began_s

    def _given_up(self, what: str, why: StoreUnavailable) -> StartError:
        return StartError(
            f"The record did not answer in time: the start has waited {self._patience_s:.0f} s,"
            f" last for {what} ({why}). Check the database of SEMAFOR_MONGO_URL, or the folder of --data,"
            " and start the server again."
        )
