"""How the waits that were told came true, and whether two simple rivals would have told better.

Judged is the first range each chat was told, so that one long wait with a hundred updates counts once, and only
where an agent took the chat afterwards: who left tells nothing about the wait they were spared.

within_upto: the share of waits that took no longer than "at most", which should be 90 %. median_error_s: the median of
the distance between "about" and the wait. The rivals are asked at the same moments about the same chats, and know only
what had happened before; where they have nothing to go by they say nothing, and their n is smaller:

last_to_enter    the wait of whoever entered service last before the moment, in the same department (Ibrahim and Whitt,
                 Manufacturing & Service Operations Management 11, 2009, 397-415)
hourly_average   the mean wait of those in the same department who had asked in the same local hour of the day, of all
                 who entered service in the 28 days before the moment
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.reports.measures import ENOUGH, Json, by_bucket, by_hour, percentile, share
from server.reports.periods import Period
from transcripts.figures import LONGEST_WAIT, Foretold, Served

WINDOW = timedelta(days=28)
LOOK_BACK = WINDOW + LONGEST_WAIT
"""So far back a chat may have been started that one of the rivals goes by."""
QUARTER_S = 900


class Judged(NamedTuple):
    """One chat: errors in seconds, None where a rival said nothing."""

    at: datetime
    department_id: str
    within: bool
    error_s: float
    last_to_enter_s: float | None
    hourly_average_s: float | None


def foresight(
    period: Period, told: Sequence[Foretold], served: Iterable[Served], department: Callable[[str], Json]
) -> Json:
    """told: in the period. served: chats of the same departments, from LOOK_BACK before it on; department: by id."""
    judged = judge(told, served, period.zone)
    timed = [(one.at, one) for one in judged]
    ids = sorted({one.department_id for one in judged})
    return {
        "total": _figures(judged),
        "buckets": by_bucket(period, timed, _figures),
        "by_hour": by_hour(period, timed, _figures),
        "by_department": [
            {"department": department(name), **_figures([one for one in judged if one.department_id == name])}
            for name in ids
        ],
    }


def judge(told: Sequence[Foretold], served: Iterable[Served], zone: ZoneInfo) -> list[Judged]:
    """In the order of `told`."""
    hours = _Hours(zone)
    entries: dict[str, list[tuple[float, float, int]]] = {}
    for asked_s, department_id, _, _, waited_s, _, _ in served:
        entries.setdefault(department_id, []).append((asked_s + waited_s, waited_s, hours.of(asked_s)))
    pasts = {name: _Past(sorted(found)) for name, found in entries.items()}
    nothing = _Past([])
    judged = []
    for one in told:
        past, at_s = pasts.get(one.department_id, nothing), one.at.timestamp()
        last, mean = past.last_s(at_s), past.mean_s(at_s, hours.of(at_s))
        judged.append(
            Judged(
                one.at,
                one.department_id,
                one.took_s <= one.upto_s,
                abs(one.took_s - one.likely_s),
                None if last is None else abs(one.took_s - last),
                None if mean is None else abs(one.took_s - mean),
            )
        )
    return judged


class _Hours:
    """Local hours of the day; asked 200,000 times, while zones change by quarters of an hour at most."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, int] = {}

    def of(self, at_s: float) -> int:
        quarter = int(at_s // QUARTER_S)
        hour = self._known.get(quarter)
        if hour is None:
            hour = datetime.fromtimestamp(quarter * QUARTER_S, UTC).astimezone(self._zone).hour
            self._known[quarter] = hour
        return hour


class _Past:
    """A department's entries into service. entries: (moment, wait, local hour of the question), in order."""

    def __init__(self, entries: Sequence[tuple[float, float, int]]) -> None:
        self._moments = [at_s for at_s, _, _ in entries]
        self._waits = [wait_s for _, wait_s, _ in entries]
        self._hour_moments: list[list[float]] = [[] for _ in range(24)]
        waits: list[list[float]] = [[] for _ in range(24)]
        for at_s, wait_s, hour in entries:
            self._hour_moments[hour].append(at_s)
            waits[hour].append(wait_s)
        self._sums = [[0.0, *accumulate(some)] for some in waits]

    def last_s(self, at_s: float) -> float | None:
        n = bisect_left(self._moments, at_s)
        return self._waits[n - 1] if n else None

    def mean_s(self, at_s: float, hour: int) -> float | None:
        moments, sums = self._hour_moments[hour], self._sums[hour]
        first, end = bisect_left(moments, at_s - WINDOW.total_seconds()), bisect_left(moments, at_s)
        return (sums[end] - sums[first]) / (end - first) if end > first else None


def _figures(judged: Sequence[Judged]) -> Json:
    last = [one.last_to_enter_s for one in judged if one.last_to_enter_s is not None]
    mean = [one.hourly_average_s for one in judged if one.hourly_average_s is not None]
    return {
        "n": len(judged),
        "within_upto": share(sum(1 for one in judged if one.within), len(judged), at_least=ENOUGH),
        "median_error_s": percentile([one.error_s for one in judged], 0.5),
        "rivals": {
            "last_to_enter": {"n": len(last), "median_error_s": percentile(last, 0.5)},
            "hourly_average": {"n": len(mean), "median_error_s": percentile(mean, 0.5)},
        },
    }
