"""Who waited how long, by two clocks that are never mixed.

queue_wait: from the question until an agent had the chat. first_reply: from the question until the agent's first
message. A chat belongs to the bucket in which it was started. `n` are all chats; of these are

answered        those with an agent's message
abandoned       over without an agent's message, and neither resolved nor unresolved; abandoned_early of them left
                within 5 seconds of their question
waiting_now     those in line at this moment
within_target   of `judged`, the share of those whose first reply came within the service target. The others are:
                later replies, those who left without one (but not the early ones), and those who have waited longer
                than the target by now
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from server.reports.chats import Chats
from server.reports.distribution import distribution
from server.reports.measures import Json, share
from server.reports.parts import Parts, by_hour, micros, only
from server.reports.periods import Period

EARLY_S = 5.0


def waits(period: Period, chats: Chats, *, target_s: float, now: datetime) -> Json:
    """chats: started in the period."""
    hourly = _Counted(chats, by_hour(period, chats.asked), target_s, now)
    whole = Parts.whole(len(chats))
    return {
        **waits_alone(period, chats, target_s=target_s, now=now),
        "by_hour": [{"hour": hour, **figures} for hour, figures in enumerate(hourly.figures())],
        "distribution": {
            "queue_wait": distribution(whole.runs(chats.waited_s)[0], target_s=target_s),
            "first_reply": distribution(whole.runs(chats.replied_s)[0], target_s=target_s),
        },
    }


def waits_alone(period: Period, chats: Chats, *, target_s: float, now: datetime) -> Json:
    """Only `total` and `buckets`."""
    by_bucket = _Counted(chats, Parts.by_bucket(period, chats.asked), target_s, now)
    return {
        "total": _Counted(chats, Parts.whole(len(chats)), target_s, now).figures()[0],
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **figures}
            for bucket, figures in zip(period.buckets, by_bucket.figures(), strict=True)
        ],
    }


class _Counted:
    """The figures of each part."""

    def __init__(self, chats: Chats, parts: Parts, target_s: float, now: datetime) -> None:
        is_closed, is_abandoned = chats.is_closed, chats.is_abandoned
        is_answered = ~np.isnan(chats.replied_s)
        # Who asked before and has no answer is too late by now.
        is_overdue = ~is_answered & ~is_closed & (chats.asked < micros(now - timedelta(seconds=target_s)))
        # No moment of an end is known of a few that were closed before there was one: they count as early.
        is_early = is_abandoned & ~(chats.closed_s > EARLY_S)
        self._target_s = target_s
        self._sizes = parts.sizes()
        self._abandoned = parts.count(is_abandoned)
        self._early = parts.count(is_early)
        self._waiting = parts.count(chats.is_any("state", ["queued"]))
        self._overdue = parts.count(is_overdue)
        self._waited = parts.runs(chats.waited_s)
        self._replied = parts.runs(chats.replied_s)
        self._solved = parts.runs(chats.solved_s)
        self._turns = parts.runs(only(chats.exchanges, is_answered & is_closed))

    def figures(self) -> list[Json]:
        return [self._figures(n) for n in range(len(self._sizes))]

    def _figures(self, n: int) -> Json:
        waited, replied, solved, turns = self._waited[n], self._replied[n], self._solved[n], self._turns[n]
        judged = replied.n + self._abandoned[n] - self._early[n] + self._overdue[n]
        half = turns.percentile(0.5)
        return {
            "n": self._sizes[n],
            "answered": replied.n,
            "abandoned": self._abandoned[n],
            "abandoned_early": self._early[n],
            "waiting_now": self._waiting[n],
            "queue_wait": {**waited.spread(), "n": waited.n},
            "first_reply": {**replied.spread(), "n": replied.n},
            "judged": judged,
            "within_target": share(replied.upto(self._target_s), judged),
            "exchanges": {"p50": None if half is None else int(half), "n": turns.n},
            "solution": {**solved.spread(), "n": solved.n},
        }
