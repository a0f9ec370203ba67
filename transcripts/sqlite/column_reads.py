"""Chats as columns: SQLite puts each column together as one text, outside the interpreter and its lock."""

from __future__ import annotations

import sqlite3
from array import array
from datetime import datetime
from typing import Any

import orjson

from transcripts.cells import UNKNOWN, Chosen, Coded, Sparse, Which, Written, numbered
from transcripts.columns import ChatColumns, KeptDay
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import to_micros
from transcripts.sqlite.writer import Transaction

# A line for each chat, of which the interpreter reads one of each kind: there are few. JSON has no line breaks.
_FLAGS = {
    "is_rated": "rating IS NOT NULL",
    "is_offered": "offered_at IS NOT NULL",
    "is_given_again": "assigned_at IS NOT first_assigned_at",
    "has_ticket": "ticket_number IS NOT NULL",
}
_KINDS = ("department_id", "topic", "agent_id", "state", "resolution")
_KIND = f"""ifnull(group_concat(json_array(
    {", ".join(_KINDS)}, {" + ".join(f"{1 << n} * ({flag})" for n, flag in enumerate(_FLAGS.values()))}
), char(10)), '')"""
_NUMBERS = {
    "asked": "created_at",
    "exchanges": "exchanges",
    "messages": "messages_n",
    "waited": "first_assigned_at - created_at",
    "replied": "first_reply_at - created_at",
    "closed": "closed_at - created_at",
}
_TICKET = "FROM tickets WHERE number = ticket_number"
# Texts that are JSON already are put together as they are: json() would read each of them again.
_TOLD = "'[' || ifnull(group_concat(ifnull(told, 'null,null,null')), '') || ']'"
_RATINGS = "'[' || ifnull(group_concat(rating), '') || ']'"


def _written(number: str, condition: str = "true") -> str:
    return f"ifnull(group_concat(ifnull({number}, {UNKNOWN})) FILTER (WHERE {condition}), '')"


def _listed(value: str, condition: str) -> str:
    return f"json_group_array({value}) FILTER (WHERE {condition})"


# In the order of the index, so that all columns have the same one, that of time. What few chats have is asked of those.
_COLUMNS = f"""
SELECT {_KIND}, {_TOLD}, {_RATINGS},
    {_listed("id", _FLAGS["is_rated"])},
    {_listed(f"(SELECT channel {_TICKET})", f"{_FLAGS['is_rated']} AND {_FLAGS['has_ticket']}")},
    {_listed("offered_at - created_at", _FLAGS["is_offered"])},
    {_written("assigned_at - created_at", _FLAGS["is_given_again"])},
    {_written(f"(SELECT solved_at {_TICKET}) - created_at", _FLAGS["has_ticket"])},
    {", ".join(map(_written, _NUMBERS.values()))}
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


class _Kinds:
    """The kinds of the chats, by number, and which kind each chat is of."""

    def __init__(self, lines: str) -> None:
        each = lines.split("\n") if lines else []
        known = numbered(each)
        self.numbers = array("i", map(known.__getitem__, each))
        *named, flags = zip(*map(orjson.loads, known), strict=True) if known else [()] * (len(_KINDS) + 1)
        self.coded = {name: Coded(values, self.numbers) for name, values in zip(_KINDS, named, strict=True)}
        self._flags = flags

    def are(self, flag: str) -> list[bool]:
        """One per kind."""
        bit = 1 << list(_FLAGS).index(flag)
        return [bool(one & bit) for one in self._flags]

    def given(self) -> list[Which]:
        return [Which.OTHER if is_again else Which.USUAL for is_again in self.are("is_given_again")]

    def solved(self) -> list[Which]:
        """With the ticket where there is one, else where it was resolved when it was closed."""
        pairs = zip(self.are("has_ticket"), self.coded["resolution"].values, strict=True)
        resolved = {True: Which.USUAL, False: Which.NONE}
        return [Which.OTHER if has_ticket else resolved[resolution == "resolved"] for has_ticket, resolution in pairs]


def _columns(
    lines: str, told: str, ratings: str, rated: str, channels: str, offered: str, given: str, solved: str, *numbers: str
) -> ChatColumns:
    kinds, shown = _Kinds(lines), orjson.loads(told)
    is_rated = kinds.are("is_rated")
    has_channel = [both == (True, True) for both in zip(is_rated, kinds.are("has_ticket"), strict=True)]
    columns: dict[str, Any] = {**kinds.coded}
    columns |= {name: Written(text) for name, text in zip(_NUMBERS, numbers, strict=True)}
    return ChatColumns(
        **columns,
        given=Chosen(kinds.given(), kinds.numbers, columns["waited"], Written(given)),
        solved=Chosen(kinds.solved(), kinds.numbers, columns["closed"], Written(solved)),
        told=shown[::3],
        likely_s=shown[1::3],
        upto_s=shown[2::3],
        rating=Sparse(is_rated, kinds.numbers, orjson.loads(ratings)),
        rating_of=Sparse(is_rated, kinds.numbers, orjson.loads(rated)),
        channel=Sparse(has_channel, kinds.numbers, orjson.loads(channels)),
        offered=Sparse(kinds.are("is_offered"), kinds.numbers, orjson.loads(offered)),
    )


def _keep(tx: Transaction, day: int, made: KeptDay) -> None:
    tx.db.execute("REPLACE INTO report_kept VALUES (?, ?, ?)", (day, *made))
