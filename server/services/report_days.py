"""Figures that are kept by the day, so that a month is not reckoned anew because one chat of today went on.

Kept is what server/reports makes of the rows of one local day, under the versions that the record counts for it
(`day_versions`): derivable, made where it is missing or older than the record, and forgotten when others are asked for
more. The versions are read before the rows, so what is kept is never older than what it is kept for. Where the record
counts no versions everything is made anew each time.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Generic, TypeVar

from server.reports.periods import Period, Span
from server.services.report_frame import Frame
from transcripts.port import Store

Row = TypeVar("Row")
Made = TypeVar("Made")
MOST_ROWS = 1_000_000
"""Of rows that the kept figures were made of: ten months of 100,000 chats in one report, about 50 MB."""
WEIGHT_OF_A_WHOLE = 1_000
"""A report, in rows."""
AT_ONCE = 31
"""Days read together: more would hold a year's rows at the same time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row, Made]):
    """How one kind of figures is made. name: its own.

    read: rows of a span, in the order of `at`. make: what is kept of a day's rows. looks_back: how long before a day
    a chat may have been started whose changes concern it.
    """

    name: str
    read: Callable[[datetime, datetime], Awaitable[Sequence[Row]]]
    make: Callable[[Period, Span, Sequence[Row]], Made]
    at: Callable[[Row], datetime] = attrgetter("at")
    looks_back: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Kept:
    """stamp: the versions of the days it is of. weight: in rows."""

    stamp: tuple[int, ...]
    made: Any
    weight: int


class ReportDays:
    """One per process; several tasks may ask at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._rows = 0

    async def of(self, frame: Frame, reading: Reading[Row, Made]) -> list[Made]:
        """What was made of each local day of the period that has any rows, in order."""
        period = frame.period
        versions = await self._store.day_versions(period.from_at - reading.looks_back, period.to_at)
        if versions is None:
            rows = await reading.read(period.from_at, period.to_at)
            return [
                made
                for made, _ in await asyncio.to_thread(_make_all, reading, period, _by_day(period, rows, reading.at))
            ]
        spans = list(_days(period, versions))
        stamps = [_stamp(span, versions, reading.looks_back) for span in spans]
        keys = [_key(reading.name, frame, span) for span in spans]
        found = [self._find(key, stamp) for key, stamp in zip(keys, stamps, strict=True)]
        for run in _runs([n for n, kept in enumerate(found) if kept is None]):
            rows = await reading.read(spans[run[0]].from_at, spans[run[-1]].to_at)
            parts = _apart(rows, [spans[n] for n in run], reading.at)
            for n, (made, weight) in zip(run, await asyncio.to_thread(_make_all, reading, period, parts), strict=True):
                found[n] = _Kept(stamps[n], made, weight)
                self._keep(keys[n], found[n])
        return [kept.made for kept in found if kept is not None]

    async def whole(
        self,
        frame: Frame,
        name: str,
        make: Callable[[], Awaitable[Made]],
        *,
        looks_back: timedelta = timedelta(0),
        given: Hashable = None,
        by_chats_alone: bool = False,
    ) -> Made:
        """What `make` gives, kept as a whole until anything changes: for figures that are no sum of days.

        given: what else it is made of, such as people's names. by_chats_alone: time that passes changes nothing but the
        end of the last bucket, which is then the one it was made for.
        """
        period = frame.period
        versions = await self._store.day_versions(period.from_at - looks_back, period.to_at)
        if versions is None:
            return await make()
        # A period that ends in the middle of a day ends with the clock: as a whole it is never asked for again.
        is_lasting = period.day_start(period.to_at) == period.to_at
        about: Hashable = period
        if not is_lasting and by_chats_alone:
            about = (period.zone.key, period.from_at, tuple(period.starts))
        key = (name, about, frame.departments, frame.agent_id, given) if is_lasting or by_chats_alone else None
        stamp = _stamp(period.span, versions, looks_back)
        kept = self._find(key, stamp)
        if kept is None:
            kept = _Kept(stamp, await make(), WEIGHT_OF_A_WHOLE)
            self._keep(key, kept)
        made: Made = kept.made
        return made

    def _find(self, key: Hashable, stamp: tuple[int, ...]) -> _Kept | None:
        kept = self._kept.get(key)
        if kept is None or kept.stamp != stamp:
            return None
        self._kept.move_to_end(key)
        return kept

    def _keep(self, key: Hashable, kept: _Kept | None) -> None:
        if key is None or kept is None:
            return
        before = self._kept.pop(key, None)
        self._rows += kept.weight - (0 if before is None else before.weight)
        self._kept[key] = kept
        while self._rows > MOST_ROWS:
            _, forgotten = self._kept.popitem(last=False)
            self._rows -= forgotten.weight


def _key(name: str, frame: Frame, span: Span) -> Hashable:
    """None: not to be kept, because the end moves with the clock."""
    period = frame.period
    if span.to_at == period.to_at and period.next_day(span.from_at) != span.to_at:
        return None
    return (name, period.zone.key, frame.departments, frame.agent_id, span)


def _make_all(
    reading: Reading[Row, Made], period: Period, parts: Sequence[tuple[Span, Sequence[Row]]]
) -> list[tuple[Made, int]]:
    return [(reading.make(period, span, rows), len(rows) + 1) for span, rows in parts]


def _days(period: Period, versions: Mapping[int, int]) -> Iterator[Span]:
    """The local days, cut by the period, that share a UTC day with anything."""
    done = period.from_at
    for day in sorted(versions):
        start = max(done, period.day_start(max(period.from_at, _EPOCH + day * _DAY)))
        end = min(_EPOCH + (day + 1) * _DAY, period.to_at)
        while start < end:
            done = min(period.next_day(start), period.to_at)
            yield Span(start, done)
            start = done


def _by_day(period: Period, rows: Sequence[Row], at: Callable[[Row], datetime]) -> list[tuple[Span, Sequence[Row]]]:
    parts: list[tuple[Span, Sequence[Row]]] = []
    first = 0
    while first < len(rows):
        start = max(period.from_at, period.day_start(at(rows[first])))
        end = min(period.next_day(start), period.to_at)
        beyond = bisect_left(rows, end, first, key=at)
        parts.append((Span(start, end), rows[first:beyond]))
        first = beyond
    return parts


def _apart(
    rows: Sequence[Row], spans: Sequence[Span], at: Callable[[Row], datetime]
) -> list[tuple[Span, Sequence[Row]]]:
    edges = [(bisect_left(rows, span.from_at, key=at), bisect_left(rows, span.to_at, key=at)) for span in spans]
    return [(span, rows[first:beyond]) for span, (first, beyond) in zip(spans, edges, strict=True)]


def _stamp(span: Span, versions: Mapping[int, int], looks_back: timedelta) -> tuple[int, ...]:
    first = (span.from_at - looks_back - _EPOCH) // _DAY
    beyond = -((_EPOCH - span.to_at) // _DAY)
    return tuple(versions.get(day, 0) for day in range(first, beyond))


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Neighbours together, at most AT_ONCE."""
    run: list[int] = []
    for number in numbers:
        if run and (number != run[-1] + 1 or len(run) == AT_ONCE):
            yield run
            run = []
        run.append(number)
    if run:
        yield run
