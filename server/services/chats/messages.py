"""Messages of a chat, a visitor's or an agent's. Whose chat it is was asked before (visitor_chats.py, agent_chats.py).

What a chat's state forbids is decided by the record: another server may have changed the chat a moment ago.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from server.clock import Clock
from server.errors import Refusal
from server.requests import MessageSend, Words
from server.services.chats.files import Files
from transcripts.operations import NewMessage
from transcripts.port import Store
from transcripts.questions import SyncPage
from transcripts.records import Author, Chat, Message


class Messages:
    def __init__(self, store: Store, files: Files, clock: Clock) -> None:
        self._store = store
        self._files = files
        self._clock = clock

    async def send(self, author: Author, request: MessageSend, *, held_by: str | None = None) -> Message:
        """held_by: the agent who must have the chat (a message sent before stays sent). Raises ChatClosed, Conflict."""
        if request.file_id is not None:
            return await self._send_file(author, request, request.file_id, held_by)
        if request.body is None:
            raise Refusal("invalid", "body: must not be empty", field="body")
        words = Words(request.chat_id, request.client_id, request.body)
        return await self.put_words(author, words, held_by=held_by)

    def put_words(self, author: Author, words: Words, *, held_by: str | None = None) -> Awaitable[Message]:
        """As `send`; several may wait for the record, in the order of these calls (Store.put_message)."""
        now = self._clock.now()
        return self._store.put_message(
            NewMessage(words.chat_id, words.client_id, author, words.body, now, held_by=held_by)
        )

    async def sync(self, chat: Chat, after_seq: int) -> SyncPage:
        return await self._store.sync(chat.id, after_seq)

    async def _send_file(self, author: Author, request: MessageSend, file_id: str, held_by: str | None) -> Message:
        """A message of its own; its body is the file's name, for whoever shows bodies only."""
        if request.body is not None:
            raise Refusal("invalid", "Send the text and the file as two messages.", field="body")
        file = await self._files.to_send(file_id, author, request.chat_id)
        new = NewMessage(request.chat_id, request.client_id, author, file.name, self._clock.now(), "file", file.file)
        return await self._store.send_message(replace(new, held_by=held_by))
