"""The audit log: written by what it tells of, in the same transaction."""

from __future__ import annotations

from transcripts.audit import FIRST, AuditEntry, NewAudit, chained
from transcripts.cursors import number_of
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.documents import Documents
from transcripts.mongo.writer import Transaction, View

AUDIT = Documents(AuditEntry, key="n")
COUNTER = "counter:audit"


class Audit(Part):
    async def audit(self, cursor: str | None, limit: int = 50) -> tuple[tuple[AuditEntry, ...], str | None]:
        before = 2**62 if cursor is None else number_of(cursor)

        async def question(view: View) -> tuple[tuple[AuditEntry, ...], str | None]:
            asked = view.db["audit"].find({"_id": {"$lt": before}}).sort("_id", -1).limit(limit + 1)
            found = await asked.to_list(limit + 1)
            page = tuple(map(AUDIT.of, found[:limit]))
            return page, str(page[-1].n) if len(found) > len(page) and page else None

        return await self._read(question)


async def append(tx: Transaction, new: NewAudit | None) -> None:
    """Two servers that add at once collide at the counter: the chain has no fork."""
    if new is None:
        return
    n = await count_up(tx, "audit")
    last = await tx.db["audit"].find_one({"_id": n - 1}, session=tx.session)
    entry = chained(new, n, FIRST if last is None else last["hash"])
    await tx.db["audit"].insert_one(AUDIT.document(entry), session=tx.session)
