"""Percentiles of values that are kept as several sorted runs, such as one per day, without sorting them together.

Exact: the same value as of all the values in one list. A month of 100,000 waits takes half a millisecond instead of
fifteen, which is what a report of two periods by the hour is made of.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from math import ceil

from server.reports.measures import ENOUGH, Json

FEW = 2000
"""So many values are sorted sooner than searched."""
ROUNDS = 60
"""Of halving: more than the bits of a double's mantissa."""


class Runs:
    """Several sorted runs, read as one."""

    def __init__(self, runs: Iterable[Sequence[float]]) -> None:
        self._runs = [run for run in runs if len(run)]
        self.n = sum(map(len, self._runs))

    def percentile(self, share: float) -> float | None:
        """Nearest rank, as in measures.percentile: the smallest that at least `share` do not exceed. None under 5."""
        if self.n < ENOUGH:
            return None
        return round(self._ranked(max(1, ceil(share * self.n))), 3)

    def upto(self, bound: float) -> int:
        """How many are at most so much."""
        return sum(bisect_right(run, bound) for run in self._runs)

    def spread(self) -> Json:
        """The maximum is one that occurred, and is told from the first value on."""
        return {
            "p50_s": self.percentile(0.5),
            "p90_s": self.percentile(0.9),
            "max_s": round(max(run[-1] for run in self._runs), 3) if self._runs else None,
        }

    def joined(self) -> array[float]:
        """All of them in order."""
        out: array[float] = array("d")
        for run in self._runs:
            out.extend(run)
        return array("d", sorted(out))

    def _ranked(self, rank: int) -> float:
        """The value of this rank, from 1 on: halve the range of values until few are in it, and sort these."""
        runs, below = self._runs, 0
        inside = self.n
        low, high = min(run[0] for run in runs), max(run[-1] for run in runs)
        for _ in range(ROUNDS):
            if inside <= FEW:
                break
            middle = low + (high - low) / 2
            under = [bisect_right(run, middle) for run in runs]
            n = sum(under)
            if below + n >= rank:
                runs, inside, high = [run[:end] for run, end in zip(runs, under, strict=True)], n, middle
            else:
                runs, inside, low = [run[end:] for run, end in zip(runs, under, strict=True)], inside - n, middle
                below += n
        return sorted(value for run in runs for value in run)[rank - below - 1]


def sorted_run(values: Iterable[float]) -> array[float]:
    """As little as it can be kept in."""
    return array("d", sorted(values))
