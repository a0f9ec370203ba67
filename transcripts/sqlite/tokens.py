"""Tokens for the API in their table."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from transcripts.errors import Conflict, NotFound
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, to_micros
from transcripts.sqlite.writer import Transaction
from transcripts.tokens import ApiToken

TOKENS = Rows(ApiToken, "api_tokens", key="id")


class Tokens(Part):
    async def add_token(self, token: ApiToken) -> None:
        def work(tx: Transaction) -> None:
            try:
                TOKENS.insert(tx.db, token)
            except sqlite3.IntegrityError as exc:
                raise Conflict(f"token {token.id} is there already") from exc

        await self._write(work)

    async def end_token(self, token_id: str, at: datetime) -> ApiToken:
        def work(tx: Transaction) -> ApiToken:
            before = TOKENS.one(tx.db, "WHERE id = ?", (token_id,))
            if before is None:
                raise NotFound(f"no token {token_id}")
            after = before if before.ended_at else replace(before, ended_at=at)
            TOKENS.update(tx.db, before, after)
            return after

        return await self._write(work)

    async def tokens(self) -> tuple[ApiToken, ...]:
        return await self._read(lambda db: TOKENS.all(db, "ORDER BY created_at DESC, id DESC"))

    async def token_by_hash(self, token_hash: str) -> ApiToken | None:
        return await self._read(lambda db: TOKENS.one(db, "WHERE token_hash = ?", (token_hash,)))

    async def touch_tokens(self, used: Mapping[str, datetime]) -> None:
        rows = [(to_micros(at), token_id) for token_id, at in used.items()]

        def work(tx: Transaction) -> None:
            tx.db.executemany(
                "UPDATE api_tokens SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?", rows
            )

        if rows:
            await self._write(work)
