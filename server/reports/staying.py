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

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from math import exp, log, sqrt
from typing import NamedTuple

from server.reports.measures import ENOUGH, Json
from server.reports.tally import EARLY_S, Sum

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


def staying(some: Sum, now: datetime) -> Json:
    """some: chats, of which the first stay in line of each counts.

    n: all of them; left_early: those of `left` who left within 5 seconds, apart, because hardly anybody can be
    answered so soon; they are in the curve as well.
    """
    left = some.runs("left_s").joined()
    held = [*some.runs("waited_s").joined(), *((now - at).total_seconds() for at in some.in_line())]
    steps = kaplan_meier(left, held)
    waited = len(left) + sum(1 for s in held if s > AT_ONCE_S)
    return {
        "n": len(left) + len(held),
        "left": len(left),
        "left_early": sum(1 for s in left if s <= EARLY_S),
        "median_s": median(steps) if waited >= ENOUGH else None,
        "curve": [_point(step) for step in thinned(steps)],
    }


def kaplan_meier(left: Sequence[float], held: Sequence[float]) -> list[Step]:
    """One step per moment at which somebody left, in order, after the beginning, where all are there.

    left: after how many seconds people left, in order. held: how long those stayed who did not leave, in any order.
    """
    held = sorted(held)
    everybody = len(left) + len(held)
    if not everybody:
        return []
    share, variance, before = 1.0, 0.0, 0
    steps = [Step(0.0, 1.0, 1.0, 1.0, everybody)]
    for at_s, alike in groupby(left):
        leavers = len(list(alike))
        at_risk = everybody - before - bisect_left(held, at_s)
        before += leavers
        if leavers == at_risk:
            steps.append(Step(at_s, 0.0, None, None, at_risk))
            break
        share *= 1 - leavers / at_risk
        variance += leavers / (at_risk * (at_risk - leavers))
        # log S is below 0: the wider power gives the lower bound.
        width = Z_95 * sqrt(variance) / -log(share)
        steps.append(Step(at_s, share, share ** exp(width), share ** exp(-width), at_risk))
    return steps


def median(steps: Sequence[Step]) -> float | None:
    """A share is a product of fractions: one half may come out a rounding error above it."""
    return next((round(step.at_s, 3) for step in steps if step.staying <= 0.5 + 1e-12), None)


def thinned(steps: Sequence[Step]) -> list[Step]:
    """At most MAX_POINTS of them, the first and the last among them, evenly: those left out lie between two shown."""
    if len(steps) <= MAX_POINTS:
        return list(steps)
    last = len(steps) - 1
    return [steps[round(n * last / (MAX_POINTS - 1))] for n in range(MAX_POINTS)]


def _point(step: Step) -> Json:
    return {
        "at_s": round(step.at_s, 3),
        "staying": round(step.staying, 4),
        "low": None if step.low is None else round(step.low, 4),
        "high": None if step.high is None else round(step.high, 4),
        "at_risk": step.at_risk,
    }
