"""What a waiting visitor is told: the remaining queue wait as a likely and an at-most figure.

`Estimator` is the interface; `MarkovEstimator` the one in use. Fed with what the server sees, in order; asked per
position. Pure: no clock, no driver.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wait:
    """Remaining queue wait in seconds. likely_s: median; upto_s: 90th percentile."""

    likely_s: float
    upto_s: float


class Estimator(Protocol):
    """One department's estimator. Times are seconds on any one clock that does not jump."""

    def arrived(self, at_s: float) -> None: ...

    def slots_changed(self, at_s: float, slots: int) -> None:
        """slots: sum of the capacities of the accepting agents."""

    def started(self, at_s: float, waited_s: float) -> None:
        """A waiting chat got its agent."""

    def ended(self, at_s: float, lasted_s: float) -> None:
        """A chat that an agent had is over; the slot was held for lasted_s."""

    def abandoned(self, at_s: float, waited_s: float) -> None:
        """A waiting visitor left: a censored wait, not an answered one."""

    def resolved(self, shown: Wait, waited_s: float, answered: bool) -> None:
        """What came true of an estimate: `waited_s` after it was shown the visitor got an agent (answered), or left."""

    def predict(self, ahead: int, at_s: float) -> Wait | None:
        """Remaining wait with `ahead` chats before this one; None where nothing honest can be said."""


class MarkovEstimator:
    """Slots end their chats at a common rate mu, those ahead give up at a rate theta each: the QLm of Ibrahim & Whitt.

    With s slots, the wait with n ahead is a sum of n + 1 exponential times at the rates s*mu + i*theta, i = n ... 0
    (Whitt, "Predicting queueing delays", 1999; Ibrahim & Whitt, "Real-time delay estimation in overloaded multiserver
    queues with abandonments", 2009). Its quantiles are those of the gamma law with the same mean and variance, by
    Wilson & Hilferty's cube. The variance has a part for how few chats mu is known from, so the range begins wide.

    Both figures are then stretched by what came true of them: after each wait a little up where it was longer than
    said, a little down where it was not, so that in the long run half of the waits are above the likely figure and a
    tenth above the other (adaptive conformal inference: Gibbs & Candes 2021), also where the model is wrong.
    """

    DEFAULT_CHAT_S = 420.0  # until chats have ended: counts as much as PRIOR_CHATS of them
    PRIOR_CHATS = 3
    PRIOR_WAIT_S = 600.0  # waited by nobody in particular without giving up, so that one early leaver does not mislead
    STEP = 0.04
    MAX_STRETCH = math.log(4)

    def __init__(self) -> None:
        self._slots = 0
        self._chats_s: deque[float] = deque(maxlen=200)
        self._waits: deque[tuple[float, bool]] = deque(maxlen=400)  # (how long, gave up)
        self._stretch_likely = 0.0  # logarithms
        self._stretch_upto = 0.0
        self._table: list[Wait] = []  # by chats ahead, made when asked for, until something is learnt
        self._learn_rates()

    def arrived(self, at_s: float) -> None:
        """Teaches nothing: in this law a wait depends on who is ahead, not on how fast others come behind."""

    def slots_changed(self, at_s: float, slots: int) -> None:
        self._slots = slots
        self._table = []

    def started(self, at_s: float, waited_s: float) -> None:
        self._learn_wait(waited_s, gave_up=False)

    def ended(self, at_s: float, lasted_s: float) -> None:
        self._chats_s.append(lasted_s)
        self._table = []

    def abandoned(self, at_s: float, waited_s: float) -> None:
        self._learn_wait(waited_s, gave_up=True)

    def resolved(self, shown: Wait, waited_s: float, answered: bool) -> None:
        miss = _exceeded(shown.likely_s, 0.5, waited_s, answered) - 0.5
        self._stretch_likely = self._stretched(self._stretch_likely, miss)
        miss = _exceeded(shown.upto_s, 0.1, waited_s, answered) - 0.1
        self._stretch_upto = self._stretched(self._stretch_upto, miss)
        self._table = []

    def predict(self, ahead: int, at_s: float) -> Wait | None:
        if self._slots <= 0:
            return None
        if not self._table:
            self._learn_rates()
        while len(self._table) <= ahead:
            self._table.append(self._next_row())
        return self._table[ahead]

    def _learn_rates(self) -> None:
        self._known = self.PRIOR_CHATS + len(self._chats_s)
        self._chat_s = (self.PRIOR_CHATS * self.DEFAULT_CHAT_S + sum(self._chats_s)) / self._known
        waited_s = self.PRIOR_WAIT_S + sum(waited for waited, _ in self._waits)
        self._gave_up = sum(left for _, left in self._waits) / waited_s
        self._mean_s = self._variance = 0.0

    def _next_row(self) -> Wait:
        """The wait of the first position that the table lacks, longer than that of the one before it.

        Longer because each step is shorter than those before: the mean grows, and the shape, which narrows the range,
        grows too slowly to outweigh it.
        """
        step_s = 1 / (self._slots / max(self._chat_s, 1.0) + len(self._table) * self._gave_up)
        self._mean_s += step_s
        self._variance += step_s**2
        shape = self._mean_s**2 / (self._variance + self._mean_s**2 / self._known)
        likely_s = self._mean_s * _gamma_quantile(shape, 0.0) * math.exp(self._stretch_likely)
        upto_s = self._mean_s * _gamma_quantile(shape, 1.2816) * math.exp(self._stretch_upto)
        return Wait(likely_s, max(upto_s, likely_s))

    def _learn_wait(self, waited_s: float, gave_up: bool) -> None:
        self._waits.append((waited_s, gave_up))
        self._table = []

    def _stretched(self, stretch: float, miss: float) -> float:
        return max(-self.MAX_STRETCH, min(self.MAX_STRETCH, stretch + self.STEP * miss))


def _exceeded(figure_s: float, share: float, waited_s: float, answered: bool) -> float:
    """Was the wait longer than the figure, which a `share` of all waits exceeds? 1.0 yes, 0.0 no.

    For who gave up before it: how likely it would have been, having waited so long already (exponential tail): from
    `share` at the start to 1 at the figure. Leaving them out would make the figures too short, as the patient remain.
    """
    if waited_s >= figure_s:
        return 1.0
    return 0.0 if answered else float(share ** (1 - waited_s / figure_s))


def _gamma_quantile(shape: float, z: float) -> float:
    """Quantile of the gamma law with mean 1 at the standard normal's quantile z (Wilson & Hilferty 1931)."""
    return float((1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3)
