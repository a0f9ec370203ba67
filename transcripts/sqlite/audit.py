"""The audit log: written by what it tells of, in the same transaction, or by itself."""

from __future__ import annotations

import copy
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Self, TypeVar

from transcripts.audit import EVERYTHING, AuditEntry, AuditHead, AuditQuery, NewAudit, Noting, chained, follows
from transcripts.cursors import number_of
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, to_micros
from transcripts.sqlite.writer import Transaction

AUDIT = Rows(AuditEntry, "audit", key="n")
T = TypeVar("T")


class Audit(Part):
    told_by: Noting | None = None
    """Of a record that is bound to one change."""

    def noting(self, noting: Noting) -> Self:
        bound = copy.copy(self)
        bound.told_by = noting
        return bound

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        """Of all parts of the record."""
        noting = self.told_by
        if noting is None:
            return await super()._write(work)

        def both(tx: Transaction) -> T:
            answer = work(tx)
            noting.entries = tuple(entry for new in noting.made(answer) if (entry := append(tx.db, new)))
            return answer

        return await super()._write(both)

    async def audit(
        self, cursor: str | None, limit: int = 50, query: AuditQuery = EVERYTHING
    ) -> tuple[tuple[AuditEntry, ...], str | None]:
        before = 2**62 if cursor is None else number_of(cursor)
        where, args = _condition(query)

        def question(db: sqlite3.Connection) -> tuple[tuple[AuditEntry, ...], str | None]:
            found = AUDIT.all(db, f"WHERE n < ?{where} ORDER BY n DESC LIMIT ?", (before, *args, limit + 1))
            page = found[:limit]
            return page, str(page[-1].n) if len(found) > len(page) and page else None

        return await self._read(question)

    async def add_audit(self, new: NewAudit, *, once_in: timedelta | None = None) -> AuditEntry | None:
        def work(tx: Transaction) -> AuditEntry | None:
            if once_in is not None and _is_told(tx.db, new, once_in):
                return None
            return append(tx.db, new)

        return await self._write(work)

    async def audit_from(self, after: int | None, limit: int = 500) -> tuple[AuditEntry | None, ...]:
        return await self._read(lambda db: _as_written(db, -(2**63) if after is None else after + 1, limit))

    async def audit_head(self) -> AuditHead:
        return await self._read(lambda db: _head(db) or AuditHead(0, None))


def append(db: sqlite3.Connection, new: NewAudit | None) -> AuditEntry | None:
    if new is None:
        return None
    last = db.execute("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    n, previous = follows(_head(db), last)
    entry = chained(new, n, previous, secrets.token_hex(16))
    AUDIT.insert(db, entry)
    db.execute("REPLACE INTO audit_head (id, n, hash) VALUES (1, ?, ?)", (entry.n, entry.hash))
    return entry


def _head(db: sqlite3.Connection) -> AuditHead | None:
    row = db.execute("SELECT n, hash FROM audit_head").fetchone()
    return None if row is None else AuditHead(*row)


def _is_told(db: sqlite3.Connection, new: NewAudit, within: timedelta) -> bool:
    where = "subject = ? AND actor = ? AND action = ? AND at > ? AND at <= ?"
    args = (new.subject, new.actor, new.action, to_micros(new.at - within), to_micros(new.at))
    return db.execute(f"SELECT 1 FROM audit WHERE {where} LIMIT 1", args).fetchone() is not None


def _condition(query: AuditQuery) -> tuple[str, list[object]]:
    """What follows `WHERE n < ?`. A kind is looked for along the numbers: most pages are full soon."""
    said: list[str] = []
    args: list[object] = []
    for column, wanted, sign in (
        ("actor", query.actor, ":"),
        ("action", query.action, "."),
        ("subject", query.subject, ":"),
    ):
        if wanted is not None and sign in wanted:
            said.append(f" AND {column} = ?")
            args.append(wanted)
        elif wanted is not None:
            said.append(f" AND (+{column} = ? OR substr({column}, 1, ?) = ?)")
            args.extend((wanted, len(wanted) + 1, wanted + sign))
    if query.from_at is not None:
        said.append(" AND at >= ?")
        args.append(to_micros(query.from_at))
    if query.to_at is not None:
        said.append(" AND at < ?")
        args.append(to_micros(query.to_at))
    return "".join(said), args


def _as_written(db: sqlite3.Connection, first: int, limit: int) -> tuple[AuditEntry | None, ...]:
    """A damaged page of the file ends the answer: what is on it cannot be read."""
    found: list[AuditEntry | None] = []
    kept = db.text_factory
    db.text_factory = _text
    try:
        found.extend(map(_entry, db.execute(f"{AUDIT.select} WHERE n >= ? ORDER BY n LIMIT ?", (first, limit))))
    except sqlite3.DatabaseError as exc:
        if exc.sqlite_errorcode not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        found.append(None)
    finally:
        db.text_factory = kept
    return tuple(found)


def _entry(row: Sequence[Any]) -> AuditEntry | None:
    try:
        entry = AUDIT.of(row)
        return entry if AUDIT.row(entry) == tuple(row) else None
    except (TypeError, ValueError, OverflowError, AttributeError):
        return None


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None
