"""What the reports are made of, asked so that the database counts. figures.py says what each number means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from transcripts.figures import (
    QUARTER,
    Course,
    Promise,
    TicketCount,
)
from transcripts.sqlite.column_reads import ColumnReads
from transcripts.sqlite.rows import from_micros, marks, to_micros
from transcripts.sqlite.stay_reads import StayReads

Departments = tuple[str, ...] | None

_DAY_MICROS = 86_400_000_000
_COURSES = """
SELECT created_at, agent_id, state, resolution, exchanges,
    (first_assigned_at - created_at) / 1e6, (first_reply_at - created_at) / 1e6, (closed_at - created_at) / 1e6,
    CASE WHEN ticket_number IS NOT NULL
        THEN ((SELECT solved_at FROM tickets WHERE number = ticket_number) - created_at) / 1e6
        WHEN resolution = 'resolved' THEN (closed_at - created_at) / 1e6 END
FROM chats"""
_TICKETS = f"""
SELECT max(created_at - created_at % {QUARTER.total_seconds() * 1e6:.0f}, ?) AS quarter, count(*)
FROM tickets"""
_PROMISES = """
SELECT chats.id, created_at, shown.at, shown.likely_s, shown.upto_s, shown.basis,
    coalesce(first_assigned_at, closed_at), first_assigned_at IS NOT NULL
FROM chats JOIN estimates AS shown ON shown.n = (
    SELECT n FROM estimates WHERE chat_id = chats.id AND likely_s IS NOT NULL AND upto_s IS NOT NULL
    ORDER BY at, n LIMIT 1)"""


class ReportReads(StayReads, ColumnReads):
    async def courses(
        self, from_at: datetime, to_at: datetime, departments: Departments, agent_id: str | None
    ) -> tuple[Course, ...]:
        where, args = _started(from_at, to_at, departments, agent_id=agent_id)
        sql = f"{_COURSES} {where} ORDER BY created_at"
        return await self._read(
            lambda db: tuple([Course(from_micros(row[0]), *row[1:]) for row in db.execute(sql, args)])
        )

    async def day_versions(self, from_at: datetime, to_at: datetime) -> dict[int, int] | None:
        first, last = to_micros(from_at) // _DAY_MICROS, (to_micros(to_at) - 1) // _DAY_MICROS
        sql = "SELECT day, version FROM report_days WHERE day BETWEEN ? AND ?"
        return await self._read(lambda db: dict(db.execute(sql, (first, last)).fetchall()))

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

    async def promises(self, from_at: datetime, to_at: datetime, department_id: str, limit: int) -> tuple[Promise, ...]:
        where, args = _started(from_at, to_at, (department_id,))
        where += " AND (first_assigned_at IS NULL OR first_assigned_at >= shown.at)"
        sql = f"{_PROMISES} {where} ORDER BY created_at DESC, chats.id DESC LIMIT ?"
        rows = await self._read(lambda db: db.execute(sql, [*args, limit]).fetchall())
        return tuple(map(_promise, reversed(rows)))


def _promise(row: Sequence[Any]) -> Promise:
    chat_id, asked_at, at, likely_s, upto_s, basis, over_at, is_answered = row
    made_from = None if basis is None else tuple(json.loads(basis))
    told = (from_micros(asked_at), from_micros(at), likely_s, upto_s)
    return Promise(chat_id, *told, made_from, _moment(over_at), bool(is_answered))


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


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
