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

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from random import Random
from typing import NamedTuple

from server.reports.erlang import Laws, pace
from server.reports.staying import AT_ONCE_S, Curve

MOST_CHATS = 60_000
"""The newest of the period: their laws are known well enough, and a report has to answer at once."""
SLOWDOWNS = tuple(n / 20 for n in range(41))
MOST_PATIENCE_S = 86_400.0
LEAST_FULL_S = 300.0
"""Agent-seconds in which people waited, below which slots are those of the accounts."""


class Arrival(NamedTuple):
    """at_s: since the Unix epoch. waited_s: until an agent had the chat; left_s: until they left without one; both
    None: they still wait. over_s: from at_s to the end of the chat, None: it goes on.
    """

    at_s: float
    waited_s: float | None
    left_s: float | None
    over_s: float | None


class Step(NamedTuple):
    """From at_s on so many agents accept."""

    at_s: float
    agents: int


@dataclass(frozen=True, slots=True)
class Workload:
    """works: per arrival, alone with an agent, in seconds; None where unknown. n: chats that were measured."""

    laws: Laws
    arrivals: Sequence[Arrival]
    works: Sequence[float | None]
    steps: Sequence[Step]
    waits: int
    left: int


class _Event(NamedTuple):
    """by: what it changes: chats on, people in line, or (agents not None) who is there."""

    at_s: float
    on: int
    waiting: int
    agents: int | None
    arrival: int


def measured(arrivals: Sequence[Arrival], steps: Sequence[Step], capacity: float) -> Workload | None:
    """None where no chat has ended with an agent. arrivals, steps: by time. capacity: chats per agent by account."""
    arrivals = arrivals[-MOST_CHATS:]
    events = _events(arrivals, steps)
    slots, spent, ends = _states(events)
    if not ends:
        return None
    # Who waits while most slots are free does not wait for one: that says nothing about slots.
    slots = min(slots, capacity) if slots is not None and slots >= capacity / 2 else capacity
    slowdown = _slowdown(spent, ends)
    works = _works(events, slowdown, len(arrivals))
    known = [work for work in works if work is not None]
    waited = [one.waited_s for one in arrivals if one.waited_s is not None]
    left = [one.left_s for one in arrivals if one.left_s is not None]
    patience_s = (sum(waited) + sum(left)) / len(left) if left else MOST_PATIENCE_S
    laws = Laws(
        max(sum(known) / len(known), 1e-3), slowdown, max(slots, 0.1), min(max(patience_s, 0.1), MOST_PATIENCE_S)
    )
    return Workload(laws, arrivals, works, steps, sum(1 for s in waited if s > AT_ONCE_S) + len(left), len(left))


def patiences(workload: Workload, chance: Random) -> list[float]:
    """How long each would have waited: as long as they did who left, others longer than they did, by the curve."""
    left = sorted(one.left_s for one in workload.arrivals if one.left_s is not None)
    held = [one.waited_s for one in workload.arrivals if one.waited_s is not None]
    curve = Curve(left, held)
    moments: list[float] = curve.moments.tolist()
    falling: list[float] = (-curve.shares).tolist()

    def longer_than(waited_s: float) -> float:
        staying = -falling[bisect_left(moments, waited_s + 1e-9) - 1] if moments else 1.0
        n = bisect_left(falling, -staying * chance.random())
        if n < len(moments):
            return max(moments[n], waited_s)
        # Beyond the last who left: as an exponential law goes on.
        return max(moments[-1] if moments else 0.0, waited_s) + chance.expovariate(1 / workload.laws.patience_s)

    return [one.left_s if one.left_s is not None else longer_than(one.waited_s or 0.0) for one in workload.arrivals]


def _events(arrivals: Sequence[Arrival], steps: Sequence[Step]) -> list[_Event]:
    events = [_Event(step.at_s, 0, 0, step.agents, -1) for step in steps]
    for n, (at_s, waited_s, left_s, over_s) in enumerate(arrivals):
        in_line_s = waited_s if waited_s is not None else left_s
        if in_line_s is None or in_line_s > AT_ONCE_S:
            events.append(_Event(at_s, 0, 1, None, -1))
            if in_line_s is not None:
                events.append(_Event(at_s + in_line_s, 0, -1, None, -1))
        if waited_s is not None:
            events.append(_Event(at_s + waited_s, 1, 0, None, n))
            if over_s is not None:
                events.append(_Event(at_s + over_s, -1, 0, None, n))
    events.sort()
    return events


State = tuple[int, int]


def _states(events: Sequence[_Event]) -> tuple[float | None, dict[State, float], dict[State, int]]:
    """Slots per agent while somebody waited, and per (chats on, agents) how long it lasted and how many chats ended."""
    on = waiting = agents = 0
    full_s = full_agent_s = last_s = 0.0
    spent: dict[State, float] = {}
    ends: dict[State, int] = {}
    for at_s, more, waits, there, _ in events:
        if on and agents:
            state = (on, agents)
            spent[state] = spent.get(state, 0.0) + at_s - last_s
            if more < 0:
                ends[state] = ends.get(state, 0) + 1
        if waiting and agents:
            full_s += on * (at_s - last_s)
            full_agent_s += agents * (at_s - last_s)
        on, waiting, last_s = on + more, waiting + waits, at_s
        if there is not None:
            agents = there
    return full_s / full_agent_s if full_agent_s > LEAST_FULL_S else None, spent, ends


def _slowdown(spent: dict[State, float], ends: dict[State, int]) -> float:
    """Maximum likelihood; the handle time is profiled out."""
    total = sum(ends.values())

    def likelihood(slowdown: float) -> float:
        paces = {state: pace(*state, slowdown) for state in spent}
        fit = sum(n * log(paces[state]) for state, n in ends.items())
        return fit - total * log(sum(paces[state] * time_s for state, time_s in spent.items()))

    return max(SLOWDOWNS, key=likelihood)


def _works(events: Sequence[_Event], slowdown: float, arrivals: int) -> list[float | None]:
    on = agents = 0
    done = last_s = 0.0
    begun = [0.0] * arrivals
    works: list[float | None] = [None] * arrivals
    speeds: dict[State, float] = {}
    for at_s, more, _, there, n in events:
        if on:
            state = (on, agents)
            speed = speeds.get(state)
            if speed is None:
                # With nobody accepting those who went finish what they have.
                speed = speeds[state] = pace(on, agents or on, slowdown) / on
            done += speed * (at_s - last_s)
        last_s = at_s
        if more > 0:
            begun[n] = done
        elif more < 0:
            works[n] = done - begun[n]
        on += more
        if there is not None:
            agents = there
    return works
