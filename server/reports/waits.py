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

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.reports.distribution import distribution
from server.reports.hourly import Hourly
from server.reports.measures import Json, share
from server.reports.periods import Period
from server.reports.tally import Sum, Tally


def waits(period: Period, days: Sequence[Hourly[Tally]], *, target_s: float, now: datetime) -> Json:
    """days: of the period, in order."""
    late_since = now - timedelta(seconds=target_s)
    whole = Sum([day.whole for day in days])
    return {
        "total": _figures(whole, target_s, late_since),
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **_figures(Sum(tallies), target_s, late_since)}
            for bucket, tallies in zip(period.buckets, Hourly.by_bucket(period, days), strict=True)
        ],
        "by_hour": [
            {"hour": hour, **_figures(Sum(tallies), target_s, late_since)}
            for hour, tallies in enumerate(Hourly.by_hour(days))
        ],
        "distribution": {
            "queue_wait": distribution(whole.runs("waited_s"), target_s=target_s),
            "first_reply": distribution(whole.runs("replied_s"), target_s=target_s),
        },
    }


def waits_alone(period: Period, days: Sequence[Hourly[Tally]], *, target_s: float, now: datetime) -> Json:
    """Only `total` and `buckets`."""
    late_since = now - timedelta(seconds=target_s)
    return {
        "total": _figures(Sum([day.whole for day in days]), target_s, late_since),
        "buckets": [_figures(Sum(tallies), target_s, late_since) for tallies in Hourly.by_bucket(period, days)],
    }


def _figures(some: Sum, target_s: float, late_since: datetime) -> Json:
    """late_since: who asked before and has no answer is too late by now."""
    waited, replied, solved, turns = map(some.runs, ("waited_s", "replied_s", "solved_s", "exchanges"))
    judged = replied.n + some.abandoned - some.early + some.overdue(late_since)
    half = turns.percentile(0.5)
    return {
        "n": some.n,
        "answered": replied.n,
        "abandoned": some.abandoned,
        "abandoned_early": some.early,
        "waiting_now": some.waiting,
        "queue_wait": {**waited.spread(), "n": waited.n},
        "first_reply": {**replied.spread(), "n": replied.n},
        "judged": judged,
        "within_target": share(replied.upto(target_s), judged),
        "exchanges": {"p50": None if half is None else int(half), "n": turns.n},
        "solution": {**solved.spread(), "n": solved.n},
    }
