"""Visitors, who they proved to be, and the pages they read."""

from __future__ import annotations

from datetime import datetime

from transcripts.contacts import seen_visitor
from transcripts.mongo import contacts
from transcripts.mongo.base import Part
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.records import PageView, Visitor

VISITORS = Documents(Visitor, key="id")
PAGES = Documents(PageView)
PAGES_KEPT = 50
_NEWEST = [("at", -1), ("_id", -1)]


class Visitors(Part):
    async def save_visitor(self, visitor: Visitor) -> None:
        async def work(tx: Transaction) -> None:
            document = VISITORS.document(visitor, email_folded=(visitor.email or "").lower())
            await tx.db["visitors"].replace_one({"_id": visitor.id}, document, upsert=True, session=tx.session)
            await contacts.meet(tx, seen)

        seen = seen_visitor(visitor)
        await self._write(work, f"visitor:{visitor.id}", *([] if seen is None else [contacts.KEY]))

    async def visitor(self, visitor_id: str) -> Visitor | None:
        return await self._read(lambda view: _first(view, {"_id": visitor_id}))

    async def claim_identity(self, jti: str, visitor_id: str, expires_at: datetime) -> bool:
        async def work(tx: Transaction) -> bool:
            owner = await tx.db["identities"].find_one({"_id": jti}, session=tx.session)
            if owner is not None:
                return bool(owner["visitor_id"] == visitor_id)
            claim = {"_id": jti, "visitor_id": visitor_id, "expires_at": to_micros(expires_at)}
            await tx.db["identities"].insert_one(claim, session=tx.session)
            return True

        return await self._write(work, f"identity:{jti}")

    async def visitor_by_subject(self, subject: str) -> Visitor | None:
        return await self._read(lambda view: _first(view, {"subject": subject}))

    async def add_page(self, page: PageView) -> None:
        async def work(tx: Transaction) -> None:
            pages = tx.db["pages"]
            await pages.insert_one(PAGES.document(page), session=tx.session)
            read = {"visitor_id": page.visitor_id}
            old = await pages.find(read, {"_id": 1}, session=tx.session).sort(_NEWEST).skip(PAGES_KEPT).to_list(None)
            if old:
                await pages.delete_many({"_id": {"$in": [item["_id"] for item in old]}}, session=tx.session)

        await self._write(work, f"pages:{page.visitor_id}")

    async def pages(self, visitor_id: str) -> tuple[PageView, ...]:
        async def question(view: View) -> tuple[PageView, ...]:
            found = view.db["pages"].find({"visitor_id": visitor_id}).sort(_NEWEST)
            return tuple(map(PAGES.of, await found.to_list(None)))

        return await self._read(question)


async def _first(view: View, wanted: Document) -> Visitor | None:
    document = await view.db["visitors"].find_one(wanted, sort=[("created_at", 1), ("_id", 1)])
    return None if document is None else VISITORS.of(document)
