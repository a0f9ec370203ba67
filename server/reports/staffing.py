"""Demand against cover per half hour, how many agents the target would need, and what one more or one fewer would do.

Demand: chats that were started. Cover: accepting agents by the coverage ledger, in opening time. Needed: the fewest
agents who would serve the target's share of the arrivals within its time, by Erlang-A with concurrency (erlang.py) on
measured rates (workload.py), each half hour for itself in its steady state: pointwise stationary (Green and Kolesar,
Management Science 37, 1991, 84-97). What is left over from the half hour before is not counted, so behind a peak the
need is a little higher than told. What one agent more or fewer would do is not taken from the formula but from serving
the measured arrivals once more in virtual time (rerun.py).

Waits here are those in line; of who left early (within 5 s) nobody can be judged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from queueing.carried import Cast
from server.clock import to_ms
from server.reports.chats import MICROS, Chats
from server.reports.erlang import MOST_AGENTS, needed
from server.reports.measures import ENOUGH, Json, share
from server.reports.parts import Run, micros, only
from server.reports.periods import MAX_BUCKETS, Period
from server.reports.rerun import Outcome, rerun
from server.reports.waits import EARLY_S
from server.reports.workload import Arrivals, Step, Workload, measured

HALF = timedelta(minutes=30)
TARGET_SHARE = 0.9
CHANGES = (-1, 0, 1)
ENOUGH_TO_REPLAY = 30
NEVER_ENOUGH = MOST_AGENTS + 1
TEXT = (
    "Needed: Erlang-A with concurrency, each half hour for itself; rates measured from the chats of the period. "
    "One agent more or fewer: the measured arrivals served once more in virtual time, first come, first served."
)
SOURCE = (
    "Garnett, Mandelbaum and Reiman, Manufacturing & Service Operations Management 4 (2002), 208-227. "
    "Green and Kolesar, Management Science 37 (1991), 84-97."
)


@dataclass(slots=True)
class _Half:
    """Half an hour, or what of it lies in the period. agent_s: seconds of agents in open_s seconds of opening time."""

    from_at: datetime
    to_at: datetime
    arrivals: int = 0
    open_s: float = 0.0
    agent_s: float = 0.0
    least: int | None = None

    @property
    def hours(self) -> float:
        return (self.to_at - self.from_at).total_seconds() / 3600

    @property
    def cover(self) -> float | None:
        return self.agent_s / self.open_s if self.open_s else None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the report is made of. chats: of the period, whoever had them. casts: as of the ledger
    (queueing/carried.py). steps: (milliseconds, accepting agents), open or not. capacity: mean of the accounts'.
    """

    chats: Chats
    casts: Iterable[Cast]
    steps: Sequence[tuple[int, int]]
    capacity: float
    within_s: float


def staffing(period: Period, desk: Desk) -> Json:
    halves = _halves(period, desk)
    arrivals = _arrivals(desk.chats)
    steps = [Step(at_ms / 1000, agents) for at_ms, agents in desk.steps]
    workload = measured(arrivals, steps, desk.capacity)
    need = _Need(workload, desk.within_s)
    return {
        "target": {"share": TARGET_SHARE, "within_s": desk.within_s},
        "halves": [_half(one, need) for one in halves] if len(halves) <= MAX_BUCKETS else None,
        "by_weekday": _by_weekday(period, halves, need),
        "model": _model(workload),
        "what_if": _what_if(workload, desk.within_s),
    }


def rows(data: Json) -> list[Json]:
    """Of the file: the half hours; of a long period those of the week."""
    return list(data["by_weekday"] if data["halves"] is None else data["halves"])


def like(data: Json) -> Json:
    """A row of the file, where it is of half hours."""
    return _half(_Half(data["from"], data["to"] + HALF), _Need(None, 0.0))


class _Need:
    """More arrivals never need fewer agents: what lies between two rates with the same need is not reckoned."""

    def __init__(self, workload: Workload | None, within_s: float) -> None:
        self._laws = workload.laws if workload else None
        self._within_s = within_s
        self._rates: list[float] = []
        self._needs: list[int] = []

    def agents(self, arrivals_per_h: float) -> int | None:
        """None where the desk's rates are not known, or no number of agents would do."""
        if self._laws is None:
            return None
        rate = round(arrivals_per_h, 1)
        place = bisect_left(self._rates, rate)
        above = self._needs[place : place + 1]
        below = self._needs[place - 1] if place else 1
        if above and (self._rates[place] == rate or above[0] == below):
            found = above[0]
        else:
            found = needed(rate / 3600, TARGET_SHARE, self._within_s, self._laws, at_least=below) or NEVER_ENOUGH
            self._rates.insert(place, rate)
            self._needs.insert(place, found)
        return None if found == NEVER_ENOUGH else found


# ---- half hours -----------------------------------------------------------------------------------------------------


def _halves(period: Period, desk: Desk) -> list[_Half]:
    """Of the whole period, in order."""
    halves = list(_cut(period))
    starts = [micros(half.from_at) for half in halves]
    edges = np.append(np.searchsorted(desk.chats.asked, starts), len(desk.chats))
    for half, arrivals in zip(halves, np.diff(edges).tolist(), strict=True):
        half.arrivals = arrivals
    ends_ms, n = [to_ms(half.to_at) for half in halves], 0
    for from_ms, to_ms_, there in desk.casts:
        while n < len(halves) and ends_ms[n] <= from_ms:
            n += 1
        at_ms, last = from_ms, n  # a cast begins in the period, so in a half that ends behind its beginning
        while last < len(halves) and at_ms < to_ms_:
            half, upto_ms = halves[last], min(to_ms_, ends_ms[last])
            half.open_s += (upto_ms - at_ms) / 1000
            half.agent_s += there * (upto_ms - at_ms) / 1000
            half.least = there if half.least is None else min(half.least, there)
            at_ms, last = upto_ms, last + 1
    return halves


def _cut(period: Period) -> Iterator[_Half]:
    """By local half hours; elapsed time is added in UTC, so what clocks repeat is there twice."""
    local = period.from_at.astimezone(period.zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    at = period.from_at - past
    while at < period.to_at:
        yield _Half(max(at, period.from_at), min(at + HALF, period.to_at))
        at += HALF


def _half(half: _Half, need: _Need) -> Json:
    per_h = half.arrivals / half.hours
    wanted = need.agents(per_h) if half.open_s else None
    cover = half.cover
    return {
        "from": half.from_at,
        "to": half.to_at,
        "arrivals": half.arrivals,
        "arrivals_per_h": round(per_h, 2),
        "cover_mean": None if cover is None else round(cover, 2),
        "cover_min": half.least,
        "needed": wanted,
        "missing": None if wanted is None or cover is None else round(max(wanted - cover, 0.0), 2),
    }


@dataclass(slots=True)
class _Usual:
    """One half hour of the week, over the period. hours, arrivals: of the weeks in which it was open at all."""

    weeks: int = 0
    hours: float = 0.0
    arrivals: int = 0
    open_s: float = 0.0
    agent_s: float = field(default=0.0)


def _by_weekday(period: Period, halves: Iterable[_Half], need: _Need) -> list[Json]:
    """336 rows, Monday 0:00 first. Unknown is what was never open in the period."""
    usual = [_Usual() for _ in range(7 * 48)]
    for half in halves:
        if half.open_s:
            local = half.from_at.astimezone(period.zone)
            one = usual[local.weekday() * 48 + local.hour * 2 + local.minute // 30]
            one.weeks += 1
            one.hours += half.hours
            one.arrivals += half.arrivals
            one.open_s += half.open_s
            one.agent_s += half.agent_s
    return [_weekday(n, one, need) for n, one in enumerate(usual)]


def _weekday(n: int, one: _Usual, need: _Need) -> Json:
    per_h = one.arrivals / one.hours if one.hours else None
    return {
        "weekday": n // 48,
        "time": f"{n % 48 // 2:02}:{n % 2 * 30:02}",
        "n": one.weeks,
        "arrivals_per_h": None if per_h is None else round(per_h, 2),
        "cover": round(one.agent_s / one.open_s, 2) if one.open_s else None,
        "needed": None if per_h is None else need.agents(per_h),
    }


# ---- the desk's laws, and other numbers of agents -------------------------------------------------------------------


def _arrivals(chats: Chats) -> Arrivals:
    is_served = ~np.isnan(chats.waited_s)
    over_s = np.maximum(chats.closed_s, np.nan_to_num(chats.waited_s))
    return Arrivals(chats.asked / MICROS, chats.waited_s, only(over_s, ~is_served), only(over_s, is_served))


def _model(workload: Workload | None) -> Json:
    """handle_s: of a chat that its agent has alone; concurrency: how many they have while people wait."""
    laws = workload.laws if workload else None
    return {
        "handle_s": round(laws.handle_s, 1) if laws else None,
        "slowdown": laws.slowdown if laws else None,
        "patience_s": round(laws.patience_s, 1) if workload and laws and workload.left >= ENOUGH else None,
        "concurrency": round(laws.slots, 2) if laws else None,
        "n": int(np.count_nonzero(~np.isnan(workload.works_s))) if workload else 0,
        "text": TEXT,
        "source": SOURCE,
    }


def _what_if(workload: Workload | None, within_s: float) -> list[Json]:
    """Of too few chats nothing can be said."""
    if workload is None or len(workload.arrivals.at_s) < ENOUGH_TO_REPLAY:
        return [
            {"agents_change": change, "p90_wait_s": None, "within_target": None, "abandoned": None}
            for change in CHANGES
        ]
    outcomes = rerun(workload, CHANGES)
    return [_outcome(change, one, within_s) for change, one in zip(CHANGES, outcomes, strict=True)]


def _outcome(change: int, outcome: Outcome, within_s: float) -> Json:
    """abandoned and within_target: shares of those who were served or left, not early."""
    waits, late = Run(np.sort(outcome.waits_s)), int(np.count_nonzero(outcome.left_s > EARLY_S))
    judged = waits.n + late
    return {
        "agents_change": change,
        "p90_wait_s": waits.percentile(0.9),
        "within_target": share(waits.upto(within_s), judged, at_least=ENOUGH),
        "abandoned": share(late, judged, at_least=ENOUGH),
    }
