"""Chats as columns: SQLite puts each column together as one text, outside the interpreter and its lock."""

from __future__ import annotations

import sqlite3
from array import array
from datetime import datetime
from typing import Any

import orjson

from transcripts.cells import UNKNOWN, Coded, Sparse, Written, numbered
from transcripts.columns import ChatColumns, KeptDay
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import to_micros
from transcripts.sqlite.writer import Transaction

_TICKET = "FROM tickets WHERE number = ticket_number"
_SOLVED = f"""CASE WHEN ticket_number IS NOT NULL THEN (SELECT solved_at {_TICKET}) - created_at
    WHEN resolution = 'resolved' THEN closed_at - created_at END"""
_CHANNEL = f"CASE WHEN rating IS NOT NULL AND ticket_number IS NOT NULL THEN (SELECT channel {_TICKET}) END"
# A line for each chat, of which the interpreter reads one of each kind: there are few. JSON has no line breaks.
# Flags: 1 with a rating, 2 with the moment at which its turn would have come.
_KINDS = ("department_id", "topic", "agent_id", "state", "resolution", "channel")
_KIND = f"""ifnull(group_concat(json_array(
    department_id, topic, agent_id, state, resolution, {_CHANNEL}, (rating IS NOT NULL) + 2 * (offered_at IS NOT NULL)
), char(10)), '')"""
_NUMBERS = {
    "asked": "created_at",
    "exchanges": "exchanges",
    "messages": "messages_n",
    "waited": "first_assigned_at - created_at",
    "given": "assigned_at - created_at",
    "replied": "first_reply_at - created_at",
    "closed": "closed_at - created_at",
    "solved": _SOLVED,
}
_WRITTEN = ", ".join(f"ifnull(group_concat(ifnull({number}, {UNKNOWN})), '')" for number in _NUMBERS.values())
# Texts that are JSON already are put together as they are: json() would read each of them again.
_RATINGS = "'[' || ifnull(group_concat(rating), '') || ']'"
_TOLD = "'[' || ifnull(group_concat(ifnull(told, 'null,null,null')), '') || ']'"
_OFFERED = "json_group_array(offered_at - created_at) FILTER (WHERE offered_at IS NOT NULL)"
_RATED = "json_group_array(id) FILTER (WHERE rating IS NOT NULL)"
# In the order of the index, so that all columns have the same one, that of time.
_COLUMNS = f"""
SELECT {_KIND}, {_TOLD}, {_RATINGS}, {_RATED}, {_OFFERED}, {_WRITTEN}
FROM chats INDEXED BY chats_by_time WHERE created_at >= ? AND created_at < ?"""


class ColumnReads(Part):
    async def chat_columns(self, from_at: datetime, to_at: datetime) -> ChatColumns:
        period = to_micros(from_at), to_micros(to_at)

        def question(db: sqlite3.Connection) -> ChatColumns:
            return _columns(*db.execute(_COLUMNS, period).fetchone())

        return await self._read(question)

    async def keep_day(self, day: int, made: KeptDay) -> None:
        await self._write(lambda tx: _keep(tx, day, made))

    async def kept_days(self, first: int, last: int) -> dict[int, KeptDay]:
        sql = "SELECT day, version, kept FROM report_kept WHERE day BETWEEN ? AND ?"
        return await self._read(
            lambda db: {day: KeptDay(version, kept) for day, version, kept in db.execute(sql, (first, last))}
        )


def _columns(lines: str, told: str, ratings: str, rated: str, offered: str, *numbers: str) -> ChatColumns:
    each = lines.split("\n") if lines else []
    known = numbered(each)
    kinds = array("i", map(known.__getitem__, each))
    *named, flags = zip(*map(orjson.loads, known), strict=True) if known else [()] * (len(_KINDS) + 1)
    columns: dict[str, Any] = {name: Coded(values, kinds) for name, values in zip(_KINDS, named, strict=True)}
    columns |= {name: Written(text) for name, text in zip(_NUMBERS, numbers, strict=True)}

    is_rated, is_offered = ([bool(one & flag) for one in flags] for flag in (1, 2))
    shown = orjson.loads(told)
    return ChatColumns(
        **columns,
        told=shown[::3],
        likely_s=shown[1::3],
        upto_s=shown[2::3],
        rating=Sparse(is_rated, kinds, orjson.loads(ratings)),
        rating_of=Sparse(is_rated, kinds, orjson.loads(rated)),
        offered=Sparse(is_offered, kinds, orjson.loads(offered)),
    )


def _keep(tx: Transaction, day: int, made: KeptDay) -> None:
    tx.db.execute("REPLACE INTO report_kept VALUES (?, ?, ?)", (day, *made))
