"""What all parts of the SQLite record share: the way to the writer and the way to the readers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from transcripts.sqlite.readers import Readers
from transcripts.sqlite.sending import Sending
from transcripts.sqlite.writer import Transaction, Writer

T = TypeVar("T")


class Part:
    """One group of the port's methods. All of them belong to one `SqliteStore`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers
        self._sending = Sending()

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        """In line before the first await: operations take effect in the order in which they were called."""
        return await self._writer.submit(work)

    async def _alone(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Outside of any transaction, while nothing else is written."""
        return await self._writer.submit_alone(work)

    async def _read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        return await self._readers.ask(question)


def count_up(db: sqlite3.Connection, name: str, first: int = 1) -> int:
    """The next value of a stored counter; part of the transaction, so a refused operation leaves no gap."""
    row = db.execute(
        "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value",
        (name, first),
    ).fetchone()
    return int(row[0])
