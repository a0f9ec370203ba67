"""How long people stay in line who are not served: the curve of Kaplan and Meier.

Event: somebody left the line without an agent. Censored: an agent took them, or they are waiting still; all that is
known of their patience is that it was longer. Leaving it out, or taking their wait for their patience, would make
people look less patient than they are.

With d_i who leave at t_i and n_i at risk then (still in line just before; who is taken at t_i counts as at risk):

    S(t) = product over t_i <= t of (1 - d_i / n_i)                 Kaplan and Meier, JASA 53 (1958), 457-481
    V(t) = sum over t_i <= t of d_i / (n_i (n_i - d_i))             Greenwood (1926): Var S = S^2 V
    band = S ^ exp(+-1.96 sqrt(V) / log S)                          log-log, within 0..1: Kalbfleisch and Prentice, 1980

The median is the first moment at which half have left: S <= 1/2; None where the curve does not go down so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np

from server.reports.chats import MICROS, Chats, Floats
from server.reports.measures import ENOUGH, Json
from server.reports.parts import micros
from server.reports.waits import EARLY_S

MAX_POINTS = 200
Z_95 = 1.959963984540054
AT_ONCE_S = 0.5
"""Who had an agent sooner was never in line."""


class Step(NamedTuple):
    """From at_s on the share `staying` is still there. low, high: 95 %, None where they are not defined (S = 0)."""

    at_s: float
    staying: float
    low: float | None
    high: float | None
    at_risk: int


def staying(chats: Chats, now: datetime) -> Json:
    """Of the first stay in line of each chat.

    n: all of them; left_early: those of `left` who left within 5 seconds, apart, because hardly anybody can be
    answered so soon; they are in the curve as well.
    """
    is_served, is_over = ~np.isnan(chats.waited_s), ~np.isnan(chats.closed_s)
    left = np.sort(np.maximum(0.0, chats.closed_s[~is_served & is_over]))
    in_line = (micros(now) - chats.asked[~is_served & ~is_over]) / MICROS
    held = np.concatenate((chats.waited_s[is_served], in_line))
    curve = Curve(left, held)
    waited = len(left) + int(np.count_nonzero(held > AT_ONCE_S))
    return {
        "n": len(left) + len(held),
        "left": len(left),
        "left_early": int(left.searchsorted(EARLY_S, "right")),
        "median_s": curve.median() if waited >= ENOUGH else None,
        "curve": [_point(step) for step in curve.steps(thinned(len(curve)))],
    }


class Curve:
    """One step per moment at which somebody left, in order, after the beginning, where all are there.

    left: after how many seconds people left, in order. held: how long those stayed who did not leave, in any order.
    moments, shares: of the steps.
    """

    def __init__(self, left: Sequence[float] | Floats, held: Sequence[float] | Floats) -> None:
        gone, stayed = np.asarray(left, np.float64), np.sort(np.asarray(held, np.float64))
        everybody = len(gone) + len(stayed)
        moments, first, leavers = np.unique(gone, return_index=True, return_counts=True)
        at_risk = everybody - first - stayed.searchsorted(moments)
        start = [0.0] if everybody else []
        self.moments: Floats = np.concatenate((start, moments))
        self.shares: Floats = np.concatenate((start, np.cumprod(1 - leavers / at_risk)))
        self.shares[:1] = 1.0
        self._at_risk = np.concatenate(([everybody], at_risk))
        remaining = np.maximum(at_risk * (at_risk - leavers), 1)
        self._variances = np.concatenate(([0.0], np.cumsum(leavers / remaining)))

    def __len__(self) -> int:
        return len(self.moments)

    def steps(self, which: Sequence[int]) -> list[Step]:
        return [self._step(n) for n in which]

    def median(self) -> float | None:
        """A share is a product of fractions: one half may come out a rounding error above it."""
        below = np.flatnonzero(self.shares <= 0.5 + 1e-12)
        return round(float(self.moments[below[0]]), 3) if len(below) else None

    def _step(self, n: int) -> Step:
        at_s, share, at_risk = float(self.moments[n]), float(self.shares[n]), int(self._at_risk[n])
        if not n or share <= 0:
            bound = None if n else 1.0
            return Step(at_s, share, bound, bound, at_risk)
        # log S is below 0: the wider power gives the lower bound.
        width = Z_95 * sqrt(self._variances[n]) / -log(share)
        return Step(at_s, share, share ** exp(width), share ** exp(-width), at_risk)


def thinned(n: int) -> list[int]:
    """At most MAX_POINTS of n steps, evenly, with the first and the last: those left out lie between two shown."""
    if n <= MAX_POINTS:
        return list(range(n))
    return [round(place * (n - 1) / (MAX_POINTS - 1)) for place in range(MAX_POINTS)]


def _point(step: Step) -> Json:
    return {
        "at_s": round(step.at_s, 3),
        "staying": round(step.staying, 4),
        "low": None if step.low is None else round(step.low, 4),
        "high": None if step.high is None else round(step.high, 4),
        "at_risk": step.at_risk,
    }
