"""What visitors do with their chats: start one, leave it, ask for a ticket instead, rate it.

The record answers first and for good; the queue follows. Pushes are made from the record's facts (fanout.py). What a
chat's state may forbid is decided by the record too: another server may have changed the chat a moment ago.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from queueing.model import Join
from server import access
from server.clock import Clock
from server.errors import Refusal, not_found
from server.requests import ChatStart, Rate, ToTicket, fingerprint
from server.services.chats.endings import Endings
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Dispatch
from server.services.tickets.new_tickets import NewTickets
from transcripts.errors import ChatClosed, Conflict, NotFound
from transcripts.operations import NewChat
from transcripts.port import Store
from transcripts.records import Chat, Rating, Ticket, Visitor

RATING_EDITABLE = timedelta(hours=24)


class VisitorChats:
    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        open_chats: OpenChats,
        endings: Endings,
        new_tickets: NewTickets,
        directory: Directory,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._open_chats = open_chats
        self._endings = endings
        self._new_tickets = new_tickets
        self._directory = directory
        self._clock = clock
        self._new_id = new_id

    async def find(self, visitor_id: str, chat_id: str) -> Chat:
        """One of this visitor's, as this server knows it. Raises Refusal not_found."""
        return access.visitors_chat(self._open_chats.get(chat_id) or await self._store.chat(chat_id), visitor_id)

    async def start(
        self, visitor: Visitor, request: ChatStart, *, is_offered: bool = True, consent: str | None = None
    ) -> Chat:
        """Open a chat, or give the open one. Raises Refusal not_open with the moment of opening.

        is_offered: False where the desk takes no chats, at whatever time. consent: the version of the text agreed to.
        """
        department = self._directory.choose_department(request.department)
        now = self._clock.now()
        is_open = self._directory.is_open(department.id, now)
        new = NewChat(
            self._new_id(),
            visitor.id,
            request.client_id,
            fingerprint(request),
            department.id,
            request.question,
            now,
            request.name or visitor.name,
            request.email or visitor.email,
            visitor.verified,
            visitor.locale,
            topic=request.topic,
            fields=dict(request.fields),
            only_existing=not (is_open and is_offered),
            consent=consent,
        )
        try:
            started = await self._store.start_chat(new)
        except NotFound as exc:
            raise Refusal(
                "not_open",
                "Nobody is here now. Leave a message and we answer by e-mail.",
                opens_at=self._directory.opens_at(department.id, now),
            ) from exc
        if started.created:
            chat = started.chat
            await self._dispatch.post(Join(chat.id, chat.department_id, chat.tier, chat.priority, chat.line))
        return self._open_chats.newest(started.chat)

    async def leave(self, visitor_id: str, chat_id: str) -> Chat:
        """Leave the line (abandoned), or end the chat: then the agent says how it ended. Once it is over: as it is."""
        chat = await self._find_now(visitor_id, chat_id)
        if chat.state == "closed":
            return chat
        try:
            if chat.state == "queued":
                return (await self._endings.abandon(chat, by="visitor", only_in_state_seen=True)).chat
            return (await self._endings.end(chat, by="visitor", resolution=None)).chat
        except ChatClosed:
            return await self._find_now(visitor_id, chat_id)
        except Conflict:  # An agent was faster: then it is their conversation that ends.
            return (await self._endings.end(chat, by="visitor", resolution=None)).chat

    async def to_ticket(self, visitor: Visitor, request: ToTicket, *, consent: str | None = None) -> Ticket:
        """ "Write to me instead": a waiting chat ends as unresolved with the ticket; any other goes on beside it.

        consent: the version of the text agreed to.
        """
        chat = await self._find_now(visitor.id, request.chat_id) if request.chat_id else None
        if chat is not None:
            department = self._directory.department(chat.department_id)
        else:
            department = self._directory.choose_department(request.department)
        if department is None:
            raise not_found("department")
        new = self._new_tickets.from_visitor(
            visitor.id, visitor.name, visitor.verified, visitor.locale, request, department, chat
        )
        new = replace(new, consent=consent)
        if chat is None:
            return await self._store.create_ticket(new)
        if chat.state == "queued":
            with suppress(ChatClosed, Conflict):  # It moved on meanwhile: then the ticket is made beside it.
                closed = await self._endings.end(
                    chat, by="visitor", resolution="unresolved", ticket=new, only_in_state_seen=True
                )
                if closed.ticket is not None:
                    return closed.ticket
        return await self._store.create_ticket(replace(new, chat_events=(self._new_tickets.event_text(chat, new),)))

    async def rate(self, visitor_id: str, request: Rate) -> Chat:
        chat = await self._find_now(visitor_id, request.chat_id)
        now = self._clock.now()
        if chat.state != "closed" or chat.closed_at is None:
            raise Refusal("conflict", "Rate the conversation when it has ended.")
        first = chat.rating.at if chat.rating else now
        if now - first > RATING_EDITABLE:
            raise Refusal("conflict", "A rating can be changed for 24 hours.")
        rating = Rating(request.score, request.effort, request.recommend, request.comment, first)
        return await self._store.rate_chat(chat.id, rating)

    async def _find_now(self, visitor_id: str, chat_id: str) -> Chat:
        """As the record has it. Raises Refusal not_found."""
        return access.visitors_chat(await self._store.chat(chat_id), visitor_id)
