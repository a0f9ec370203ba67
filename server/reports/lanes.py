"""A desk in virtual time, many stretches of it at once: lanes of arrays that take one step together.

The arrivals are cut into stretches, and each stretch (for each number of agents) is one lane. All lanes are served at
the same time, one event per lane and step. A lane begins with a guess of what the one before it leaves behind: an empty
desk. Where that was wrong, the lane is served again from what was left. Because chances belong to the arrivals (they
are the same whatever happened before), a desk forgets how it began within a few chats, so two or three rounds do; the
outcome then is the one of serving all arrivals one after the other.

The rules are those of rerun.py. All chats of a desk go on at the same speed, so "work done" is one clock for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from server.reports.chats import Flags, Floats, Ints

STRETCH = 100
CHATS_A_PLACE = 4
"""A stretch has at least so many arrivals, and so many for each chat that can be on: a desk forgets in chats."""
ROUNDS = 3
"""At most. A desk with a line that never ends goes on to differ a little: then each stretch has seen two before it."""
SAME = 1e-6
NEVER = np.inf


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is there when, for one number of agents. at_s: when it changes. slots, kinds: from then on.

    speeds: of each chat, by kind and by the chats that are on (0 to the most slots); before the first change nobody is
    served.
    """

    at_s: Floats
    slots: Ints
    kinds: Ints
    speeds: Floats


@dataclass(frozen=True, slots=True)
class Queue:
    """Arrivals by time: when they come, when they leave unless they are served, how long their chat takes alone."""

    at_s: Floats
    leaves_s: Floats
    work_s: Floats


def serve(queue: Queue, duties: Sequence[Duty]) -> list[Served]:
    """What becomes of the arrivals, per duty."""
    lanes = _Lanes(queue, duties)
    wrong = np.arange(lanes.n)
    for _ in range(ROUNDS):
        lanes.run(wrong)
        wrong = lanes.hand_over(wrong)
        if not len(wrong):
            break
    return [Served(*one) for one in zip(lanes.waits_s, lanes.is_gone, strict=True)]


class Served(NamedTuple):
    """Per arrival: how long it was in line (NaN: it is at the end), and whether it left."""

    waits_s: Floats
    is_gone: Flags


@dataclass(slots=True)
class _State:
    """Per lane. head: the first arrival that is not dealt with. ends: of the chats that are on, by the clock `done`,
    in no order, NEVER where a place is free.
    """

    at_s: Floats
    done: Floats
    busy: Ints
    head: Ints
    ends: Floats

    def pick(self, lanes: Ints) -> _State:
        return _State(self.at_s[lanes], self.done[lanes], self.busy[lanes], self.head[lanes], self.ends[lanes])

    def put(self, lanes: Ints, other: _State) -> None:
        for name in self.__slots__:
            getattr(self, name)[lanes] = getattr(other, name)

    def settled(self) -> _State:
        """With the clock of work at 0 and the ends in order: two that are alike look alike."""
        ends = np.sort(self.ends - self.done[:, None], axis=1)
        return _State(self.at_s, np.zeros(len(self.done)), self.busy, self.head, ends)

    def differs(self, other: _State) -> Flags:
        with np.errstate(invalid="ignore"):  # where both are NEVER
            apart = (np.abs(self.ends - other.ends) > SAME).any(axis=1)
        found: Flags = apart | (self.head != other.head) | (self.busy != other.busy)
        return found


class _Lanes:
    """Stretch k of a duty is the lane duty * stretches + k."""

    def __init__(self, queue: Queue, duties: Sequence[Duty]) -> None:
        arrivals = len(queue.at_s)
        self.queue = Queue(*(np.append(one, NEVER) for one in (queue.at_s, queue.leaves_s, queue.work_s)))
        places = duties[0].speeds.shape[1]
        self._stretches = max(1, arrivals // max(STRETCH, CHATS_A_PLACE * places))
        self.n = len(duties) * self._stretches
        # All duties in one table, each begun with nobody there and ended with a change that never comes.
        self.changes_s = np.concatenate([np.concatenate(([-NEVER], duty.at_s, [NEVER])) for duty in duties])
        self.slots = np.concatenate([np.concatenate(([0], duty.slots, [0])) for duty in duties])
        self.speeds = np.concatenate([np.ones((1, places)), *(duty.speeds for duty in duties)])
        kinds = np.cumsum([1, *(len(duty.speeds) for duty in duties)])
        self.kinds = np.concatenate(
            [np.concatenate(([0], duty.kinds + first, [0])) for duty, first in zip(duties, kinds, strict=False)]
        )
        first = np.linspace(0, arrivals, self._stretches, endpoint=False).astype(np.int64)
        begin_s = queue.at_s[first]
        self.duty = np.repeat(np.arange(len(duties)), self._stretches)
        self.first = np.tile(first, len(duties))
        self.until_s = np.tile(np.append(begin_s[1:], NEVER), len(duties))
        tables = np.cumsum([0, *(len(duty.at_s) + 2 for duty in duties)])
        self.row = np.concatenate(
            [table + duty.at_s.searchsorted(begin_s) for duty, table in zip(duties, tables, strict=False)]
        )
        empty = np.full((self.n, places), NEVER)
        nobody = np.zeros(self.n, np.int64)
        self._begun = _State(np.tile(begin_s, len(duties)), np.zeros(self.n), nobody, self.first, empty)
        self._left = self._begun.pick(np.arange(self.n))
        self.waits_s = np.full((len(duties), arrivals), np.nan)
        self.is_gone = np.zeros((len(duties), arrivals), np.bool_)

    def run(self, lanes: Ints) -> None:
        """Serve these stretches from where they begin."""
        run = _Run(self, lanes, self._begun.pick(lanes))
        while run.step():
            pass
        self._left.put(lanes, run.state)

    def over(self, duties: Ints, arrivals: Ints, over_s: Floats, is_gone: Flags) -> None:
        """How long these were in line."""
        self.waits_s[duties, arrivals] = over_s - self.queue.at_s[arrivals]
        self.is_gone[duties, arrivals] = is_gone

    def hand_over(self, lanes: Ints) -> Ints:
        """What these left behind is where the next ones begin: those of them that had begun otherwise."""
        lanes = lanes[(lanes + 1) % self._stretches != 0]
        left = self._left.pick(lanes).settled()
        is_other = left.differs(self._begun.pick(lanes + 1))
        wrong: Ints = lanes[is_other] + 1
        self._begun.put(wrong, left.pick(np.flatnonzero(is_other)))
        return wrong


class _Run:
    """Some lanes, from where they begin to where the next ones do."""

    def __init__(self, desk: _Lanes, lanes: Ints, state: _State) -> None:
        self._desk = desk
        self._duty, self._until_s = desk.duty[lanes], desk.until_s[lanes]
        self._row, self._next = desk.row[lanes].copy(), desk.first[lanes].copy()
        self._all = np.arange(len(lanes))
        self._held = np.zeros(len(lanes), np.bool_)
        self.state = state
        # From the number of chats that are on to the right: the places that are free.
        self._places = np.argsort(state.ends, axis=1, kind="stable")

    def step(self) -> bool:
        """The next event of each lane: a chat ends, agents come or go, somebody arrives; in this order at one moment.

        Time stands still in a lane whose line has not been looked through yet. False: there is no event.
        """
        state, desk = self.state, self._desk
        columns = state.ends.argmin(axis=1)
        first = state.ends[self._all, columns]
        speed = desk.speeds[desk.kinds[self._row], state.busy]
        end_s = state.at_s + (first - state.done) / speed
        change_s = desk.changes_s[self._row + 1]
        next_s = np.minimum(np.minimum(end_s, change_s), desk.queue.at_s[self._next])
        is_on = (next_s < self._until_s) & ~self._held
        if not is_on.any() and not self._held.any():
            self._end(speed)
            return False
        is_end = is_on & (end_s == next_s)
        is_change = is_on & ~is_end & (change_s == next_s)
        state.done = np.where(is_on, np.where(is_end, first, state.done + speed * (next_s - state.at_s)), state.done)
        state.at_s = np.where(is_on, next_s, state.at_s)
        ended = np.flatnonzero(is_end)
        state.ends[ended, columns[ended]] = NEVER
        state.busy -= is_end
        self._places[ended, state.busy[ended]] = columns[ended]
        self._row += is_change
        self._next += is_on & ~is_end & ~is_change
        self._take()
        return True

    def _end(self, speed: Floats) -> None:
        """Up to where the next lane begins; the last one has no end."""
        left_s = np.where(self._until_s < NEVER, self._until_s, self.state.at_s) - self.state.at_s
        self.state.done = self.state.done + speed * left_s
        self.state.at_s = self.state.at_s + left_s

    def _take(self) -> None:
        """Whoever is first in line is passed over where they have left, and served where a slot is free.

        One of each line: the next one has their turn with the next step, or the longest line would hold up all others.
        """
        state, queue = self.state, self._desk.queue
        is_free = state.busy < self._desk.slots[self._row]
        (lanes,) = np.nonzero((state.head < self._next) & (is_free | (queue.leaves_s[state.head] < state.at_s)))
        self._held[:] = False
        if not len(lanes):
            return
        head, at_s = state.head[lanes], state.at_s[lanes]
        is_gone = queue.leaves_s[head] < at_s
        self._desk.over(self._duty[lanes], head, np.where(is_gone, queue.leaves_s[head], at_s), is_gone)
        state.head[lanes] = head + 1
        self._begin(lanes[~is_gone], queue.work_s[head[~is_gone]])
        is_free = state.busy[lanes] < self._desk.slots[self._row[lanes]]
        self._held[lanes] = (head + 1 < self._next[lanes]) & (is_free | (queue.leaves_s[head + 1] < at_s))

    def _begin(self, lanes: Ints, work_s: Floats) -> None:
        """Chats, one in each of these lanes."""
        state = self.state
        busy = state.busy[lanes]
        state.ends[lanes, self._places[lanes, busy]] = state.done[lanes] + work_s
        state.busy[lanes] = busy + 1
