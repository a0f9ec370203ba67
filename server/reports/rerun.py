"""What would have been with other agents: the measured arrivals served again, in virtual time.

Erlang-A in its steady state misses the 90th percentile of a desk whose load rises and falls within hours, and of one
with chats that are longer or shorter than exponential ones. So each arrival comes again at its moment, with the work
that it was (workload.py; for those who left, that of somebody else), and leaves when its patience is over: as long as
it was for those who left, for others at least as long as they waited, by the curve of Kaplan and Meier. First come,
first served; whoever has left is passed over when the line reaches them.

How they are served: lanes.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from server.reports.chats import Floats, Ints
from server.reports.erlang import paces
from server.reports.lanes import Duty, Queue, serve
from server.reports.workload import Workload, patiences

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
    arrivals_s = workload.arrivals.at_s
    queue = Queue(arrivals_s, arrivals_s + patiences(workload, chance), works)
    steps = np.array(workload.steps, np.float64).reshape(-1, 2)
    duties = [with_more(steps, change) for change in changes]
    slots = [_slots(duty[:, 1], workload.laws.slots) for duty in duties]
    most = max((int(one.max(initial=0)) for one in slots), default=0)
    served = serve(queue, [_duty(workload, *one, most) for one in zip(duties, slots, strict=True)])
    return [Outcome(waits_s[~is_gone & ~np.isnan(waits_s)], waits_s[is_gone]) for waits_s, is_gone in served]


def _slots(agents: Floats, slots: float) -> Ints:
    """As erlang.slots_of."""
    found: Ints = np.where(agents > 0, np.maximum(np.floor(agents * slots + 0.5), 1), 0).astype(np.int64)
    return found


def _duty(workload: Workload, duty: Floats, slots: Ints, most: int) -> Duty:
    """duty: rows of with_more. most: slots that anybody has at any time."""
    kinds, places = np.unique(duty[:, 1], return_inverse=True)
    busy = np.arange(1, most + 1)
    # With nobody accepting those who went finish what they have.
    speeds = [paces(busy, there or busy, workload.laws.slowdown) / busy for there in kinds.tolist()]
    alone = np.ones((len(kinds), 1))
    return Duty(duty[:, 0], slots, places, np.hstack([alone, np.array(speeds).reshape(len(kinds), most)]))


def with_more(steps: Floats, change: int) -> Floats:
    """Rows of a moment and the agents from then on: so many more, who are there as much of their duty as the others."""
    at_s, agents = steps[:, 0], steps[:, 1]
    if change and len(agents):
        first = np.maximum(at_s.searchsorted(at_s - AROUND_S, "right") - 1, 0)
        most = _most(agents, first, at_s.searchsorted(at_s + AROUND_S))
        agents = np.where(agents > 0, np.maximum(agents + change * agents / np.maximum(most, 1), 0.0), 0.0)
    return np.column_stack((at_s, agents))


def _most(values: Floats, first: Ints, beyond: Ints) -> Floats:
    """The largest of each stretch of them, by the two halves that it is made of: of stretches of powers of two."""
    widths = np.maximum(beyond - first, 1)
    levels = np.frexp(widths)[1] - 1
    found, power = np.empty(len(values)), values
    for level in range(int(levels.max()) + 1):
        (those,) = np.nonzero(levels == level)
        found[those] = np.maximum(power[first[those]], power[beyond[those] - 2**level])
        power = np.maximum(power[: -(2**level)], power[2**level :])
    return found
