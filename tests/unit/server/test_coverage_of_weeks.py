"""The coverage report against an oracle that stood beside the desk for weeks: not a second of difference.

The desk is played (weeks.py), the report is made of what its servers wrote. The oracle counts painted seconds, and
opens and closes departments by looking at their wall clocks minute by minute.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import pytest

from queueing import coverage as ledger
from server.clock import from_ms, to_ms
from server.reports.coverage import coverage
from server.reports.periods import Period, period_of
from server.services.known.directory import Directory
from tests.unit.server.weeks import DAY, HOUR, PEOPLE, POSTS_OF, Weeks
from transcripts.memory.store import MemoryStore
from transcripts.records import Department

WEEK = "mon-fri 08:00-12:00,12:30-18:00; sat 22:00-06:00; sun 00:30-03:15,23:00-24:00"
Spans = list[tuple[str, str]]


@dataclass(frozen=True)
class Place:
    """A department in plain words: weekdays (0 is Monday) and dates to spans of local time, days it did not exist."""

    department: Department
    week: dict[int, Spans]
    holidays: dict[str, Spans] = field(default_factory=dict)
    absent: tuple[tuple[int, int], ...] = ()


def places(origin: datetime, days: int) -> list[Place]:
    def instant(second: int) -> str:
        return (origin + timedelta(seconds=second)).isoformat()

    def local(day: int) -> str:
        return (origin.date() + timedelta(days=day)).isoformat()

    added, closed, away, back = 10 * DAY + 4321, (days - 9) * DAY + 777, 20 * DAY + 5, 23 * DAY + 6
    office: Spans = [("08:00", "12:00"), ("12:30", "18:00")]
    week = {**dict.fromkeys(range(5), office), 5: [("22:00", "30:00")], 6: [("00:30", "03:15"), ("23:00", "24:00")]}
    holidays: dict[str, Spans] = {
        local(4): [],
        local(5): [("09:15", "11:00"), ("13:00", "15:00"), ("20:00", "28:30")],
        local(6): [("02:00", "03:00")],
        local(19): [("00:00", "24:00")],
        "2028-02-29": [("10:00", "25:00")],
        "2026-10-25": [("01:00", "02:45"), ("22:00", "26:00")],
    }
    nights: dict[str, Spans] = {local(8): [], local(15): [("18:00", "30:00")], local(33): [("00:00", "00:01")]}

    def texts(days: dict[str, Spans]) -> tuple[str, ...]:
        return tuple(f"{day} {_written(spans)}" for day, spans in sorted(days.items()))

    return [
        Place(Department("help", "Help", WEEK, "Europe/Prague", holidays=texts(holidays)), week, holidays),
        Place(
            Department(
                "sales",
                "Sales",
                "mon-sun 09:00-17:00",
                "America/New_York",
                closed_at=origin + timedelta(seconds=closed),
                absences=(f"../{instant(added)}",),
            ),
            {day: [("09:00", "17:00")] for day in range(7)},
            absent=((0, added), (closed, days * DAY)),
        ),
        Place(
            Department(
                "nights",
                "Nights",
                None,
                "Asia/Kolkata",
                holidays=texts(nights),
                absences=(f"{instant(away)}/{instant(back)}",),
            ),
            {day: [("00:00", "24:00")] for day in range(7)},
            nights,
            absent=((away, back),),
        ),
    ]


def _written(spans: Spans) -> str:
    def clock(text: str) -> str:
        hour, minute = text.split(":")
        return text if int(hour) <= 24 else f"{int(hour) - 24:02}:{minute}"

    return ",".join(f"{start}-{clock(end)}" for start, end in spans) or "closed"


# ---- the oracle -----------------------------------------------------------------------------------------------------


def opening(place: Place, weeks: Weeks) -> int:
    """A byte per second, 1 where open, as one large number."""
    zone, minutes = ZoneInfo(place.department.tz), range(-3 * 1440, weeks.length // 60 + 3 * 1440)
    walls = (weeks.at(60 * minute).astimezone(zone).replace(tzinfo=None) for minute in minutes)
    clocks = list(accumulate(walls, max))  # the latest wall clock that was reached by each minute

    def second(day: date, text: str) -> int:
        """When the wall clock first reaches it."""
        hour, minute = map(int, text.split(":"))
        wall = datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
        return 60 * (minutes.start + bisect_left(clocks, wall))

    found = bytearray(weeks.length)

    def paint(first: int, end: int, value: int) -> None:
        first, end = (min(max(edge, 0), weeks.length) for edge in (first, end))
        found[first:end] = bytes([value]) * (end - first)

    for day in sorted({clock.date() for clock in clocks}):
        if day.isoformat() in place.holidays:
            paint(second(day, "00:00"), second(day, "24:00"), 0)  # what was left of the night before
        for opens, closes in place.holidays.get(day.isoformat(), place.week.get(day.weekday(), [])):
            paint(second(day, opens), second(day, closes), 1)
    for first, end in place.absent:
        paint(first, end, 0)
    return int.from_bytes(found, "big")


@dataclass(frozen=True)
class Seen:
    """Per second: is it open (0 or 1), how many are there, how many of them have a free slot; who is there."""

    opened: bytes
    there: bytes
    free: bytes
    people: dict[str, bytes]


def look(weeks: Weeks, wanted: list[Place]) -> Seen:
    doors = {place.department.id: opening(place, weeks) for place in wanted}
    opened, there, free = 0, 0, 0
    people: dict[str, bytes] = {}
    for name in PEOPLE:
        states = bytes(weeks.states[name][: weeks.length])
        counted, counted_free = 0, 0
        for department, is_open in doors.items():
            codes = [code for post, n in POSTS_OF.items() if department in post for code in (2 * n, 2 * n + 1)]
            counted |= is_open & _where(states, codes)
            counted_free |= is_open & _where(states, [code for code in codes if code % 2])
        people[name] = counted.to_bytes(weeks.length, "big")
        there, free = there + counted, free + counted_free
    for is_open in doors.values():
        opened |= is_open
    columns = [number.to_bytes(weeks.length, "big") for number in (opened, there, free)]
    return Seen(columns[0], columns[1], columns[2], people)


def _where(states: bytes, codes: list[int]) -> int:
    return int.from_bytes(states.translate(bytes(int(code in codes) for code in range(256))), "big")


def figures(seen: Seen, first: int, end: int) -> ledger.Cover:
    opened, there, free = (column[first:end] for column in (seen.opened, seen.there, seen.free))
    covered = len(there) - there.count(0)
    seconds = opened.count(1), covered, len(free) - free.count(0), there.count(1), opened.count(1) - covered
    return ledger.Cover(*(1000 * amount for amount in seconds))


def uncovered(seen: Seen, first: int, end: int) -> list[tuple[int, int]]:
    missing = bytes(o & (not t) for o, t in zip(seen.opened[first:end], seen.there[first:end], strict=True))
    spans: list[tuple[int, int]] = []
    start = missing.find(1)
    while start >= 0:
        stop = missing.find(0, start)
        stop = len(missing) if stop < 0 else stop
        spans.append((first + start, first + stop))
        start = missing.find(1, stop)
    return spans


# ---- the comparison -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    seed: int
    first_day: str
    days: int
    zone: str
    shared: bool


STORIES = {
    "one server, leap day, clocks go forward": Story(1, "2028-02-10", 62, "Europe/Prague", shared=False),
    "two servers, clocks go back": Story(2, "2026-09-15", 66, "Europe/Prague", shared=True),
    "one server, half an hour forward": Story(3, "2026-09-20", 61, "Australia/Lord_Howe", shared=False),
    "two servers, New York": Story(4, "2028-02-10", 61, "America/New_York", shared=True),
}


@pytest.mark.slow
@pytest.mark.parametrize("story", [pytest.param(story, id=said) for said, story in STORIES.items()])
async def test_report_of_weeks_is_right_to_the_second_and_every_gap_has_its_cause(story: Story) -> None:
    origin = datetime.fromisoformat(story.first_day).replace(tzinfo=UTC)
    weeks = Weeks(story.seed, origin, story.days, shared=story.shared, now=story.days * DAY - 5 * HOUR - 1234)
    every = places(origin, story.days)
    store = MemoryStore()
    for place in every:
        await store.add_department(place.department)
    directory = Directory(store)
    await directory.refresh()
    last_day = (origin + timedelta(days=story.days)).date().isoformat()
    now, zone = weeks.at(weeks.now), ZoneInfo(story.zone)
    period = period_of(story.first_day, last_day, story.zone, "day", site_zone=zone, now=now)

    for wanted in ([every[0]], [every[1]], [every[2]], every):
        opened = {
            place.department.id: directory.open_times(place.department.id, period.from_at, period.to_at)
            for place in wanted
        }
        found = coverage(period, weeks.rows, weeks.proofs(), opened, now)
        _compare(weeks, look(weeks, wanted), period, found)


def _compare(weeks: Weeks, seen: Seen, period: Period, found: ledger.Coverage) -> None:
    def second(at: datetime) -> int:
        return round((at - weeks.origin).total_seconds())

    hidden = max(0, -second(period.from_at))  # before the play began
    for bucket, (_, cover) in zip(period.buckets, found.buckets, strict=True):
        if second(bucket.from_at) >= 0:
            assert cover == figures(seen, second(bucket.from_at), second(bucket.to_at)), bucket
    assert found.total == sum((cover for _, cover in found.buckets), ledger.Cover())
    first, end = max(0, second(period.from_at)), second(period.to_at)
    gaps = [gap for gap in found.gaps if second(from_ms(gap.from_ms)) >= (1 if hidden else 0)]
    told = [(second(from_ms(gap.from_ms)), second(from_ms(gap.to_ms))) for gap in gaps]
    assert told == [span for span in uncovered(seen, first, end) if not hidden or span[0] >= 1]
    assert len(told) > 100
    assert all(a < b for (_, a), (b, _) in pairwise(told))
    for gap, (start, stop) in zip(gaps, told, strict=True):
        if start > first:
            _check_cause(weeks, seen, gap, start)
        _check_end(seen, gap, stop, end)


def _check_cause(weeks: Weeks, seen: Seen, gap: ledger.Gap, start: int) -> None:
    """Of who was there for it a second ago, and is no longer; else nobody was there when it opened."""
    left = {name for name, column in seen.people.items() if column[start - 1] and not column[start]}
    why = {name: next((kind for at, kind in weeks.whys[name] if at == start), None) for name in left}
    possible = {(kind, None if kind == "server_down" else name) for name, kind in why.items() if kind is not None}
    assert (gap.cause.kind, gap.cause.agent) in (possible or {("nobody_online", None)}), (gap, possible)
    assert gap.began_ms == gap.from_ms == to_ms(weeks.at(start))


def _check_end(seen: Seen, gap: ledger.Gap, stop: int, end: int) -> None:
    if stop >= end:
        assert gap.end is None
    elif not seen.opened[stop]:
        assert gap.end == ledger.End("closed")
    else:
        came = {name for name, column in seen.people.items() if column[stop]}
        assert gap.end is not None
        assert gap.end.agent in came
        assert gap.end.kind == ("back" if gap.cause.agent in came else "came")
