"""The queue's journal, and the estimates that were shown: written in bulk, read when somebody asks why."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from transcripts.records import EstimateShown, JournalEntry
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, to_micros
from transcripts.sqlite.writer import Transaction

ENTRIES = Rows(JournalEntry, "journal", key="version")
ESTIMATES = Rows(EstimateShown, "estimates", key="chat_id")


class Journal(Part):
    async def append_journal(self, entries: Sequence[JournalEntry]) -> None:
        await self._write(lambda tx: _append(tx.db, entries))

    async def decisions_of(self, chat_id: str) -> tuple[JournalEntry, ...]:
        return await self._read(
            lambda db: ENTRIES.all(
                db, "WHERE n IN (SELECT entry FROM journal_decisions WHERE chat_id = ?) ORDER BY n", (chat_id,)
            )
        )

    async def journal(self, epoch: str, version: int) -> tuple[JournalEntry, ...]:
        return await self._read(
            lambda db: ENTRIES.all(
                db,
                "JOIN (SELECT max(version) AS start FROM journal"
                "      WHERE epoch = :epoch AND kind = 'snapshot' AND version < :version)"
                " WHERE epoch = :epoch AND (kind = 'snapshot' AND version = start"
                "  OR kind = 'command' AND version > start AND version <= :version)"
                " ORDER BY version, n",
                {"epoch": epoch, "version": version},
            )
        )

    async def epochs(self) -> tuple[tuple[str, int], ...]:
        def question(db: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
            return tuple(db.execute("SELECT epoch, max(version) FROM journal GROUP BY epoch ORDER BY min(n)"))

        return await self._read(question)

    async def prune_journal(self, before: datetime) -> None:
        await self._write(lambda tx: _prune(tx, to_micros(before)))

    async def record_estimates(self, shown: Sequence[EstimateShown]) -> None:
        def work(tx: Transaction) -> None:
            for estimate in shown:
                ESTIMATES.insert(tx.db, estimate)

        await self._write(work)


def _append(db: sqlite3.Connection, entries: Sequence[JournalEntry]) -> None:
    for entry in entries:
        known = db.execute(
            "SELECT 1 FROM journal WHERE epoch = ? AND version = ? AND kind = ?",
            (entry.epoch, entry.version, entry.kind),
        ).fetchone()
        if known is not None:
            continue
        row = ENTRIES.insert(db, entry)
        for chat_id in dict.fromkeys(entry.decided):
            db.execute("INSERT INTO journal_decisions VALUES (?, ?)", (chat_id, row))


def _prune(tx: Transaction, before: int) -> None:
    epochs = tx.db.execute("SELECT epoch, max(at) FROM journal GROUP BY epoch ORDER BY min(n)").fetchall()
    for index, (epoch, newest) in enumerate(epochs):
        is_last = index == len(epochs) - 1
        if newest < before and not is_last:
            tx.db.execute("DELETE FROM journal WHERE epoch = ?", (epoch,))
            continue
        (start,) = tx.db.execute(
            "SELECT max(version) FROM journal WHERE epoch = ? AND kind = 'snapshot' AND at < ?", (epoch, before)
        ).fetchone()
        # What is newer is replayed from the last snapshot that is older; the commands before it go, its own too.
        tx.db.execute(
            "DELETE FROM journal WHERE epoch = ? AND (version < ? OR version = ? AND kind = 'command')",
            (epoch, start, start),
        )
