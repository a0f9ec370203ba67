"""Chats, messages and notes: what is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from transcripts.errors import StoreUnavailable
from transcripts.questions import ChatHit, ChatQuery, SyncPage
from transcripts.records import Chat, Note
from transcripts.sqlite import search, word_index
from transcripts.sqlite.base import Part
from transcripts.sqlite.conversations import CHATS, MESSAGES, NOTES, find
from transcripts.sqlite.rows import to_micros


class ChatReads(Part):
    async def chat(self, chat_id: str) -> Chat | None:
        return await self._read(lambda db: CHATS.one(db, "WHERE id = ?", (chat_id,)))

    async def sync(self, chat_id: str, after_seq: int, limit: int = 200) -> SyncPage:
        def question(db: sqlite3.Connection) -> SyncPage:
            chat = find(db, chat_id)
            where = "WHERE chat_id = ? AND seq > ? ORDER BY seq LIMIT ?"
            messages = MESSAGES.all(db, where, (chat_id, after_seq, limit))
            last = messages[-1].seq if messages else max(after_seq, 0)
            return SyncPage(chat, messages, last < chat.last_seq)

        return await self._read(question)

    async def notes(self, chat_id: str, after_note_seq: int = 0) -> tuple[Note, ...]:
        where = "WHERE chat_id = ? AND note_seq > ? ORDER BY note_seq"
        return await self._read(lambda db: NOTES.all(db, where, (chat_id, after_note_seq)))

    async def open_chats(self) -> tuple[Chat, ...]:
        return await self._read(lambda db: CHATS.all(db, "WHERE state <> 'closed' ORDER BY line"))

    async def open_revisions(self) -> Mapping[str, int]:
        return await self._read(
            lambda db: dict(db.execute("SELECT id, revision FROM chats WHERE state <> 'closed'").fetchall())
        )

    async def open_chat_of(self, visitor_id: str) -> Chat | None:
        return await self._read(lambda db: CHATS.one(db, "WHERE visitor_id = ? AND state <> 'closed'", (visitor_id,)))

    async def last_chat_of(self, visitor_id: str, closed_after: datetime) -> Chat | None:
        where = "WHERE visitor_id = ? AND closed_at >= ? ORDER BY closed_at DESC, line DESC LIMIT 1"
        return await self._read(lambda db: CHATS.one(db, where, (visitor_id, to_micros(closed_after))))

    async def unresolved_of(self, agent_id: str) -> tuple[Chat, ...]:
        where = (
            "WHERE agent_id = ? AND state = 'closed' AND resolution IS NULL ORDER BY closed_at DESC, line DESC LIMIT 50"
        )
        return await self._read(lambda db: CHATS.all(db, where, (agent_id,)))

    async def search_chats(self, query: ChatQuery) -> tuple[tuple[ChatHit, ...], str | None]:
        if query.words is not None:
            await self._index_words()
        return await self._read(lambda db: search.chats(db, query))

    async def _index_words(self) -> None:
        """Of every message that was acknowledged before; on a full disk those of the last second may be missing."""
        now = await self._read(word_index.reach)
        with suppress(StoreUnavailable):
            upto = now.upto
            while upto < now.newest:
                upto = (await self._write(lambda tx: word_index.index_some(tx.db))).upto
