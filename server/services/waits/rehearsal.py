"""What an estimator knows after a start: the record's newest chats, told to it as if they happened now.

Each wait is judged as it was when it happened: by the estimate its visitor was told, with what that was made from; of a
chat that was told none (an older record), by what the estimator would have told it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from queueing import presence
from queueing.estimate import Basis, Estimator, Wait
from server.clock import from_ms, to_ms
from server.reports.coverage import ledger_rows
from transcripts.figures import Course, Promise
from transcripts.records import PresenceRow, Proof

AT_ONCE_S = 0.5  # who had an agent sooner, and was told of no wait, was never in line
PROOFS_COME = timedelta(seconds=10)
"""So often: how long a server that was killed may have lived on after its last one."""

Moments = Callable[[datetime], float]
"""The estimator's clock at a moment of the record."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the chat of this number was told, and when."""

    number: int
    shown: Wait
    shown_s: float


def promised(promise: Promise, moments: Moments) -> tuple[Wait, float] | None:
    """What a chat was told, as it was told it, and when; None: it is not known what that was made from."""
    basis = Basis.of(promise.basis) if promise.basis is not None else None
    if basis is None:
        return None
    mean_s = basis.law.mean_s * basis.factor
    return Wait(promise.likely_s, promise.upto_s, mean_s, basis), moments(promise.at)


class Rehearsal:
    """One department's. Chats are numbered as they were started, which stands for the order of service."""

    def __init__(self, estimator: Estimator, moments: Moments) -> None:
        self._estimator = estimator
        self._moments = moments
        self._line: dict[int, _Judged | None] = {}
        self._given_up: deque[_Judged] = deque()

    def play(
        self,
        courses: Sequence[Course],
        promises: Iterable[Promise],
        slots: Iterable[tuple[datetime, int]],
        waiting_s: Iterable[float],
    ) -> None:
        """slots: how many there were from each moment on. waiting_s: since when those wait who are in line now.

        They have their places from then on: time in which they alone waited tells how fast the line moves, too.
        """
        told = {
            (promise.asked_at, promise.over_at): shown
            for promise in promises
            if promise.over_at is not None and (shown := promised(promise, self._moments))
        }
        events: list[tuple[float, Callable[[], None]]] = [
            (self._moments(at), partial(self._estimator.slots_changed, self._moments(at), count)) for at, count in slots
        ]
        events += [(since_s, partial(self._estimator.arrived, since_s)) for since_s in waiting_s]
        for number, course in enumerate(courses):
            over_s = course.closed_s if course.waited_s is None else course.waited_s
            if over_s is not None:  # else it waits: see waiting_s
                over_at = course.at + timedelta(seconds=over_s)
                events += self._course(number, course, told.get((course.at, over_at)))
        for _at_s, happens in sorted(events, key=lambda event: event[0]):
            happens()

    def _course(
        self, number: int, course: Course, told: tuple[Wait, float] | None
    ) -> Iterator[tuple[float, Callable[[], None]]]:
        """What happened to a chat, with its moments."""
        asked_s = self._moments(course.at)
        waits = told is not None or course.waited_s is None or course.waited_s >= AT_ONCE_S
        yield asked_s, partial(self._asked, number, asked_s, waits, told)
        if course.waited_s is not None:
            served_s = asked_s + course.waited_s if waits else asked_s
            yield served_s, partial(self._served, number, served_s, served_s - asked_s)
            if course.closed_s is not None:
                over_s, lasted_s = asked_s + course.closed_s, course.closed_s - course.waited_s
                yield over_s, partial(self._over, over_s, lasted_s)
        elif course.closed_s is not None:
            left_s = asked_s + course.closed_s
            yield left_s, partial(self._left, number, left_s, course.closed_s)

    def _asked(self, number: int, at_s: float, waits: bool, told: tuple[Wait, float] | None) -> None:
        self._estimator.arrived(at_s)
        if waits:
            shown, shown_s = told or (self._estimator.predict(len(self._line), at_s), at_s)
            self._line[number] = _Judged(number, shown, shown_s) if shown is not None else None

    def _served(self, number: int, at_s: float, waited_s: float) -> None:
        self._reach(number, at_s)
        self._estimator.started(at_s, waited_s)
        judged = self._line.pop(number, None)
        if judged is not None:
            self._judge(judged, at_s)

    def _left(self, number: int, at_s: float, waited_s: float) -> None:
        self._estimator.abandoned(at_s, waited_s)
        judged = self._line.pop(number, None)
        if judged is not None:
            self._given_up.append(judged)

    def _over(self, at_s: float, lasted_s: float) -> None:
        self._estimator.ended(at_s, lasted_s)
        if not self._line:
            self._reach(None, at_s)

    def _reach(self, number: int | None, at_s: float) -> None:
        """The line has come to this number, or (None) to its end: so to each place before it that was given up."""
        still = [judged for judged in self._given_up if number is not None and judged.number > number]
        for judged in self._given_up:
            if number is None or judged.number < number:
                self._judge(judged, at_s)
        self._given_up = deque(still)

    def _judge(self, judged: _Judged, at_s: float) -> None:
        if judged.shown_s <= at_s:
            self._estimator.resolved(judged.shown, at_s - judged.shown_s, answered=True)


def slots_over_time(
    rows: Iterable[PresenceRow],
    proofs: Iterable[Proof],
    capacities: Mapping[str, int],
    department_id: str,
    now: datetime,
) -> list[tuple[datetime, int]]:
    """How many slots the department's accepting agents had together, from each moment on.

    While no server ran there were none: whoever waited then says nothing about how fast the line moves. capacities: by
    agent, today's.
    """
    lived = [presence.Proof(proof.process_id, to_ms(_alive_until(proof, now)), ended=True) for proof in proofs]
    offered: dict[str, int] = {}
    steps: list[tuple[datetime, int]] = []
    for turn in presence.turns_of(ledger_rows(rows), lived, to_ms(now)):
        offered[turn.agent] = capacities.get(turn.agent, 0) if department_id in turn.departments else 0
        slots = sum(offered.values())
        if not steps or steps[-1][1] != slots:
            steps.append((from_ms(turn.at_ms), slots))
    return steps


def _alive_until(proof: Proof, now: datetime) -> datetime:
    return proof.last_at if proof.ended else min(proof.last_at + PROOFS_COME, now)
