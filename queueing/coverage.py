"""The ledger: when a department was covered, to the millisecond, and why it was not.

In: presence rows and proofs of life (presence.py), opening times, and the report's buckets. Out: open, covered, free,
single-agent and uncovered time per bucket, the gaps with their causes, and the number of agents over time. Pure
arithmetic on integers; reading the rows, zones and calendar are the caller's (hours.py gives opening times).

Definitions. An agent is *there* for a department while their presence row, as long as it holds, says accepting and
names it. *Covered*: the department is open and at least one agent is there; *single*: exactly one; *free*: at least
one with a free slot; *uncovered*: open and nobody. For several departments together: *open* while any of them is,
*covered* while somebody is there for one that is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from queueing.presence import Cause, PresenceRow, Proof, Turn, turns_of


class Span(NamedTuple):
    """From `from_ms` inclusive to `to_ms` exclusive, milliseconds since the Unix epoch."""

    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Cover:
    """covered + uncovered = open; free and single are parts of covered."""

    open_ms: int = 0
    covered_ms: int = 0
    free_ms: int = 0
    single_ms: int = 0
    uncovered_ms: int = 0

    def __add__(self, other: Cover) -> Cover:
        return Cover(
            self.open_ms + other.open_ms,
            self.covered_ms + other.covered_ms,
            self.free_ms + other.free_ms,
            self.single_ms + other.single_ms,
            self.uncovered_ms + other.uncovered_ms,
        )

    def in_seconds(self) -> dict[str, float]:
        """The wire's B."""
        return {
            "open_s": self.open_ms / 1000,
            "covered_s": self.covered_ms / 1000,
            "free_s": self.free_ms / 1000,
            "single_s": self.single_ms / 1000,
            "uncovered_s": self.uncovered_ms / 1000,
        }


@dataclass(frozen=True, slots=True)
class End:
    """How a gap ended. back: who had left is there again; came: another is; closed: the opening hours were over."""

    kind: Literal["back", "came", "closed"]
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of opening time in which nobody was there, cut to the report's period.

    cause: of its true beginning, which was at `began_ms`. end: at `to_ms`; None: it goes on now, or went on when the
    period ended.
    """

    from_ms: int
    to_ms: int
    cause: Cause
    began_ms: int
    end: End | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """buckets: as given, each with its figures; steps: (from when on, how many agents are there, open or not)."""

    total: Cover
    buckets: tuple[tuple[Span, Cover], ...]
    gaps: tuple[Gap, ...]
    steps: tuple[tuple[int, int], ...]


def coverage(
    rows: Iterable[PresenceRow],
    proofs: Iterable[Proof],
    opening: Mapping[str, Sequence[Span]],
    buckets: Sequence[Span],
    now_ms: int,
) -> Coverage:
    """The ledger of the departments named by `opening` (one, or all together; see the module).

    rows: in the order of writing, including each agent's last one before the period. opening: the spans of a
    department are in order and do not overlap; begin them before the period where a gap may have begun there.
    buckets: in order, each beginning where the last ended; what is after `now_ms` counts nothing.
    """
    return coverage_of(turns_of(list(rows), proofs, now_ms), opening, buckets, now_ms)


def coverage_of(
    turns: Iterable[Turn], opening: Mapping[str, Sequence[Span]], buckets: Sequence[Span], now_ms: int
) -> Coverage:
    """As `coverage`, of turns that are known: by time, up to now."""
    stretches = list(_stretches(turns, opening, buckets, now_ms))
    figures = tuple(zip(buckets, _figures(stretches, buckets), strict=True))
    if not buckets:
        return Coverage(Cover(), (), (), ())
    period = Span(buckets[0].from_ms, buckets[-1].to_ms)
    total = sum((figure for _, figure in figures), Cover())
    return Coverage(total, figures, tuple(_gaps(stretches, period)), tuple(_steps(stretches, period)))


# ---- one sweep over time: stretches in which nothing changes -------------------------------------------------------


class _Stretch(NamedTuple):
    """there, free: agents that count because one of their departments is open; online: open or not.

    cause: why somebody was no longer there at its start; None where nobody left. came: who was newly there then.
    """

    from_ms: int
    to_ms: int
    is_open: bool
    there: int
    free: int
    online: int
    cause: Cause | None
    came: tuple[str, ...]


@dataclass
class _Desk:
    """Who is there and what is open at the sweep's moment, with counts kept in step."""

    departments: frozenset[str]
    open_now: set[str] = field(default_factory=set)
    states: dict[str, tuple[frozenset[str], bool]] = field(default_factory=dict)
    there: int = 0
    free: int = 0
    online: int = 0

    def open_or_close(self, department: str, opens: bool) -> list[str]:
        """The agents who count from now on."""
        affected = [(agent, *state) for agent, state in sorted(self.states.items()) if department in state[0]]
        for agent, _, _ in affected:
            self.turn(agent, frozenset(), free=False)
        (self.open_now.add if opens else self.open_now.discard)(department)
        came = [agent for agent, departments, free in affected if self.turn(agent, departments, free) > 0]
        return came if opens else []

    def turn(self, agent: str, departments: frozenset[str], free: bool) -> int:
        """Give the agent a new state: 1 where they count from now on, -1 where they do no longer, else 0."""
        counted = self._leave(agent)
        served = departments & self.departments
        if not served:
            return -counted
        self.states[agent] = (served, free)
        self.online += 1
        if self.open_now.isdisjoint(served):
            return -counted
        self.there += 1
        self.free += free
        return 1 - counted

    def _leave(self, agent: str) -> int:
        """1 where they counted."""
        before = self.states.pop(agent, None)
        if before is None:
            return 0
        self.online -= 1
        if self.open_now.isdisjoint(before[0]):
            return 0
        self.there -= 1
        self.free -= before[1]
        return 1


def _stretches(
    turns: Iterable[Turn], opening: Mapping[str, Sequence[Span]], buckets: Sequence[Span], now_ms: int
) -> Iterator[_Stretch]:
    turns_at: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        turns_at[turn.at_ms].append(turn)
    doors_at: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for department, spans in opening.items():
        for span in spans:
            if span.from_ms < span.to_ms:
                doors_at[span.to_ms].append((department, False))
                doors_at[span.from_ms].append((department, True))
    edges = {edge for bucket in buckets for edge in bucket}
    moments = sorted(at_ms for at_ms in {*turns_at, *doors_at, *edges} if at_ms < now_ms)
    desk = _Desk(frozenset(opening))
    for from_ms, to_ms in zip(moments, [*moments[1:], now_ms], strict=False):
        cause: Cause | None = None
        came: list[str] = []
        for department, opens in doors_at[from_ms]:
            came += desk.open_or_close(department, opens)
        for turn in turns_at[from_ms]:
            change = desk.turn(turn.agent, turn.departments, turn.free)
            cause = turn.cause if change < 0 else cause
            came += [turn.agent] if change > 0 else []
        yield _Stretch(from_ms, to_ms, bool(desk.open_now), desk.there, desk.free, desk.online, cause, tuple(came))


# ---- from stretches to figures ------------------------------------------------------------------------------------


def _figures(stretches: list[_Stretch], buckets: Sequence[Span]) -> list[Cover]:
    """One per bucket. A stretch lies in one bucket or outside of all: every edge of a bucket ends a stretch."""
    figures: list[Cover] = []
    n, last = 0, len(stretches)
    for bucket in buckets:
        covered_ms = free_ms = single_ms = uncovered_ms = 0
        while n < last and stretches[n].from_ms < bucket.to_ms:
            stretch = stretches[n]
            n += 1
            if not stretch.is_open or stretch.from_ms < bucket.from_ms:
                continue
            length_ms = stretch.to_ms - stretch.from_ms
            if not stretch.there:
                uncovered_ms += length_ms
                continue
            covered_ms += length_ms
            if stretch.free:
                free_ms += length_ms
            if stretch.there == 1:
                single_ms += length_ms
        figures.append(Cover(covered_ms + uncovered_ms, covered_ms, free_ms, single_ms, uncovered_ms))
    return figures


def _gaps(stretches: list[_Stretch], period: Span) -> Iterator[Gap]:
    current: Gap | None = None
    for stretch in stretches:
        uncovered = stretch.is_open and not stretch.there
        if uncovered and current is not None:
            current = replace(current, to_ms=stretch.to_ms)
        elif uncovered:
            cause = stretch.cause or Cause("nobody_online")
            current = Gap(stretch.from_ms, stretch.to_ms, cause, stretch.from_ms, None)
        elif current is not None:
            yield from _cut(replace(current, end=_end(current, stretch)), period)
            current = None
    if current is not None:
        yield from _cut(current, period)


def _end(gap: Gap, after: _Stretch) -> End:
    if not after.is_open:
        return End("closed")
    return End("back", gap.cause.agent) if gap.cause.agent in after.came else End("came", after.came[0])


def _cut(gap: Gap, period: Span) -> Iterator[Gap]:
    """What is after the period is not known here: opening times end with it."""
    from_ms, to_ms = max(gap.from_ms, period.from_ms), min(gap.to_ms, period.to_ms)
    if from_ms < to_ms:
        yield replace(gap, from_ms=from_ms, to_ms=to_ms, end=gap.end if gap.to_ms < period.to_ms else None)


def _steps(stretches: list[_Stretch], period: Span) -> Iterator[tuple[int, int]]:
    last: int | None = None
    for stretch in stretches:
        if period.from_ms <= stretch.from_ms < period.to_ms and stretch.online != last:
            last = stretch.online
            yield (stretch.from_ms, last)
