"""How much there was: chats started (of these answered, abandoned), messages in them, tickets made.

A chat counts where it was started, a ticket where it was made. The record counts the tickets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from server.reports.chats import Chats, Ints
from server.reports.measures import Json
from server.reports.parts import Parts, by_hour, micros
from server.reports.periods import Period
from transcripts.figures import TicketCount


def volume(period: Period, chats: Chats, tickets: Sequence[TicketCount]) -> Json:
    """chats, tickets: of the period."""
    made = sorted(tickets, key=lambda count: count.at)
    moments: Ints = np.array([micros(count.at) for count in made], np.int64)
    counts: Ints = np.array([count.tickets for count in made], np.int64)
    return {
        "total": _counted(chats, Parts.whole(len(chats)), counts, Parts.whole(len(made)))[0],
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **some}
            for bucket, some in zip(
                period.buckets,
                _counted(chats, Parts.by_bucket(period, chats.asked), counts, Parts.by_bucket(period, moments)),
                strict=True,
            )
        ],
        "by_hour": [
            {"hour": hour, **some}
            for hour, some in enumerate(_counted(chats, by_hour(period, chats.asked), counts, by_hour(period, moments)))
        ],
    }


def _counted(chats: Chats, parts: Parts, counts: Ints, parts_of_tickets: Parts) -> list[Json]:
    """Of each part."""
    columns = {
        "started": parts.sizes(),
        "answered": parts.count(~np.isnan(chats.replied_s)),
        "abandoned": parts.count(chats.is_abandoned),
        "tickets": parts_of_tickets.sum(counts),
        "messages": parts.sum(chats.messages),
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
