"""How the waits that were told came true, and whether two simple rivals would have told better.

Judged is the first range each chat was told, so that one long wait with a hundred updates counts once, as soon as the
chat is out of line. Of each is known, in this order:

answered    an agent took the chat: the wait is known
offered     it left, and its place was followed until an agent would have had it: the wait is known as well, because
            under first come, first served nothing before that moment depends on whether it stayed
passed      it left, where its turn would have come is not known, but "at most" was over by then: that did not hold
censored    it left before "at most" was over, and nothing is known of what would have come

n: the first three. within_upto: the share of waits that took no longer than "at most", which should be 90 %. Where some
are censored it is 1 - S(1) of Kaplan and Meier's curve (JASA 53, 1958, 457-481) of the waits as multiples of their "at
most": who left after a third of it was there for that third. median_error_s: the median of the distance between "about"
and the wait, of those whose wait is known. The rivals are asked at the same moments about the same chats, and know only
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
from server.reports.parts import HOURS, Parts, Run, by_hour, hours_at, micros, only
from server.reports.periods import Period
from server.reports.staying import Curve
from transcripts.figures import LONGEST_WAIT

WINDOW = timedelta(days=28)
LOOK_BACK = WINDOW + LONGEST_WAIT
"""So far back a chat may have been started that one of the rivals goes by."""
KINDS = ("answered", "offered", "passed", "censored")
JUST_BEYOND = float(np.nextafter(1.0, 2.0))
LEAST_S = 0.001


class Held(NamedTuple):
    """Waits against what was told of them. kind: place in KINDS; ratio: of the wait, or of what is known of it, to its
    "at most", above 1 exactly where it was longer.
    """

    kind: Codes
    ratio: Floats

    def pick(self, which: Flags) -> Held:
        return Held(self.kind[which], self.ratio[which])


class Judged(NamedTuple):
    """Chats by the moment they were told a range. ..._s: errors in seconds, NaN where the wait is not known, or a rival
    said nothing.
    """

    told: Ints
    department: Codes
    held: Held
    error_s: Floats
    last_to_enter_s: Floats
    hourly_average_s: Floats


def held_of(took_s: Floats, upto_s: Floats, is_answered: Flags, is_offered: Flags) -> Held:
    """took_s: the wait; of who is neither answered nor offered, how much of it is known."""
    is_longer = took_s > upto_s
    kind = np.select([is_answered, is_offered, is_longer], [0, 1, 2], 3).astype(np.int32)
    ratio = took_s / np.maximum(upto_s, LEAST_S)
    # Where one is divided by the other, what is a little longer may come out as equal.
    ratio = np.where(is_longer, np.maximum(ratio, JUST_BEYOND), np.minimum(ratio, 1.0))
    return Held(kind, ratio)


def counts_of(held: Held) -> Json:
    """`{n, within_upto, answered, offered, passed, censored}`."""
    counts = dict(zip(KINDS, np.bincount(held.kind, minlength=len(KINDS)).tolist(), strict=True))
    n = sum(counts.values()) - counts["censored"]
    within = share(int(np.count_nonzero((held.kind < KINDS.index("passed")) & (held.ratio <= 1))), n, at_least=ENOUGH)
    if within is not None and counts["censored"]:
        is_known = held.kind < KINDS.index("passed")
        curve = Curve(np.sort(held.ratio[is_known]), held.ratio[~is_known])
        within = round(1 - float(curve.shares[curve.moments.searchsorted(1.0, "right") - 1]), 4)
    return {"n": n, "within_upto": within, **counts}


def foresight(period: Period, chats: Chats, department: Callable[[str], Json], *, agent_id: str | None = None) -> Json:
    """chats: of the same departments, from LOOK_BACK before the period on. department: by id.

    agent_id: judged are only chats that this one had last, while the rivals go by everybody's.
    """
    which = np.flatnonzero(_is_judged(period, chats, agent_id))
    judged = judge(chats.pick(which[np.argsort(chats.told[which], kind="stable")]), chats, period)
    codes = np.unique(judged.department)
    names = {chats.words.text(int(code)) or "": code for code in codes}
    return {
        "total": _figures(judged, None)[0],
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
    """Told a range in the period, and out of line afterwards."""
    first, beyond = micros(period.from_at), micros(period.to_at)
    over = chats.asked + np.nan_to_num(np.round(_over_s(chats) * MICROS), nan=-1e18).astype(np.int64)
    found: Flags = (chats.told != NONE) & (chats.told >= first) & (chats.told < beyond) & (over >= chats.told)
    found &= chats.asked >= first - LONGEST_WAIT // timedelta(microseconds=1)
    if agent_id is not None:
        found &= chats.is_any("agent", [agent_id])
    return found


def _over_s(chats: Chats) -> Floats:
    """From the question until an agent had it, else until one would have had it, else until it left; NaN: in line."""
    left_s = np.fmax(chats.closed_s, only(chats.offered_s, ~np.isnan(chats.closed_s)))
    return np.where(np.isnan(chats.waited_s), left_s, chats.waited_s)


def judge(told: Chats, chats: Chats, period: Period) -> Judged:
    """In the order of `told`. chats: those the rivals go by."""
    at_s = told.told / MICROS
    over = told.asked + np.round(_over_s(told) * MICROS).astype(np.int64)
    took_s = (over - told.told) / MICROS
    is_answered, is_offered = ~np.isnan(told.waited_s), ~np.isnan(told.offered_s)
    hours = hours_at(at_s, period.zone)
    entered = np.flatnonzero(~np.isnan(chats.waited_s))
    departments, asked_s, waited_s = chats.department[entered], chats.asked[entered] / MICROS, chats.waited_s[entered]
    asked_hours = hours_at(asked_s, period.zone)
    last_s, mean_s = (np.full(len(told), np.nan) for _ in range(2))
    for code in np.unique(told.department):
        asking, known = told.department == code, departments == code
        past = _Past(asked_s[known], waited_s[known], asked_hours[known])
        last_s[asking] = past.last_s(at_s[asking])
        mean_s[asking] = past.mean_s(at_s[asking], hours[asking])
    wait_s = only(took_s, is_answered | is_offered)
    return Judged(
        told.told,
        told.department,
        held_of(took_s, told.upto_s, is_answered, is_offered),
        np.abs(wait_s - told.likely_s),
        np.abs(wait_s - last_s),
        np.abs(wait_s - mean_s),
    )


class _Past:
    """A department's entries into service: by when they asked, how long they waited, the local hour they asked in."""

    def __init__(self, asked_s: Floats, waited_s: Floats, hours: Codes) -> None:
        moments_s = asked_s + waited_s
        # Who entered at the same moment and had waited longer comes last: who had asked first.
        order = len(moments_s) - 1 - np.argsort(moments_s[::-1], kind="stable")
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
    told, department, held, *errors_s = judged
    return Judged(told[which], department[which], held.pick(which), *(one[which] for one in errors_s))


def _figures(judged: Judged, parts: Parts | None) -> list[Json]:
    """Of each part; None: of all."""
    parts = Parts.whole(len(judged.told)) if parts is None else parts
    columns = zip(
        map(Held, parts.each(judged.held.kind), parts.each(judged.held.ratio)),
        parts.runs(judged.error_s),
        parts.runs(judged.last_to_enter_s),
        parts.runs(judged.hourly_average_s),
        strict=True,
    )
    return [
        {
            **counts_of(held),
            "median_error_s": errors.percentile(0.5),
            "rivals": {"last_to_enter": _rival(last), "hourly_average": _rival(mean)},
        }
        for held, errors, last, mean in columns
    ]


def _rival(errors: Run) -> Json:
    return {"n": errors.n, "median_error_s": errors.percentile(0.5)}
