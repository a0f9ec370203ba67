"""A desk served in many stretches at once: the same as one chat after the other, whatever a stretch begins with."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from math import inf, isnan
from random import Random

import numpy as np
import pytest

from server.reports.erlang import pace
from server.reports.lanes import STRETCH, Duty, Queue, serve

Change = tuple[float, int, float]
"""At a moment: slots and agents from then on."""
SLOWDOWN = 0.3
MOST = 12


def duty(changes: list[Change]) -> Duty:
    speeds = [
        [1.0, *(pace(busy, agents or busy, SLOWDOWN) / busy for busy in range(1, MOST + 1))] for _, _, agents in changes
    ]
    at_s, slots, _ = (list(one) for one in zip(*changes, strict=True)) if changes else ([], [], [])
    table = np.array(speeds).reshape(len(changes), MOST + 1)
    return Duty(np.array(at_s, np.float64), np.array(slots, np.int64), np.arange(len(changes)), table)


def one_by_one(arrivals: list[tuple[float, float, float]], changes: list[Change]) -> list[float | None]:
    """The oracle: per arrival how long it waited, below 0 where it left, None where it is in line at the end."""
    out: list[float | None] = [None] * len(arrivals)
    ends: list[float] = []
    line: deque[int] = deque()
    coming, changing = deque(range(len(arrivals))), deque(changes)
    now = done = 0.0
    slots, agents = 0, 0.0
    while True:
        speed = pace(len(ends), agents or len(ends), SLOWDOWN) / len(ends) if ends else 1.0
        end = now + (ends[0] - done) / speed if ends else inf
        change = changing[0][0] if changing else inf
        arrival = arrivals[coming[0]][0] if coming else inf
        then = min(end, change, arrival)
        if then == inf:
            return out
        if then == end:
            done = heappop(ends)
        else:
            done += speed * (then - now)
            if then == change:
                _, slots, agents = changing.popleft()
            else:
                line.append(coming.popleft())
        now = then
        while line and (len(ends) < slots or arrivals[line[0]][1] < now):
            at_s, leaves_s, work_s = arrivals[n := line.popleft()]
            if leaves_s < now:
                out[n] = at_s - leaves_s
            else:
                out[n] = now - at_s
                heappush(ends, done + work_s)


def in_lanes(arrivals: list[tuple[float, float, float]], duties: list[list[Change]]) -> list[list[float | None]]:
    served = serve(Queue(*np.array(arrivals, np.float64).T), [duty(changes) for changes in duties])
    return [
        [None if isnan(s) else -s if gone else s for s, gone in zip(*(a.tolist() for a in one), strict=True)]
        for one in served
    ]


def busy_day(chance: Random, n: int, gap_s: float) -> list[tuple[float, float, float]]:
    at_s, arrivals = 0.0, []
    for _ in range(n):
        at_s += chance.expovariate(1 / gap_s)
        arrivals.append((at_s, at_s + chance.choice([20.0, 300.0, 5000.0]), chance.expovariate(1 / 300)))
    return arrivals


@pytest.mark.parametrize(("seed", "gap_s"), [(1, 90.0), (2, 60.0)])
def test_many_stretches_at_once_are_one_chat_after_the_other(seed: int, gap_s: float) -> None:
    chance = Random(seed)
    arrivals = busy_day(chance, 5 * STRETCH + 37, gap_s)
    over_s = arrivals[-1][0]
    duties: list[list[Change]] = []
    for most in (2, 4):
        moments = sorted(chance.uniform(0, over_s) for _ in range(25))
        agents = [float(chance.randint(0, most)) for _ in moments]
        duties.append(
            [(0.0, 3 * most, float(most)), *((s, int(3 * a), a) for s, a in zip(moments, agents, strict=True))]
        )

    for found, changes in zip(in_lanes(arrivals, duties), duties, strict=True):
        told = one_by_one(arrivals, changes)
        assert [s is None for s in found] == [s is None for s in told]
        assert [s or 0.0 for s in found] == pytest.approx([s or 0.0 for s in told], abs=1e-3)
        assert sum(1 for s in told if s) > 100


def test_with_nobody_there_nobody_is_served() -> None:
    arrivals = [(float(n), n + 0.5, 60.0) for n in range(3 * STRETCH)]

    ((*found,),) = in_lanes(arrivals, [[(0.0, 0, 0.0)]])

    assert {s for s in found if s is not None} == {-0.5}
    assert found[-1] is None  # nobody looks at the line any more
    assert in_lanes(arrivals, [[]])[0] == found
