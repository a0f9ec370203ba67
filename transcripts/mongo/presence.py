"""Who was there when: the rows the coverage reports are made of, and the processes' proofs of life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from transcripts.mongo.base import Part, count_up
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.records import LATE_ROWS, PresenceRow, Proof

PRESENCE = Documents(PresenceRow, key="written")
PROOFS = Documents(Proof, key="process_id")


class Presence(Part):
    async def record_presence(self, rows: Sequence[PresenceRow]) -> None:
        async def work(tx: Transaction) -> None:
            first = await count_up(tx, "presence", len(rows)) - len(rows) + 1
            written = [PRESENCE.document(replace(row, written=n)) for n, row in enumerate(rows, first)]
            await tx.db["presence"].insert_many(written, session=tx.session)

        if rows:
            await self._write(work, "counter:presence")

    async def presence(self, from_at: datetime, to_at: datetime) -> tuple[PresenceRow, ...]:
        return await self._read(lambda view: _between(view, to_micros(from_at), to_micros(to_at)), steps=True)

    async def prove_life(self, proof: Proof) -> None:
        async def work(tx: Transaction) -> None:
            key = {"_id": proof.process_id}
            await tx.db["proofs"].replace_one(key, PROOFS.document(proof), upsert=True, session=tx.session)
            await self._begun.belongs_to(proof.process_id)

        # Of one document, and said again soon: it needs no transaction.
        await self._write(work, f"proof:{proof.process_id}", atomic=False)

    async def release(self, process_id: str) -> None:
        await self._write(lambda _: self._begun.end(process_id), atomic=False)

    async def proofs(self) -> tuple[Proof, ...]:
        async def question(view: View) -> tuple[Proof, ...]:
            found = view.db["proofs"].find().sort([("started_at", 1), ("_id", 1)])
            return tuple(map(PROOFS.of, await found.to_list(None)))

        return await self._read(question)


async def _between(view: View, first: int, end: int) -> tuple[PresenceRow, ...]:
    kept = view.db["presence"]
    # What was written after a newer one is among these, too.
    since = first - LATE_ROWS // timedelta(microseconds=1)
    rows = await kept.find({"at": {"$gte": since, "$lt": end}}, session=view.session).to_list(None)
    late = sorted((row for row in rows if row["at"] < first), key=lambda row: row["_id"])
    before = {row["agent_id"]: row for row in late}
    found = {row["_id"]: row for row in [*before.values(), *(row for row in rows if row["at"] >= first)]}
    for agent_id in await kept.distinct("agent_id", session=view.session):
        earlier = {"agent_id": agent_id, "at": {"$lt": first}}
        row = await kept.find_one(earlier, sort=[("at", -1), ("_id", -1)], session=view.session)
        if row is not None:
            found[row["_id"]] = row
    return tuple(sorted(map(PRESENCE.of, found.values()), key=lambda row: (row.at, row.written)))
