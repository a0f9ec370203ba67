"""What the places of one line are told: the estimator's belief, made calm.

An estimate moves a little with every start; a person who reads it needs a number that stands still until it means
something. Pure: no clock, no driver.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace

from queueing.estimate import Estimator, Wait


@dataclass(frozen=True, slots=True)
class Held:
    """Seconds told: likely, and at most."""

    likely_s: float
    upto_s: float


NOTHING = Held(0.0, 0.0)


class Board:
    """What is told for `ahead` chats before one, from a few places (0 to 20, then every tenth or so) and between them.

    At every moment, for every place: never less than is believed, never more than MARGIN above it (so nothing freezes),
    and never less than an earlier place of the line is told. Memory and work grow with the logarithm of the line.
    """

    EACH = 20  # places told for themselves
    FURTHER = 1.1  # from then on, each of the places that are asked for is so many times the one before
    CALM_S = 0.25  # belief is asked again after this time at the latest, and at every change of slots (`changed`)
    RAISE = 1.04  # above the belief that made a number grow, so that the next start does not make it grow again
    MARGIN = 1.12  # above the belief at which a number falls
    MARGIN_S = 4.0

    def __init__(self, estimator: Estimator) -> None:
        self._estimator = estimator
        self._places = list(range(self.EACH + 1))
        self._held: list[Held] = []
        self._asked_s = -math.inf

    def changed(self) -> None:
        """Belief has made a step."""
        self._asked_s = -math.inf

    def told(self, ahead: int, at_s: float, *, anew: bool = False) -> Wait | None:
        """What the one with `ahead` before it is told now; None: nothing honest can be said.

        anew: nobody stands here or further back who was told anything yet, so that nothing has to be held.
        """
        believed = self._estimator.predict(ahead, at_s)
        if believed is None:
            self._held.clear()
            self.changed()
            return None
        behind = self._index(ahead)
        if anew:  # from a place between two, the one behind is also theirs who stand right before
            del self._held[behind if self._places[behind] == ahead else behind + 1 :]
        if at_s - self._asked_s >= self.CALM_S:
            self._ask(0, len(self._held), at_s)
            self._asked_s = at_s
        self._ask(len(self._held), behind + 1, at_s)
        held = self._between(ahead, behind)
        return replace(believed, likely_s=held.likely_s, upto_s=held.upto_s)

    def _ask(self, first: int, end: int, at_s: float) -> None:
        """Bring the places from `first` to `end` to what is believed, each at least what the one before is told."""
        least = self._held[first - 1] if first else NOTHING
        for index in range(first, end):
            believed = self._estimator.predict(self._places[index], at_s)
            assert believed is not None
            if index == len(self._held):
                self._held.append(Held(believed.likely_s, believed.upto_s))
            before = self._held[index]
            likely_s = max(self._moved(before.likely_s, believed.likely_s), least.likely_s)
            least = self._held[index] = Held(likely_s, max(self._moved(before.upto_s, believed.upto_s), least.upto_s))

    def _moved(self, told_s: float, believed_s: float) -> float:
        if believed_s > told_s:
            return believed_s * self.RAISE
        return believed_s if told_s > believed_s * self.MARGIN + self.MARGIN_S else told_s

    def _index(self, ahead: int) -> int:
        """Of the first place that is asked for, at `ahead` or behind it."""
        while self._places[-1] < ahead:
            self._places.append(math.ceil(self._places[-1] * self.FURTHER))
        return bisect_left(self._places, ahead)

    def _between(self, ahead: int, behind: int) -> Held:
        """On the straight line from the place before to the one behind."""
        later = self._held[behind]
        if self._places[behind] == ahead:
            return later
        earlier, start = self._held[behind - 1], self._places[behind - 1]
        share = (ahead - start) / (self._places[behind] - start)
        likely_s = earlier.likely_s + share * (later.likely_s - earlier.likely_s)
        return Held(likely_s, earlier.upto_s + share * (later.upto_s - earlier.upto_s))
