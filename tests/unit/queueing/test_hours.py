from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queueing.hours import HoursError, OpeningHours, Slot, parse_hours

PRAGUE = ZoneInfo("Europe/Prague")


def hours(text: str, tz: ZoneInfo = PRAGUE) -> OpeningHours:
    return OpeningHours(parse_hours(text), tz)


def local(text: str, tz: ZoneInfo = PRAGUE, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=tz, fold=fold)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ---- reading ----------------------------------------------------------------------------------------------------


def test_several_slots_a_day_and_nights_are_read() -> None:
    assert parse_hours(" Mon-Tue 09:00-12:00, 13:00-17:00 ; sat 22:00-6:00;") == (
        Slot(0, 540, 720),
        Slot(0, 780, 1020),
        Slot(1, 540, 720),
        Slot(1, 780, 1020),
        Slot(5, 1320, 1800),
    )


def test_days_may_be_listed_and_go_over_the_end_of_the_week() -> None:
    days = {slot.day for slot in parse_hours("wed,sat-mon 00:00-24:00")}

    assert days == {2, 5, 6, 0}


def test_night_may_end_at_midnight_in_two_ways() -> None:
    assert parse_hours("mon 22:00-24:00") == parse_hours("mon 22:00-00:00")


@pytest.mark.parametrize("text", ["", "  ", " ; "])
def test_no_hours_mean_always_open(text: str) -> None:
    always = hours(text)

    assert always.is_open(utc("2026-01-01T03:00"))
    assert always.next_open(utc("2026-01-01T03:00")) == utc("2026-01-01T03:00")
    assert always.intervals(utc("2026-01-01"), utc("2026-01-03")) == [(utc("2026-01-01"), utc("2026-01-03"))]
    assert always.add_open_time(utc("2026-01-01"), 60) == utc("2026-01-01T00:01")


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("mon", '"mon"', "times are missing"),
        ("mon-fri", '"mon-fri"', "times are missing"),
        ("monday 09:00-17:00", '"monday"', "mon, tue, wed"),
        ("mon-fry 09:00-17:00", '"fry"', "mon, tue, wed"),
        ("mon - fri 09:00-17:00", '"- fri 09:00-17:00"', "HH:MM-HH:MM"),
        ("mon 9-17", '"9-17"', "HH:MM-HH:MM"),
        ("mon 09:00-17:00,", '""', "HH:MM-HH:MM"),
        ("mon 09:60-17:00", '"09:60-17:00"', "24:00 as an end"),
        ("mon 24:00-06:00", '"24:00-06:00"', "24:00 as an end"),
        ("mon 09:00-24:30", '"09:00-24:30"', "24:00 as an end"),
        ("mon 09:00-09:00", '"09:00-09:00"', "00:00-24:00"),
        ("tue 09:00-17:00; mon ?", '"mon ?"', "HH:MM-HH:MM"),
    ],
)
def test_error_names_the_place_and_the_remedy(text: str, place: str, remedy: str) -> None:
    with pytest.raises(HoursError) as caught:
        parse_hours(text)

    assert place in str(caught.value)
    assert remedy in str(caught.value)


@given(st.text(alphabet="montuewdhfrisa0123456789:-,; ", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(HoursError):  # anything else that is raised fails
        assert all(0 <= slot.start_min < slot.end_min < 2 * 1440 for slot in parse_hours(text))


# ---- moments ----------------------------------------------------------------------------------------------------


def test_slot_includes_its_first_moment_and_not_its_last() -> None:
    week = hours("mon 09:00-12:00")

    assert not week.is_open(local("2026-11-23T08:59:59.999"))
    assert week.is_open(local("2026-11-23T09:00"))
    assert week.is_open(local("2026-11-23T11:59:59.999"))
    assert not week.is_open(local("2026-11-23T12:00"))


def test_night_of_saturday_lasts_into_sunday() -> None:
    week = hours("sat 22:00-06:00")

    assert week.is_open(local("2026-11-22T05:59"))
    assert not week.is_open(local("2026-11-21T05:59"))
    assert week.next_open(local("2026-11-22T06:00")) == utc("2026-11-28T21:00")


def test_slots_that_touch_or_overlap_are_one_interval() -> None:
    week = hours("mon 09:00-13:00,12:00-17:00,17:00-24:00; tue 00:00-01:00")

    assert week.intervals(utc("2026-11-22"), utc("2026-11-29")) == [(utc("2026-11-23T08:00"), utc("2026-11-24T00:00"))]


def test_intervals_are_cut_at_both_ends() -> None:
    week = hours("mon-sun 09:00-17:00")

    assert week.intervals(utc("2026-11-23T10:00"), utc("2026-11-24T09:00")) == [
        (utc("2026-11-23T10:00"), utc("2026-11-23T16:00")),
        (utc("2026-11-24T08:00"), utc("2026-11-24T09:00")),
    ]
    assert week.intervals(utc("2026-11-24"), utc("2026-11-23")) == []


def test_open_time_passes_only_while_open() -> None:
    week = hours("mon-fri 09:00-12:00,13:00-17:00")

    assert week.add_open_time(local("2026-11-20T11:30"), 3600) == local("2026-11-20T13:30")
    assert week.add_open_time(local("2026-11-20T16:00"), 4 * 3600) == local("2026-11-23T12:00")
    assert week.add_open_time(local("2026-11-21T10:00"), 0) == local("2026-11-23T09:00")
    assert week.add_open_time(local("2026-11-20T16:00"), 3600) == local("2026-11-20T17:00")


def test_open_time_of_months_is_counted_to_the_second() -> None:
    always_by_slots = hours("mon-sun 00:00-24:00")

    assert always_by_slots.add_open_time(utc("2026-01-01"), 100 * 86400 + 1) == utc("2026-01-01") + timedelta(100, 1)


# ---- changes of the clock: in Prague 2026-03-29 02:00 -> 03:00 and 2026-10-25 03:00 -> 02:00 -----------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sun 02:30-04:00", [("01:00", "02:00")]),  # begins at the jump
        ("sun 01:00-02:30", [("00:00", "01:00")]),  # ends at the jump
        ("sun 02:00-03:00", []),  # does not happen
        ("sun 01:00-02:15,02:45-04:00", [("00:00", "02:00")]),  # its pause does not happen
        ("sat 22:00-06:00", [("00:00", "04:00")]),  # seven hours in all, four of them on this UTC day
    ],
)
def test_slot_in_the_hour_that_does_not_exist(text: str, expected: list[tuple[str, str]]) -> None:
    day = "2026-03-29T"

    found = hours(text).intervals(utc(day + "00:00"), utc(day + "22:00"))

    assert found == [(utc(day + opens), utc(day + closes)) for opens, closes in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sun 01:00-02:30", ("2026-10-24T23:00", "2026-10-25T00:30")),  # ends at the first 02:30
        ("sun 02:30-04:00", ("2026-10-25T00:30", "2026-10-25T03:00")),  # begins at the first 02:30: 2.5 hours
        ("sun 02:00-03:00", ("2026-10-25T00:00", "2026-10-25T02:00")),  # the hour that comes twice: both
        ("sat 22:00-06:00", ("2026-10-24T20:00", "2026-10-25T05:00")),  # nine hours
    ],
)
def test_slot_in_the_hour_that_comes_twice(text: str, expected: tuple[str, str]) -> None:
    found = hours(text).intervals(utc("2026-10-24T12:00"), utc("2026-10-25T22:00"))

    assert found == [(utc(expected[0]), utc(expected[1]))]


def test_next_opening_skips_the_slot_that_does_not_happen() -> None:
    week = hours("sun 02:00-03:00")

    assert week.next_open(local("2026-03-28T12:00")) == local("2026-04-05T02:00")


def test_day_that_a_country_left_out_has_no_opening() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from Thursday, 29 December 2011, to Saturday, 31 December

    assert hours("fri 09:00-17:00", apia).intervals(utc("2011-12-29"), utc("2012-01-01")) == []


# ---- against an oracle that looks at the clock every quarter of an hour --------------------------------------------

ZONES = ["Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana", "Asia/Beirut"]
CHANGES = ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-06-15"]
STEP = timedelta(minutes=15)


@cache
def clock(zone: str, day: str) -> list[tuple[datetime, datetime]]:
    """(moment, wall clock) at every quarter of an hour from three days before `day` to three days after it."""
    start = utc(day) - timedelta(days=3)
    moments = [start + n * STEP for n in range(6 * 96)]
    return [(moment, moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for moment in moments]


def open_by_oracle(
    slots: tuple[Slot, ...], holidays: dict[date, tuple[tuple[int, int], ...]], zone: str, day: str
) -> set[datetime]:
    """Every slot of every local date, and on a holiday's date only its own, whatever came over from the day before."""
    ticks = clock(zone, day)

    def first(wanted: datetime) -> int:
        return next((n for n, (_, wall) in enumerate(ticks) if wall >= wanted), len(ticks))

    by_start: dict[date, set[datetime]] = {}
    for local in sorted({wall.date() for _, wall in ticks}):
        midnight = datetime(local.year, local.month, local.day)  # noqa: DTZ001 - the wall clock's
        usual = [(slot.start_min, slot.end_min) for slot in slots if slot.day == local.weekday()]
        by_start[local] = {
            ticks[n][0]
            for start, end in holidays.get(local, usual)
            for n in range(first(midnight + timedelta(minutes=start)), first(midnight + timedelta(minutes=end)))
        }
    found: set[datetime] = set().union(*by_start.values())
    for local in by_start.keys() & holidays.keys():
        midnight = datetime(local.year, local.month, local.day)  # noqa: DTZ001 - the wall clock's
        of_the_date = {ticks[n][0] for n in range(first(midnight), first(midnight + timedelta(days=1)))}
        found -= of_the_date - by_start[local]
    return found


quarters = st.integers(0, 95).map(lambda n: n * 15)
slots_of_a_week = (
    st.lists(
        st.builds(lambda day, start, length: Slot(day, start, start + length), st.integers(0, 6), quarters, quarters),
        min_size=1,
        max_size=12,
    )
    .map(lambda slots: tuple(sorted({slot for slot in slots if slot.end_min > slot.start_min})))
    .filter(bool)
)


spans_of_a_day = st.lists(
    st.builds(lambda start, length: (start, start + length), quarters, quarters.filter(bool)), max_size=3
).map(lambda spans: tuple(sorted(set(spans))))
holidays_around = st.dictionaries(st.integers(-2, 2), spans_of_a_day, max_size=3)


@settings(max_examples=100, deadline=None)
@given(slots_of_a_week, holidays_around, st.sampled_from(ZONES), st.sampled_from(CHANGES))
def test_open_times_are_those_of_an_oracle_that_watches_the_clock(
    slots: tuple[Slot, ...], around: dict[int, tuple[tuple[int, int], ...]], zone: str, day: str
) -> None:
    holidays = {date.fromisoformat(day) + timedelta(days=n): spans for n, spans in around.items()}
    week = OpeningHours(slots, ZoneInfo(zone), holidays)
    from_, to = utc(day) - timedelta(days=1), utc(day) + timedelta(days=2)
    expected = {moment for moment in open_by_oracle(slots, holidays, zone, day) if from_ <= moment < to}

    intervals = week.intervals(from_, to)

    found = {opens + n * STEP for opens, closes in intervals for n in range((closes - opens) // STEP)}
    assert found == expected
    assert all(a_closes < b_opens for (_, a_closes), (b_opens, _) in pairwise(intervals))
    for moment, _ in clock(zone, day)[96:-96:7]:
        if from_ <= moment < to:
            assert week.is_open(moment) == (moment in expected)


@settings(max_examples=60, deadline=None)
@given(slots_of_a_week, st.sampled_from(ZONES), st.sampled_from(CHANGES), st.integers(0, 200), st.integers(0, 40_000))
def test_open_time_added_is_open_time_passed(
    slots: tuple[Slot, ...], zone: str, day: str, offset: int, seconds: int
) -> None:
    week = OpeningHours(slots, ZoneInfo(zone))
    at = utc(day) + offset * STEP

    due = week.add_open_time(at, seconds)

    assert due is not None
    passed = sum((closes - opens for opens, closes in week.intervals(at, due)), timedelta())
    assert passed == timedelta(seconds=seconds)
