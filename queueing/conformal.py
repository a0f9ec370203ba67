"""How far from the mean a wait may lie: quantiles of the estimator's own recent errors.

The third part of the estimate (estimate.py). An error is a wait minus its mean, in standard deviations of the law.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

# Errors of nobody in particular, about those of a sum of a few exponential times but wider at the top.
PRIOR = (-1.5, -1.1, -0.8, -0.6, -0.3, -0.1, 0.1, 0.4, 0.8, 1.5, 2.2)
GOLDEN = 0.6180339887498949


class Errors:
    """The newest errors, in order: O(log n) to find a place."""

    WINDOW = 600
    PRIOR_FADES = 60  # own errors from which on the prior ones are not needed

    def __init__(self) -> None:
        self._newest: deque[float] = deque()
        self._ordered: list[float] = sorted(PRIOR)
        self._share = 0.0

    def __len__(self) -> int:
        return len(self._newest)

    def learn(self, error: float) -> None:
        self._newest.append(error)
        insort(self._ordered, error)
        if len(self._newest) > self.WINDOW:
            self._drop(self._newest.popleft())
        if len(self._newest) == self.PRIOR_FADES:
            for prior in PRIOR:
                self._drop(prior)

    def beyond(self, error: float) -> float:
        """One of the errors larger than this: what a wait that was given up there would have come to.

        Taken evenly from among them, so that in the long run a censored wait counts as what lies to its right (Efron's
        redistribution, 1967); beyond the largest, the error itself.
        """
        first = bisect_left(self._ordered, error)
        self._share = (self._share + GOLDEN) % 1
        beyond = len(self._ordered) - first
        return self._ordered[first + int(self._share * beyond)] if beyond else error

    def quantile(self, share: float) -> float:
        """Conformal: of n errors the one of rank share * (n + 1), so that the next lies below it with that chance."""
        return self._ordered[min(int(share * (len(self._ordered) + 1)), len(self._ordered) - 1)]

    def _drop(self, error: float) -> None:
        del self._ordered[bisect_left(self._ordered, error)]


class Band:
    """Errors apart by size of the line, since few exponential times spread in another shape than many (Mondrian)."""

    EDGES = (2, 7)  # chats ahead: none or one; two to six; more
    ENOUGH = 25

    def __init__(self) -> None:
        self._all = Errors()
        self._by_size = [Errors() for _ in range(len(self.EDGES) + 1)]

    def learn(self, ahead: int, error: float, answered: bool) -> None:
        mine = self._by_size[self._size(ahead)]
        came = error if answered else (mine if len(mine) >= self.ENOUGH else self._all).beyond(error)
        mine.learn(came)
        self._all.learn(came)

    def quantiles(self, ahead: int) -> tuple[float, float]:
        """Median and 90th percentile, in standard deviations from the mean.

        The 90th percentile of few errors is the noisier of the two: it is taken from the midst of theirs and all's.
        """
        mine = self._by_size[self._size(ahead)]
        if len(mine) < self.ENOUGH:
            return self._all.quantile(0.5), self._all.quantile(0.9)
        return mine.quantile(0.5), (mine.quantile(0.9) + self._all.quantile(0.9)) / 2

    def _size(self, ahead: int) -> int:
        return sum(ahead >= edge for edge in self.EDGES)
