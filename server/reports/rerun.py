"""What would have been with other agents: the measured arrivals served again, in virtual time.

Erlang-A in its steady state misses the 90th percentile of a desk whose load rises and falls within hours, and of one
with chats that are longer or shorter than exponential ones. So each arrival comes again at its moment, with the work
that it was (workload.py; for those who left, that of somebody else), and leaves when its patience is over: as long as
it was for those who left, for others at least as long as they waited, by the curve of Kaplan and Meier. First come,
first served; whoever has left is passed over when the line reaches them.

How they are served: lanes.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from server.reports.chats import Floats
from server.reports.erlang import pace, slots_of
from server.reports.lanes import Duty, Queue, serve
from server.reports.workload import Step, Workload, patiences

AROUND_S = 2 * 3600.0
"""Within which the largest number of agents counts as those on duty: the others of them are away for a moment."""


class Outcome(NamedTuple):
    """waits_s: of those who were served, in the order in which they came. left_s: how long those stayed who left."""

    waits_s: Floats
    left_s: Floats


def rerun(workload: Workload, changes: Sequence[int], seed: int = 1) -> list[Outcome]:
    """One outcome per change of the number of agents on duty; chances are the same for all of them."""
    chance = np.random.default_rng(seed)
    works = workload.works_s
    known = works[~np.isnan(works)]
    works = np.where(np.isnan(works), chance.choice(known, len(works)), works)
    at_s = workload.arrivals.at_s
    queue = Queue(at_s, at_s + patiences(workload, chance), works)
    slots = [with_more(workload.steps, change) for change in changes]
    most = max((slots_of(agents, workload.laws.slots) for duty in slots for _, agents in duty), default=0)
    served = serve(queue, [_duty(workload, duty, most) for duty in slots])
    return [Outcome(waits_s[~is_gone & ~np.isnan(waits_s)], waits_s[is_gone]) for waits_s, is_gone in served]


def _duty(workload: Workload, steps: Sequence[tuple[float, float]], most: int) -> Duty:
    """most: slots that anybody has at any time."""
    laws = workload.laws
    kinds = {agents: n for n, agents in enumerate(dict.fromkeys(agents for _, agents in steps))}
    # With nobody accepting those who went finish what they have.
    speeds = [
        [1.0, *(pace(busy, agents or busy, laws.slowdown) / busy for busy in range(1, most + 1))] for agents in kinds
    ]
    return Duty(
        np.array([at_s for at_s, _ in steps], np.float64),
        np.array([slots_of(agents, laws.slots) for _, agents in steps], np.int64),
        np.array([kinds[agents] for _, agents in steps], np.int64),
        np.array(speeds, np.float64).reshape(len(kinds), most + 1),
    )


def with_more(steps: Sequence[Step], change: int) -> list[tuple[float, float]]:
    """(moment, agents): so many more, who are there as much of their duty as the others are."""
    if not change:
        return [(at_s, float(agents)) for at_s, agents in steps]
    starts = [step.at_s for step in steps]
    changed = []
    for at_s, agents in steps:
        first = max(bisect_right(starts, at_s - AROUND_S) - 1, 0)
        most = max(step.agents for step in steps[first : bisect_left(starts, at_s + AROUND_S)])
        changed.append((at_s, max(agents + change * agents / most, 0.0) if agents else 0.0))
    return changed
