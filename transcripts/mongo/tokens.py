"""Tokens for the API in their collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pymongo import UpdateOne

from transcripts.errors import Conflict, NotFound
from transcripts.mongo.base import Part
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.tokens import ApiToken

TOKENS = Documents(ApiToken, key="id")
KEY = "tokens"


class Tokens(Part):
    async def add_token(self, token: ApiToken) -> None:
        async def work(tx: Transaction) -> None:
            taken = {"$or": [{"_id": token.id}, {"token_hash": token.token_hash}]}
            if await tx.db["api_tokens"].find_one(taken, session=tx.session) is not None:
                raise Conflict(f"token {token.id} is there already")
            await tx.db["api_tokens"].insert_one(TOKENS.document(token), session=tx.session)

        await self._write(work, KEY)

    async def end_token(self, token_id: str, at: datetime) -> ApiToken:
        async def work(tx: Transaction) -> ApiToken:
            document = await tx.db["api_tokens"].find_one({"_id": token_id}, session=tx.session)
            if document is None:
                raise NotFound(f"no token {token_id}")
            before = TOKENS.of(document)
            if before.ended_at is not None:
                return before
            after = replace(before, ended_at=at)
            sets = {"$set": TOKENS.changes(before, after)}
            await tx.db["api_tokens"].update_one({"_id": token_id}, sets, session=tx.session)
            return after

        return await self._write(work, KEY)

    async def tokens(self) -> tuple[ApiToken, ...]:
        async def question(view: View) -> tuple[ApiToken, ...]:
            asked = view.db["api_tokens"].find({}).sort([("created_at", -1), ("_id", -1)])
            return tuple(map(TOKENS.of, await asked.to_list(None)))

        return await self._read(question)

    async def token_by_hash(self, token_hash: str) -> ApiToken | None:
        async def question(view: View) -> ApiToken | None:
            document = await view.db["api_tokens"].find_one({"token_hash": token_hash})
            return None if document is None else TOKENS.of(document)

        return await self._read(question)

    async def touch_tokens(self, used: Mapping[str, datetime]) -> None:
        updates = [
            UpdateOne({"_id": key}, {"$max": {"last_used_at": to_micros(at)}}) for key, at in sorted(used.items())
        ]

        async def work(tx: Transaction) -> None:
            await tx.db["api_tokens"].bulk_write(updates, session=tx.session)

        if updates:
            await self._write(work, KEY)
