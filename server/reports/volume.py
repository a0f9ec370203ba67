"""How much there was: chats started (of these answered, abandoned), messages in them, tickets made.

A chat counts where it was started, a ticket where it was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.reports.measures import Json, by_bucket, by_hour
from server.reports.periods import Period
from server.reports.waits import is_abandoned, is_answered
from transcripts.records import Chat, Ticket


def volume(
    period: Period, chats: Sequence[Chat], tickets: Sequence[Ticket], messages: Mapping[str, int] | None
) -> Json:
    """messages: how many per chat, people's only; None: not counted, because there are too many chats."""

    def figures(things: list[Chat | Ticket]) -> Json:
        started = [thing for thing in things if isinstance(thing, Chat)]
        return {
            "started": len(started),
            "answered": sum(1 for chat in started if is_answered(chat)),
            "abandoned": sum(1 for chat in started if is_abandoned(chat)),
            "tickets": len(things) - len(started),
            "messages": None if messages is None else sum(messages.get(chat.id, 0) for chat in started),
        }

    everything: list[Chat | Ticket] = [*chats, *tickets]
    things = [(thing.created_at, thing) for thing in everything if period.span.holds(thing.created_at)]
    return {
        "total": figures([thing for _, thing in things]),
        "buckets": by_bucket(period, things, figures),
        "by_hour": by_hour(period, things, figures),
    }
