"""What a waiting visitor is told: the remaining queue wait as a likely and an at-most figure.

`Estimator` is the interface; `MarkovEstimator` the one in use. Fed with what the server sees, in order; asked per
position. Pure: no clock, no driver.
"""

from __future__ import annotations

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

    def predict(self, ahead: int, at_s: float) -> Wait | None:
        """Remaining wait with `ahead` chats before this one; None where nothing honest can be said."""
