"""Who was in line when nobody was there: the stays that meet a gap, found without reading every chat of a month."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from transcripts.figures import LONGEST_STAY, Stay, stays_of
from transcripts.sqlite.base import Part
from transcripts.sqlite.conversations import CHATS, MESSAGES
from transcripts.sqlite.rows import from_micros, marks, to_micros

Departments = tuple[str, ...] | None
Row = tuple[str, int, int | None, int]

_SHORT_MICROS = 900_000_000
_AT_ONCE = 500
_IN_LINE = f"coalesce(first_assigned_at, closed_at, 9000000000000000000) - created_at > {_SHORT_MICROS}"
"""As the index chats_long_in_line says it: only so does SQLite see that it serves."""
_STAYS = """
SELECT id, created_at, coalesce(first_assigned_at, closed_at), first_assigned_at IS NULL AND closed_at IS NOT NULL
FROM chats"""
_CAME_BACK = """
SELECT chat_id FROM messages
WHERE kind = 'event' AND json_extract(event, '$.code') IN ('escalated', 'returned', 'transferred')"""


class StayReads(Part):
    async def stays(self, spans: Sequence[tuple[datetime, datetime]], departments: Departments) -> tuple[Stay, ...]:
        if not spans:
            return ()
        bounds = _Bounds([(to_micros(from_at), to_micros(to_at)) for from_at, to_at in spans])
        earliest = to_micros(spans[0][0] - LONGEST_STAY)

        def question(db: sqlite3.Connection) -> tuple[Stay, ...]:
            came_back = {chat_id for (chat_id,) in db.execute(_CAME_BACK)}
            stays = [
                Stay(chat_id, from_micros(since), _moment(to), bool(left))
                for chat_id, since, to, left in _first_stays(db, bounds, earliest, departments)
                if bounds.meet(since, to) and chat_id not in came_back
            ]
            stays += (
                stay
                for stay in _stays_of_returned(db, bounds, earliest, departments)
                if bounds.meet(to_micros(stay.from_at), None if stay.to_at is None else to_micros(stay.to_at))
            )
            return tuple(stays)

        return await self._read(question)


class _Bounds:
    """Spans in microseconds, in order; asked for each of many stays."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.spans = spans
        self._ends = [end for _, end in spans]

    @property
    def end(self) -> int:
        return self._ends[-1]

    def meet(self, since: int, to: int | None) -> bool:
        """Whether a moment between since and to lies in a span: the first that ends after since decides."""
        n = bisect_right(self._ends, since)
        return n < len(self._ends) and (to is None or to > self.spans[n][0])

    def widened(self, by: int) -> Iterator[tuple[int, int]]:
        """The spans with so much before each, those that then touch as one."""
        current: tuple[int, int] | None = None
        for start, end in self.spans:
            if current is not None and start - by <= current[1]:
                current = current[0], max(current[1], end)
                continue
            if current is not None:
                yield current
            current = start - by, end
        if current is not None:
            yield current


def _first_stays(db: sqlite3.Connection, bounds: _Bounds, earliest: int, departments: Departments) -> Iterator[Row]:
    """From the question on: the long ones, and the short ones that could reach a span."""
    more, among = _among(departments)
    long = f"{_STAYS} INDEXED BY chats_long_in_line WHERE {_IN_LINE} AND created_at >= ? AND created_at < ? {more}"
    yield from db.execute(long, [earliest, bounds.end, *among])
    short = f"{_STAYS} WHERE created_at >= ? AND created_at < ? AND NOT ({_IN_LINE}) {more}"
    for start, end in bounds.widened(_SHORT_MICROS):
        yield from db.execute(short, [max(start, earliest), end, *among])


def _stays_of_returned(
    db: sqlite3.Connection, bounds: _Bounds, earliest: int, departments: Departments
) -> Iterable[Stay]:
    """Of chats that their own columns do not tell everything about: from their events."""
    more, among = _among(departments)
    lasted = f"SELECT id, created_at, closed_at FROM chats WHERE id IN ({_CAME_BACK}) {more}"
    lasted += " AND created_at >= ? AND created_at < ?"
    found = db.execute(lasted, [*among, earliest, bounds.end])
    ids = [chat_id for chat_id, since, closed in found if bounds.meet(since, closed)]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        where = f"WHERE kind = 'event' AND chat_id IN ({marks(some)}) ORDER BY chat_id, seq"
        events = MESSAGES.all(db, where, some)
        by_chat = {chat_id: list(said) for chat_id, said in groupby(events, key=attrgetter("chat_id"))}
        for chat in CHATS.all(db, f"WHERE id IN ({marks(some)})", some):
            yield from stays_of(chat, by_chat[chat.id])


def _among(departments: Departments) -> tuple[str, list[str]]:
    if departments is None:
        return "", []
    return f"AND department_id IN ({marks(departments)})", list(departments)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
