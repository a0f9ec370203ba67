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

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from server.reports.measures import Json, by_bucket, by_hour, percentile, share, spread
from server.reports.periods import Period
from transcripts.records import Chat, Ticket

EARLY_S = 5.0


def waits(
    period: Period, chats: Sequence[Chat], tickets: Mapping[str, Ticket], *, target_s: float, now: datetime
) -> Json:
    """tickets: by number, those of the chats; a chat that became one is solved when its ticket is."""
    figures = partial(_figures, tickets=tickets, target_s=target_s, now=now)
    started = [(chat.created_at, chat) for chat in chats if period.span.holds(chat.created_at)]
    return {
        "total": figures([chat for _, chat in started]),
        "buckets": by_bucket(period, started, figures),
        "by_hour": by_hour(period, started, figures),
    }


def is_answered(chat: Chat) -> bool:
    return chat.first_reply_at is not None


def is_abandoned(chat: Chat) -> bool:
    return chat.state == "closed" and not is_answered(chat) and chat.resolution in {None, "abandoned"}


def reply_s(chat: Chat) -> float | None:
    return None if chat.first_reply_at is None else (chat.first_reply_at - chat.created_at).total_seconds()


def solution_s(chat: Chat, tickets: Mapping[str, Ticket]) -> float | None:
    """From the question until it was resolved, through the ticket where there is one; None while it is not."""
    ticket = tickets.get(chat.ticket_number or "")
    solved_at = ticket.solved_at if ticket is not None else None
    if chat.ticket_number is None and chat.resolution == "resolved":
        solved_at = chat.closed_at
    return None if solved_at is None else max(0.0, (solved_at - chat.created_at).total_seconds())


def exchanges(chats: Sequence[Chat]) -> list[float]:
    """Turns of visitor and agent, of chats that are over and were answered."""
    return [float(chat.exchanges) for chat in chats if chat.state == "closed" and is_answered(chat)]


def _figures(chats: list[Chat], *, tickets: Mapping[str, Ticket], target_s: float, now: datetime) -> Json:
    abandoned = [chat for chat in chats if is_abandoned(chat)]
    early = [chat for chat in abandoned if _left_after_s(chat) <= EARLY_S]
    replies = [s for chat in chats if (s := reply_s(chat)) is not None]
    solutions = [s for chat in chats if (s := solution_s(chat, tickets)) is not None]
    turns = exchanges(chats)
    overdue = [chat for chat in chats if _is_unanswered(chat) and (now - chat.created_at).total_seconds() > target_s]
    judged = len(replies) + len(abandoned) - len(early) + len(overdue)
    return {
        "n": len(chats),
        "answered": len(replies),
        "abandoned": len(abandoned),
        "abandoned_early": len(early),
        "waiting_now": sum(1 for chat in chats if chat.state == "queued"),
        "queue_wait": spread([s for chat in chats if (s := _queue_wait_s(chat)) is not None]),
        "first_reply": spread(replies),
        "within_target": share(sum(1 for s in replies if s <= target_s), judged),
        "exchanges": {"p50": percentile(turns, 0.5), "n": len(turns)},
        "solution": {**spread(solutions), "n": len(solutions)},
    }


def _queue_wait_s(chat: Chat) -> float | None:
    return None if chat.first_assigned_at is None else (chat.first_assigned_at - chat.created_at).total_seconds()


def _left_after_s(chat: Chat) -> float:
    return ((chat.closed_at or chat.created_at) - chat.created_at).total_seconds()


def _is_unanswered(chat: Chat) -> bool:
    return chat.state != "closed" and not is_answered(chat)
