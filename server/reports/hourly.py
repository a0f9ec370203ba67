"""What is kept of one local day: figures of the whole and of each hour, to be put together to any bucket.

Every bucket begins with a local hour or with the period, so no hour lies in two. Only hours with anything are kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from server.reports.measures import Timed
from server.reports.periods import Period, Span

Part = TypeVar("Part")


class Hour(NamedTuple, Generic[Part]):
    """from_at: a moment in the hour. hour: the local one of the day, 0 to 23."""

    from_at: datetime
    hour: int
    part: Part


@dataclass(frozen=True, slots=True)
class Hourly(Generic[Part]):
    span: Span
    whole: Part
    hours: tuple[Hour[Part], ...]

    @staticmethod
    def by_bucket(period: Period, days: Sequence[Hourly[Part]]) -> list[list[Part]]:
        """What each bucket is the sum of: whole days where they lie in it, else hours."""
        buckets: list[list[Part]] = [[] for _ in period.buckets]
        for day in days:
            n = period.index(day.span.from_at)
            if n is not None and day.span.to_at <= period.buckets[n].to_at:
                buckets[n].append(day.whole)
                continue
            for hour in day.hours:
                n = period.index(hour.from_at)
                if n is not None:
                    buckets[n].append(hour.part)
        return buckets

    @staticmethod
    def by_hour(days: Sequence[Hourly[Part]]) -> list[list[Part]]:
        """What each of the 24 hours of the day is the sum of."""
        hours: list[list[Part]] = [[] for _ in range(24)]
        for day in days:
            for hour in day.hours:
                hours[hour.hour].append(hour.part)
        return hours


def hourly(period: Period, span: Span, items: Sequence[Timed], part: Callable[[Sequence[Timed]], Part]) -> Hourly[Part]:
    """items: of `span`, a local day, in the order of time. part: the figures of some of them."""
    hours: list[Hour[Part]] = []
    first = 0
    while first < len(items):
        at = items[first].at
        beyond = bisect_left(items, period.next_hour(at), first, key=attrgetter("at"))
        hours.append(Hour(at, period.hour(at), part(items[first:beyond])))
        first = beyond
    return Hourly(span, part(items), tuple(hours))
