"""Places in line that were given up: kept until the line would have reached them.

So the wait that somebody was told can be judged though they left: first come, first served, it would have been over
when somebody behind them got an agent, or when a slot became free and nobody waited.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field

from queueing.estimate import Wait
from queueing.routing import Rank


@dataclass(frozen=True, slots=True, order=True)
class Ghost:
    """shown: what its visitor was told, at shown_s."""

    rank: Rank
    shown_s: float
    shown: Wait = field(compare=False)


class Ghosts:
    """Of one line, in the order of service. O(log n) to add one; each is taken out once."""

    def __init__(self) -> None:
        self._ghosts: list[Ghost] = []

    def add(self, ghost: Ghost) -> None:
        insort(self._ghosts, ghost)

    def reached(self, rank: Rank) -> list[Ghost]:
        """Take out those before this rank: its chat got an agent."""
        end = bisect_left(self._ghosts, rank, key=lambda ghost: ghost.rank)
        reached, self._ghosts = self._ghosts[:end], self._ghosts[end:]
        return reached

    def all(self) -> list[Ghost]:
        """Take out every one: a slot is free and nobody waits, or nobody accepts any more."""
        ghosts, self._ghosts = self._ghosts, []
        return ghosts
