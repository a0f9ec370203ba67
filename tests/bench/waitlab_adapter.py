"""The estimator that the server composes, under the names that waitlab calls: maps names, decides nothing.

Waitlab is an outside judge and not in this repository; waits.py runs it with this class.
"""

from __future__ import annotations

from typing import Protocol

from queueing.estimate import Estimator, MarkovEstimator, Wait

Said = tuple[float, float, float, float, float, Wait]


class View(Protocol):
    t: float
    ahead: int


class Semafor:
    """Waitlab also asks for a 5th and a 95th percentile, which nobody is told: 0 and the 90th again."""

    name = "Semafor"

    def __init__(self) -> None:
        self._estimator: Estimator = MarkovEstimator()
        self.on_slots(0.0, 1)

    def on_arrive(self, t: float) -> None:
        self._estimator.arrived(t)

    def on_slots(self, t: float, n: int) -> None:
        """A log without log-in times can show nobody though somebody answers; there is always one."""
        self._estimator.slots_changed(t, max(n, 1))

    def on_start(self, t: float, waited: float) -> None:
        self._estimator.started(t, waited)

    def on_end(self, t: float, duration: float) -> None:
        self._estimator.ended(t, duration)

    def on_abandon(self, t: float, waited: float) -> None:
        self._estimator.abandoned(t, waited)

    def on_resolved(self, t: float, prediction: Said, actual: float) -> None:
        self._estimator.resolved(prediction[5], actual, answered=True)

    def predict(self, view: View) -> Said:
        wait = self._estimator.predict(view.ahead, view.t)
        assert wait is not None
        assert wait.mean_s is not None
        return wait.mean_s, wait.likely_s, 0.0, wait.upto_s, wait.upto_s, wait
