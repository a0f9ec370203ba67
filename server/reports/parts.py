"""Chats told apart: by bucket of the period, by hour of the day, by agent; and what can be counted of each part.

Percentiles are exact: those of all values of a part, sorted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from server.reports.chats import Array, Codes, Flags, Floats, Ints
from server.reports.measures import ENOUGH, Json
from server.reports.periods import Period

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
HOURS = 24
QUARTER_S = 900


def micros(at: datetime) -> int:
    """Since the Unix epoch."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(at: int) -> datetime:
    return _EPOCH + at * _MICROSECOND


class Run:
    """Values in order."""

    def __init__(self, values: Floats) -> None:
        self.values = values
        self.n = len(values)

    def percentile(self, share: float) -> float | None:
        """Nearest rank, as in measures.percentile: the smallest that at least `share` do not exceed. None under 5."""
        if self.n < ENOUGH:
            return None
        return round(float(self.values[max(1, ceil(share * self.n)) - 1]), 3)

    def upto(self, bound: float) -> int:
        """How many are at most so much."""
        return int(self.values.searchsorted(bound, "right"))

    def spread(self) -> Json:
        """The maximum is one that occurred, and is told from the first value on."""
        return {
            "p50_s": self.percentile(0.5),
            "p90_s": self.percentile(0.9),
            "max_s": round(float(self.values[-1]), 3) if self.n else None,
        }


class Parts:
    """Part k is made of the places order[edges[k]:edges[k + 1]]; order None: of the places from edge to edge."""

    def __init__(self, edges: Ints, order: Ints | None = None) -> None:
        self._edges = edges
        self._order = order

    @staticmethod
    def whole(n: int) -> Parts:
        """All n in one part."""
        return Parts(np.array([0, n]))

    @staticmethod
    def by_bucket(period: Period, moments: Ints) -> Parts:
        """moments: of the period, in order, in microseconds."""
        starts = [micros(at) for at in period.starts]
        return Parts(np.append(np.searchsorted(moments, starts), len(moments)))

    @staticmethod
    def by_code(codes: Codes, n: int) -> Parts:
        """n parts: those with code 0, 1, ...; other codes are in none."""
        order = np.argsort(codes, kind="stable")
        return Parts(np.searchsorted(codes[order], np.arange(n + 1)), order)

    def __len__(self) -> int:
        return len(self._edges) - 1

    def sizes(self) -> list[int]:
        sizes: list[int] = np.diff(self._edges).tolist()
        return sizes

    def count(self, flags: Flags) -> list[int]:
        """How many of each part are flagged."""
        return self.sum(flags)

    def sum(self, values: Array) -> list[int]:
        """values: whole numbers, or flags."""
        values = values if self._order is None else values[self._order]
        sums = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))[self._edges]
        found: list[int] = np.diff(sums).tolist()
        return found

    def each(self, values: Array) -> list[Array]:
        """The values of each part."""
        values = values if self._order is None else values[self._order]
        return [values[first:beyond] for first, beyond in pairwise(self._edges.tolist())]

    def runs(self, values: Floats) -> list[Run]:
        """Of each part the values that are known, in order."""
        values = values if self._order is None else values[self._order]
        is_known = ~np.isnan(values)
        edges = np.concatenate(([0], np.cumsum(is_known)))[self._edges].tolist()
        known = values[is_known]
        for first, beyond in pairwise(edges):
            known[first:beyond].sort()
        return [Run(known[first:beyond]) for first, beyond in pairwise(edges)]


def by_hour(period: Period, moments: Ints) -> Parts:
    """24 parts, by the local hour of the day. moments: in microseconds, in order."""
    return Parts.by_code(local_hours(period, moments), HOURS)


def local_hours(period: Period, moments: Ints) -> Codes:
    """The local hour of the day of each moment, in microseconds and in order: asked once per hour, not per chat."""
    if not len(moments):
        return np.zeros(0, np.int32)
    at = _EPOCH + int(moments[0]) * _MICROSECOND
    starts, hours = [], []
    last = int(moments[-1])
    while (start := micros(at)) <= last:
        starts.append(start)
        hours.append(period.hour(at))
        at = period.next_hour(at)
    places: Ints = np.searchsorted(starts, moments, "right") - 1
    found: Codes = np.array(hours, np.int32)[places]
    return found


def hours_at(moments_s: Floats, zone: ZoneInfo) -> Codes:
    """The local hour of the day of each moment, in seconds and any order. Zones change by quarters of an hour."""
    if not len(moments_s):
        return np.zeros(0, np.int32)
    quarters = (moments_s // QUARTER_S).astype(np.int64)
    first = int(quarters.min())
    places = quarters - first
    # Not np.unique: it sorts them all.
    seen = np.flatnonzero(np.bincount(places))
    hours = np.zeros(int(seen[-1]) + 1, np.int32)
    hours[seen] = [datetime.fromtimestamp(at * QUARTER_S, UTC).astimezone(zone).hour for at in (seen + first).tolist()]
    found: Codes = hours[places]
    return found


def only(values: Array, which: Flags) -> Floats:
    """The values of those that are flagged; the others are not known."""
    return np.where(which, values, np.nan)
