"""What the reports are made of, asked so that the database counts. figures.py says what each number means."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from transcripts.figures import (
    LONGEST_WAIT,
    QUARTER,
    ChatCount,
    Course,
    Foretold,
    Rated,
    Stay,
    TicketCount,
    stays_of,
)
from transcripts.records import Rating
from transcripts.sqlite.base import Part
from transcripts.sqlite.chats import CHATS, MESSAGES
from transcripts.sqlite.rows import decoder, from_micros, marks, to_micros

Departments = tuple[str, ...] | None

_COURSES = """
SELECT created_at, agent_id, state, resolution, exchanges,
    (first_assigned_at - created_at) / 1e6, (first_reply_at - created_at) / 1e6, (closed_at - created_at) / 1e6,
    CASE WHEN ticket_number IS NOT NULL
        THEN ((SELECT solved_at FROM tickets WHERE number = ticket_number) - created_at) / 1e6
        WHEN resolution = 'resolved' THEN (closed_at - created_at) / 1e6 END
FROM chats"""
_STAYS = """
SELECT id, created_at, coalesce(first_assigned_at, closed_at), first_assigned_at IS NULL AND closed_at IS NOT NULL
FROM chats"""
_CAME_BACK = """
SELECT chat_id FROM messages WHERE kind = 'event' AND json_extract(event, '$.code') IN ('returned', 'transferred')"""
_COUNTS = f"""
SELECT max(created_at - created_at % {QUARTER.total_seconds() * 1e6:.0f}, ?) AS quarter,
    state, resolution, first_reply_at IS NOT NULL, count(*), sum(messages_n)
FROM chats"""
_TICKETS = f"""
SELECT max(created_at - created_at % {QUARTER.total_seconds() * 1e6:.0f}, ?) AS quarter, count(*)
FROM tickets"""
_FORETOLD = """
SELECT shown.at, shown.likely_s, shown.upto_s, (first_assigned_at - shown.at) / 1e6
FROM chats JOIN estimates AS shown ON shown.n = (
    SELECT n FROM estimates WHERE chat_id = chats.id AND likely_s IS NOT NULL AND upto_s IS NOT NULL
    ORDER BY at, n LIMIT 1)"""


class ReportReads(Part):
    async def courses(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> tuple[Course, ...]:
        where, args = _started(from_at, to_at, departments, agent_id=agent_id)

        def question(db: sqlite3.Connection) -> tuple[Course, ...]:
            rows = db.execute(f"{_COURSES} {where} ORDER BY line", args)
            return tuple(Course(from_micros(at), *rest) for at, *rest in rows)

        return await self._read(question)

    async def stays(self, from_at: datetime, to_at: datetime, departments: Departments) -> tuple[Stay, ...]:
        where, args = _started(from_at, to_at, departments)
        older, older_args = _among(departments)
        older = f"WHERE created_at < ? AND state <> 'closed' {older}"
        older_args = [to_micros(from_at), *older_args]

        def question(db: sqlite3.Connection) -> tuple[Stay, ...]:
            stays: list[Stay] = []
            for bounds, values in ((where, args), (older, older_args)):
                once = db.execute(f"{_STAYS} {bounds} AND id NOT IN ({_CAME_BACK})", values)
                stays += [
                    Stay(chat_id, from_micros(since), _moment(to), bool(left)) for chat_id, since, to, left in once
                ]
                stays += _stays_of_returned(db, f"{bounds} AND id IN ({_CAME_BACK})", values)
            return tuple(stays)

        return await self._read(question)

    async def rated(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> tuple[Rated, ...]:
        where, args = _started(from_at, to_at, departments, agent_id=agent_id)
        sql = f"SELECT created_at, id, agent_id, rating FROM chats {where} AND rating IS NOT NULL ORDER BY line"
        rating_of = decoder(Rating)
        return await self._read(
            lambda db: tuple(
                Rated(from_micros(at), chat_id, agent, rating_of(text))
                for at, chat_id, agent, text in db.execute(sql, args)
            )
        )

    async def count_chats(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> tuple[ChatCount, ...]:
        where, args = _started(from_at, to_at, departments, agent_id=agent_id)
        sql = f"{_COUNTS} {where} GROUP BY 1, 2, 3, 4"
        return await self._read(
            lambda db: tuple(
                ChatCount(from_micros(at), state, resolution, bool(is_answered), chats, messages)
                for at, state, resolution, is_answered, chats, messages in db.execute(sql, [to_micros(from_at), *args])
            )
        )

    async def count_tickets(
        self, from_at: datetime, to_at: datetime, departments: Departments, assignee: str | None
    ) -> tuple[TicketCount, ...]:
        where, args = _started(from_at, to_at, departments, assignee=assignee)
        sql = f"{_TICKETS} {where} GROUP BY 1"
        return await self._read(
            lambda db: tuple(
                TicketCount(from_micros(at), tickets) for at, tickets in db.execute(sql, [to_micros(from_at), *args])
            )
        )

    async def foretold(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> tuple[Foretold, ...]:
        where, args = _started(from_at - LONGEST_WAIT, to_at, departments, agent_id=agent_id)
        sql = (
            f"{_FORETOLD} {where} AND shown.at >= ? AND shown.at < ? AND first_assigned_at >= shown.at"
            " ORDER BY shown.at, shown.n"
        )
        return await self._read(
            lambda db: tuple(
                Foretold(from_micros(at), *rest)
                for at, *rest in db.execute(sql, [*args, to_micros(from_at), to_micros(to_at)])
            )
        )


def _started(
    from_at: datetime, to_at: datetime, departments: Departments, **equals: str | None
) -> tuple[str, list[Any]]:
    """The rows of a period, as the rest of a statement from WHERE on, and its arguments."""
    more, args = _among(departments)
    for column, value in equals.items():
        if value is not None:
            more += f" AND {column} = ?"
            args.append(value)
    return f"WHERE created_at >= ? AND created_at < ? {more}", [to_micros(from_at), to_micros(to_at), *args]


def _among(departments: Departments) -> tuple[str, list[Any]]:
    if departments is None:
        return "", []
    return f"AND department_id IN ({marks(departments)})", list(departments)


def _stays_of_returned(db: sqlite3.Connection, where: str, args: list[Any]) -> Iterable[Stay]:
    """Of chats that their own columns do not tell everything about: from their events."""
    chats = {chat.id: chat for chat in CHATS.all(db, where, args)}
    events = MESSAGES.all(
        db, f"WHERE kind = 'event' AND chat_id IN (SELECT id FROM chats {where}) ORDER BY chat_id, seq", args
    )
    for chat_id, said in groupby(((event.chat_id, event) for event in events), key=itemgetter(0)):
        yield from stays_of(chats[chat_id], (event for _, event in said))


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
