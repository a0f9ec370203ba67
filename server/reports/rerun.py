"""What would have been with other agents: the measured arrivals served again, in virtual time.

Erlang-A in its steady state misses the 90th percentile of a desk whose load rises and falls within hours, and of one
with chats that are longer or shorter than exponential ones. So each arrival comes again at its moment, with the work
that it was (workload.py; for those who left, that of somebody else), and leaves when its patience is over: as long as
it was for those who left, for others at least as long as they waited, by the curve of Kaplan and Meier. First come,
first served; whoever has left is passed over when the line reaches them.

All chats go on at the same speed pace(b, n) / b, so "work done" is one clock for all of them: a chat is over when that
clock has gone on by its work. Each arrival is one entry in one heap: O(log b).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush
from random import Random
from typing import NamedTuple

from server.reports.erlang import pace, slots_of
from server.reports.workload import Step, Workload, patiences

AROUND_S = 2 * 3600.0
"""Within which the largest number of agents counts as those on duty: the others of them are away for a moment."""


class Outcome(NamedTuple):
    """waits_s: of those who were served, in the order in which they were. left_s: how long those stayed who left."""

    waits_s: list[float]
    left_s: list[float]


class _Visitor(NamedTuple):
    at_s: float
    patience_s: float
    work_s: float


def rerun(workload: Workload, changes: Sequence[int], seed: int = 1) -> list[Outcome]:
    """One outcome per change of the number of agents on duty; chances are the same for all of them."""
    chance = Random(seed)  # noqa: S311 - no secret rests on it
    known = [work for work in workload.works if work is not None]
    visitors = [
        _Visitor(arrival.at_s, patience_s, chance.choice(known) if work is None else work)
        for arrival, work, patience_s in zip(
            workload.arrivals, workload.works, patiences(workload, chance), strict=True
        )
    ]
    return [_Desk(workload).serve(visitors, with_more(workload.steps, change)) for change in changes]


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


class _Desk:
    def __init__(self, workload: Workload) -> None:
        self._laws = workload.laws
        self._speeds: dict[tuple[int, float], float] = {}
        self._ends: list[float] = []  # of the chats that are on, by the clock of work done
        self._line: deque[_Visitor] = deque()
        self._done = 0.0
        self._at_s = 0.0
        self._agents = 0.0
        self._slots = 0
        self._outcome = Outcome([], [])

    def serve(self, visitors: Sequence[_Visitor], steps: Sequence[tuple[float, float]]) -> Outcome:
        changes = deque(steps)
        for visitor in visitors:
            while changes and changes[0][0] <= visitor.at_s:
                at_s, agents = changes.popleft()
                self._advance(at_s)
                self._agents, self._slots = agents, slots_of(agents, self._laws.slots)
                self._take()
            self._advance(visitor.at_s)
            self._line.append(visitor)
            self._take()
        self._advance(self._at_s + max((one.patience_s for one in self._line), default=0.0))
        return self._outcome

    def _advance(self, to_s: float) -> None:
        """Up to a moment, chat by chat that ends."""
        ends = self._ends
        while ends:
            speed = self._speed()
            over_s = self._at_s + (ends[0] - self._done) / speed
            if over_s > to_s:
                self._done += speed * (to_s - self._at_s)
                break
            self._at_s, self._done = over_s, heappop(ends)
            if self._line:
                self._take()
        self._at_s = max(to_s, self._at_s)

    def _speed(self) -> float:
        state = (len(self._ends), self._agents)
        speed = self._speeds.get(state)
        if speed is None:
            busy, agents = state
            # With nobody accepting those who went finish what they have.
            speed = self._speeds[state] = pace(busy, agents or busy, self._laws.slowdown) / busy
        return speed

    def _take(self) -> None:
        line, ends = self._line, self._ends
        while line and (len(ends) < self._slots or line[0].at_s + line[0].patience_s < self._at_s):
            at_s, patience_s, work_s = line.popleft()
            if at_s + patience_s < self._at_s:
                self._outcome.left_s.append(patience_s)
            else:
                self._outcome.waits_s.append(self._at_s - at_s)
                heappush(ends, self._done + work_s)
