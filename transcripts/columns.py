"""Chats as columns: what reports are made of, field by field, because they look at 100,000 chats at a time.

A row apiece would take a second to make and another to go through; a column is read and added up as one. `cells_of`
says what each value means: the reference adapter uses it, the others ask their database for the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypedDict

from transcripts.figures import course_of
from transcripts.records import Channel, Chat, EstimateShown, Resolution, State, Ticket

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Verdict(TypedDict):
    """A rating. at: in microseconds since the Unix epoch."""

    score: int
    effort: int | None
    recommend: int | None
    comment: str | None
    at: int


class ChatColumns(NamedTuple):
    """One value per chat in each, by the moment the chats were started.

    asked: that moment, in microseconds since the Unix epoch. waited, given, replied, closed, solved: microseconds from
    then until an agent had the chat first, until who had it last got it, until an agent's first message, until its end,
    until it was resolved (through its ticket where there is one); None: that has not happened.
    agent_id: who had it last, None where nobody has. messages: of people, events do not count.
    told, likely_s, upto_s: the first range its visitor was told; told is a moment as asked is.
    offered: microseconds from asked until an agent would have had it, where it was left in line and that is known.
    rating_of: the chat's id, where it is rated. channel: of its ticket, where it is rated and has one.
    """

    asked: Sequence[int]
    department_id: Sequence[str]
    topic: Sequence[str | None]
    agent_id: Sequence[str | None]
    state: Sequence[State]
    resolution: Sequence[Resolution | None]
    exchanges: Sequence[int]
    messages: Sequence[int]
    waited: Sequence[int | None]
    given: Sequence[int | None]
    replied: Sequence[int | None]
    closed: Sequence[int | None]
    solved: Sequence[int | None]
    told: Sequence[int | None]
    likely_s: Sequence[float | None]
    upto_s: Sequence[float | None]
    offered: Sequence[int | None]
    rating: Sequence[Verdict | None]
    rating_of: Sequence[str | None]
    channel: Sequence[Channel | None]


class KeptDay(NamedTuple):
    """What somebody made of a UTC day and had kept. version: that of the day it was made of."""

    version: int
    kept: bytes


class ColumnStore(Protocol):
    async def chat_columns(self, from_at: datetime, to_at: datetime) -> ChatColumns:
        """Of all chats started in the period, from_at inclusive, to_at exclusive."""

    async def keep_day(self, day: int, made: KeptDay) -> None:
        """day: a UTC day since 1970. What was kept of it before is forgotten. Kept nowhere where no versions are."""

    async def kept_days(self, first: int, last: int) -> Mapping[int, KeptDay]:
        """Of the UTC days from first to last, of which anything is kept."""


def columns_of(rows: Iterable[Sequence[Any]]) -> ChatColumns:
    """rows: the values of each chat, in the order of ChatColumns."""
    columns = list(zip(*rows, strict=True))
    return ChatColumns(*columns) if columns else ChatColumns(*[()] * len(ChatColumns._fields))


def cells_of(
    chat: Chat, ticket: Ticket | None, messages: int, told: EstimateShown | None, offered_at: datetime | None = None
) -> tuple[Any, ...]:
    """One chat's. ticket: its own. told: the first range with both ends. offered_at: see offered.py."""
    course = course_of(chat, ticket)

    def since(at: datetime | None) -> int | None:
        return None if at is None else (at - chat.created_at) // _MICROSECOND

    return (
        _micros(chat.created_at),
        chat.department_id,
        chat.topic,
        chat.agent_id,
        chat.state,
        chat.resolution,
        chat.exchanges,
        messages,
        since(chat.first_assigned_at),
        since(chat.assigned_at),
        since(chat.first_reply_at),
        since(chat.closed_at),
        None if course.solved_s is None else round(course.solved_s * 1e6),
        *((None, None, None) if told is None else (_micros(told.at), told.likely_s, told.upto_s)),
        since(offered_at),
        None if chat.rating is None else {**asdict(chat.rating), "at": _micros(chat.rating.at)},
        None if chat.rating is None else chat.id,
        None if chat.rating is None or ticket is None else ticket.channel,
    )


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
