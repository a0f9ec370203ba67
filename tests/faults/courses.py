"""What became of each chat, as its own events tell it: when it waited, and which agent had it from when to when."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.faults.histories import History, Json
from tests.faults.spans import Span, union

TAKES_OVER = {"assigned", "reassigned", "transferred"}
LETS_GO = {"returned", "closed", "transferred"}


@dataclass(frozen=True, slots=True)
class Period:
    """agent None: it waits.  returned: it waits before those who were never served.  until: inf while it goes on."""

    chat_id: str
    agent: str | None
    since: float
    until: float
    returned: bool = False

    @property
    def span(self) -> Span:
        return (self.since, self.until)


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def written(at: float) -> str:
    """As servers write a moment."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def next_holder(message: Json, holder: str | None) -> str | None:
    """Who has the chat after this message."""
    event = message.get("event")
    if not event:
        return holder
    agent: str | None = (event.get("agent") or {}).get("id")
    if event["code"] in TAKES_OVER and agent is not None:
        return agent
    return None if event["code"] in LETS_GO else holder


def periods(history: History) -> list[Period]:
    return [period for chat_id, messages in history.transcripts.items() for period in _course(chat_id, messages)]


def served(history: History) -> dict[str, list[Period]]:
    """agent -> the periods of the chats they had."""
    of_agent: dict[str, list[Period]] = defaultdict(list)
    for period in periods(history):
        if period.agent is not None:
            of_agent[period.agent].append(period)
    return of_agent


def waiting(history: History) -> dict[str, list[Period]]:
    """department -> the periods in which its chats waited."""
    of_department: dict[str, list[Period]] = defaultdict(list)
    for period in periods(history):
        if period.agent is None:
            department = (history.chats[period.chat_id].get("department") or {}).get("id", "")
            of_department[department].append(period)
    return of_department


def present(history: History, person: str, grace_s: float = 0.0) -> list[Span]:
    """When a visitor or agent had any connection, and so long after each."""
    return union(
        (link.since, min(ended(history), link.until if link.until is not None else math.inf) + grace_s)
        for link in history.links
        if link.person == person
    )


def ended(history: History) -> float:
    return history.ended_at or math.inf


def troubles(history: History, after_s: float = 0.0) -> list[Span]:
    """When something was broken, and so long after it."""
    return union((f.since, (math.inf if f.until is None else f.until) + after_s) for f in history.faults)


def _course(chat_id: str, messages: list[Json]) -> Iterator[Period]:
    if not messages:
        return
    holder: str | None = None
    since, returned, is_over = moment(messages[0]["at"]), False, False
    for message in messages:
        event = message.get("event")
        following = next_holder(message, holder)
        is_over = bool(event and event["code"] == "closed")
        if not is_over and following == holder:
            continue
        at = moment(message["at"])
        if at > since:
            yield Period(chat_id, holder, since, at, returned)
        holder, since = following, at
        returned = bool(event and event["code"] == "returned") or (returned and following is None)
        if is_over:
            return
    yield Period(chat_id, holder, since, math.inf, returned)
