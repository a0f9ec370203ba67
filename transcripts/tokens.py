"""Tokens for programs that use the HTTP API: who they may be, how long, and when they were last seen.

The record keeps a token's hash, never the token. One that has ended stays, so that the audit log's names can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from transcripts.records import Role

TokenScope = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class ApiToken:
    """role, department_ids: what an account of that role and those departments may do, the token may.

    scope: "read" asks only, and changes nothing. hint: the token's last characters, to tell tokens apart.
    created_by: the agent's id. expires_at None: never by itself.
    """

    id: str
    name: str
    token_hash: str
    hint: str
    role: Role
    department_ids: tuple[str, ...]
    scope: TokenScope
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    ended_at: datetime | None = None

    def is_good(self, at: datetime) -> bool:
        return self.ended_at is None and (self.expires_at is None or at < self.expires_at)


class TokenStore(Protocol):
    async def add_token(self, token: ApiToken) -> None:
        """Raises Conflict (id or hash taken)."""

    async def end_token(self, token_id: str, at: datetime) -> ApiToken:
        """Good for nothing from now on. One that has ended already stays as it is. Raises NotFound."""

    async def tokens(self) -> tuple[ApiToken, ...]:
        """All of them, also those that have ended; the newest first."""

    async def token_by_hash(self, token_hash: str) -> ApiToken | None: ...

    async def touch_tokens(self, used: Mapping[str, datetime]) -> None:
        """When they were used last, by id; never back in time. An unknown id is no error."""
