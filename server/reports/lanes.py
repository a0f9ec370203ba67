"""A desk in virtual time, many stretches of it at once: lanes of arrays that take one step together.

The arrivals are cut into stretches, and each stretch (for each number of agents) is one lane. All lanes are served at
the same time, one event per lane and step. A lane begins with a guess of what the one before it leaves behind: what a
desk that was empty some chats earlier has come to. Where that was wrong, the lane is served again from what was left.
Because chances belong to the arrivals (they are the same whatever happened before), a desk forgets how it began within
a few chats, so few are served again; the outcome then is the one of serving all arrivals one after the other.

The rules are those of rerun.py. All chats of a desk go on at the same speed, so "work done" is one clock for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from server.reports.chats import Flags, Floats, Ints

STRETCH, STRETCH_A_PLACE = 200, 4
"""A stretch has at least so many arrivals, and so many for each chat that can be on."""
BEFORE, BEFORE_A_PLACE = 150, 6
"""So many arrivals before it a lane begins, with an empty desk: a desk forgets in chats."""
ROUNDS = 3
FEW = 64
"""So many lanes, or half of them, are served again. A desk with a line that never ends goes on to differ a little in
all of them, however often they are served: then each has seen the arrivals of BEFORE at least."""
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
    wrong = every = np.arange(lanes.n)
    lanes.warm_up(every)
    for _ in range(ROUNDS):
        lanes.run(wrong)
        wrong = lanes.hand_over(wrong)
        if not len(wrong) or len(wrong) > max(FEW, len(every) // 2):
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


class _Stretch(NamedTuple):
    """Per lane: its first arrival, the row of the changes at that moment, and up to when it goes."""

    row: Ints
    first: Ints
    until_s: Floats


class _Lanes:
    """Stretch k of a duty is the lane duty * stretches + k."""

    def __init__(self, queue: Queue, duties: Sequence[Duty]) -> None:
        arrivals = len(queue.at_s)
        self.queue = Queue(*(np.append(one, NEVER) for one in (queue.at_s, queue.leaves_s, queue.work_s)))
        places = duties[0].speeds.shape[1]
        self._stretches = max(1, arrivals // max(STRETCH, STRETCH_A_PLACE * places))
        self.n = len(duties) * self._stretches
        # All duties in one table, each begun with nobody there and ended with a change that never comes.
        self.changes_s = np.concatenate([np.concatenate(([-NEVER], duty.at_s, [NEVER])) for duty in duties])
        self.slots = np.concatenate([np.concatenate(([0], duty.slots, [0])) for duty in duties])
        # One row after the other; a kind is where its row begins.
        self.speeds = np.concatenate([np.ones((1, places)), *(duty.speeds for duty in duties)]).ravel()
        kinds = np.cumsum([1, *(len(duty.speeds) for duty in duties)])
        self.kinds = places * np.concatenate(
            [np.concatenate(([0], duty.kinds + first, [0])) for duty, first in zip(duties, kinds, strict=False)]
        )
        self.duty = np.repeat(np.arange(len(duties)), self._stretches)
        first = np.linspace(0, arrivals, self._stretches, endpoint=False).astype(np.int64)
        begin_s = self.queue.at_s[first]
        earlier = np.maximum(first - max(BEFORE, BEFORE_A_PLACE * places), 0)
        self._own = self._stretch(duties, first, np.append(begin_s[1:], NEVER))
        self._before = self._stretch(duties, earlier, begin_s)
        empty, nobody = np.full((self.n, places), NEVER), np.zeros(self.n, np.int64)
        head = self._before.first
        self._begun = _State(self.queue.at_s[head], np.zeros(self.n), nobody, head, empty)
        self._left = self._begun.pick(np.arange(self.n))
        self.waits_s = np.full((len(duties), arrivals), np.nan)
        self.is_gone = np.zeros((len(duties), arrivals), np.bool_)

    def _stretch(self, duties: Sequence[Duty], first: Ints, until_s: Floats) -> _Stretch:
        """The same of each duty."""
        tables = np.cumsum([0, *(len(duty.at_s) + 2 for duty in duties)])
        rows = [
            table + duty.at_s.searchsorted(self.queue.at_s[first]) for duty, table in zip(duties, tables, strict=False)
        ]
        return _Stretch(np.concatenate(rows), np.tile(first, len(duties)), np.tile(until_s, len(duties)))

    def warm_up(self, lanes: Ints) -> None:
        """Have them begin with what the arrivals before leave of an empty desk."""
        run = _Run(self, lanes, self._before, self._begun)
        while run.step():
            pass
        self._begun = run.state.settled()

    def run(self, lanes: Ints) -> None:
        """Serve these stretches from where they begin."""
        run = _Run(self, lanes, self._own, self._begun.pick(lanes))
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
    """Some lanes, from where they begin to where the next ones do.

    What costs is each look at an array, so what seldom changes is looked up when it does: _kinds, _slots, _changes_s of
    the agents who are there, _arrives_s and _leaves_s of who comes next and of who is first in line. _ends: as the
    state's, the other way round, because the least of a column is found ten times as fast as that of a row.
    """

    def __init__(self, desk: _Lanes, lanes: Ints, stretch: _Stretch, state: _State) -> None:
        self._desk, self._duty = desk, desk.duty[lanes]
        self._row, self._next, self._until_s = stretch.row[lanes], stretch.first[lanes], stretch.until_s[lanes]
        self._kinds, self._slots = desk.kinds[self._row], desk.slots[self._row]
        self._changes_s = desk.changes_s[self._row + 1]
        self._arrives_s, self._leaves_s = desk.queue.at_s[self._next], desk.queue.leaves_s[state.head]
        self._held = np.zeros(len(lanes), np.bool_)
        self.state = state
        self._ends = np.ascontiguousarray(state.ends.T)
        # From the number of chats that are on: the places that are free.
        self._places = np.argsort(self._ends, axis=0, kind="stable")

    def step(self) -> bool:
        """The next event of each lane: a chat ends, agents come or go, somebody arrives; in this order at one moment.

        Time stands still in a lane whose line has not been looked through yet. False: there is no event.
        """
        state, desk = self.state, self._desk
        first = self._ends.min(axis=0)
        speed = desk.speeds.take(self._kinds + state.busy)
        end_s = state.at_s + (first - state.done) / speed
        next_s = np.minimum(np.minimum(end_s, self._changes_s), self._arrives_s)
        is_on = (next_s < self._until_s) & ~self._held
        if not is_on.any() and not self._held.any():
            self._end(speed)
            return False
        is_end = is_on & (end_s == next_s)
        is_change = is_on & ~is_end & (self._changes_s == next_s)
        state.done = np.where(is_on, state.done + speed * (next_s - state.at_s), state.done)
        np.copyto(state.at_s, next_s, where=is_on)
        self._over(is_end.nonzero()[0], first)
        self._change(is_change.nonzero()[0])
        self._next += is_on & ~is_end & ~is_change
        self._arrives_s = desk.queue.at_s.take(self._next)
        self._take()
        return True

    def _over(self, lanes: Ints, first: Floats) -> None:
        """The first chat of these ends, by the clock of work at `first`."""
        state, ends = self.state, self._ends.take(lanes, axis=1)
        columns = ends.argmin(axis=0)
        state.done[lanes] = first[lanes]
        self._ends[columns, lanes] = NEVER
        state.busy[lanes] -= 1
        self._places[state.busy[lanes], lanes] = columns

    def _change(self, lanes: Ints) -> None:
        """In these agents come or go."""
        if len(lanes):
            desk = self._desk
            self._row[lanes] += 1
            row = self._row[lanes]
            self._kinds[lanes], self._slots[lanes] = desk.kinds[row], desk.slots[row]
            self._changes_s[lanes] = desk.changes_s[row + 1]

    def _end(self, speed: Floats) -> None:
        """Up to where the next lane begins; the last one has no end."""
        left_s = np.where(self._until_s < NEVER, self._until_s, self.state.at_s) - self.state.at_s
        self.state.done = self.state.done + speed * left_s
        self.state.at_s = self.state.at_s + left_s
        self.state.ends = np.ascontiguousarray(self._ends.T)

    def _take(self) -> None:
        """Whoever is first in line is passed over where they have left, and served where a slot is free.

        One of each line: the next one has their turn with the next step, or the longest line would hold up all others.
        """
        state, queue = self.state, self._desk.queue
        is_turn = (state.busy < self._slots) | (self._leaves_s < state.at_s)
        lanes = ((state.head < self._next) & is_turn).nonzero()[0]
        self._held[:] = False
        if not len(lanes):
            return
        head, at_s, leaves_s = state.head[lanes], state.at_s[lanes], self._leaves_s[lanes]
        is_gone = leaves_s < at_s
        self._desk.over(self._duty[lanes], head, np.where(is_gone, leaves_s, at_s), is_gone)
        self._begin(lanes[~is_gone], queue.work_s[head[~is_gone]])
        head += 1
        leaves_s = queue.leaves_s[head]
        state.head[lanes], self._leaves_s[lanes] = head, leaves_s
        is_turn = (state.busy[lanes] < self._slots[lanes]) | (leaves_s < at_s)
        self._held[lanes] = (head < self._next[lanes]) & is_turn

    def _begin(self, lanes: Ints, work_s: Floats) -> None:
        """Chats, one in each of these lanes."""
        state = self.state
        busy = state.busy[lanes]
        self._ends[self._places[busy, lanes], lanes] = state.done[lanes] + work_s
        state.busy[lanes] = busy + 1
