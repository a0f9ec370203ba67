"""Chats as columns: SQLite puts each column together as one JSON text, outside the interpreter and its lock."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import orjson

from transcripts.columns import ChatColumns, KeptDay
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import to_micros
from transcripts.sqlite.writer import Transaction

_TICKET = "FROM tickets WHERE number = ticket_number"
_SOLVED = f"""CASE WHEN ticket_number IS NOT NULL THEN (SELECT solved_at {_TICKET}) - created_at
    WHEN resolution = 'resolved' THEN closed_at - created_at END"""
_CELLS = {
    "asked": "created_at",
    "department_id": "department_id",
    "topic": "topic",
    "agent_id": "agent_id",
    "state": "state",
    "resolution": "resolution",
    "exchanges": "exchanges",
    "messages": "messages_n",
    "waited": "first_assigned_at - created_at",
    "given": "assigned_at - created_at",
    "replied": "first_reply_at - created_at",
    "closed": "closed_at - created_at",
    "solved": _SOLVED,
    "offered": "offered_at - created_at",
    "rating_of": "CASE WHEN rating IS NOT NULL THEN id END",
    "channel": f"CASE WHEN rating IS NOT NULL AND ticket_number IS NOT NULL THEN (SELECT channel {_TICKET}) END",
}
# Texts that are JSON already are put together as they are: json() would read each of them again.
_RATINGS = "'[' || ifnull(group_concat(ifnull(rating, 'null')), '') || ']'"
_TOLD = "'[' || ifnull(group_concat(ifnull(told, 'null,null,null')), '') || ']'"
# In the order of the index, so that all columns have the same one, that of time.
_COLUMNS = f"""
SELECT {_TOLD}, {_RATINGS}, {", ".join(f"json_group_array({cell})" for cell in _CELLS.values())}
FROM chats INDEXED BY chats_by_time WHERE created_at >= ? AND created_at < ?"""


class ColumnReads(Part):
    async def chat_columns(self, from_at: datetime, to_at: datetime) -> ChatColumns:
        period = to_micros(from_at), to_micros(to_at)

        def question(db: sqlite3.Connection) -> ChatColumns:
            told, ratings, *others = map(orjson.loads, db.execute(_COLUMNS, period).fetchone())
            first = {"told": told[::3], "likely_s": told[1::3], "upto_s": told[2::3]}
            return ChatColumns(**dict(zip(_CELLS, others, strict=True)), **first, rating=ratings)

        return await self._read(question)

    async def keep_day(self, day: int, made: KeptDay) -> None:
        await self._write(lambda tx: _keep(tx, day, made))

    async def kept_days(self, first: int, last: int) -> dict[int, KeptDay]:
        sql = "SELECT day, version, kept FROM report_kept WHERE day BETWEEN ? AND ?"
        return await self._read(
            lambda db: {day: KeptDay(version, kept) for day, version, kept in db.execute(sql, (first, last))}
        )


def _keep(tx: Transaction, day: int, made: KeptDay) -> None:
    tx.db.execute("REPLACE INTO report_kept VALUES (?, ?, ?)", (day, *made))
