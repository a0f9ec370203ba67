"""Second factors, recovery codes, resets, and the sessions they end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pymongo import UpdateOne

from transcripts.credentials import Credentials as Kept
from transcripts.errors import NotFound
from transcripts.mongo.accounts import AGENTS, SESSIONS
from transcripts.mongo.base import Part
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.records import Agent, Session

CREDENTIALS = Documents(Kept, key="agent_id")


class Credentials(Part):
    async def credentials(self, agent_id: str) -> Kept:
        async def question(view: View) -> Kept:
            kept = await view.db["credentials"].find_one({"_id": agent_id})
            return Kept(agent_id) if kept is None else CREDENTIALS.of(kept)

        return await self._read(question)

    async def swap_credentials(self, after: Kept) -> bool:
        async def work(tx: Transaction) -> bool:
            kept, key = tx.db["credentials"], {"_id": after.agent_id}
            before = await kept.find_one(key, session=tx.session)
            if (CREDENTIALS.of(before).version if before else 0) != after.version - 1:
                return False
            await kept.replace_one(key, CREDENTIALS.document(after), upsert=True, session=tx.session)
            return True

        return await self._write(work, f"credentials:{after.agent_id}")

    async def set_password(self, agent_id: str, password_hash: str, *, keep: str | None = None) -> Agent:
        async def work(tx: Transaction) -> Agent:
            key, sets = {"_id": agent_id}, {"$set": {"password_hash": password_hash}}
            changed = await tx.db["agents"].update_one(key, sets, session=tx.session)
            if changed.matched_count != 1:
                raise NotFound(f"no agent {agent_id}")
            others = {"agent_id": agent_id, "_id": {"$ne": keep}}
            await tx.db["sessions"].delete_many(others, session=tx.session)
            document = await tx.db["agents"].find_one(key, session=tx.session)
            assert document is not None
            return AGENTS.of(document)

        return await self._write(work, f"account:{agent_id}", "sessions")

    async def sessions_of(self, agent_id: str) -> tuple[Session, ...]:
        async def question(view: View) -> tuple[Session, ...]:
            asked = view.db["sessions"].find({"agent_id": agent_id}).sort([("created_at", -1), ("_id", 1)])
            return tuple(map(SESSIONS.of, await asked.to_list(None)))

        return await self._read(question)

    async def touch_sessions(self, used: Mapping[str, datetime]) -> None:
        updates = [UpdateOne({"_id": key}, {"$set": {"used_at": to_micros(at)}}) for key, at in sorted(used.items())]

        async def work(tx: Transaction) -> None:
            await tx.db["sessions"].bulk_write(updates, session=tx.session)

        if updates:
            await self._write(work, "sessions")
