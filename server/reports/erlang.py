"""How many agents a rate of arrivals needs: Erlang-A with concurrency, in its steady state.

M/M/n+M (Palm 1957; Garnett, Mandelbaum and Reiman, Manufacturing & Service Operations Management 4, 2002, 208-227) with
n = agents x slots, and a service rate that depends on how many chats are on: b chats on m agents, spread evenly, are
ended at the rate of `pace` (b, m). Those who wait leave at the rate theta each.

Whoever arrives with j waiting before them waits V, the sum of exponential times with the rates m + theta k, k = 0 .. j,
where m is the rate of the full desk; so exp(-theta V) follows Beta(m / theta, j + 1). Served within T they are with the
probability E[B; B >= x], B = exp(-theta V), x = exp(-theta T), which is a / (a + j + 1) (1 - I_x(a + 1, j + 1)) with
a = m / theta, and the incomplete beta function of a whole second argument is a finite sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
MOST_AGENTS = 400
MOST_WAITING = 2000
NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Laws:
    """How a desk works, measured. handle_s: of a chat that its agent has alone; slowdown: how much longer all chats of
    an agent take with each further one, as a share of that. slots: chats an agent has when people wait.
    patience_s: mean time until who waits leaves.
    """

    handle_s: float
    slowdown: float
    slots: float
    patience_s: float


def pace(busy: float, agents: float, slowdown: float) -> float:
    """Total rate of `busy` chats on `agents`, spread evenly, in chats that somebody had alone.

    Between whole loads some agents have one chat more than the others: linear.
    """
    if busy <= agents:
        return busy
    load = busy / agents
    whole = floor(load)
    below = whole / (1 + slowdown * (whole - 1))
    above = (whole + 1) / (1 + slowdown * whole)
    return agents * (below + (load - whole) * (above - below))


def paces(busy: Numbers, agents: Numbers | float, slowdown: float) -> Numbers:
    """`pace` of each; agents: above 0."""
    load = busy / agents
    whole = np.maximum(np.floor(load), 1)
    below = whole / (1 + slowdown * (whole - 1))
    above = (whole + 1) / (1 + slowdown * whole)
    return np.where(busy <= agents, busy, agents * (below + (load - whole) * (above - below)))


def slots_of(agents: float, slots: float) -> int:
    """At least one where anybody is there."""
    return max(floor(agents * slots + 0.5), 1) if agents > 0 else 0


def within(arrivals_per_s: float, agents: int, within_s: float, laws: Laws) -> float:
    """The share of those who arrive that is served within `within_s`, in the steady state."""
    full = slots_of(agents, laws.slots)
    if not full:
        return 0.0
    theta = 1 / laws.patience_s
    weight = whole = 1.0
    for busy in range(1, full + 1):
        weight *= arrivals_per_s * laws.handle_s / pace(busy, agents, laws.slowdown)
        whole += weight
        if whole > 1e250:  # only ratios matter
            weight, whole = weight / whole, 1.0
    served = whole - weight
    rate = pace(full, agents, laws.slowdown) / laws.handle_s
    a, x = rate / theta, exp(-theta * within_s)
    # not_yet: I_x(a + 1, j + 1), summed up term by term.
    term = not_yet = exp(-(rate + theta) * within_s)
    for waiting in range(MOST_WAITING):
        served += weight * a / (a + waiting + 1) * max(1 - not_yet, 0.0)
        term *= (a + 1 + waiting) / (waiting + 1) * (1 - x)
        not_yet += term
        weight *= arrivals_per_s / (rate + (waiting + 1) * theta)
        whole += weight
        if weight < NEGLIGIBLE * whole:
            break
    return min(served / whole, 1.0)


def needed(arrivals_per_s: float, share: float, within_s: float, laws: Laws, *, at_least: int = 1) -> int | None:
    """The fewest agents who serve `share` of the arrivals within `within_s`. None: more than 400.

    at_least: so many are known to be needed; one in any case.
    """
    # Below this the desk would be overloaded even if everybody left who can wait no longer than that.
    full = pace(slots_of(1, laws.slots), 1, laws.slowdown) / laws.handle_s
    least = max(1, at_least, floor(share * arrivals_per_s / full))
    for agents in range(least, MOST_AGENTS + 1):
        if within(arrivals_per_s, agents, within_s, laws) >= share:
            return agents
    return None
