"""Mails to be sent: rows written with what causes them, claimed under a lease by whoever sends."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from transcripts.errors import NotFound
from transcripts.facts import MailQueued
from transcripts.operations import NewMail
from transcripts.records import Mail, MailState
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, from_micros, marks, to_micros
from transcripts.sqlite.writer import Transaction
from transcripts.ticket_changes import mail_of

MAILS = Rows(Mail, "mails", key="id")


class Outbox(Part):
    async def queue_mail(self, mail: NewMail, at: datetime) -> None:
        def work(tx: Transaction) -> None:
            insert(tx.db, mail_of(mail, at))
            tx.tell([MailQueued(mail.id)])

        await self._write(work)

    async def claim_due(self, now: datetime, *, lease_s: float, limit: int) -> tuple[Mail, ...]:
        until = to_micros(now + timedelta(seconds=lease_s))
        return await self._write(lambda tx: _claim(tx.db, to_micros(now), until, limit))

    async def mark_sent(self, mail_id: str, at: datetime, subject: str, raw: bytes) -> None:
        await self._write(
            lambda tx: _mark(
                tx.db,
                "state = 'sent', sent_at = ?, subject = ?, raw = ?, error = NULL",
                (to_micros(at), subject, raw),
                mail_id,
            )
        )

    async def mark_failed(self, mail_id: str, error: str, retry_at: datetime | None) -> None:
        if retry_at is None:
            await self._write(lambda tx: _mark(tx.db, "state = 'failed', error = ?", (error,), mail_id))
            return
        due_at = to_micros(retry_at)
        await self._write(lambda tx: _mark(tx.db, "state = 'due', error = ?, due_at = ?", (error, due_at), mail_id))

    async def retry_mail(self, mail_id: str, at: datetime) -> Mail:
        def work(tx: Transaction) -> Mail:
            mail = _find(tx.db, mail_id)
            if mail.state == "failed":
                _mark(tx.db, "state = 'due', due_at = ?", (to_micros(at),), mail_id)
                tx.tell([MailQueued(mail_id)])
            return _find(tx.db, mail_id)

        return await self._write(work)

    async def mail(self, mail_id: str) -> Mail | None:
        return await self._read(lambda db: MAILS.one(db, "WHERE id = ?", (mail_id,)))

    async def mails(
        self, state: MailState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Mail, ...], str | None]:
        return await self._read(lambda db: _page(db, state, cursor, limit))

    async def next_due(self) -> datetime | None:
        def question(db: sqlite3.Connection) -> datetime | None:
            (micros,) = db.execute("SELECT min(max(due_at, leased_until)) FROM mails WHERE state = 'due'").fetchone()
            return None if micros is None else from_micros(micros)

        return await self._read(question)


def insert(db: sqlite3.Connection, mail: Mail) -> None:
    MAILS.insert(db, mail)


def _claim(db: sqlite3.Connection, now: int, until: int, limit: int) -> tuple[Mail, ...]:
    rows = db.execute(
        "SELECT id FROM mails WHERE state = 'due' AND due_at <= ? AND leased_until <= ? ORDER BY due_at, n LIMIT ?",
        (now, now, limit),
    ).fetchall()
    ids = [mail_id for (mail_id,) in rows]
    where = f"WHERE id IN ({marks(ids)})"
    db.execute(f"UPDATE mails SET leased_until = ?, attempts = attempts + 1 {where}", (until, *ids))
    return MAILS.all(db, f"{where} ORDER BY due_at, n", ids)


def _mark(db: sqlite3.Connection, sets: str, values: tuple[object, ...], mail_id: str) -> None:
    """The lease ends with every outcome. Raises NotFound."""
    changed = db.execute(f"UPDATE mails SET {sets}, leased_until = 0 WHERE id = ?", (*values, mail_id)).rowcount
    if not changed:
        raise NotFound(f"no mail {mail_id}")


def _find(db: sqlite3.Connection, mail_id: str) -> Mail:
    mail = MAILS.one(db, "WHERE id = ?", (mail_id,))
    if mail is None:
        raise NotFound(f"no mail {mail_id}")
    return mail


def _page(
    db: sqlite3.Connection, state: MailState | None, cursor: str | None, limit: int
) -> tuple[tuple[Mail, ...], str | None]:
    conditions, args = ([], []) if state is None else (["state = ?"], [state])
    return MAILS.page(db, conditions, args, cursor, limit, left_out=("raw",))
