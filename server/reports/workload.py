"""How a desk works, measured from its chats and from how many agents accepted when: rates for Erlang-A and replay.

In the measured time b chats were on, n agents there and q people in line. Chats are taken as spread evenly over the
agents (routing gives each to the least loaded), so that all go on at the same speed v(b, n) = pace(b, n) / b. Then

slots      time mean of b / n while somebody waited: then all slots that can take a chat have one. It is less than the
           agents' capacity where they let chats return or step away.
slowdown   the s of pace(b, n; s) that makes the ends of chats likeliest, as a Poisson process with rate pace / handle
           time: maximum likelihood over a grid. Speed of an agent with k chats: 1 / (1 + s (k - 1)).
work       of each chat, the integral of v over its time: how long it would have taken alone.
patience   the curve of Kaplan and Meier (staying.py); its mean is estimated as for an exponential law with censored
           times: all the time that was waited, over the number of those who left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np

from server.reports.chats import Floats, Ints
from server.reports.erlang import Laws, paces
from server.reports.staying import AT_ONCE_S, Curve

MOST_CHATS = 40_000
"""The newest of the period: their laws are known well enough, and a report has to answer at once."""
SLOWDOWNS = tuple(n / 20 for n in range(41))
MOST_PATIENCE_S = 86_400.0
LEAST_FULL_S = 300.0
"""Agent-seconds in which people waited, below which slots are those of the accounts."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """By time. at_s: since the Unix epoch. waited_s: until an agent had the chat; left_s: until they left without one;
    both NaN: they still wait. over_s: from at_s to the end of a chat that an agent had, NaN: it goes on.
    """

    at_s: Floats
    waited_s: Floats
    left_s: Floats
    over_s: Floats

    def newest(self, n: int) -> Arrivals:
        return Arrivals(self.at_s[-n:], self.waited_s[-n:], self.left_s[-n:], self.over_s[-n:])


class Step(NamedTuple):
    """From at_s on so many agents accept."""

    at_s: float
    agents: int


@dataclass(frozen=True, slots=True)
class Workload:
    """works_s: per arrival, alone with an agent; NaN where unknown. waits: who was in line; left: who left it."""

    laws: Laws
    arrivals: Arrivals
    works_s: Floats
    steps: Sequence[Step]
    waits: int
    left: int


@dataclass(frozen=True, slots=True)
class _Course:
    """Between two events: how long it lasted, chats that were on, people in line, agents. over: a chat ended then.

    ends, begins: per served arrival the place of its end (-1: it goes on) and of its beginning; served: which ones.
    """

    lasted_s: Floats
    on: Ints
    waiting: Ints
    agents: Ints
    over: Ints
    served: Ints
    begins: Ints
    ends: Ints


def measured(arrivals: Arrivals, steps: Sequence[Step], capacity: float) -> Workload | None:
    """None where no chat has ended with an agent. steps: by time. capacity: chats per agent by account."""
    arrivals = arrivals.newest(MOST_CHATS)
    course = _course(arrivals, steps)
    states = _states(course)
    if not states.ends.any():
        return None
    slots = _slots(course)
    # Who waits while most slots are free does not wait for one: that says nothing about slots.
    slots = min(slots, capacity) if slots is not None and slots >= capacity / 2 else capacity
    slowdown = _slowdown(states)
    works_s = _works(course, slowdown, len(arrivals.at_s))
    waited, left = (one[~np.isnan(one)] for one in (arrivals.waited_s, arrivals.left_s))
    patience_s = float(waited.sum() + left.sum()) / len(left) if len(left) else MOST_PATIENCE_S
    laws = Laws(
        max(float(np.nanmean(works_s)), 1e-3), slowdown, max(slots, 0.1), min(max(patience_s, 0.1), MOST_PATIENCE_S)
    )
    waits = int(np.count_nonzero(waited > AT_ONCE_S)) + len(left)
    return Workload(laws, arrivals, works_s, steps, waits, len(left))


def patiences(workload: Workload, chance: np.random.Generator) -> Floats:
    """How long each would have waited: as long as they did who left, others longer than they did, by the curve."""
    left_s, waited_s = workload.arrivals.left_s, np.nan_to_num(workload.arrivals.waited_s)
    curve = Curve(np.sort(left_s[~np.isnan(left_s)]), workload.arrivals.waited_s[~np.isnan(workload.arrivals.waited_s)])
    staying = curve.shares[np.maximum(curve.moments.searchsorted(waited_s + 1e-9) - 1, 0)]
    places = (-curve.shares).searchsorted(-staying * chance.random(len(waited_s)))
    # Beyond the last who left: as an exponential law goes on.
    beyond_s = np.maximum(curve.moments[-1], waited_s) + chance.exponential(workload.laws.patience_s, len(waited_s))
    moments_s = np.append(curve.moments, np.nan)[places]
    longer_s = np.where(np.isnan(moments_s), beyond_s, np.maximum(moments_s, waited_s))
    return np.where(np.isnan(left_s), longer_s, left_s)


def _course(arrivals: Arrivals, steps: Sequence[Step]) -> _Course:
    """All that happened, in the order of time; at one moment ends come first, and agents last."""
    at_s, step_s = arrivals.at_s, np.array([step.at_s for step in steps], np.float64)
    in_line_s = np.where(np.isnan(arrivals.waited_s), arrivals.left_s, arrivals.waited_s)
    lined_up = ~(in_line_s <= AT_ONCE_S)
    out_of_line = lined_up & ~np.isnan(in_line_s)
    served, ended = ~np.isnan(arrivals.waited_s), ~np.isnan(arrivals.waited_s + arrivals.over_s)
    moments = (
        (at_s + arrivals.over_s)[ended],
        (at_s + in_line_s)[out_of_line],
        (at_s + arrivals.waited_s)[served],
        at_s[lined_up],
        step_s,
    )
    sizes = np.array([len(one) for one in moments])
    kind = np.repeat(np.arange(len(moments)), sizes)
    every_s = np.concatenate(moments)
    order = np.argsort(every_s, kind="stable")  # at one moment in the order given
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    kind, every_s = kind[order], every_s[order]
    over, out, begun, lined, changed = (kind == n for n in range(len(moments)))
    agents = np.concatenate(([0], np.array([step.agents for step in steps], np.int64)))[np.cumsum(changed)]
    starts = np.cumsum([0, *sizes])
    ends = np.full(len(at_s), -1)
    ends[ended] = place[: sizes[0]]
    return _Course(
        lasted_s=np.diff(every_s),
        on=np.cumsum(begun.astype(np.int64) - over),
        waiting=np.cumsum(lined.astype(np.int64) - out),
        agents=agents,
        over=over,
        served=np.flatnonzero(served),
        begins=place[starts[2] : starts[3]],
        ends=ends[served],
    )


class _States(NamedTuple):
    """Each with so many chats on and agents: how long it lasted, and how many chats ended in it."""

    on: Ints
    agents: Ints
    lasted_s: Floats
    ends: Ints


def _slots(course: _Course) -> float | None:
    """Per agent, while somebody waited; None: hardly anybody ever did."""
    full_s = course.lasted_s * ((course.waiting[:-1] > 0) & (course.agents[:-1] > 0))
    # Not np.dot: for so many it wakes threads, which takes longer than the sum.
    full_agent_s = float((full_s * course.agents[:-1]).sum())
    return float((full_s * course.on[:-1]).sum()) / full_agent_s if full_agent_s > LEAST_FULL_S else None


def _states(course: _Course) -> _States:
    on, agents = course.on[:-1], course.agents[:-1]
    counts = (on > 0) & (agents > 0)
    width = int(agents.max(initial=0)) + 1
    keys = (on * width + agents)[counts]
    times = np.bincount(keys)
    spent: Floats = np.bincount(keys, course.lasted_s[counts]).astype(np.float64)
    ended: Ints = np.bincount(keys[course.over[1:][counts]], minlength=len(times))
    (seen,) = np.nonzero(times)
    return _States(seen // width, seen % width, spent[seen], ended[seen])


def _slowdown(states: _States) -> float:
    """Maximum likelihood; the handle time is profiled out."""
    total = states.ends.sum()

    def likelihood(slowdown: float) -> float:
        found = paces(states.on, states.agents, slowdown)
        return float(np.dot(states.ends, np.log(found)) - total * log(np.dot(found, states.lasted_s)))

    return max(SLOWDOWNS, key=likelihood)


def _works(course: _Course, slowdown: float, arrivals: int) -> Floats:
    """Per arrival: what the clock of work went on by while its chat was on."""
    on, agents = course.on[:-1], course.agents[:-1]
    width = int(agents.max(initial=0)) + 1
    keys = np.arange((int(on.max(initial=0)) + 1) * width)
    busy, there = np.maximum(keys // width, 1), keys % width
    # With nobody accepting those who went finish what they have.
    speeds = np.where(keys >= width, paces(busy, np.where(there, there, busy), slowdown) / busy, 0.0)
    done = np.concatenate(([0.0], np.cumsum(course.lasted_s * speeds[np.maximum(on, 0) * width + agents])))
    works = np.full(arrivals, np.nan)
    works[course.served] = np.where(course.ends >= 0, done[course.ends] - done[course.begins], np.nan)
    return works
