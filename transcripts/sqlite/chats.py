"""Chats, messages and notes: what is written. The rules are changes.py's, this is their place in the tables."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import datetime

from transcripts import changes
from transcripts.errors import Conflict, NotFound
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
from transcripts.records import AuthorKind, Chat, Message, Note, Rating, Ticket
from transcripts.sqlite import files, tickets
from transcripts.sqlite.base import Part, count_up
from transcripts.sqlite.conversations import CHATS, MESSAGES, NOTES, carry_out, find
from transcripts.sqlite.writer import Transaction


class Chats(Part):
    async def start_chat(self, new: NewChat) -> StartedChat:
        return await self._write(lambda tx: _start(tx, new))

    async def send_message(self, new: NewMessage) -> Message:
        return await self.put_message(new)

    def put_message(self, new: NewMessage) -> asyncio.Future[Message]:
        # A file is marked as sent with its message, and only who has an id can send something twice.
        is_plain = new.file is None and new.author.id is not None
        return self._writer.submit(lambda tx: _send(tx, new), self._sending if is_plain else None, new)

    async def add_note(self, new: NewNote) -> Note:
        return await self._write(lambda tx: _add_note(tx, new))

    async def add_event(self, chat_id: str, event: EventText, at: datetime, *, if_route_version: int) -> Message | None:
        def work(tx: Transaction) -> Message | None:
            change = changes.add_event(find(tx.db, chat_id), event, at, if_route_version)
            if change is None:
                return None
            carry_out(tx, change)
            return change.messages[0]

        return await self._write(work)

    async def assign(self, order: Assign) -> Chat:
        def work(tx: Transaction) -> Chat:
            chat = find(tx.db, order.chat_id)
            return carry_out(tx, changes.assign(chat, order, _load(tx.db, order.agent_id, but=chat.id)))

        return await self._write(work)

    async def requeue(self, order: Requeue) -> Chat:
        return await self._write(lambda tx: carry_out(tx, changes.requeue(find(tx.db, order.chat_id), order)))

    async def close_chat(self, order: Close) -> ClosedChat:
        return await self._write(lambda tx: _close(tx, order))

    async def set_chat(self, chat_id: str, wanted: ChatChanges) -> Chat:
        def work(tx: Transaction) -> Chat:
            chat = find(tx.db, chat_id)
            tx.db.execute(
                "UPDATE visitors SET name = coalesce(?, name), email = coalesce(?, email) WHERE id = ?",
                (wanted.name, wanted.email, chat.visitor_id),
            )
            change = changes.change(chat, wanted)
            return chat if change is None else carry_out(tx, change)

        return await self._write(work)

    async def mark_read(self, chat_id: str, by: AuthorKind, seq: int) -> None:
        def work(tx: Transaction) -> None:
            change = changes.mark_read(find(tx.db, chat_id), by, seq)
            if change is not None:
                carry_out(tx, change)

        await self._write(work)

    async def rate_chat(self, chat_id: str, rating: Rating) -> Chat:
        def work(tx: Transaction) -> Chat:
            chat = find(tx.db, chat_id)
            change = changes.rate(chat, rating)
            return chat if change is None else carry_out(tx, change)

        return await self._write(work)


def _start(tx: Transaction, new: NewChat) -> StartedChat:
    key = (new.visitor_id, new.client_id)
    known = tx.db.execute(
        "SELECT fingerprint, chat_id FROM starts WHERE visitor_id = ? AND client_id = ?", key
    ).fetchone()
    if known is not None:
        fingerprint, chat_id = known
        if fingerprint != new.fingerprint:
            raise Conflict(f"client_id {new.client_id} was another question")
        return StartedChat(find(tx.db, chat_id), False)
    chat = CHATS.one(tx.db, "WHERE visitor_id = ? AND state <> 'closed'", (new.visitor_id,))
    created = chat is None
    if chat is None:
        if new.only_existing:
            raise NotFound(f"no chat of visitor {new.visitor_id}")
        chat = carry_out(tx, changes.open_chat(new, count_up(tx.db, "line")))
    tx.db.execute("INSERT INTO starts VALUES (?, ?, ?, ?)", (*key, new.fingerprint, chat.id))
    return StartedChat(chat, created)


def _send(tx: Transaction, new: NewMessage) -> Message:
    known = MESSAGES.one(
        tx.db,
        "WHERE chat_id = ? AND client_id = ? AND author_kind = ? AND author_id IS ?",
        (new.chat_id, new.client_id, new.author.kind, new.author.id),
    )
    if known is not None:
        if not changes.is_same_message(known, new):
            raise Conflict(f"client_id {new.client_id} was another message")
        return known
    change = changes.send(find(tx.db, new.chat_id), new)
    files.use_in_chat(tx.db, new)
    carry_out(tx, change)
    return change.messages[0]


def _add_note(tx: Transaction, new: NewNote) -> Note:
    known = NOTES.one(
        tx.db,
        "WHERE chat_id = ? AND client_id = ? AND author_kind = ? AND author_id IS ?",
        (new.chat_id, new.client_id, new.author.kind, new.author.id),
    )
    if known is not None:
        if known.body != new.body:
            raise Conflict(f"client_id {new.client_id} was another note")
        return known
    change = changes.add_note(find(tx.db, new.chat_id), new)
    carry_out(tx, change)
    assert change.note is not None
    return change.note


def _close(tx: Transaction, order: Close) -> ClosedChat:
    chat = find(tx.db, order.chat_id)
    known = None if order.ticket is None else tickets.known(tx.db, order.ticket)
    if known is not None and chat.state == "closed":
        return ClosedChat(chat, known)
    changes.check_close(chat, order)
    ticket: Ticket | None = known
    number = None if known is None else known.number
    if order.ticket is not None and known is None:
        number = tickets.next_number(tx.db)
    change = changes.close(chat, order, number)
    carry_out(tx, change)
    if order.ticket is not None and known is None and number is not None:
        new = replace(order.ticket, chat_id=chat.id, visitor_id=order.ticket.visitor_id or chat.visitor_id)
        ticket = tickets.make(tx, new, number, change.chat.last_seq)
    return ClosedChat(change.chat, ticket)


def _load(db: sqlite3.Connection, agent_id: str, *, but: str) -> int:
    (load,) = db.execute(
        "SELECT count(*) FROM chats WHERE state = 'active' AND agent_id = ? AND id <> ?", (agent_id, but)
    ).fetchone()
    return int(load)
