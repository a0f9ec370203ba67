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

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from server.reports.chats import MICROS, NONE, Chats, Codes, Flags, Floats, Ints
from server.reports.measures import ENOUGH, Json, share
from server.reports.parts import HOURS, Parts, Run, by_hour, hours_at, micros
from server.reports.periods import Period
from transcripts.figures import LONGEST_WAIT

WINDOW = timedelta(days=28)
LOOK_BACK = WINDOW + LONGEST_WAIT
"""So far back a chat may have been started that one of the rivals goes by."""


class Judged(NamedTuple):
    """Chats by the moment they were told a range. ..._s: errors in seconds, NaN where a rival said nothing."""

    told: Ints
    department: Codes
    within: Flags
    error_s: Floats
    last_to_enter_s: Floats
    hourly_average_s: Floats


def foresight(period: Period, chats: Chats, department: Callable[[str], Json], *, agent_id: str | None = None) -> Json:
    """chats: of the same departments, from LOOK_BACK before the period on. department: by id.

    agent_id: judged are only chats that this one had last, while the rivals go by everybody's.
    """
    told = chats.pick(_is_judged(period, chats, agent_id))
    told = told.pick(np.argsort(told.told, kind="stable"))
    judged = judge(told, chats, period)
    codes = np.unique(judged.department)
    names = {chats.words.text(int(code)) or "": code for code in codes}
    return {
        "total": _figures(judged, Parts.whole(len(told)))[0],
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **figures}
            for bucket, figures in zip(
                period.buckets, _figures(judged, Parts.by_bucket(period, judged.told)), strict=True
            )
        ],
        "by_hour": [
            {"hour": hour, **figures} for hour, figures in enumerate(_figures(judged, by_hour(period, judged.told)))
        ],
        "by_department": [
            {"department": department(name), **_figures(_pick(judged, judged.department == names[name]), None)[0]}
            for name in sorted(names)
        ],
    }


def _is_judged(period: Period, chats: Chats, agent_id: str | None) -> Flags:
    """Told a range in the period, and taken afterwards."""
    first, beyond = micros(period.from_at), micros(period.to_at)
    taken = chats.asked + np.nan_to_num(np.round(chats.waited_s * MICROS), nan=-1e18).astype(np.int64)
    found: Flags = (chats.told != NONE) & (chats.told >= first) & (chats.told < beyond) & (taken >= chats.told)
    found &= chats.asked >= first - LONGEST_WAIT // timedelta(microseconds=1)
    if agent_id is not None:
        found &= chats.is_any("agent", [agent_id])
    return found


def judge(told: Chats, chats: Chats, period: Period) -> Judged:
    """In the order of `told`. chats: those the rivals go by."""
    at_s = told.told / MICROS
    taken = told.asked + np.round(told.waited_s * MICROS).astype(np.int64)
    took_s = (taken - told.told) / MICROS
    hours = hours_at(at_s, period.zone)
    entered = chats.pick(~np.isnan(chats.waited_s))
    entered_hours = hours_at(entered.asked / MICROS, period.zone)
    last_s, mean_s = (np.full(len(told), np.nan) for _ in range(2))
    for code in np.unique(told.department):
        asking, known = told.department == code, entered.department == code
        past = _Past(entered.asked[known] / MICROS, entered.waited_s[known], entered_hours[known])
        last_s[asking] = past.last_s(at_s[asking])
        mean_s[asking] = past.mean_s(at_s[asking], hours[asking])
    return Judged(
        told.told,
        told.department,
        took_s <= told.upto_s,
        np.abs(took_s - told.likely_s),
        np.abs(took_s - last_s),
        np.abs(took_s - mean_s),
    )


class _Past:
    """A department's entries into service: by when they asked, how long they waited, the local hour they asked in."""

    def __init__(self, asked_s: Floats, waited_s: Floats, hours: Codes) -> None:
        moments_s = asked_s + waited_s
        order = np.lexsort((waited_s, moments_s))
        self._moments_s, self._waited_s, self._hours = moments_s[order], waited_s[order], hours[order]

    def last_s(self, at_s: Floats) -> Floats:
        """The wait of whoever entered last before each moment."""
        places = self._moments_s.searchsorted(at_s) - 1
        return np.where(places >= 0, np.append(self._waited_s, np.nan)[places], np.nan)

    def mean_s(self, at_s: Floats, hours: Codes) -> Floats:
        """The mean wait of those who had asked in the same hour and entered within WINDOW before each moment."""
        means = np.full(len(at_s), np.nan)
        for hour in range(HOURS):
            asking, known = hours == hour, self._hours == hour
            moments_s = self._moments_s[known]
            sums = np.concatenate(([0.0], np.cumsum(self._waited_s[known])))
            end = moments_s.searchsorted(at_s[asking])
            first = moments_s.searchsorted(at_s[asking] - WINDOW.total_seconds())
            n = end - first
            means[asking] = np.where(n > 0, (sums[end] - sums[first]) / np.maximum(n, 1), np.nan)
        return means


def _pick(judged: Judged, which: Flags) -> Judged:
    return Judged._make(one[which] for one in judged)


def _figures(judged: Judged, parts: Parts | None) -> list[Json]:
    """Of each part; None: of all."""
    parts = Parts.whole(len(judged.told)) if parts is None else parts
    columns = zip(
        parts.sizes(),
        parts.count(judged.within),
        parts.runs(judged.error_s),
        parts.runs(judged.last_to_enter_s),
        parts.runs(judged.hourly_average_s),
        strict=True,
    )
    return [
        {
            "n": n,
            "within_upto": share(within, n, at_least=ENOUGH),
            "median_error_s": errors.percentile(0.5),
            "rivals": {"last_to_enter": _rival(last), "hourly_average": _rival(mean)},
        }
        for n, within, errors, last, mean in columns
    ]


def _rival(errors: Run) -> Json:
    return {"n": errors.n, "median_error_s": errors.percentile(0.5)}
