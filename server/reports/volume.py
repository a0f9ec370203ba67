"""How much there was: chats started (of these answered, abandoned), messages in them, tickets made.

A chat counts where it was started, a ticket where it was made. The record counts; here its counts are added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from server.reports.hourly import Hourly, hourly
from server.reports.measures import Json
from server.reports.periods import Period, Span
from server.reports.tally import is_abandoned
from transcripts.figures import ChatCount, TicketCount

Count = ChatCount | TicketCount


class Counts(NamedTuple):
    started: int = 0
    answered: int = 0
    abandoned: int = 0
    tickets: int = 0
    messages: int = 0


def volume_day(period: Period, span: Span, counts: Sequence[Count]) -> Hourly[Counts]:
    """counts: of `span`, in the order of time; messages are what people wrote, events are none."""
    return hourly(period, span, counts, lambda some: _sum(map(_counts, some)))


def volume(period: Period, days: Sequence[Hourly[Counts]]) -> Json:
    return {
        "total": _sum(day.whole for day in days)._asdict(),
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **_sum(some)._asdict()}
            for bucket, some in zip(period.buckets, Hourly.by_bucket(period, days), strict=True)
        ],
        "by_hour": [{"hour": hour, **_sum(some)._asdict()} for hour, some in enumerate(Hourly.by_hour(days))],
    }


def _counts(count: Count) -> Counts:
    if isinstance(count, TicketCount):
        return Counts(tickets=count.tickets)
    abandoned = is_abandoned(count.state, count.resolution, is_answered=count.is_answered)
    return Counts(
        started=count.chats,
        answered=count.chats if count.is_answered else 0,
        abandoned=count.chats if abandoned else 0,
        messages=count.messages,
    )


def _sum(parts: Iterable[Counts]) -> Counts:
    return Counts(*map(sum, zip(Counts(), *parts, strict=True)))
