"""Whether a desk has changed: chats that now start twice as fast, or half as fast, as the rate lets expect.

Two cumulative sums of log-likelihood ratios (CUSUM: Page 1954), one each way, over the starts and the time in which
they could be. Each remembers what was counted since it was last at nothing: the best guess of when the change was.
"""

from __future__ import annotations

import math

ALARM = 18.0
"""A log-likelihood ratio that chance alone reaches once in millions of starts; real calls need it so high."""


class Change:
    """One way. factor: of the rate that it looks for."""

    def __init__(self, factor: float) -> None:
        self._per_start = math.log(factor)
        self._per_expected = factor - 1
        self.forget()

    def forget(self) -> None:
        self._sum = 0.0
        self.starts = 0.0
        self.slots_s = 0.0

    def passed(self, slots_s: float, expected: float) -> None:
        """Time in which so many starts were expected."""
        self._add(-self._per_expected * expected, 0.0, slots_s)

    def started(self) -> bool:
        """A start; whether this is a change by now."""
        self._add(self._per_start, 1.0, 0.0)
        return self._sum > ALARM

    def _add(self, step: float, starts: float, slots_s: float) -> None:
        self._sum += step
        self.starts += starts
        self.slots_s += slots_s
        if self._sum <= 0:
            self.forget()
