"""Periods and buckets of reports: local calendars over changes of the clock, and what cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Refusal
from server.reports.periods import Bucketing, Period, before, period_of

PRAGUE = ZoneInfo("Europe/Prague")
NOW = datetime(2026, 11, 20, 12, 34, 56, 789_000, tzinfo=UTC)


def period(
    from_text: str | None = None, to_text: str | None = None, bucket: Bucketing = "day", tz: str | None = None
) -> Period:
    return period_of(from_text, to_text, tz, bucket, site_zone=PRAGUE, now=NOW)


def lengths_h(found: Period) -> list[float]:
    return [(bucket.to_at - bucket.from_at).total_seconds() / 3600 for bucket in found.buckets]


def test_a_day_in_spring_has_23_hours_and_one_in_autumn_25() -> None:
    assert lengths_h(period("2026-03-28", "2026-03-31")) == [24, 23, 24]
    assert lengths_h(period("2025-10-25", "2025-10-28")) == [24, 25, 24]
    assert len(period("2025-10-26", "2025-10-27", "hour").buckets) == 25


def test_days_are_those_of_the_zone_that_was_asked_for() -> None:
    found = period("2026-11-18", "2026-11-19", tz="America/New_York")

    assert found.from_at == datetime(2026, 11, 18, 5, tzinfo=UTC)
    assert str(found.zone) == "America/New_York"


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    weeks = period("2026-11-04", "2026-11-18", "week")
    months = period("2026-09-15", "2026-11-02", "month")

    assert [b.from_at.astimezone(PRAGUE).date().isoformat() for b in weeks.buckets] == [
        "2026-11-04",
        "2026-11-09",
        "2026-11-16",
    ]
    assert [b.from_at.astimezone(PRAGUE).date().isoformat() for b in months.buckets] == [
        "2026-09-15",
        "2026-10-01",
        "2026-11-01",
    ]


def test_an_instant_is_taken_as_it_is_and_its_hours_are_full_local_ones() -> None:
    found = period("2026-11-20T08:20:00Z", "2026-11-20T10:10:00+00:00", "hour", tz="Asia/Kolkata")

    assert [b.from_at.strftime("%H:%M") for b in found.buckets] == ["08:20", "08:30", "09:30"]


def test_an_offset_whose_plus_became_a_space_is_understood() -> None:
    assert period("2026-11-20T09:00:00 01:00").from_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_the_future_is_cut_at_now() -> None:
    found = period("2026-11-20", "2026-11-22")

    assert found.to_at == NOW
    assert found.buckets[-1].to_at == NOW


def test_a_period_that_lies_in_the_future_has_no_buckets() -> None:
    found = period("2026-11-25", "2026-11-27")

    assert found.buckets == ()
    assert found.from_at == found.to_at


def test_without_bounds_it_is_the_last_seven_local_days() -> None:
    found = period()

    assert found.from_at.astimezone(PRAGUE).isoformat() == "2026-11-14T00:00:00+01:00"
    assert len(found.buckets) == 7


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("from", ("yesterday", None, "day", None)),
        ("from", ("2026-11-20T08:00:00", None, "day", None)),
        ("from", ("2026-13-01", None, "day", None)),
        ("from", ("0001-01-01", None, "month", None)),
        ("from", ("0001-01-01", "0001-01-05", "day", "UTC")),
        ("from", ("0100-01-01", "0400-01-01", "month", "UTC")),  # the period before it is in no calendar
        ("from", ("9999-12-31", None, "day", "UTC")),
        ("to", ("2026-11-20", "2026-11-20", "day", None)),
        ("to", ("2026-11-20", "2026-11-19", "day", None)),
        ("tz", (None, None, "day", "Europe/Nowhere")),
        ("tz", (None, None, "day", "../../etc/passwd")),
        ("tz", (None, None, "day", "\x00")),
        ("bucket", ("2020-01-01", None, "hour", None)),
        ("bucket", ("1600-01-01", None, "month", "UTC")),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_field(
    field: str, arguments: tuple[str | None, str | None, Bucketing, str | None]
) -> None:
    with pytest.raises(Refusal) as refused:
        period(*arguments)

    assert (refused.value.code, refused.value.field) == ("invalid", field)


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-31T23:59:59+14:00", "4100-01-01"])
def test_an_end_beyond_every_calendar_has_a_period_before_it(end: str) -> None:
    asked = period("2026-11-20", end, "day", "Pacific/Kiritimati")

    assert before(asked).from_at < before(asked).to_at <= asked.from_at


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2026, 10, 1)),  # noqa: DTZ001 - a wall clock
    days=st.integers(1, 60),
    bucket=st.sampled_from(["hour", "day", "week", "month"]),
    tz=st.sampled_from(["Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"]),
)
def test_buckets_cover_the_period_without_gap_or_overlap(
    start: datetime, days: int, bucket: Bucketing, tz: str
) -> None:
    from_at = start.replace(tzinfo=UTC)
    found = period(from_at.isoformat(), (from_at + timedelta(days=days)).isoformat(), bucket, tz)

    assert found.buckets[0].from_at == found.from_at
    assert found.buckets[-1].to_at == found.to_at
    assert all(b.from_at < b.to_at for b in found.buckets)
    assert [b.to_at for b in found.buckets[:-1]] == [b.from_at for b in found.buckets[1:]]
    assert all(found.index(b.from_at) == n for n, b in enumerate(found.buckets))
    assert found.index(found.to_at) is None
