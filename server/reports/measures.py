"""Figures out of samples. Of so few that a share or a percentile would say more than is known, it is None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Any, Protocol, TypeVar

from server.reports.periods import Period

Json = dict[str, Any]
Item = TypeVar("Item")
Result = TypeVar("Result")
ENOUGH = 5


class HasMoment(Protocol):
    @property
    def at(self) -> datetime: ...


Timed = TypeVar("Timed", bound=HasMoment)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank: the smallest value that at least `share` (0 to 1) of all do not exceed. None under n = 5.

    Always a value that occurred: p50 of 1, 2, 3, 4, 100, 200 is 3, and p90 is 200.
    """
    if len(values) < ENOUGH:
        return None
    return round(sorted(values)[max(1, ceil(share * len(values))) - 1], 3)


def spread(values: Sequence[float]) -> Json:
    """The maximum is one that occurred, and is told from the first value on."""
    return {
        "p50_s": percentile(values, 0.5),
        "p90_s": percentile(values, 0.9),
        "max_s": round(max(values), 3) if values else None,
    }


def share(part: int, whole: int, *, at_least: int = 1) -> float | None:
    """0 to 1; None where `whole` is less than `at_least`."""
    return round(part / whole, 4) if whole >= at_least else None


def mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None


def by_bucket(period: Period, items: Iterable[tuple[Any, Item]], figures: Callable[[list[Item]], Json]) -> list[Json]:
    """items: (moment, item). One object per bucket with its bounds, empty ones too."""
    groups: list[list[Item]] = [[] for _ in period.buckets]
    for at, item in items:
        index = period.index(at)
        if index is not None:
            groups[index].append(item)
    return [
        {"from": bucket.from_at, "to": bucket.to_at, **figures(group)}
        for bucket, group in zip(period.buckets, groups, strict=True)
    ]
