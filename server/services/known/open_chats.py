"""The open chats as the record has them, in memory: a projection of the store's facts, never ahead of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from transcripts.facts import ChatChanged, Fact, MessageAdded, NoteAdded, ReadMarked
from transcripts.records import Chat

_OF_A_CHAT = (MessageAdded, ChatChanged, NoteAdded, ReadMarked)


class OpenChats:
    def __init__(self) -> None:
        self._chats: dict[str, Chat] = {}
        self._by_visitor: dict[str, str] = {}
        self._by_agent: dict[str, set[str]] = {}

    def load(self, chats: Iterable[Chat]) -> None:
        """Replace everything."""
        self._chats.clear()
        self._by_visitor.clear()
        self._by_agent.clear()
        for chat in chats:
            self._put(chat)

    def apply(self, facts: Sequence[Fact]) -> None:
        for chat in {fact.chat.id: fact.chat for fact in facts if isinstance(fact, _OF_A_CHAT)}.values():
            self._put(chat)

    def get(self, chat_id: str) -> Chat | None:
        return self._chats.get(chat_id)

    def newest(self, chat: Chat) -> Chat:
        """The chat as an answer of the record had it, or as it is known here by now."""
        known = self._chats.get(chat.id)
        return known if known is not None and known.revision > chat.revision else chat

    def of_visitor(self, visitor_id: str) -> Chat | None:
        chat_id = self._by_visitor.get(visitor_id)
        return self._chats.get(chat_id) if chat_id else None

    def of_agent(self, agent_id: str) -> tuple[Chat, ...]:
        """Oldest first."""
        chats = (self._chats[chat_id] for chat_id in self._by_agent.get(agent_id, ()))
        return tuple(sorted(chats, key=lambda chat: chat.line))

    def all(self) -> tuple[Chat, ...]:
        return tuple(self._chats.values())

    def _put(self, chat: Chat) -> None:
        before = self._chats.pop(chat.id, None)
        if before is not None and before.agent_id is not None:
            self._by_agent[before.agent_id].discard(chat.id)
        if chat.state == "closed":
            if self._by_visitor.get(chat.visitor_id) == chat.id:
                del self._by_visitor[chat.visitor_id]
            return
        self._chats[chat.id] = chat
        self._by_visitor[chat.visitor_id] = chat.id
        if chat.agent_id is not None:
            self._by_agent.setdefault(chat.agent_id, set()).add(chat.id)
