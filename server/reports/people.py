"""Per agent: how many chats, how soon they answered, how it ended. By name: figures of people are no ranking.

A chat counts for the agent who had it last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from server.reports.measures import Json, percentile, spread
from server.reports.periods import Period
from server.reports.satisfaction import csat
from server.reports.waits import exchanges, reply_s, solution_s
from transcripts.records import Chat, Ticket


def people(
    period: Period, chats: Sequence[Chat], tickets: Mapping[str, Ticket], agent: Callable[[str | None], Json | None]
) -> Json:
    """agent: an id as `{id, name}`."""
    held: dict[str, list[Chat]] = {}
    for chat in chats:
        if chat.agent_id is not None and period.span.holds(chat.created_at):
            held.setdefault(chat.agent_id, []).append(chat)
    rows = [{"agent": agent(agent_id), **_figures(theirs, tickets)} for agent_id, theirs in held.items()]
    return {"agents": sorted(rows, key=lambda row: (row["agent"]["name"], row["agent"]["id"]))}


def _figures(chats: list[Chat], tickets: Mapping[str, Ticket]) -> Json:
    solutions = [s for chat in chats if (s := solution_s(chat, tickets)) is not None]
    ratings = [chat.rating for chat in chats if chat.rating is not None]
    return {
        "n": len(chats),
        "first_reply": spread([s for chat in chats if (s := reply_s(chat)) is not None]),
        "exchanges": {"p50": percentile(exchanges(chats), 0.5)},
        "solution": {"p50_s": percentile(solutions, 0.5), "p90_s": percentile(solutions, 0.9)},
        "csat": csat(ratings),
        "rated_n": len(ratings),
    }
