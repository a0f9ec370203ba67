"""Dates with hours of their own: how they are written, changed and kept to."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueing.holidays import change_holidays, parse_holidays
from queueing.hours import HoursError, OpeningHours, parse_hours

PRAGUE = ZoneInfo("Europe/Prague")
EVE, CHRISTMAS, BOXING = date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)


def hours(text: str, *holidays: str) -> OpeningHours:
    return OpeningHours(parse_hours(text), PRAGUE, parse_holidays(holidays))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PRAGUE)


def openings(week: OpeningHours, from_: str, to: str) -> list[tuple[str, str]]:
    found = week.intervals(local(from_), local(to))
    return [(f"{a.astimezone(PRAGUE):%d %H:%M}", f"{b.astimezone(PRAGUE):%d %H:%M}") for a, b in found]


# ---- reading and changing -------------------------------------------------------------------------------------------


def test_several_slots_nights_and_closed_days_are_read_by_date() -> None:
    assert parse_holidays(["2026-12-25 closed", " 2026-12-24  09:00-12:00, 22:00-6:00 "]) == {
        EVE: ((540, 720), (1320, 1800)),
        CHRISTMAS: (),
    }


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("closed", '"closed"', "YYYY-MM-DD"),
        ("25.12.2026 closed", '"25.12.2026"', "YYYY-MM-DD"),
        ("2026-12-25", '"2026-12-25"', "times are missing"),
        ("2026-02-29 closed", '"2026-02-29"', "in no calendar"),
        ("2026-13-01 closed", '"2026-13-01"', "in no calendar"),
        ("0001-01-01 closed", '"0001-01-01"', "1900 to 2999"),
        ("2026-12-25 shut", '"shut"', "HH:MM-HH:MM"),
        ("2026-12-25 closed,09:00-10:00", '"closed"', "HH:MM-HH:MM"),
        ("2026-12-25 09:00-25:00", '"09:00-25:00"', "24:00 as an end"),
        ("2026-12-25 09:00-09:00", '"09:00-09:00"', "00:00-24:00"),
        ("2026-12-24/2026-12-26 closed", '"2026-12-24/2026-12-26"', "YYYY-MM-DD"),
    ],
)
def test_error_names_the_place_and_the_remedy(text: str, place: str, remedy: str) -> None:
    with pytest.raises(HoursError) as caught:
        change_holidays((), [text])

    assert place in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize("second", ["2026-12-25 09:00-12:00", "2026-12-25 closed", "2026-12-25 usual"])
def test_date_given_twice_at_once_is_refused(second: str) -> None:
    with pytest.raises(HoursError, match="2026-12-25 is given twice"):
        change_holidays((), [second, "2026-12-25 closed"])


def test_change_sets_its_dates_and_leaves_the_others() -> None:
    before = change_holidays((), ["2026-12-25 closed", "2026-12-24 9:00-12:00"])

    after = change_holidays(before, ["2026-12-24 10:00-11:00,23:00-24:00", "2026-12-26 CLOSED"])

    assert before == ("2026-12-24 09:00-12:00", "2026-12-25 closed")
    assert after == ("2026-12-24 10:00-11:00,23:00-24:00", "2026-12-25 closed", "2026-12-26 closed")


def test_date_goes_back_to_the_weekly_hours() -> None:
    before = ("2026-12-24 09:00-12:00", "2026-12-25 closed")

    assert change_holidays(before, ["2026-12-25 usual", "2026-12-31 usual"]) == ("2026-12-24 09:00-12:00",)


def test_empty_text_takes_all_back_before_the_others_are_set() -> None:
    assert change_holidays(("2026-12-25 closed",), [""]) == ()
    assert change_holidays(("2026-12-25 closed",), ["2026-12-26 closed", " "]) == ("2026-12-26 closed",)


@given(st.lists(st.text(alphabet="2026-1 closedusual:,", max_size=30), max_size=3))
def test_any_text_is_read_or_refused_and_what_was_read_reads_the_same_again(texts: list[str]) -> None:
    with suppress(HoursError):  # anything else that is raised fails
        written = change_holidays((), texts)
        assert change_holidays(written, []) == written
        assert change_holidays((), written) == written


# ---- moments --------------------------------------------------------------------------------------------------------


def test_holiday_replaces_the_hours_of_its_date_alone() -> None:
    week = hours("mon-sun 08:00-17:00", "2026-12-24 09:00-12:00,13:00-15:00", "2026-12-25 closed")

    assert openings(week, "2026-12-23", "2026-12-27") == [
        ("23 08:00", "23 17:00"),
        ("24 09:00", "24 12:00"),
        ("24 13:00", "24 15:00"),
        ("26 08:00", "26 17:00"),
    ]
    assert not week.is_open(local("2026-12-25T12:00"))
    assert week.next_open(local("2026-12-24T15:00")) == local("2026-12-26T08:00")


def test_department_that_is_always_open_is_not_on_its_holiday() -> None:
    always = hours("", "2026-12-25 closed", "2026-12-31 00:00-18:00")

    assert openings(always, "2026-12-24", "2027-01-02") == [
        ("24 00:00", "25 00:00"),
        ("26 00:00", "31 18:00"),
        ("01 00:00", "02 00:00"),
    ]
    assert always.add_open_time(local("2026-12-24T23:00"), 7200) == local("2026-12-26T01:00")


def test_night_of_the_day_before_ends_where_a_holiday_begins() -> None:
    nights = hours("mon-sun 22:00-06:00", "2026-12-25 closed")

    assert openings(nights, "2026-12-24T12:00", "2026-12-27T12:00") == [
        ("24 22:00", "25 00:00"),
        ("26 22:00", "27 06:00"),
    ]


def test_night_of_a_holiday_lasts_into_the_next_day_but_not_into_the_next_holiday() -> None:
    into_usual = hours("mon-sun 08:00-17:00", "2026-12-25 22:00-06:00")
    into_holiday = hours("mon-sun 08:00-17:00", "2026-12-25 22:00-06:00", "2026-12-26 00:00-02:00")

    assert openings(into_usual, "2026-12-25", "2026-12-27") == [("25 22:00", "26 06:00"), ("26 08:00", "26 17:00")]
    assert openings(into_holiday, "2026-12-25", "2026-12-27") == [("25 22:00", "26 02:00")]


def test_holidays_on_the_only_day_of_many_weeks_are_looked_over() -> None:
    mondays = [f"{date(2026, 11, 23) + timedelta(weeks=n)} closed" for n in range(30)]

    assert hours("mon 09:00-10:00", *mondays).next_open(local("2026-11-23")) == local("2027-06-21T09:00")


@pytest.mark.parametrize(("day", "open_h"), [("2026-03-29", 23), ("2026-10-25", 25), ("2028-02-29", 24)])
def test_holiday_open_all_day_is_as_long_as_its_day(day: str, open_h: int) -> None:
    week = hours("mon 09:00-10:00", f"{day} 00:00-24:00")
    noon = datetime.fromisoformat(day).replace(tzinfo=UTC, hour=12)

    opened = week.intervals(noon - timedelta(hours=20), noon + timedelta(hours=20))

    assert [closes - opens for opens, closes in opened if opens <= noon < closes] == [timedelta(hours=open_h)]
