"""Conversations in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from transcripts import changes
from transcripts.cursors import number_of
from transcripts.errors import Conflict, NotFound
from transcripts.memory.tickets import MemoryTickets
from transcripts.operations import (
    Assign,
    ChatChanges,
    Close,
    ClosedChat,
    EventText,
    NewChat,
    NewMessage,
    NewNote,
    Requeue,
    StartedChat,
)
from transcripts.questions import ChatHit, ChatQuery, SyncPage
from transcripts.records import AuthorKind, Chat, Message, Note, Rating
from transcripts.words import has_words, snippet, words_of


class MemoryChats(MemoryTickets):
    async def start_chat(self, new: NewChat) -> StartedChat:
        known = self._starts.get((new.visitor_id, new.client_id))
        if known is not None:
            fingerprint, chat_id = known
            if fingerprint != new.fingerprint:
                raise Conflict(f"client_id {new.client_id} was another question")
            return StartedChat(self._chats[chat_id], False)
        chat = self._open_chat_of(new.visitor_id)
        created = chat is None
        if chat is None:
            if new.only_existing:
                raise NotFound(f"no chat of visitor {new.visitor_id}")
            if new.id in self._chats:
                raise Conflict(f"chat {new.id} exists")
            chat = self._carry_out(changes.open_chat(new, len(self._chats) + 1))
        self._starts[new.visitor_id, new.client_id] = (new.fingerprint, chat.id)
        return StartedChat(chat, created)

    async def send_message(self, new: NewMessage) -> Message:
        for message in self._messages.get(new.chat_id, ()):
            if message.client_id == new.client_id and _is_by_same(message, new):
                if not changes.is_same_message(message, new):
                    raise Conflict(f"client_id {new.client_id} was another message")
                return message
        change = changes.send(self._find_chat(new.chat_id), new)
        self._use_in_chat(new)
        self._carry_out(change)
        return change.messages[0]

    def put_message(self, new: NewMessage) -> Awaitable[Message]:
        return self.send_message(new)

    async def add_note(self, new: NewNote) -> Note:
        for note in self._notes.get(new.chat_id, ()):
            if note.client_id == new.client_id and _is_by_same(note, new):
                if note.body != new.body:
                    raise Conflict(f"client_id {new.client_id} was another note")
                return note
        change = changes.add_note(self._find_chat(new.chat_id), new)
        self._carry_out(change)
        assert change.note is not None
        return change.note

    async def add_event(self, chat_id: str, event: EventText, at: datetime, *, if_route_version: int) -> Message | None:
        change = changes.add_event(self._find_chat(chat_id), event, at, if_route_version)
        if change is None:
            return None
        self._carry_out(change)
        return change.messages[0]

    async def assign(self, order: Assign) -> Chat:
        chat = self._find_chat(order.chat_id)
        others = [other for other in self._chats.values() if other.id != chat.id and other.state == "active"]
        load = sum(other.agent_id == order.agent_id for other in others)
        return self._carry_out(changes.assign(chat, order, load))

    async def requeue(self, order: Requeue) -> Chat:
        return self._carry_out(changes.requeue(self._find_chat(order.chat_id), order))

    async def close_chat(self, order: Close) -> ClosedChat:
        chat = self._find_chat(order.chat_id)
        known = None if order.ticket is None else self._known_ticket(order.ticket)
        if known is not None and chat.state == "closed":
            return ClosedChat(chat, known)
        changes.check_close(chat, order)
        if order.ticket is None or known is not None:
            return ClosedChat(self._carry_out(changes.close(chat, order, known.number if known else None)), known)
        self._check_new(order.ticket)
        number = self._next_number()
        closed = self._carry_out(changes.close(chat, order, number))
        new = replace(order.ticket, chat_id=chat.id, visitor_id=order.ticket.visitor_id or chat.visitor_id)
        return ClosedChat(closed, self._make_ticket(new, number, closed.last_seq))

    async def set_chat(self, chat_id: str, wanted: ChatChanges) -> Chat:
        chat = self._find_chat(chat_id)
        visitor = self._visitors.get(chat.visitor_id)
        if visitor is not None:
            name = visitor.name if wanted.name is None else wanted.name
            email = visitor.email if wanted.email is None else wanted.email
            self._visitors[visitor.id] = replace(visitor, name=name, email=email)
        change = changes.change(chat, wanted)
        return chat if change is None else self._carry_out(change)

    async def mark_read(self, chat_id: str, by: AuthorKind, seq: int) -> None:
        change = changes.mark_read(self._find_chat(chat_id), by, seq)
        if change is not None:
            self._carry_out(change)

    async def rate_chat(self, chat_id: str, rating: Rating) -> Chat:
        chat = self._find_chat(chat_id)
        change = changes.rate(chat, rating)
        return chat if change is None else self._carry_out(change)

    async def chat(self, chat_id: str) -> Chat | None:
        return self._chats.get(chat_id)

    async def sync(self, chat_id: str, after_seq: int, limit: int = 200) -> SyncPage:
        chat = self._find_chat(chat_id)
        missing = [message for message in self._messages[chat_id] if message.seq > after_seq]
        return SyncPage(chat, tuple(missing[:limit]), len(missing) > limit)

    async def notes(self, chat_id: str, after_note_seq: int = 0) -> tuple[Note, ...]:
        return tuple(note for note in self._notes.get(chat_id, ()) if note.note_seq > after_note_seq)

    async def open_chats(self) -> tuple[Chat, ...]:
        return tuple(chat for chat in self._chats.values() if chat.state != "closed")

    async def open_revisions(self) -> Mapping[str, int]:
        return {chat.id: chat.revision for chat in await self.open_chats()}

    async def open_chat_of(self, visitor_id: str) -> Chat | None:
        return self._open_chat_of(visitor_id)

    async def last_chat_of(self, visitor_id: str, closed_after: datetime) -> Chat | None:
        late = (chat for at, chat in self._closed() if at >= closed_after and chat.visitor_id == visitor_id)
        return next(late, None)

    async def unresolved_of(self, agent_id: str) -> tuple[Chat, ...]:
        unsaid = [chat for _, chat in self._closed() if chat.agent_id == agent_id and chat.resolution is None]
        return tuple(unsaid[:50])

    async def search_chats(self, query: ChatQuery) -> tuple[tuple[ChatHit, ...], str | None]:
        words = words_of(query.words or "")
        is_nothing = bool(query.words and query.words.strip() and not words)
        found = [chat for chat in reversed(self._chats.values()) if not is_nothing and self._fits(chat, query, words)]
        page = found[: query.limit]
        hits = tuple(ChatHit(chat, self._snippet(chat, words) if words else None) for chat in page)
        return hits, str(page[-1].line) if len(found) > len(page) else None

    def _open_chat_of(self, visitor_id: str) -> Chat | None:
        opened = (chat for chat in self._chats.values() if chat.visitor_id == visitor_id and chat.state != "closed")
        return next(opened, None)

    def _closed(self) -> list[tuple[datetime, Chat]]:
        """Newest first, with the moment they were closed."""
        closed = [(chat.closed_at, chat.line, chat) for chat in self._chats.values() if chat.closed_at is not None]
        return [(at, chat) for at, _, chat in sorted(closed, key=lambda item: item[:2], reverse=True)]

    def _fits(self, chat: Chat, query: ChatQuery, words: Sequence[str]) -> bool:
        part = (query.visitor or "").strip().casefold()
        names = (chat.visitor_name or "", chat.visitor_email or "")
        return (
            any(part in name.casefold() for name in names)
            and (query.visitor_id is None or chat.visitor_id == query.visitor_id)
            and (query.agent_id is None or chat.agent_id == query.agent_id)
            and (query.departments is None or chat.department_id in query.departments)
            and (query.from_at is None or chat.created_at >= query.from_at)
            and (query.to_at is None or chat.created_at < query.to_at)
            and (query.cursor is None or chat.line < number_of(query.cursor))
            and all(has_words([chat.visitor_name or "", *self._texts(chat)], words))
        )

    def _texts(self, chat: Chat) -> list[str]:
        return [message.body for message in self._messages[chat.id] if message.kind == "text"]

    def _snippet(self, chat: Chat, words: Sequence[str]) -> str:
        found = (text for text in self._texts(chat) if any(has_words([text], words)))
        return snippet(next(found, chat.question), words)


def _is_by_same(known: Message | Note, new: NewMessage | NewNote) -> bool:
    return (known.author.kind, known.author.id) == (new.author.kind, new.author.id)
