"""Mail that came in: the rows, and the raw bytes beside them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from transcripts.errors import NotFound
from transcripts.inbound.changes import outdated, retried, settled_as
from transcripts.inbound.record import InboundMail, InboundState, MailOfOurs, Settled
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, from_micros, marks, to_micros
from transcripts.sqlite.writer import Transaction

INBOUND = Rows(InboundMail, "inbound", key="id")


class Inbound(Part):
    async def keep_inbound(self, mail: InboundMail, raw: bytes) -> InboundMail:
        def work(tx: Transaction) -> InboundMail:
            key = (mail.digest, mail.message_id or "")
            kept = INBOUND.one(tx.db, "WHERE digest = ? AND ifnull(message_id, '') = ?", key)
            if kept is not None:
                return kept
            INBOUND.insert(tx.db, mail)
            tx.db.execute("INSERT INTO inbound_raw (inbound_id, raw) VALUES (?, ?)", (mail.id, raw))
            return mail

        return await self._write(work)

    async def inbound(self, inbound_id: str) -> InboundMail | None:
        return await self._read(lambda db: INBOUND.one(db, "WHERE id = ?", (inbound_id,)))

    async def inbound_raw(self, inbound_id: str) -> bytes | None:
        def question(db: sqlite3.Connection) -> bytes | None:
            row = db.execute("SELECT raw FROM inbound_raw WHERE inbound_id = ?", (inbound_id,)).fetchone()
            return None if row is None else bytes(row[0])

        return await self._read(question)

    async def inbounds(
        self, state: InboundState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[InboundMail, ...], str | None]:
        return await self._read(lambda db: _page(db, state, cursor, limit))

    async def due_inbound(self, now: datetime, limit: int) -> tuple[InboundMail, ...]:
        where = "WHERE state = 'received' AND due_at <= ? ORDER BY n LIMIT ?"
        return await self._read(lambda db: INBOUND.all(db, where, (to_micros(now), limit)))

    async def begin_inbound(self, inbound_id: str, tries: int) -> InboundMail | None:
        def work(tx: Transaction) -> InboundMail | None:
            mail = INBOUND.one(tx.db, "WHERE id = ? AND state = 'received' AND tries = ?", (inbound_id, tries))
            return None if mail is None else _changed(tx, mail, replace(mail, tries=tries + 1))

        return await self._write(work)

    async def settle_inbound(self, inbound_id: str, settled: Settled) -> InboundMail:
        def work(tx: Transaction) -> InboundMail:
            mail = _find(tx.db, inbound_id)
            return _changed(tx, mail, settled_as(mail, settled))

        return await self._write(work)

    async def retry_inbound(self, inbound_id: str, at: datetime) -> InboundMail:
        def work(tx: Transaction) -> InboundMail:
            mail = _find(tx.db, inbound_id)
            return _changed(tx, mail, retried(mail, at))

        return await self._write(work)

    async def forget_raw(self, at: datetime, before: datetime | None, keep_bytes: int | None, limit: int) -> int:
        def work(tx: Transaction) -> int:
            kept = "FROM inbound WHERE raw_gone_at IS NULL"
            (kept_bytes,) = tx.db.execute(f"SELECT ifnull(sum(size_bytes), 0) {kept}").fetchone()
            settled = tx.db.execute(
                f"SELECT id, settled_at, size_bytes {kept} AND settled_at IS NOT NULL ORDER BY settled_at, n LIMIT ?",
                (limit,),
            ).fetchall()
            found = ((name, from_micros(settled_at), size_bytes) for name, settled_at, size_bytes in settled)
            gone = tuple(outdated(found, kept_bytes, before, keep_bytes))
            tx.db.execute(f"DELETE FROM inbound_raw WHERE inbound_id IN ({marks(gone)})", gone)
            tx.db.execute(f"UPDATE inbound SET raw_gone_at = ? WHERE id IN ({marks(gone)})", (to_micros(at), *gone))
            return len(gone)

        return await self._write(work)

    async def count_inbound(self, sender: str, since: datetime, states: tuple[InboundState, ...]) -> int:
        sql = f"SELECT count(*) FROM inbound WHERE sender = ? AND settled_at >= ? AND state IN ({marks(states)})"

        def question(db: sqlite3.Connection) -> int:
            (count,) = db.execute(sql, (sender, to_micros(since), *states)).fetchone()
            return int(count)

        return await self._read(question)

    async def mail_of_ours(self, message_ids: tuple[str, ...]) -> MailOfOurs | None:
        sql = (
            'SELECT id, ticket_number, "to" FROM mails WHERE ticket_number IS NOT NULL'
            f" AND message_id IN ({marks(message_ids)}) ORDER BY n DESC LIMIT 1"
        )

        def question(db: sqlite3.Connection) -> MailOfOurs | None:
            row = db.execute(sql, message_ids).fetchone()
            return None if row is None else MailOfOurs(*row)

        return await self._read(question)


def _find(db: sqlite3.Connection, inbound_id: str) -> InboundMail:
    mail = INBOUND.one(db, "WHERE id = ?", (inbound_id,))
    if mail is None:
        raise NotFound(f"no inbound mail {inbound_id}")
    return mail


def _changed(tx: Transaction, before: InboundMail, after: InboundMail) -> InboundMail:
    INBOUND.update(tx.db, before, after)
    return after


def _page(
    db: sqlite3.Connection, state: InboundState | None, cursor: str | None, limit: int
) -> tuple[tuple[InboundMail, ...], str | None]:
    conditions, args = ([], []) if state is None else (["state = ?"], [state])
    return INBOUND.page(db, conditions, args, cursor, limit)
