"""Visitors, who they proved to be, and the pages they read."""

from __future__ import annotations

from datetime import datetime

from transcripts.contacts import seen_visitor
from transcripts.records import PageView, Visitor
from transcripts.sqlite import contacts
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, to_micros
from transcripts.sqlite.writer import Transaction

VISITORS = Rows(Visitor, "visitors", key="id")
PAGES = Rows(PageView, "pages", key="visitor_id")
PAGES_KEPT = 50


class Visitors(Part):
    async def save_visitor(self, visitor: Visitor) -> None:
        def work(tx: Transaction) -> None:
            VISITORS.insert(tx.db, visitor, verb="REPLACE")
            contacts.meet(tx.db, seen_visitor(visitor))

        await self._write(work)

    async def visitor(self, visitor_id: str) -> Visitor | None:
        return await self._read(lambda db: VISITORS.one(db, "WHERE id = ?", (visitor_id,)))

    async def claim_identity(self, jti: str, visitor_id: str, expires_at: datetime) -> bool:
        def work(tx: Transaction) -> bool:
            row = (jti, visitor_id, to_micros(expires_at))
            tx.db.execute("INSERT INTO identities VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
            (owner,) = tx.db.execute("SELECT visitor_id FROM identities WHERE jti = ?", (jti,)).fetchone()
            return bool(owner == visitor_id)

        return await self._write(work)

    async def visitor_by_subject(self, subject: str) -> Visitor | None:
        return await self._read(
            lambda db: VISITORS.one(db, "WHERE subject = ? ORDER BY created_at, id LIMIT 1", (subject,))
        )

    async def add_page(self, page: PageView) -> None:
        def work(tx: Transaction) -> None:
            PAGES.insert(tx.db, page)
            tx.db.execute(
                "DELETE FROM pages WHERE id IN "
                "(SELECT id FROM pages WHERE visitor_id = ? ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)",
                (page.visitor_id, PAGES_KEPT),
            )

        await self._write(work)

    async def pages(self, visitor_id: str) -> tuple[PageView, ...]:
        return await self._read(
            lambda db: PAGES.all(db, "WHERE visitor_id = ? ORDER BY at DESC, id DESC", (visitor_id,))
        )
