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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.reports.distribution import distribution
from server.reports.measures import Json, by_hours, percentile, share, spread
from server.reports.periods import Period
from transcripts.figures import Course
from transcripts.records import Resolution, State

EARLY_S = 5.0


def waits(period: Period, courses: Sequence[Course], *, target_s: float, now: datetime) -> Json:
    """courses: of the chats started in the period, in the order of time."""
    overdue_since = now - timedelta(seconds=target_s)
    hours = by_hours(period, courses, lambda some: _tally(some, target_s, overdue_since))
    by_bucket: list[list[_Tally]] = [[] for _ in period.buckets]
    by_hour: list[list[_Tally]] = [[] for _ in range(24)]
    for bucket, hour, tally in hours:
        by_bucket[bucket].append(tally)
        by_hour[hour].append(tally)
    of_buckets = [_sum(tallies) for tallies in by_bucket]
    whole = _sum(of_buckets)
    return {
        "total": _figures(whole),
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **_figures(tally)}
            for bucket, tally in zip(period.buckets, of_buckets, strict=True)
        ],
        "by_hour": [{"hour": hour, **_figures(_sum(tallies))} for hour, tallies in enumerate(by_hour)],
        "distribution": {
            "queue_wait": distribution(whole.waited_s, target_s=target_s),
            "first_reply": distribution(whole.replied_s, target_s=target_s),
        },
    }


def is_abandoned(state: State, resolution: Resolution | None, *, is_answered: bool) -> bool:
    return state == "closed" and not is_answered and resolution in {None, "abandoned"}


def exchanges(courses: Sequence[Course]) -> list[int]:
    """Turns of visitor and agent, of chats that are over and were answered."""
    return [one.exchanges for one in courses if one.replied_s is not None and one.state == "closed"]


@dataclass(slots=True)
class _Tally:
    """Some chats, counted once and then added up to days, hours of the day and the whole. Lists are sorted."""

    n: int = 0
    abandoned: int = 0
    early: int = 0
    overdue: int = 0
    waiting: int = 0
    in_time: int = 0
    waited_s: list[float] = field(default_factory=list)
    replied_s: list[float] = field(default_factory=list)
    solved_s: list[float] = field(default_factory=list)
    exchanges: list[int] = field(default_factory=list)

    def sort(self) -> None:
        """Lists that are made of a few sorted ones are sorted in next to no time."""
        for values in (self.waited_s, self.replied_s, self.solved_s):
            values.sort()
        self.exchanges.sort()


def _tally(courses: Sequence[Course], target_s: float, overdue_since: datetime) -> _Tally:
    """overdue_since: who asked before and has no answer is too late by now."""
    unanswered = [one for one in courses if one.replied_s is None]
    abandoned = [one for one in unanswered if is_abandoned(one.state, one.resolution, is_answered=False)]
    tally = _Tally(
        n=len(courses),
        abandoned=len(abandoned),
        early=sum(1 for one in abandoned if (one.closed_s or 0.0) <= EARLY_S),
        overdue=sum(1 for one in unanswered if one.state != "closed" and one.at < overdue_since),
        waiting=sum(1 for one in courses if one.state == "queued"),
        waited_s=[one.waited_s for one in courses if one.waited_s is not None],
        replied_s=[one.replied_s for one in courses if one.replied_s is not None],
        solved_s=[one.solved_s for one in courses if one.solved_s is not None],
        exchanges=exchanges(courses),
    )
    tally.in_time = sum(1 for s in tally.replied_s if s <= target_s)
    tally.sort()
    return tally


def _sum(tallies: Iterable[_Tally]) -> _Tally:
    whole = _Tally()
    for tally in tallies:
        whole.n += tally.n
        whole.abandoned += tally.abandoned
        whole.early += tally.early
        whole.overdue += tally.overdue
        whole.waiting += tally.waiting
        whole.in_time += tally.in_time
        whole.waited_s += tally.waited_s
        whole.replied_s += tally.replied_s
        whole.solved_s += tally.solved_s
        whole.exchanges += tally.exchanges
    whole.sort()
    return whole


def _figures(tally: _Tally) -> Json:
    answered = len(tally.replied_s)
    judged = answered + tally.abandoned - tally.early + tally.overdue
    return {
        "n": tally.n,
        "answered": answered,
        "abandoned": tally.abandoned,
        "abandoned_early": tally.early,
        "waiting_now": tally.waiting,
        "queue_wait": {**spread(tally.waited_s), "n": len(tally.waited_s)},
        "first_reply": {**spread(tally.replied_s), "n": answered},
        "judged": judged,
        "within_target": share(tally.in_time, judged),
        "exchanges": {"p50": percentile(tally.exchanges, 0.5), "n": len(tally.exchanges)},
        "solution": {**spread(tally.solved_s), "n": len(tally.solved_s)},
    }
