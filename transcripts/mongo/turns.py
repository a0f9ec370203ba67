"""Who comes after whom, in this process: operations on one thing take effect in the order in which they were called.

Between servers the database decides (a later writer is refused and tries again). Inside one it would be a waste to
let operations on the same chat collide, and the port promises their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence


class Turn:
    """A place behind every earlier operation that has one of the same keys."""

    def __init__(self, last: dict[str, Turn], keys: Sequence[str]) -> None:
        self._last = last
        self._keys = keys
        self._over = asyncio.get_running_loop().create_future()
        self._before = [last[key] for key in keys if key in last]
        for key in keys:
            last[key] = self

    async def come(self) -> None:
        """Returns when all before are over. No circle can form: each waits only for what was called before it."""
        for turn in self._before:
            await turn._over  # noqa: SLF001 (another Turn)
        self._before = []

    def end(self) -> None:
        self._over.set_result(None)
        for key in self._keys:
            if self._last.get(key) is self:
                del self._last[key]


class Turns:
    def __init__(self) -> None:
        self._last: dict[str, Turn] = {}

    def take(self, keys: Sequence[str]) -> Turn:
        """At once, before anything is awaited."""
        return Turn(self._last, keys)
