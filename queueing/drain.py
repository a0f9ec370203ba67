"""How fast a line gets shorter: what a busy slot serves, how soon those who wait give up, and what follows for a place.

The first part of the estimate (estimate.py): a law with two rates, both counted only while somebody waits, because
only then every slot that can take a chat has one.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from dataclasses import dataclass

from queueing.change import Change

SAME_S = 0.001  # two moments closer than this are the same arrival, told as a moment and as a difference
TYPICAL_CHAT_S = 420.0
LOST_S = 4 * 3600.0  # a place older than this was given up without a word
SUMMED = 12  # terms added one by one; the rest is an integral, within 0.1 %


@dataclass(frozen=True, slots=True)
class Law:
    """A remaining wait as the two rates have it: mean and variance in seconds."""

    mean_s: float
    variance: float


class Line:
    """When those who wait came. O(log n) to find one."""

    def __init__(self) -> None:
        self._came_s: list[float] = []

    def __len__(self) -> int:
        return len(self._came_s)

    def join(self, at_s: float) -> None:
        while self._came_s and self._came_s[0] < at_s - LOST_S:
            self._came_s.pop(0)
        insort(self._came_s, at_s)

    def leave(self, came_s: float) -> None:
        at = bisect_left(self._came_s, came_s - SAME_S)
        if at < len(self._came_s) and self._came_s[at] <= came_s + SAME_S:
            del self._came_s[at]

    def oldest_s(self, at_s: float) -> float:
        """How long the one who came first has waited."""
        return max(0.0, at_s - self._came_s[0]) if self._came_s else 0.0


class Drain:
    """Counts what leaves the line against the time in which it could.

    A slot's rate is starts per second of a slot while somebody waits: it holds whatever concurrency, pauses and
    unequal agents make of a chat's duration, where slots divided by the mean duration does not (measured: decision
    0010). The rate of giving up is leavers per second of waiting, so those who still wait count as censored.
    """

    PRIOR_CHATS = 3.0
    PRIOR_WAIT_S = 600.0  # by nobody in particular without giving up, so that one early leaver does not mislead
    KEEP_START = 0.5 ** (1 / 150)  # half of what is known is from the last 150 starts
    KEEP_LEAVER = 0.5 ** (1 / 500)
    KEEP_RECENT = 0.9  # about the last ten starts

    def __init__(self, chat_s: float = TYPICAL_CHAT_S) -> None:
        self.line = Line()
        self.slots: int | None = None
        self._busy = 0
        self._now_s = -math.inf
        self._starts = self.PRIOR_CHATS
        self._slots_s = self.PRIOR_CHATS * chat_s
        self._leavers = 0.0
        self._waited_s = self.PRIOR_WAIT_S
        self._recent = self._recent_expected = 5.0
        self._changes = (Change(0.5), Change(2.0))
        self.changes_n = 0

    @property
    def working(self) -> int:
        """Slots, or as many as have a chat while nobody has told them (in what is learnt from the record)."""
        return self._busy if self.slots is None else self.slots

    def passed(self, at_s: float) -> None:
        """Time has gone by up to at_s."""
        step_s = at_s - self._now_s
        self._now_s = max(at_s, self._now_s)
        if not 0 < step_s < math.inf or not len(self.line) or self.working <= 0:
            return
        slots_s = step_s * self.working
        expected = slots_s * self.per_slot
        self._recent_expected += expected
        for change in self._changes:
            change.passed(slots_s, expected)
        self._slots_s += slots_s
        self._waited_s += step_s * len(self.line)

    def started(self, waited_s: float) -> None:
        """A chat got its agent. Only who had to wait tells how fast the line moves, and only where somebody accepts."""
        if waited_s > 0 and self.working > 0:
            self._starts = self._starts * self.KEEP_START + 1
            self._slots_s *= self.KEEP_START
            self._recent = self._recent * self.KEEP_RECENT + 1
            self._recent_expected *= self.KEEP_RECENT
            for change in self._changes:
                if change.started():
                    self._begin_anew(change)
        self._busy += 1

    def _begin_anew(self, since: Change) -> None:
        """The desk is another one: only what was counted since then is true of it."""
        self.changes_n += 1
        self._starts, self._slots_s = max(since.starts, 1.0), max(since.slots_s, 1.0)
        self._recent = self._recent_expected = 5.0
        for change in self._changes:
            change.forget()

    def ended(self) -> None:
        self._busy = max(0, self._busy - 1)

    def gave_up(self) -> None:
        """Who left a line that nobody served says nothing about one that is."""
        if self.working <= 0:
            return
        self._leavers = self._leavers * self.KEEP_LEAVER + 1
        self._waited_s *= self.KEEP_LEAVER

    @property
    def per_slot(self) -> float:
        """Chats per second that one slot takes from the line."""
        return self._starts / max(self._slots_s, 1.0)

    @property
    def pace(self) -> float:
        """Logarithm of the last ten or so starts against as many as the rate lets expect in their time."""
        return math.log(self._recent / max(self._recent_expected, 1e-3))

    def law(self, ahead: int) -> Law:
        """Sum of ahead + 1 exponential times at the rates slots * per_slot + i * theta (QLm: Ibrahim & Whitt 2009).

        The variance has a part for how few starts the rate is known from, so the range begins wide. O(1).
        """
        rate = max(self.working, 1) * self.per_slot
        theta = self._leavers / max(self._waited_s, 1.0)
        mean_s = variance = 0.0
        for i in range(min(ahead + 1, SUMMED)):
            step_s = 1 / (rate + i * theta)
            mean_s += step_s
            variance += step_s**2
        if ahead >= SUMMED:
            first, rest = rate + (SUMMED - 0.5) * theta, ahead + 1 - SUMMED
            grown = theta * rest / first
            mean_s += rest / first * (math.log1p(grown) / grown if grown > 1e-9 else 1.0)
            variance += rest / first**2 / (1 + grown)
        return Law(mean_s, variance + mean_s**2 / self._starts)
