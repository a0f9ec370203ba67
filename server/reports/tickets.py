"""What became of tickets and of what was promised in them. A ticket belongs to the bucket in which it was made.

made, solved    tickets, and those of them that are solved or closed now; reopened: how often they were opened again
promises        due: judged by now, that is followed by news in time (kept) or by none; share: kept of due
first_answer    from the ticket to a person's first words to the customer; within_20min: of those answered, over or
                older than 20 minutes, the share that was answered within them
solution        from the ticket to its (last) solution
csat, rated_n   the share of 4 and 5 among the customers' ratings of tickets, and how many there are
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.reports.measures import ENOUGH, Json, by_bucket, percentile, share
from server.reports.periods import Period
from transcripts.ticket_life import TicketCourse

SOON_S = 20 * 60.0
GOOD = 4


def tickets(period: Period, courses: Sequence[TicketCourse], now: datetime) -> Json:
    """courses: of tickets made in the period."""
    late_since = now - timedelta(seconds=SOON_S)
    return {
        "total": _figures(courses, late_since),
        "buckets": by_bucket(
            period, [(course.at, course) for course in courses], lambda some: _figures(some, late_since)
        ),
    }


def _figures(courses: Sequence[TicketCourse], late_since: datetime) -> Json:
    """late_since: what was made before and has no answer is late by now."""
    answered_s = [course.answered_s for course in courses if course.answered_s is not None]
    solved_s = [course.solved_s for course in courses if course.solved_s is not None]
    kept = sum(course.kept for course in courses)
    due = kept + sum(course.missed for course in courses)
    unanswered = [course for course in courses if course.answered_s is None]
    judged = len(answered_s) + sum(1 for course in unanswered if course.is_over or course.at <= late_since)
    scores = [course.score for course in courses if course.score is not None]
    return {
        "made": len(courses),
        "solved": sum(1 for course in courses if course.is_over),
        "reopened": sum(course.reopened for course in courses),
        "promises": {"due": due, "kept": kept, "share": share(kept, due)},
        "first_answer": {
            "n": len(answered_s),
            "within_20min": share(sum(1 for seconds in answered_s if seconds <= SOON_S), judged),
            **_middle(answered_s),
        },
        "solution": {"n": len(solved_s), **_middle(solved_s)},
        "csat": share(sum(1 for score in scores if score >= GOOD), len(scores), at_least=ENOUGH),
        "rated_n": len(scores),
    }


def _middle(values: Sequence[float]) -> Json:
    return {"p50_s": percentile(values, 0.5), "p90_s": percentile(values, 0.9)}
