"""The audit log: written by what it tells of, in the same transaction."""

from __future__ import annotations

import sqlite3

from transcripts.audit import FIRST, AuditEntry, NewAudit, chained
from transcripts.cursors import number_of
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows

AUDIT = Rows(AuditEntry, "audit", key="n")


class Audit(Part):
    async def audit(self, cursor: str | None, limit: int = 50) -> tuple[tuple[AuditEntry, ...], str | None]:
        before = 2**62 if cursor is None else number_of(cursor)

        def question(db: sqlite3.Connection) -> tuple[tuple[AuditEntry, ...], str | None]:
            found = AUDIT.all(db, "WHERE n < ? ORDER BY n DESC LIMIT ?", (before, limit + 1))
            page = found[:limit]
            return page, str(page[-1].n) if len(found) > len(page) and page else None

        return await self._read(question)


def append(db: sqlite3.Connection, new: NewAudit | None) -> None:
    if new is None:
        return
    last = db.execute("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    n, previous = (0, FIRST) if last is None else last
    AUDIT.insert(db, chained(new, n + 1, previous))
