"""How much there was: chats started (of these answered, abandoned), messages in them, tickets made.

A chat counts where it was started, a ticket where it was made. The record counts; here its counts are added up.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.reports.measures import Json, by_bucket, by_hour
from server.reports.periods import Period
from server.reports.waits import is_abandoned
from transcripts.figures import ChatCount, TicketCount


def volume(period: Period, chats: Sequence[ChatCount], tickets: Sequence[TicketCount]) -> Json:
    """Counts of the period: messages are what people wrote, events are none."""
    everything: list[ChatCount | TicketCount] = [*chats, *tickets]
    counts = [(count.at, count) for count in everything]
    return {
        "total": _figures(everything),
        "buckets": by_bucket(period, counts, _figures),
        "by_hour": by_hour(period, counts, _figures),
    }


def _figures(counts: Sequence[ChatCount | TicketCount]) -> Json:
    chats = [count for count in counts if isinstance(count, ChatCount)]
    return {
        "started": sum(count.chats for count in chats),
        "answered": sum(count.chats for count in chats if count.is_answered),
        "abandoned": sum(count.chats for count in chats if _is_abandoned(count)),
        "tickets": sum(count.tickets for count in counts if isinstance(count, TicketCount)),
        "messages": sum(count.messages for count in chats),
    }


def _is_abandoned(count: ChatCount) -> bool:
    return is_abandoned(count.state, count.resolution, is_answered=count.is_answered)
