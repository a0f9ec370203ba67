"""Second factors, recovery codes, resets, and the sessions they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from transcripts.credentials import Credentials as Kept
from transcripts.errors import NotFound
from transcripts.records import Agent, Session
from transcripts.sqlite.accounts import AGENTS, SESSIONS
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, to_micros
from transcripts.sqlite.writer import Transaction

CREDENTIALS = Rows(Kept, "credentials", key="agent_id")


class Credentials(Part):
    async def credentials(self, agent_id: str) -> Kept:
        kept = await self._read(lambda db: CREDENTIALS.one(db, "WHERE agent_id = ?", (agent_id,)))
        return kept or Kept(agent_id)

    async def swap_credentials(self, after: Kept) -> bool:
        def work(tx: Transaction) -> bool:
            before = CREDENTIALS.one(tx.db, "WHERE agent_id = ?", (after.agent_id,))
            if (before.version if before else 0) != after.version - 1:
                return False
            CREDENTIALS.insert(tx.db, after, verb="REPLACE")
            return True

        return await self._write(work)

    async def set_password(self, agent_id: str, password_hash: str, *, keep: str | None = None) -> Agent:
        def work(tx: Transaction) -> Agent:
            before = AGENTS.one(tx.db, "WHERE id = ?", (agent_id,))
            if before is None:
                raise NotFound(f"no agent {agent_id}")
            after = replace(before, password_hash=password_hash)
            AGENTS.update(tx.db, before, after)
            tx.db.execute("DELETE FROM sessions WHERE agent_id = ? AND token_hash IS NOT ?", (agent_id, keep))
            return after

        return await self._write(work)

    async def sessions_of(self, agent_id: str) -> tuple[Session, ...]:
        newest_first = "WHERE agent_id = ? ORDER BY created_at DESC, token_hash"
        return await self._read(lambda db: SESSIONS.all(db, newest_first, (agent_id,)))

    async def touch_sessions(self, used: Mapping[str, datetime]) -> None:
        rows = [(to_micros(at), token_hash) for token_hash, at in used.items()]

        def work(tx: Transaction) -> None:
            tx.db.executemany("UPDATE sessions SET used_at = ? WHERE token_hash = ?", rows)

        if rows:
            await self._write(work)
