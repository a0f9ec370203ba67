"""Who carried the coverage: for how long each agent was there in opening time, and for how long alone.

Beside the ledger (coverage.py), in its words and with its definitions: an agent counts while they are there for a
department that is open; *alone* is the ledger's *single*, named. One sweep over the changes, O(1) for each but for
openings and closings, which touch each agent: a year of 100,000 chats a month is swept in about a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from queueing.coverage import Span
from queueing.presence import PresenceRow, Proof, Turn, turns_of


@dataclass(slots=True)
class Carried:
    """Milliseconds of opening time; alone is a part of there."""

    there_ms: int = 0
    alone_ms: int = 0


class Cast(NamedTuple):
    """From when to when so many agents were there, in opening time; two casts that touch differ in `there`."""

    from_ms: int
    to_ms: int
    there: int


@dataclass(frozen=True, slots=True)
class Carriage:
    """by_agent: only who was there at all. casts: in order, all of the opening time of the period."""

    by_agent: Mapping[str, Carried]
    casts: Sequence[Cast]


def carried(
    rows: Iterable[PresenceRow],
    proofs: Iterable[Proof],
    opening: Mapping[str, Sequence[Span]],
    period: Span,
    now_ms: int,
) -> Carriage:
    """Arguments as for the ledger; what is outside of the period or after `now_ms` counts nothing."""
    return carried_of(turns_of(list(rows), proofs, now_ms), opening, period, now_ms)


def carried_of(turns: Iterable[Turn], opening: Mapping[str, Sequence[Span]], period: Span, now_ms: int) -> Carriage:
    """As `carried`, of turns that are known: by time, up to now."""
    sweep = _Sweep(Span(period.from_ms, min(period.to_ms, now_ms)), frozenset(opening))
    changes = _changes(turns, opening)
    for at_ms in sorted(at_ms for at_ms in changes if at_ms < sweep.period.to_ms):
        sweep.reach(at_ms)
        for change in changes[at_ms]:
            sweep.take(change)
    sweep.reach(sweep.period.to_ms)
    sweep.leave_all()
    return Carriage(sweep.by_agent, sweep.casts)


class _Door(NamedTuple):
    department: str
    opens: bool


def _changes(turns: Iterable[Turn], opening: Mapping[str, Sequence[Span]]) -> dict[int, list[_Door | Turn]]:
    """By moment; of one moment the doors come first, and what closes before what opens."""
    changes: dict[int, list[_Door | Turn]] = defaultdict(list)
    for opens in (False, True):
        for department, spans in opening.items():
            for span in spans:
                if span.from_ms < span.to_ms:
                    changes[span.from_ms if opens else span.to_ms].append(_Door(department, opens))
    for turn in turns:
        changes[turn.at_ms].append(turn)
    return changes


@dataclass
class _Sweep:
    """since: when each of those who are there came, of the period. reached: up to where all is accounted for."""

    period: Span
    departments: frozenset[str]
    open_now: set[str] = field(default_factory=set)
    serving: dict[str, frozenset[str]] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    reached_ms: int = 0
    by_agent: dict[str, Carried] = field(default_factory=lambda: defaultdict(Carried))
    casts: list[Cast] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reached_ms = self.period.from_ms

    def reach(self, at_ms: int) -> None:
        """Account for the time up to `at_ms`, in which nothing changed."""
        from_ms, self.reached_ms = self.reached_ms, max(self.reached_ms, at_ms)
        if from_ms == self.reached_ms or not self.open_now:
            return
        if len(self.since) == 1:
            self.by_agent[next(iter(self.since))].alone_ms += self.reached_ms - from_ms
        last = self.casts[-1] if self.casts else None
        if last is not None and (last.to_ms, last.there) == (from_ms, len(self.since)):
            self.casts[-1] = last._replace(to_ms=self.reached_ms)
        else:
            self.casts.append(Cast(from_ms, self.reached_ms, len(self.since)))

    def take(self, change: _Door | Turn) -> None:
        if isinstance(change, Turn):
            self.serving[change.agent] = change.departments & self.departments
            self._settle(change.agent)
            return
        (self.open_now.add if change.opens else self.open_now.discard)(change.department)
        for agent in self.serving:
            self._settle(agent)

    def leave_all(self) -> None:
        for agent in list(self.since):
            self._leave(agent)

    def _settle(self, agent: str) -> None:
        is_there = not self.open_now.isdisjoint(self.serving[agent])
        if is_there and agent not in self.since:
            self.since[agent] = self.reached_ms
        elif not is_there and agent in self.since:
            self._leave(agent)

    def _leave(self, agent: str) -> None:
        stayed_ms = self.reached_ms - self.since.pop(agent)
        if stayed_ms > 0:
            self.by_agent[agent].there_ms += stayed_ms
