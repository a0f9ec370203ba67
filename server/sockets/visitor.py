"""`/visitor`: what the widget asks for, checked and handed to the services."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta

from server import access, wire
from server.desk import Desk
from server.errors import Refusal
from server.fields import parse
from server.requests import (
    ChatRef,
    ChatStart,
    ChatSync,
    CodeEnter,
    MessageSend,
    Page,
    Rate,
    Read,
    SendTranscript,
    ToTicket,
    Typing,
    VisitorAuth,
    Words,
)
from server.services.telling.fanout import agents_of, visitor_room
from server.services.telling.openness import VISITORS
from server.sockets.base import BaseNamespace
from server.sockets.rooms import Connection
from transcripts.records import Author, Chat, Message, Visitor

LAST_CHAT_FOR = timedelta(hours=24)


class VisitorNamespace(BaseNamespace):
    name = "/visitor"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.limits)
        self._store = desk.store
        self._visitors = desk.visitors
        self._people = desk.people
        self._chats = desk.visitor_chats
        self._messages = desk.messages
        self._open_chats = desk.routing.open_chats
        self._tickets = desk.tickets
        self._lifecycle = desk.lifecycle
        self._openness = desk.openness
        self._consent = desk.privacy.consent
        self._directory = desk.directory
        self._positions = desk.positions
        self._incidents = desk.incident_board
        self._rooms = desk.rooms
        self._bus = desk.routing.bus
        self._objects = desk.wire
        self._clock = desk.clock
        self._shown_settings = desk.widget_shown
        self.events = {
            "chat:start": (ChatStart, self._start),
            "message:send": (MessageSend, self._send),
            "chat:sync": (ChatSync, self._sync),
            "typing": (Typing, self._typing),
            "read": (Read, self._read),
            "page": (Page, self._page),
            "chat:leave": (ChatRef, self._leave),
            "chat:to_ticket": (ToTicket, self._to_ticket),
            "chat:transcript": (SendTranscript, self._transcript),
            "chat:rate": (Rate, self._rate),
            "code:enter": (CodeEnter, self._enter_code),
        }

    # ---- coming and going -------------------------------------------------------------------------------------------

    async def admit(self, connection: Connection, environ: dict[str, str], auth: object) -> None:
        asked = parse(VisitorAuth, {} if auth is None else auth)
        visitor = await self._visitors.recognise(asked.token, asked.identity, asked.locale, environ["accept_language"])
        connection.is_new = asked.token is None and asked.identity is None
        connection.person_id = visitor.id
        connection.person = visitor
        connection.page = asked.page.model_dump() if asked.page else None
        connection.department_id = asked.department

    async def welcome(self, connection: Connection) -> None:
        visitor = _visitor(connection)
        self._rooms.join(connection, visitor_room(visitor.id))
        await self._lifecycle.visitor_connected(visitor.id)
        if connection.page is not None:
            await self._visitors.add_page(visitor.id, connection.page["url"], connection.page["title"])
        chat, last = (None, None) if connection.is_new else await self._chats_of(visitor.id)
        shown = await self._shown(chat) if chat else None
        departments = self._openness.current()
        self._rooms.join(connection, VISITORS)
        connection.greet(
            "hello",
            {
                "token": self._visitors.token(visitor),
                "visitor": {
                    "id": visitor.id,
                    "name": visitor.name,
                    "email": visitor.email,
                    "verified": visitor.verified,
                    "locale": visitor.locale,
                },
                "departments": departments,
                "incident": self._incidents.join(connection, connection.department_id),
                "chat": shown,
                "last_chat": self._objects.chat_for_visitor(last) if last else None,
                "server_time": wire.moment(self._clock.now()),
                "settings": {
                    **self._shown_settings.settings(visitor.locale),
                    **self._shown_settings.consent(visitor.locale, connection.department_id),
                },
            },
        )
        if chat is not None and chat.state == "queued":
            await self._positions.tell(chat, anew=True)

    async def gone(self, connection: Connection, last_seen_ms: int) -> None:
        self._lifecycle.visitor_disconnected(connection.person_id)

    async def _chats_of(self, visitor_id: str) -> tuple[Chat | None, Chat | None]:
        """The open one, or the last that is over."""
        chat = await self._store.open_chat_of(visitor_id)
        last = None if chat else await self._store.last_chat_of(visitor_id, self._clock.now() - LAST_CHAT_FOR)
        return chat, last

    # ---- events -----------------------------------------------------------------------------------------------------

    async def _start(self, connection: Connection, request: ChatStart) -> wire.Json:
        self._limits.hit("chat_start", connection.person_id)
        self._limits.hit("chat_start_address", connection.address)
        self._shown_settings.require_asked(_visitor(connection), request)
        department = self._directory.choose_department(request.department)
        consent = self._consent.accepted(department.id, request.consent)
        visitor = await self._remember(connection, request.name, request.email)
        is_offered = self._shown_settings.offers_chats
        chat = await self._chats.start(visitor, request, is_offered=is_offered, consent=consent)
        if chat.state == "queued":
            await self._positions.tell(chat)
        return {"chat": await self._shown(chat)}

    def put(self, connection: Connection, words: Words) -> Awaitable[Message] | None:
        """In a chat that is open and known here: there is nothing else to ask."""
        chat = self._open_chats.get(words.chat_id)
        if chat is None:
            return None
        self._limits.hit("event", connection.person_id)
        author = self._speaker(connection)
        access.visitors_chat(chat, connection.person_id)
        return self._messages.put_words(author, words)

    async def _send(self, connection: Connection, request: MessageSend) -> wire.Json:
        author = self._speaker(connection)
        await self._chats.find(connection.person_id, request.chat_id)
        sent = await self._messages.send(author, request)
        return {"seq": sent.seq, "at": wire.moment(sent.at)}

    def _speaker(self, connection: Connection) -> Author:
        """Counts a message. Raises Refusal rate_limited."""
        self._limits.hit("message", connection.person_id)
        self._limits.hit("message_address", connection.address)
        visitor = _visitor(connection)
        return Author("visitor", visitor.id, visitor.name)

    async def _sync(self, connection: Connection, request: ChatSync) -> wire.Json:
        chat = await self._chats.find(connection.person_id, request.chat_id)
        page = await self._messages.sync(chat, request.after_seq)
        return {
            "chat": await self._shown(page.chat),
            "messages": [self._objects.message(m) for m in page.messages],
            "more": page.more,
        }

    async def _typing(self, connection: Connection, request: Typing) -> wire.Json:
        chat = await self._chats.find(connection.person_id, request.chat_id)
        author = {"kind": "visitor", "id": connection.person_id, "name": chat.visitor_name}
        typing = {"chat_id": chat.id, "author": author, "on": request.on}
        if request.preview is not None:
            typing["preview"] = request.preview
        self._bus.push(agents_of(chat), "typing", typing)
        return {}

    async def _read(self, connection: Connection, request: Read) -> wire.Json:
        chat = await self._chats.find(connection.person_id, request.chat_id)
        await self._store.mark_read(chat.id, "visitor", request.seq)
        return {}

    async def _page(self, connection: Connection, request: Page) -> wire.Json:
        await self._visitors.add_page(connection.person_id, request.url, request.title)
        return {}

    async def _leave(self, connection: Connection, request: ChatRef) -> wire.Json:
        return {"chat": await self._shown(await self._chats.leave(connection.person_id, request.chat_id))}

    async def _to_ticket(self, connection: Connection, request: ToTicket) -> wire.Json:
        self._limits.hit("ticket", connection.person_id)
        self._limits.hit("ticket_address", connection.address)
        self._shown_settings.require_offered(request)
        consent = await self._agreed(connection, request)
        visitor = await self._remember(connection, request.name, request.email)
        ticket = await self._chats.to_ticket(visitor, request, consent=consent)
        shown = self._objects.ticket(ticket)
        return {"ticket": {key: shown[key] for key in ("number", "url", "checkpoint_at", "status")}}

    async def _transcript(self, connection: Connection, request: SendTranscript) -> wire.Json:
        chat = await self._chats.find(connection.person_id, request.chat_id)
        if request.email is None and chat.visitor_email is None:
            raise Refusal("invalid", "Say the address that the conversation goes to.", field="email")
        self._limits.hit("transcript", connection.person_id)
        self._limits.hit("transcript_address", connection.address)
        if request.email is not None:
            self._limits.hit("transcript_to", request.email.casefold())
        return {"mail_id": await self._tickets.transcript_mail(chat, request.email, self._clock.now())}

    async def _rate(self, connection: Connection, request: Rate) -> wire.Json:
        return {"chat": await self._shown(await self._chats.rate(connection.person_id, request))}

    async def _enter_code(self, connection: Connection, request: CodeEnter) -> wire.Json:
        self._limits.hit("code_enter", connection.person_id)
        chat = await self._chats.find(connection.person_id, request.chat_id)
        return {"chat": await self._shown(await self._people.enter_code(chat, request.code))}

    # ---- inside -----------------------------------------------------------------------------------------------------

    async def _remember(self, connection: Connection, name: str | None, email: str | None) -> Visitor:
        connection.person = await self._visitors.remember(_visitor(connection), name, email)
        return connection.person

    async def _agreed(self, connection: Connection, request: ToTicket) -> str | None:
        """To what, for the ticket. Raises Refusal not_found (chat), invalid (department, consent)."""
        if request.chat_id is None:
            return self._consent.accepted(self._directory.choose_department(request.department).id, request.consent)
        chat = await self._chats.find(connection.person_id, request.chat_id)
        return self._consent.accepted(chat.department_id, request.consent, chat.consent)

    async def _shown(self, chat: Chat) -> wire.Json:
        return self._objects.chat_for_visitor(chat, await self._positions.of(chat))


def _visitor(connection: Connection) -> Visitor:
    visitor = connection.person
    assert isinstance(visitor, Visitor)
    return visitor
