"""What the line's law leaves out, learnt from waits that came true: recursive least squares that forgets.

The second part of the estimate (estimate.py); knows numbers only, not what they stand for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


class Correction:
    """Ridge regression, one wait at a time, over a few features; begins at no correction.

    Forgets by widening what is believed about the coefficients, half of it every HALF_LIFE waits, but never beyond
    where it began (stabilised forgetting: Kulhavy & Zarrop 1993): a desk that stays the same for a month stays able
    to learn, and one with nothing to learn does not drift. O(features^2) per wait.
    """

    HALF_LIFE = 3000
    PRIOR = 0.08  # standard deviation of a coefficient before anything is learnt
    PRIOR_FIRST = 0.3  # of the constant

    def __init__(self, features: int) -> None:
        self._sizes = [self.PRIOR_FIRST] + [self.PRIOR] * (features - 1)
        self._known = [0.0] * features
        self._spread = [[self._sizes[i] ** 2 if i == j else 0.0 for j in range(features)] for i in range(features)]

    def of(self, features: Sequence[float]) -> float:
        return sum(known * feature for known, feature in zip(self._known, features, strict=True))

    def learn(self, features: Sequence[float], truth: float, noise: float) -> None:
        """noise: variance of the truth around what the features can say."""
        towards = [sum(s * f for s, f in zip(row, features, strict=True)) for row in self._spread]
        scale = noise + sum(t * f for t, f in zip(towards, features, strict=True))
        miss = truth - self.of(features)
        for i, t in enumerate(towards):
            self._known[i] += t * miss / scale
            for j, u in enumerate(towards):
                self._spread[i][j] -= t * u / scale
        self._forget()

    def begin_anew(self) -> None:
        """The constant belonged to another law: it is nothing again, and as little known as at the beginning."""
        self._known[0] = 0.0
        for i in range(len(self._sizes)):
            self._spread[0][i] = self._spread[i][0] = 0.0
        self._spread[0][0] = self._sizes[0] ** 2

    def _forget(self) -> None:
        widen = 2 ** (1 / self.HALF_LIFE)
        factors = [
            math.sqrt(widen) if self._spread[i][i] * widen <= size**2 else 1.0 for i, size in enumerate(self._sizes)
        ]
        for i, row in enumerate(self._spread):
            for j in range(len(row)):
                row[j] *= factors[i] * factors[j]
