"""Opening hours: when a department is open, in its own zone, right over nights, holidays and changes of the clock.

Text like "mon-fri 09:00-12:00,13:00-17:00; sat 22:00-06:00" becomes `Slot`s; `OpeningHours` turns those into moments.
No slots at all: always open. Dates with hours of their own are holidays.py's. Moments are aware datetimes; results are
in UTC.

Holidays, decided once: on the local date of a holiday nothing but its own hours holds. It begins at its midnight: a
night of the day before ends there, whether that day is a holiday or not (with 24 December 22:00-06:00 and 25 December
closed, it closes at midnight; who stays till six writes 00:00-06:00 into the 25th). Its own night reaches into the
next day as any other does.

The clock's changes, decided once: a slot lasts from the first moment at which the wall clock has reached its start to
the first moment at which it has reached its end. So with 02:00 -> 03:00 in spring a slot 02:30-04:00 begins at the
jump and a slot 02:00-03:00 does not happen; with 03:00 -> 02:00 in autumn 01:00-02:30 ends at the first 02:30 (it
does not come back with the second) and 22:00-06:00 lasts nine hours. Slots that touch always go on touching.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_A_DAY = 24 * 60
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", re.ASCII)
_EXAMPLE = "for example: mon-fri 09:00-12:00,13:00-17:00; sat 22:00-06:00"


class HoursError(ValueError):
    """Opening hours that cannot be read; its sentence names the place and the remedy."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One opening on a weekday. day: 0 is Monday; minutes since its midnight; end_min is above 1440 for a night."""

    day: int
    start_min: int
    end_min: int


def parse_hours(text: str) -> tuple[Slot, ...]:
    """The slots of a week, sorted. Empty text gives none, which means always open. Raises HoursError."""
    slots: set[Slot] = set()
    for part in filter(None, (part.strip().lower() for part in text.split(";"))):
        days, _, spans = part.partition(" ")
        if not spans.strip():
            raise HoursError(f'In "{part}" the times are missing: write days, a space and times, {_EXAMPLE}.')
        minutes = [parse_span(span.strip(), part) for span in spans.split(",")]
        slots.update(Slot(day, start, end) for day in _days(days, part) for start, end in minutes)
    return tuple(sorted(slots))


def _days(text: str, part: str) -> Iterator[int]:
    for item in text.split(","):
        first, dash, last = item.partition("-")
        for name in (first, last) if dash else (first,):
            if name not in DAYS:
                raise HoursError(f'In "{part}" the day "{name}" is unknown: use {", ".join(DAYS)}, {_EXAMPLE}.')
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % 7 if dash else 0  # fri-mon goes over the end of the week
        yield from ((start + n) % 7 for n in range(length + 1))


def parse_span(text: str, part: str) -> tuple[int, int]:
    """Minutes since midnight, the second above 1440 for a night. part: what the text stands in. Raises HoursError."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise HoursError(f'In "{part}" the time "{text}" cannot be read: write HH:MM-HH:MM, {_EXAMPLE}.')
    from_h, from_min, to_h, to_min = map(int, match.groups())
    start, end = from_h * 60 + from_min, to_h * 60 + to_min
    if max(from_min, to_min) > 59 or start >= _MINUTES_A_DAY or end > _MINUTES_A_DAY:
        raise HoursError(f'In "{part}" the time "{text}" is no time of day: use 00:00 to 23:59, and 24:00 as an end.')
    if start == end:
        raise HoursError(f'In "{part}" the slot "{text}" is empty: write 00:00-24:00 for a whole day.')
    return start, end if end > start else end + _MINUTES_A_DAY


_MINUTES_A_WEEK = 7 * _MINUTES_A_DAY


def find_overlap(slots: Iterable[Slot]) -> tuple[Slot, Slot] | None:
    """The first two slots that are open at the same time, a night into the next day and Sunday's into Monday too.

    Who writes such hours has mistaken something: they would mean the same written as one slot.
    """
    ordered = sorted(slots, key=_begins_min)
    for n, slot in enumerate(ordered):
        following = ordered[(n + 1) % len(ordered)]
        apart_min = (_begins_min(following) - _begins_min(slot)) % _MINUTES_A_WEEK
        if following is not slot and apart_min < slot.end_min - slot.start_min:
            return slot, following
    return None


def _begins_min(slot: Slot) -> int:
    return slot.day * _MINUTES_A_DAY + slot.start_min


_ALWAYS = tuple(Slot(day, 0, _MINUTES_A_DAY) for day in range(7))


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """slots: of every week, sorted; none: always open. holidays: by local date, spans as in a Slot; none: closed."""

    slots: tuple[Slot, ...]
    tz: ZoneInfo
    holidays: Mapping[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    @property
    def _always(self) -> bool:
        return not self.slots and not self.holidays

    def is_open(self, at: datetime) -> bool:
        return self._always or any(opens <= at < closes for opens, closes in self._around(at, days=1))

    def next_open(self, at: datetime) -> datetime | None:
        """`at` itself while open, else the next opening; None if there is none.

        Looked for over three weeks, and one more for each holiday to come: it may be the week's only day.
        """
        if self._always:
            return at.astimezone(UTC)
        today = at.astimezone(self.tz).date()
        days = 21 + 7 * sum(day >= today for day in self.holidays)
        upcoming = (max(opens, at) for opens, closes in self._around(at, days) if closes > at)
        first = next(upcoming, None)
        return None if first is None else first.astimezone(UTC)

    def intervals(self, from_: datetime, to: datetime) -> list[tuple[datetime, datetime]]:
        """The open times from `from_` to `to`, in order, not touching each other."""
        if from_ >= to:
            return []
        if self._always:
            return [(from_.astimezone(UTC), to.astimezone(UTC))]
        around = self._around(from_, days=(to - from_).days + 2)
        clipped = ((max(opens, from_), min(closes, to)) for opens, closes in around)
        return [(opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in clipped if opens < closes]

    def add_open_time(self, at: datetime, seconds: float) -> datetime | None:
        """The moment at which `seconds` of opening time have passed since `at`; None if it never opens.

        The end of a slot rather than the beginning of the next; with 0 seconds the same as `next_open`.
        """
        moment, left = self.next_open(at), timedelta(seconds=seconds)
        while moment is not None:
            closes = self._closing_after(moment)
            if closes is None or left <= closes - moment:
                return moment + left
            left -= closes - moment
            moment = self.next_open(closes)
        return None

    def _closing_after(self, at: datetime) -> datetime | None:
        """When the opening that goes on at `at` ends, or a look ahead of 30 days does; None: always open."""
        return None if self._always else self.intervals(at, at + timedelta(days=30))[0][1]

    def _around(self, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Openings of two days before `at` (a night may last into it) to `days` after it, joined where they touch."""
        first = at.astimezone(self.tz).date() - timedelta(days=2)
        joined: tuple[datetime, datetime] | None = None
        for day in (first + timedelta(days=n) for n in range(days + 3)):
            for opens, closes in self._on(day):
                if joined is not None and opens <= joined[1]:
                    joined = (joined[0], max(joined[1], closes))
                    continue
                if joined is not None and joined[0] < joined[1]:
                    yield joined
                joined = (opens, closes)
        if joined is not None and joined[0] < joined[1]:
            yield joined

    def _on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The openings that begin on this local date, by their beginning."""
        spans = self.holidays.get(day)
        if spans is None:
            weekday = day.weekday()
            spans = tuple((slot.start_min, slot.end_min) for slot in self.slots or _ALWAYS if slot.day == weekday)
        last_min = _MINUTES_A_DAY if day + timedelta(days=1) in self.holidays else 2 * _MINUTES_A_DAY
        for start_min, end_min in spans:
            yield self._moment(day, start_min), self._moment(day, min(end_min, last_min))

    def _moment(self, day: date, minutes: int) -> datetime:
        """The first moment at which the wall clock has reached so many minutes since the day's midnight."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        moment = wall.replace(tzinfo=self.tz, fold=0).astimezone(UTC)
        if moment.astimezone(self.tz).replace(tzinfo=None) == wall:
            return moment
        # The clock jumps over this time: between the two readings of it, halve until the jump is found to the second.
        before, after = wall.replace(tzinfo=self.tz, fold=1).astimezone(UTC), moment
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
            if middle.astimezone(self.tz).replace(tzinfo=None) < wall:
                before = middle
            else:
                after = middle
        return after
