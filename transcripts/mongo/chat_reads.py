"""Chats, messages and notes: what is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from transcripts.mongo import search
from transcripts.mongo.base import Part
from transcripts.mongo.conversations import CHATS, MESSAGES, NOTES, WITHOUT_TERMS, find, open_chat_of
from transcripts.mongo.documents import to_micros
from transcripts.mongo.writer import View
from transcripts.questions import ChatHit, ChatQuery, SyncPage
from transcripts.records import Chat, Note

_UNRESOLVED_SHOWN = 50


class ChatReads(Part):
    async def chat(self, chat_id: str) -> Chat | None:
        async def question(view: View) -> Chat | None:
            document = await view.db["chats"].find_one({"_id": chat_id}, WITHOUT_TERMS)
            return None if document is None else CHATS.of(document)

        return await self._read(question)

    async def sync(self, chat_id: str, after_seq: int, limit: int = 200) -> SyncPage:
        async def question(view: View) -> SyncPage:
            # The chat first: what it counts is there for ever, and what came later is left for the next page.
            chat = await find(view, chat_id)
            wanted = {"chat_id": chat_id, "seq": {"$gt": after_seq, "$lte": chat.last_seq}}
            found = view.db["messages"].find(wanted, session=view.session).sort("seq", 1).limit(limit)
            messages = tuple(map(MESSAGES.of, await found.to_list(limit)))
            last = messages[-1].seq if messages else max(after_seq, 0)
            return SyncPage(chat, messages, last < chat.last_seq)

        return await self._read(question, steps=True)

    async def notes(self, chat_id: str, after_note_seq: int = 0) -> tuple[Note, ...]:
        async def question(view: View) -> tuple[Note, ...]:
            wanted = {"chat_id": chat_id, "note_seq": {"$gt": after_note_seq}}
            return tuple(map(NOTES.of, await view.db["notes"].find(wanted).sort("note_seq", 1).to_list(None)))

        return await self._read(question)

    async def open_chats(self) -> tuple[Chat, ...]:
        async def question(view: View) -> tuple[Chat, ...]:
            found = view.db["chats"].find({"open": True}, WITHOUT_TERMS).sort("line", 1)
            return tuple(map(CHATS.of, await found.to_list(None)))

        return await self._read(question)

    async def open_revisions(self) -> Mapping[str, int]:
        async def question(view: View) -> Mapping[str, int]:
            found = view.db["chats"].find({"open": True}, {"revision": 1})
            return {chat["_id"]: chat.get("revision", 0) for chat in await found.to_list(None)}

        return await self._read(question)

    async def open_chat_of(self, visitor_id: str) -> Chat | None:
        return await self._read(lambda view: open_chat_of(view, visitor_id))

    async def last_chat_of(self, visitor_id: str, closed_after: datetime) -> Chat | None:
        async def question(view: View) -> Chat | None:
            wanted = {"visitor_id": visitor_id, "closed_at": {"$gte": to_micros(closed_after)}}
            newest = [("closed_at", -1), ("line", -1)]
            document = await view.db["chats"].find_one(wanted, WITHOUT_TERMS, sort=newest)
            return None if document is None else CHATS.of(document)

        return await self._read(question)

    async def unresolved_of(self, agent_id: str) -> tuple[Chat, ...]:
        async def question(view: View) -> tuple[Chat, ...]:
            wanted = {"agent_id": agent_id, "state": "closed", "resolution": None}
            newest = [("closed_at", -1), ("line", -1)]
            found = view.db["chats"].find(wanted, WITHOUT_TERMS).sort(newest).limit(_UNRESOLVED_SHOWN)
            return tuple(map(CHATS.of, await found.to_list(_UNRESOLVED_SHOWN)))

        return await self._read(question)

    async def search_chats(self, query: ChatQuery) -> tuple[tuple[ChatHit, ...], str | None]:
        return await self._read(lambda view: search.chats(view, query), steps=True)
