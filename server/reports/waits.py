"""Who waited how long, by two clocks that are never mixed.

queue_wait: from the question until an agent had the chat. first_reply: from the question until the agent's first
message. A chat belongs to the bucket in which it was started. `n` are all chats; of these are

answered        those with an agent's message
abandoned       over without an agent's message, and neither resolved nor unresolved; abandoned_early of them left
                within 5 seconds of their question
waiting_now     those in line at this moment
within_target   share of those whose first reply came within the service target. The others are: later replies, those
                who left without one (but not the early ones), and those who have waited longer than the target by now
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from server.reports.measures import Json, by_bucket, by_hour, percentile, share, spread
from server.reports.periods import Period
from transcripts.figures import Course
from transcripts.records import Resolution, State

EARLY_S = 5.0


def waits(period: Period, courses: Sequence[Course], *, target_s: float, now: datetime) -> Json:
    """courses: of the chats started in the period."""
    figures = partial(_figures, target_s=target_s, now=now)
    started = [(course.at, course) for course in courses]
    return {
        "total": figures(courses),
        "buckets": by_bucket(period, started, figures),
        "by_hour": by_hour(period, started, figures),
    }


def is_abandoned(state: State, resolution: Resolution | None, *, is_answered: bool) -> bool:
    return state == "closed" and not is_answered and resolution in {None, "abandoned"}


def exchanges(courses: Sequence[Course]) -> list[float]:
    """Turns of visitor and agent, of chats that are over and were answered."""
    return [float(one.exchanges) for one in courses if one.replied_s is not None and one.state == "closed"]


def _figures(courses: Sequence[Course], *, target_s: float, now: datetime) -> Json:
    replies = [one.replied_s for one in courses if one.replied_s is not None]
    unanswered = [one for one in courses if one.replied_s is None]
    abandoned = [one for one in unanswered if is_abandoned(one.state, one.resolution, is_answered=False)]
    early = sum(1 for one in abandoned if (one.closed_s or 0.0) <= EARLY_S)
    overdue = sum(1 for one in unanswered if one.state != "closed" and (now - one.at).total_seconds() > target_s)
    solutions = [one.solved_s for one in courses if one.solved_s is not None]
    turns = exchanges(courses)
    judged = len(replies) + len(abandoned) - early + overdue
    return {
        "n": len(courses),
        "answered": len(replies),
        "abandoned": len(abandoned),
        "abandoned_early": early,
        "waiting_now": sum(1 for one in courses if one.state == "queued"),
        "queue_wait": spread([one.waited_s for one in courses if one.waited_s is not None]),
        "first_reply": spread(replies),
        "within_target": share(sum(1 for s in replies if s <= target_s), judged),
        "exchanges": {"p50": percentile(turns, 0.5), "n": len(turns)},
        "solution": {**spread(solutions), "n": len(solutions)},
    }
