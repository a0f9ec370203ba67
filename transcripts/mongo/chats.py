"""Chats, messages and notes: what is written. The rules are changes.py's, this is their place in the collections."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime

from transcripts import changes
from transcripts.errors import ChatClosed, Conflict, NotFound, NotHeld
from transcripts.mongo import files, tickets
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.conversations import NOTES, by_author, carry_out, find, message_of, open_chat_of
from transcripts.mongo.writer import Transaction
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
from transcripts.records import AuthorKind, Chat, Message, Note, Rating


class Chats(Part):
    async def start_chat(self, new: NewChat) -> StartedChat:
        keys = (f"visitor:{new.visitor_id}", f"chat:{new.id}", "counter:line")
        return await self._write(lambda tx: _start(tx, new), *keys)

    async def send_message(self, new: NewMessage) -> Message:
        return await self._write(lambda tx: _send(tx, new), f"chat:{new.chat_id}")

    def put_message(self, new: NewMessage) -> Awaitable[Message]:
        # The chat's turn is taken first of all.
        return self.send_message(new)

    async def add_note(self, new: NewNote) -> Note:
        return await self._write(lambda tx: _add_note(tx, new), f"chat:{new.chat_id}")

    async def add_event(self, chat_id: str, event: EventText, at: datetime, *, if_route_version: int) -> Message | None:
        async def work(tx: Transaction) -> Message | None:
            change = changes.add_event(await find(tx, chat_id), event, at, if_route_version)
            if change is None:
                return None
            await carry_out(tx, change)
            return change.messages[0]

        return await self._write(work, f"chat:{chat_id}")

    async def assign(self, order: Assign) -> Chat:
        async def work(tx: Transaction) -> Chat:
            chat = await find(tx, order.chat_id)
            return await carry_out(tx, changes.assign(chat, order, await _load(tx, order.agent_id, but=chat.id)))

        return await self._write(work, f"chat:{order.chat_id}", f"agent:{order.agent_id}")

    async def requeue(self, order: Requeue) -> Chat:
        async def work(tx: Transaction) -> Chat:
            return await carry_out(tx, changes.requeue(await find(tx, order.chat_id), order))

        return await self._write(work, f"chat:{order.chat_id}")

    async def close_chat(self, order: Close) -> ClosedChat:
        keys = [f"chat:{order.chat_id}"]
        if order.ticket is not None:
            keys += tickets.keys_of(order.ticket)
        return await self._write(lambda tx: _close(tx, order), *keys)

    async def set_chat(self, chat_id: str, wanted: ChatChanges) -> Chat:
        async def work(tx: Transaction) -> Chat:
            chat = await find(tx, chat_id)
            known = {"name": wanted.name, "email": wanted.email}
            said = {name: value for name, value in known.items() if value is not None}
            if wanted.email is not None:
                said["email_folded"] = wanted.email.lower()
            if said:
                await tx.db["visitors"].update_one({"_id": chat.visitor_id}, {"$set": said}, session=tx.session)
            change = changes.change(chat, wanted)
            return chat if change is None else await carry_out(tx, change)

        return await self._write(work, f"chat:{chat_id}")

    async def mark_read(self, chat_id: str, by: AuthorKind, seq: int) -> None:
        async def work(tx: Transaction) -> None:
            change = changes.mark_read(await find(tx, chat_id), by, seq)
            if change is not None:
                await carry_out(tx, change)

        await self._write(work, f"chat:{chat_id}")

    async def rate_chat(self, chat_id: str, rating: Rating) -> Chat:
        async def work(tx: Transaction) -> Chat:
            chat = await find(tx, chat_id)
            change = changes.rate(chat, rating)
            return chat if change is None else await carry_out(tx, change)

        return await self._write(work, f"chat:{chat_id}")


async def _start(tx: Transaction, new: NewChat) -> StartedChat:
    start = {"visitor_id": new.visitor_id, "client_id": new.client_id}
    known = await tx.db["starts"].find_one(start, session=tx.session)
    if known is not None:
        if known["fingerprint"] != new.fingerprint:
            raise Conflict(f"client_id {new.client_id} was another question")
        return StartedChat(await find(tx, known["chat_id"]), False)
    chat = await open_chat_of(tx, new.visitor_id)
    created = chat is None
    if chat is None:
        if new.only_existing:
            raise NotFound(f"no chat of visitor {new.visitor_id}")
        chat = await carry_out(tx, changes.open_chat(new, await count_up(tx, "line")))
    remembered = {**start, "fingerprint": new.fingerprint, "chat_id": chat.id}
    await tx.db["starts"].insert_one(remembered, session=tx.session)
    return StartedChat(chat, created)


async def _send(tx: Transaction, new: NewMessage) -> Message:
    """Whether it was said before is asked where something speaks for it: else the messages' index refuses it."""
    may_be_known = tx.was_refused or new.file is not None
    known = await _said(tx, new) if may_be_known else None
    if known is not None:
        return known
    chat = await find(tx, new.chat_id)
    try:
        change = changes.send(chat, new)
    except (ChatClosed, NotHeld):
        known = None if may_be_known else await _said(tx, new)
        if known is None:
            raise
        return known
    await files.use_in_chat(tx, new)
    await carry_out(tx, change)
    return change.messages[0]


async def _said(tx: Transaction, new: NewMessage) -> Message | None:
    """This very message, if it was said before. Raises Conflict."""
    said = await tx.db["messages"].find_one(by_author(new), session=tx.session)
    if said is None:
        return None
    known = message_of(said)
    if not changes.is_same_message(known, new):
        raise Conflict(f"client_id {new.client_id} was another message")
    return known


async def _add_note(tx: Transaction, new: NewNote) -> Note:
    written = await tx.db["notes"].find_one(by_author(new), session=tx.session)
    if written is not None:
        known = NOTES.of(written)
        if known.body != new.body:
            raise Conflict(f"client_id {new.client_id} was another note")
        return known
    change = changes.add_note(await find(tx, new.chat_id), new)
    await carry_out(tx, change)
    assert change.note is not None
    return change.note


async def _close(tx: Transaction, order: Close) -> ClosedChat:
    chat = await find(tx, order.chat_id)
    known = None if order.ticket is None else await tickets.known(tx, order.ticket)
    if known is not None and chat.state == "closed":
        return ClosedChat(chat, known)
    changes.check_close(chat, order)
    if order.ticket is None or known is not None:
        closed = await carry_out(tx, changes.close(chat, order, None if known is None else known.number))
        return ClosedChat(closed, known)
    number = await tickets.next_number(tx)
    closed = await carry_out(tx, changes.close(chat, order, number))
    new = replace(order.ticket, chat_id=chat.id, visitor_id=order.ticket.visitor_id or chat.visitor_id)
    return ClosedChat(closed, await tickets.make(tx, new, number, closed.last_seq))


async def _load(tx: Transaction, agent_id: str, *, but: str) -> int:
    """How many other chats the agent has, held still until the commit.

    Two servers that count the same agent at once would both see room, each writing another chat. Both touch the
    agent's one document here, so that they collide and the later one counts again.
    """
    await tx.db["loads"].update_one({"_id": agent_id}, {"$inc": {"assignments": 1}}, upsert=True, session=tx.session)
    held = {"agent_id": agent_id, "state": "active", "_id": {"$ne": but}}
    return await tx.db["chats"].count_documents(held, session=tx.session)
