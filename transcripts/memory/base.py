"""What is kept in memory, and how its facts are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from transcripts.changes import Change
from transcripts.errors import NotFound
from transcripts.facts import Fact, Listener
from transcripts.records import Chat, Mail, Message, Note, Ticket, TicketMessage, Visitor


class MemoryBase:
    """Chats are in the order of their lines, tickets of their numbers, mails of their queueing."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._chats: dict[str, Chat] = {}
        self._starts: dict[tuple[str, str], tuple[str, str]] = {}
        self._messages: dict[str, list[Message]] = {}
        self._offered: dict[str, datetime] = {}
        self._notes: dict[str, list[Note]] = {}
        self._visitors: dict[str, Visitor] = {}
        self._tickets: dict[str, Ticket] = {}
        self._ticket_requests: dict[tuple[str, str], tuple[str | None, str]] = {}
        self._ticket_messages: dict[str, list[TicketMessage]] = {}
        self._mails: dict[str, Mail] = {}

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def _tell(self, facts: Iterable[Fact]) -> None:
        told = list(facts)
        for listener in self._listeners:
            listener(told)

    def _find_chat(self, chat_id: str) -> Chat:
        if chat_id not in self._chats:
            raise NotFound(f"no chat {chat_id}")
        return self._chats[chat_id]

    def _carry_out(self, change: Change) -> Chat:
        chat = change.chat
        self._chats[chat.id] = chat
        self._messages.setdefault(chat.id, []).extend(change.messages)
        if change.note is not None:
            self._notes.setdefault(chat.id, []).append(change.note)
        self._tell(change.facts())
        return chat
