"""Orders to a store with everything filled in that a test does not care about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from transcripts.operations import (
    Assign,
    Close,
    EventText,
    NewChat,
    NewMail,
    NewMessage,
    NewNote,
    NewTicket,
    NewTicketMessage,
    Requeue,
)
from transcripts.port import Store
from transcripts.records import Agent, Author, Chat, Message, Ticket

START = datetime(2026, 3, 28, 23, 59, 59, 123456, tzinfo=UTC)
VISITOR = Author("visitor", "v1", "Jana")
AGENT = Author("agent", "a1", "Petr")
ASSIGNED = EventText("assigned", "Petr is with you.", {"agent": {"id": "a1", "name": "Petr"}})
CLOSED = EventText("closed", "The chat has ended.", {"by": "agent"})
TICKET = EventText("ticket", "Your ticket is {number}, not {name}.")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def new_chat(chat_id: str = "c1", visitor_id: str = "v1", client_id: str = "start", **fields: Any) -> NewChat:
    new = NewChat(
        id=chat_id,
        visitor_id=visitor_id,
        client_id=client_id,
        fingerprint="f1",
        department_id="sales",
        question="Where is my parcel?",
        at=START,
        name="Jana",
        email="jana@example.org",
        verified=None,
        locale="cs",
    )
    return replace(new, **fields)


def new_message(client_id: str, author: Author = VISITOR, chat_id: str = "c1", **fields: Any) -> NewMessage:
    return replace(NewMessage(chat_id, client_id, author, f"words of {client_id}", at(1)), **fields)


def new_note(client_id: str, **fields: Any) -> NewNote:
    return replace(NewNote("c1", client_id, AGENT, "a difficult one", at(1)), **fields)


def new_ticket(**fields: Any) -> NewTicket:
    new = NewTicket(
        subject="Lost parcel",
        channel="chat",
        department_id="sales",
        requester_email="jana@example.org",
        requester_name="Jana",
        requester_verified=None,
        locale="cs",
        checkpoint_at=at(3600),
        at=at(5),
    )
    return replace(new, **fields)


def new_ticket_message(message_id: str, **fields: Any) -> NewTicketMessage:
    return replace(NewTicketMessage(message_id, AGENT, "We are looking for it.", "panel"), **fields)


def new_mail(mail_id: str, **fields: Any) -> NewMail:
    return replace(NewMail(mail_id, "ticket_created", "jana@example.org", "cs", f"<{mail_id}@example.org>"), **fields)


def assign(chat: Chat, agent_id: str = "a1", max_load: int | None = 3, at_s: float = 2, **fields: Any) -> Assign:
    return replace(Assign(chat.id, agent_id, chat.route_version, max_load, lambda: at(at_s), (ASSIGNED,)), **fields)


def requeue(chat: Chat, **fields: Any) -> Requeue:
    return replace(Requeue(chat.id, chat.route_version, at(3), (EventText("returned", "Wait again."),)), **fields)


def close(chat_id: str = "c1", **fields: Any) -> Close:
    return replace(Close(chat_id, "agent", "resolved", at(4), (CLOSED,)), **fields)


def new_agent(agent_id: str, email: str, **fields: Any) -> Agent:
    return replace(Agent(agent_id, email, agent_id.title(), "agent", ("sales",), 1, 3, "hash"), **fields)


async def started(store: Store, chat_id: str = "c1", visitor_id: str = "v1", **fields: Any) -> Chat:
    return (await store.start_chat(new_chat(chat_id, visitor_id, **fields))).chat


async def active(store: Store, chat_id: str = "c1", visitor_id: str = "v1", agent_id: str = "a1") -> Chat:
    return await store.assign(assign(await started(store, chat_id, visitor_id), agent_id))


async def current(store: Store, chat_id: str = "c1") -> Chat:
    chat = await store.chat(chat_id)
    assert chat is not None
    return chat


async def messages(store: Store, chat_id: str = "c1") -> tuple[Message, ...]:
    return (await store.sync(chat_id, 0)).messages


async def ticket_of(store: Store, number: str) -> Ticket:
    ticket = await store.ticket(number)
    assert ticket is not None
    return ticket
