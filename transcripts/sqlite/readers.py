"""Reads, apart from the writer: a few connections that cannot write, each question in one snapshot of the record."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from transcripts.errors import StoreUnavailable
from transcripts.sqlite.trouble import Trouble

T = TypeVar("T")

_THREADS = 2
"""SQLite's work holds no interpreter lock: a search of a second must not stop the small reads."""


class Readers:
    def __init__(self, connect: Callable[[], sqlite3.Connection], trouble: Trouble | None = None) -> None:
        self._connect = connect
        self._trouble = trouble or Trouble()
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._closed = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="record-reader")

    async def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What `question` sees of one moment of the record. Raises StoreUnavailable."""
        if self._closed:
            raise StoreUnavailable("the record is closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, question)
        except sqlite3.DatabaseError as exc:
            raise self._trouble.told("the record cannot be read now", exc) from exc

    async def aclose(self) -> None:
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def _answer(self, question: Callable[[sqlite3.Connection], T]) -> T:
        db = self._take()
        try:
            answer = _in_snapshot(db, question)
        except sqlite3.Error:
            # The next question opens a fresh one.
            with suppress(sqlite3.Error):
                db.close()
            raise
        except BaseException:
            self._idle.put(db)
            raise
        self._idle.put(db)
        return answer

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._connect()


def _in_snapshot(db: sqlite3.Connection, question: Callable[[sqlite3.Connection], T]) -> T:
    db.execute("BEGIN")
    try:
        return question(db)
    finally:
        db.execute("COMMIT")
