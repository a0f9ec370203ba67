"""Who was there when: the rows the coverage reports are made of, and the processes' proofs of life."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from transcripts.records import LATE_ROWS, PresenceRow, Proof
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, from_micros, to_micros
from transcripts.sqlite.writer import Transaction

PRESENCE = Rows(PresenceRow, "presence", key="written")
PROOFS = Rows(Proof, "proofs", key="process_id")

_NEWEST = (
    "SELECT (SELECT written FROM presence AS earlier WHERE earlier.agent_id = known.agent_id AND at < :first"
    " ORDER BY at DESC, written DESC LIMIT 1) FROM (SELECT DISTINCT agent_id FROM presence) AS known"
)
_LAST_WRITTEN = "SELECT max(written) FROM presence WHERE at >= :late AND at < :first GROUP BY agent_id"


class Presence(Part):
    async def record_presence(self, rows: Sequence[PresenceRow]) -> None:
        def work(tx: Transaction) -> None:
            for row in rows:
                PRESENCE.insert_but(tx.db, row, "written")

        await self._write(work)

    async def presence(self, from_at: datetime, to_at: datetime) -> tuple[PresenceRow, ...]:
        first, end = to_micros(from_at), to_micros(to_at)

        def question(db: sqlite3.Connection) -> tuple[PresenceRow, ...]:
            found = db.execute(
                f"{PRESENCE.select} WHERE at >= :first AND at < :end"
                f" OR written IN ({_NEWEST}) OR written IN ({_LAST_WRITTEN}) ORDER BY at, written",
                {"first": first, "end": end, "late": to_micros(from_at - LATE_ROWS)},
            )
            return tuple(_decoded(found))

        return await self._read(question)

    async def prove_life(self, proof: Proof) -> None:
        def work(tx: Transaction) -> None:
            PROOFS.insert(tx.db, proof, verb="REPLACE")

        await self._write(work)

    async def release(self, process_id: str) -> None:
        """What a process had begun ends with it."""

    async def proofs(self) -> tuple[Proof, ...]:
        return await self._read(lambda db: PROOFS.all(db, "ORDER BY started_at, process_id"))


def _decoded(found: Iterable[tuple[Any, ...]]) -> Iterator[PresenceRow]:
    """As PRESENCE.of, in a third of its time: thousands of rows name the same few sets of departments."""
    known: dict[str, tuple[str, ...]] = {}
    for agent_id, at, text, status, accepting, free, reason, process_id, written in found:
        departments = known.get(text)
        if departments is None:
            departments = known[text] = tuple(json.loads(text))
        moment = from_micros(at)
        yield PresenceRow(
            agent_id, moment, departments, status, bool(accepting), bool(free), reason, process_id, written
        )
