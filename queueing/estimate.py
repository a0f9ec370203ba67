"""What a waiting visitor is told: the remaining queue wait as a likely and an at-most figure.

`Estimator` is the interface; `MarkovEstimator` the one in use, made of a law of the line (drain.py), what it leaves out
(correction.py) and its own recent errors (conformal.py). Fed with what the server sees, in order; asked per position.
Pure: no clock, no driver.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from queueing.conformal import Band
from queueing.correction import Correction
from queueing.drain import TYPICAL_CHAT_S, Drain, Law

FEATURES = 6


@dataclass(frozen=True, slots=True)
class Basis:
    """What an estimate was made from, to learn from when the wait came true. features: see `_features`.

    changes_n: how often the desk had become another one by then (change.py); None: it is not known any more.
    """

    ahead: int
    law: Law
    features: tuple[float, ...]
    factor: float
    changes_n: int | None = field(default=None, compare=False)

    def numbers(self) -> tuple[float, ...]:
        """For the record; `of` reads it back."""
        return (self.ahead, self.law.mean_s, self.law.variance, self.factor, *self.features)

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Basis | None:
        """None: they are of another version's estimator, and nothing can be learnt from them."""
        if len(numbers) != 4 + FEATURES or not all(map(math.isfinite, numbers)) or min(numbers[1:4]) <= 0:
            return None
        ahead, mean_s, variance, factor, *features = numbers
        return cls(int(ahead), Law(mean_s, variance), tuple(features), factor)


@dataclass(frozen=True, slots=True)
class Wait:
    """Remaining queue wait in seconds. likely_s: median; upto_s: 90th percentile; mean_s: where it is known."""

    likely_s: float
    upto_s: float
    mean_s: float | None = field(default=None, compare=False)
    basis: Basis | None = field(default=None, compare=False, repr=False)


class Estimator(Protocol):
    """One department's estimator. Times are seconds on any one clock that does not jump."""

    def arrived(self, at_s: float) -> None: ...

    def slots_changed(self, at_s: float, slots: int) -> None:
        """slots: sum of the capacities of the accepting agents."""

    def started(self, at_s: float, waited_s: float) -> None:
        """A chat got its agent, after waiting or (0 s) at once."""

    def ended(self, at_s: float, lasted_s: float) -> None:
        """A chat that an agent had is over; the slot was held for lasted_s."""

    def abandoned(self, at_s: float, waited_s: float) -> None:
        """A waiting visitor left: a censored wait, not an answered one."""

    def resolved(self, shown: Wait, waited_s: float, answered: bool) -> None:
        """What came true of an estimate: `waited_s` after it was shown the visitor got an agent (answered), or left."""

    def predict(self, ahead: int, at_s: float) -> Wait | None:
        """Remaining wait with `ahead` chats before this one; None where nothing honest can be said."""


class MarkovEstimator:
    """A Markovian line, corrected by what came true, with the range of its own recent errors (decision 0010).

    The mean is the law's times a factor learnt from a few features: how many are ahead, how long the last ones waited
    and the first in line waits now, how fast the last starts came, how many slots there are. Where the law holds, the
    factor stays 1. Median and 90th percentile are the mean plus so many standard deviations of the law as half, and
    nine tenths, of the recent waits stayed below.
    """

    NEAR_S = 10.0  # added to both sides of a ratio of waits, so that short ones do not make it jump
    LAST_STARTS = 10
    ANY_DESK = 0.1  # squared relative error of the law that no number of chats ahead averages out
    LEAST, MOST = 0.3, 4.0

    def __init__(self, chat_s: float = TYPICAL_CHAT_S) -> None:
        """chat_s: what a chat takes, roughly: all that is known before the desk has chats of its own."""
        self._drain = Drain(chat_s)
        self._correction = Correction(FEATURES)
        self._band = Band()
        self._last_waits_s = 0.0

    def arrived(self, at_s: float) -> None:
        self._drain.passed(at_s)
        self._drain.line.join(at_s)

    def slots_changed(self, at_s: float, slots: int) -> None:
        self._drain.passed(at_s)
        self._drain.slots = slots

    def started(self, at_s: float, waited_s: float) -> None:
        self._drain.passed(at_s)
        self._drain.line.leave(at_s - waited_s)
        before_n = self._drain.changes_n
        self._drain.started(waited_s)
        if self._drain.changes_n > before_n:
            self._correction.begin_anew()
        if waited_s > 0:
            self._last_waits_s += (waited_s - self._last_waits_s) / self.LAST_STARTS

    def ended(self, at_s: float, lasted_s: float) -> None:
        """Of the rate it teaches nothing that the next start does not teach better: not every end makes a slot free."""
        self._drain.passed(at_s)
        self._drain.ended()

    def abandoned(self, at_s: float, waited_s: float) -> None:
        self._drain.passed(at_s)
        self._drain.line.leave(at_s - waited_s)
        self._drain.gave_up()

    def resolved(self, shown: Wait, waited_s: float, answered: bool) -> None:
        basis = shown.basis
        if basis is None or basis.changes_n not in (None, self._drain.changes_n):
            return  # errors of a law that is no more
        law = basis.law
        error = (waited_s / basis.factor - law.mean_s) / math.sqrt(law.variance)
        self._band.learn(basis.ahead, error, answered)
        if answered:
            noise = law.variance / law.mean_s**2 + self.ANY_DESK
            self._correction.learn(basis.features, min(waited_s / law.mean_s, 10.0) - 1, noise)

    def predict(self, ahead: int, at_s: float) -> Wait | None:
        if self._drain.working <= 0:
            return None
        self._drain.passed(at_s)
        law = self._drain.law(ahead)
        features = self._features(ahead, law.mean_s, at_s)
        factor = min(max(1 + self._correction.of(features), self.LEAST), self.MOST)
        median, upper = self._band.quantiles(ahead)
        spread_s = math.sqrt(law.variance)
        likely_s = max(law.mean_s + median * spread_s, 0.0) * factor
        upto_s = max(law.mean_s + upper * spread_s, 0.0) * factor
        basis = Basis(ahead, law, features, factor, self._drain.changes_n)
        return Wait(likely_s, max(upto_s, likely_s), law.mean_s * factor, basis)

    def _features(self, ahead: int, mean_s: float, at_s: float) -> tuple[float, ...]:
        """Each about 0 on an ordinary desk and about 1 on a strange one; the first is for the constant."""
        last = math.log((self._last_waits_s + self.NEAR_S) / (mean_s + self.NEAR_S))
        first_in_line = self._drain.line.oldest_s(at_s) / (mean_s + self.NEAR_S)
        return (
            1.0,
            0.5 * math.log((ahead + 1) / 4),
            min(max(last, -1.5), 1.5),
            min(max(self._drain.pace, -1.5), 1.5),
            min(first_in_line, 3.0) - 0.5,
            0.5 * math.log(max(self._drain.working, 1) / 8),
        )
