"""Tokens for the API in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from transcripts.errors import Conflict, NotFound
from transcripts.memory.base import MemoryBase
from transcripts.tokens import ApiToken


class MemoryTokens(MemoryBase):
    def __init__(self) -> None:
        super().__init__()
        self._tokens: dict[str, ApiToken] = {}

    async def add_token(self, token: ApiToken) -> None:
        if token.id in self._tokens or await self.token_by_hash(token.token_hash):
            raise Conflict(f"token {token.id} is there already")
        self._tokens[token.id] = token

    async def end_token(self, token_id: str, at: datetime) -> ApiToken:
        if token_id not in self._tokens:
            raise NotFound(f"no token {token_id}")
        before = self._tokens[token_id]
        self._tokens[token_id] = before if before.ended_at else replace(before, ended_at=at)
        return self._tokens[token_id]

    async def tokens(self) -> tuple[ApiToken, ...]:
        return tuple(sorted(self._tokens.values(), key=lambda token: (token.created_at, token.id), reverse=True))

    async def token_by_hash(self, token_hash: str) -> ApiToken | None:
        return next((token for token in self._tokens.values() if token.token_hash == token_hash), None)

    async def touch_tokens(self, used: Mapping[str, datetime]) -> None:
        for token_id, at in used.items():
            token = self._tokens.get(token_id)
            if token is not None and (token.last_used_at is None or token.last_used_at < at):
                self._tokens[token_id] = replace(token, last_used_at=at)
