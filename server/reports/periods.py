"""The period of a report and its buckets: local calendar days, weeks and months, with days of 23, 24 or 25 hours.

Bounds are instants (aware UTC); a bucket ends where the next begins. The first and the last may be cut by the period.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.errors import Refusal

Bucketing = Literal["hour", "day", "week", "month"]
MAX_BUCKETS = 5_000
DEFAULT_DAYS = 7
FIRST, BEYOND = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between these a calendar can be reckoned in every zone, with a period before and days around it."""


@dataclass(frozen=True, slots=True)
class Span:
    """from_at inclusive, to_at exclusive."""

    from_at: datetime
    to_at: datetime

    def holds(self, at: datetime) -> bool:
        return self.from_at <= at < self.to_at


@dataclass(frozen=True)
class Period:
    """What a report is about. buckets: without gaps, in order, none where the period lies in the future.

    asked_to_at: until when it was asked for, where the present cut it; the one before is compared by it.
    """

    zone: ZoneInfo
    from_at: datetime
    to_at: datetime
    buckets: tuple[Span, ...]
    asked_to_at: datetime | None = field(default=None, compare=False)

    @cached_property
    def starts(self) -> list[datetime]:
        return [bucket.from_at for bucket in self.buckets]

    @property
    def span(self) -> Span:
        return Span(self.from_at, self.to_at)

    def index(self, at: datetime) -> int | None:
        """Which bucket `at` is in; None outside the period."""
        if not self.span.holds(at):
            return None
        return bisect_right(self.starts, at) - 1

    def hour(self, at: datetime) -> int:
        """The local hour of the day, 0 to 23."""
        return at.astimezone(self.zone).hour

    def next_hour(self, at: datetime) -> datetime:
        """When the next local hour begins. Every bucket begins with an hour, or with the period."""
        return _next_hour(at, self.zone)

    def day_start(self, at: datetime) -> datetime:
        """When the local day of `at` began."""
        return _midnight(at.astimezone(self.zone).date(), self.zone)


def period_of(
    from_text: str | None,
    to_text: str | None,
    tz: str | None,
    bucket: Bucketing,
    *,
    site_zone: ZoneInfo,
    now: datetime,
    first_at: datetime | None = None,
) -> Period:
    """The period asked for; the last seven local days where nothing is said. The future is cut at `now`.

    first_at: what lies before is cut, too.

    Raises Refusal invalid, field `tz`, `from`, `to` or `bucket`.
    """
    zone = site_zone if tz is None else _zone(tz)
    today = now.astimezone(zone).date()
    week_ago = _midnight(today - timedelta(DEFAULT_DAYS - 1), zone)
    from_at = moment_of(from_text, zone, "from") if from_text else week_ago
    wanted_to = moment_of(to_text, zone, "to") if to_text else now
    if to_text and wanted_to <= from_at:
        raise Refusal("invalid", "The end of the period must lie behind its beginning.", field="to")
    to_at = max(from_at, min(wanted_to, now))
    start = from_at if first_at is None else min(max(from_at, first_at), to_at)
    asked_to_at = min(wanted_to, BEYOND) if from_at < to_at < wanted_to else None
    found = Period(zone, start, to_at, _buckets(Span(start, to_at), zone, bucket), asked_to_at)
    if not FIRST <= from_at < BEYOND:
        raise Refusal("invalid", "This is too far away. Choose a date between 1970 and 2199.", field="from")
    return found


def before(period: Period, first_at: datetime | None = None) -> Period:
    """The one of the same length right before, as the zone's clocks and calendar count it; one bucket.

    Seven local days come before seven local days, also where a day of 23 or 25 hours is among them. Of a day (or a
    week) that is not over it is the day before up to the same time: a morning is compared with a morning.
    first_at: what lies before is cut; no bucket where nothing is left.
    """
    first, last = _local(period.from_at, period.zone), _local(period.to_at, period.zone)
    length = _local(period.asked_to_at or period.to_at, period.zone) - first
    start, end = ((at - length).replace(tzinfo=period.zone).astimezone(UTC) for at in (first, last))
    end = min(end, period.from_at)
    start = min(start if first_at is None else max(start, first_at), end)
    return Period(period.zone, start, end, (Span(start, end),) if start < end else ())


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows, without the zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def moment_of(text: str, zone: ZoneInfo, field: str) -> datetime:
    """A local date's midnight, or an instant with its offset. Raises Refusal invalid."""
    try:
        at = _moment(text, zone)
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise Refusal("invalid", "Write a date (2026-11-22) or an instant (2026-11-22T08:00:00Z).", field=field)
    return at


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Raises ValueError, OverflowError."""
    if len(text) == len("2026-11-22"):
        return _midnight(date.fromisoformat(text), zone)
    # An unescaped + in an address arrives as a space.
    at = datetime.fromisoformat(text.replace(" ", "+"))
    return None if at.tzinfo is None else at.astimezone(UTC)


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise Refusal("invalid", "This is no known time zone. Write it like Europe/Prague.", field="tz") from exc


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant a local day begins: where clocks skip midnight, the moment they skip it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _buckets(span: Span, zone: ZoneInfo, bucket: Bucketing) -> tuple[Span, ...]:
    following = _FOLLOWING[bucket]
    out: list[Span] = []
    start = span.from_at
    while start < span.to_at:
        if len(out) == MAX_BUCKETS:
            message = f"These would be more than {MAX_BUCKETS:,} buckets. Choose larger ones, or a shorter period."
            raise Refusal("invalid", message, field="bucket")
        end = min(following(start, zone), span.to_at)
        out.append(Span(start, end))
        start = end
    return tuple(out)


def _next_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The next full local hour. Elapsed time is added in UTC, so an hour that clocks repeat is two buckets."""
    local = at.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at + timedelta(hours=1) - past


def _next_day(at: datetime, zone: ZoneInfo) -> datetime:
    return _midnight(at.astimezone(zone).date() + timedelta(1), zone)


def _next_week(at: datetime, zone: ZoneInfo) -> datetime:
    """Weeks begin on Monday."""
    day = at.astimezone(zone).date()
    return _midnight(day + timedelta(7 - day.weekday()), zone)


def _next_month(at: datetime, zone: ZoneInfo) -> datetime:
    day = at.astimezone(zone).date().replace(day=1)
    return _midnight((day + timedelta(32)).replace(day=1), zone)


_FOLLOWING: dict[Bucketing, Callable[[datetime, ZoneInfo], datetime]] = {
    "hour": _next_hour,
    "day": _next_day,
    "week": _next_week,
    "month": _next_month,
}
