"""Things to do later: named timers on monotonic time, each owned until it has run or was cancelled.

They are not stored: every one follows from the record (a chat's moments, an agent's status) and is set anew after a
restart. What a timer does checks the record's state itself, so that a late or a second firing does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from server.log import logger

Action = Callable[[], Awaitable[None]]


class Timers:
    def __init__(self) -> None:
        self._handles: dict[Hashable, asyncio.TimerHandle] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    def set(self, name: Hashable, delay_s: float, action: Action) -> None:
        """Run `action` once in `delay_s` seconds; replaces a timer of the same name."""
        self.cancel(name)
        if not self._closed:
            self._handles[name] = asyncio.get_running_loop().call_later(max(0.0, delay_s), self._fire, name, action)

    def cancel(self, name: Hashable) -> bool:
        """True where it had not fired yet."""
        handle = self._handles.pop(name, None)
        if handle is None:
            return False
        handle.cancel()
        return True

    def is_set(self, name: Hashable) -> bool:
        return name in self._handles

    async def aclose(self) -> None:
        self._closed = True
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _fire(self, name: Hashable, action: Action) -> None:
        self._handles.pop(name, None)
        task = asyncio.ensure_future(self._run(name, action))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, name: Hashable, action: Action) -> None:
        try:
            await action()
        except Exception as exc:  # noqa: BLE001 - one failing timer must not take the others along
            logger.error("timer_failed", timer=str(name), error=type(exc).__name__)
