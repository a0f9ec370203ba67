"""Second factors, recovery codes and resets in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from transcripts.credentials import Credentials
from transcripts.errors import NotFound
from transcripts.memory.desk import MemoryDesk
from transcripts.records import Agent, Session


class MemoryCredentials(MemoryDesk):
    def __init__(self) -> None:
        super().__init__()
        self._credentials: dict[str, Credentials] = {}

    async def credentials(self, agent_id: str) -> Credentials:
        return self._credentials.get(agent_id, Credentials(agent_id))

    async def swap_credentials(self, after: Credentials) -> bool:
        if (await self.credentials(after.agent_id)).version != after.version - 1:
            return False
        self._credentials[after.agent_id] = after
        return True

    async def set_password(self, agent_id: str, password_hash: str, *, keep: str | None = None) -> Agent:
        if agent_id not in self._agents:
            raise NotFound(f"no agent {agent_id}")
        self._agents[agent_id] = replace(self._agents[agent_id], password_hash=password_hash)
        await self.end_sessions_of(agent_id, but=keep)
        return self._agents[agent_id]

    async def sessions_of(self, agent_id: str) -> tuple[Session, ...]:
        found = sorted((held for held in self._sessions.values() if held.agent_id == agent_id), key=_by_hash)
        return tuple(sorted(found, key=lambda held: held.created_at, reverse=True))

    async def touch_sessions(self, used: Mapping[str, datetime]) -> None:
        for token_hash, at in used.items():
            if token_hash in self._sessions:
                self._sessions[token_hash] = replace(self._sessions[token_hash], used_at=at)


def _by_hash(session: Session) -> str:
    return session.token_hash
