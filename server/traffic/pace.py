"""How fast played people read, think and type: all their waiting in one place."""

from __future__ import annotations

import asyncio
from random import Random

TYPED_PER_S = 14.0
MOST_TYPED_S = 9.0


class Pace:
    """times: 2 plays everything twice as fast."""

    def __init__(self, luck: Random, times: float) -> None:
        self.luck = luck
        self._times = times

    def seconds(self, mean_s: float) -> float:
        """Exponential, of real time."""
        return self.luck.expovariate(1 / mean_s) / self._times

    async def wait(self, least_s: float, most_s: float) -> None:
        await asyncio.sleep(self.luck.uniform(least_s, most_s) / self._times)

    async def type(self, text: str) -> None:
        await asyncio.sleep(min(len(text) / TYPED_PER_S, MOST_TYPED_S) / self._times)

    def patience(self, seconds: float) -> float:
        """A time-out of the same kind, in real seconds."""
        return seconds / self._times
