"""`/agent`: what the panel asks for, checked and handed to the services."""

from __future__ import annotations

from collections.abc import Awaitable
from http.cookies import CookieError, SimpleCookie

from server import access, wire
from server.desk import Desk
from server.errors import Refusal
from server.fields import parse
from server.permissions import Row
from server.requests import (
    AgentAuth,
    ChatClose,
    ChatRef,
    ChatSet,
    ChatSync,
    ChatTake,
    ChatTransfer,
    MessageSend,
    NoteAdd,
    Read,
    StatusSet,
    TicketCreate,
    Typing,
    Words,
)
from server.services.accounts.accounts import SESSION_COOKIE
from server.services.known.targets import Targets
from server.services.telling.boards import watch_room
from server.services.telling.fanout import agent_room, visitor_room
from server.sockets.base import BaseNamespace
from server.sockets.rooms import Connection
from transcripts.records import Agent, Author, Chat, Message


class AgentNamespace(BaseNamespace):
    name = "/agent"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.limits)
        self._store = desk.store
        self._accounts = desk.accounts
        self._audit = desk.audit
        self._chats = desk.agent_chats
        self._messages = desk.messages
        self._file_rules = desk.files.rules
        self._new_tickets = desk.new_tickets
        self._presence = desk.routing.presence
        self._dispatch = desk.routing.dispatch
        self._directory = desk.directory
        self._open_chats = desk.routing.open_chats
        self._boards = desk.boards
        self._positions = desk.positions
        self._alarms = desk.alarms
        self._incidents = desk.incident_board
        self._rooms = desk.rooms
        self._bus = desk.routing.bus
        self._objects = desk.wire
        self._clock = desk.clock
        self._settings = desk.settings
        self._targets = Targets(desk.directory, desk.settings)
        self.events = {
            "status:set": (StatusSet, self._status),
            "message:send": (MessageSend, self._send),
            "chat:sync": (ChatSync, self._sync),
            "typing": (Typing, self._typing),
            "read": (Read, self._read),
            "note:add": (NoteAdd, self._note),
            "chat:watch": (ChatRef, self._watch),
            "chat:unwatch": (ChatRef, self._unwatch),
            "chat:take": (ChatTake, self._take),
            "chat:transfer": (ChatTransfer, self._transfer),
            "chat:set": (ChatSet, self._set),
            "chat:close": (ChatClose, self._close),
            "ticket:create": (TicketCreate, self._ticket),
        }

    # ---- coming and going -------------------------------------------------------------------------------------------

    async def admit(self, connection: Connection, environ: dict[str, str], auth: object) -> None:
        token = parse(AgentAuth, {} if auth is None else auth).token
        if token is None and environ["origin"]:
            token = _cookie(environ["cookie"])
        agent = await self._accounts.agent_of(token) if token else None
        if agent is None or token is None:
            raise Refusal("unauthorized", "Sign in again.")
        connection.person_id = agent.id
        connection.token = token

    async def welcome(self, connection: Connection) -> None:
        agent = self._agent(connection)
        self._rooms.join(connection, agent_room(agent.id))
        self._boards.join(connection)
        await self._presence.connected(agent.id)
        agent = self._agent(connection)
        state = self._dispatch.agent(agent.id)
        departments = self._boards.departments_of(agent)
        held = self._open_chats.of_agent(agent.id)
        connection.greet(
            "hello",
            {
                "agent": self._objects.me(agent),
                "status": state.status if state else agent.status,
                "reason": agent.status_reason or None,
                "capacity": state.capacity if state else agent.capacity,
                "chats": [self._shown(chat) for chat in held],
                "to_resolve": [self._shown(chat) for chat in await self._store.unresolved_of(agent.id)],
                "queue": [await self._boards.current(department_id) for department_id in departments],
                "team": [self._boards.colleague(other) for other in self._colleagues(agent)],
                "canned": wire.canned(await self._store.canned(), departments),
                "topics": self._topics(departments),
                "incident": self._incidents.join_agent(connection),
                "server_time": wire.moment(self._clock.now()),
                "settings": {
                    "service_target_s": self._settings.service_target_s,
                    "alarm_after_s": self._settings.alarm_after_s,
                    "files": self._file_rules.shown(),
                    **self._own_targets(),
                },
            },
        )
        for alarm in self._alarms.current(agent):
            connection.push(connection.encode("alarm", alarm))

    async def gone(self, connection: Connection, last_seen_ms: int) -> None:
        await self._presence.disconnected(connection.person_id, last_seen_ms)

    # ---- events -----------------------------------------------------------------------------------------------------

    def permit(self, connection: Connection, row: Row) -> None:
        row.admits(self._agent(connection), {})

    async def _status(self, connection: Connection, request: StatusSet) -> wire.Json:
        agent = await self._presence.set_status(connection.person_id, request.status, request.reason, request.capacity)
        return {"status": agent.status, "capacity": agent.capacity}

    def put(self, connection: Connection, words: Words) -> Awaitable[Message] | None:
        """In a chat that is open and known here: there is nothing else to ask."""
        chat = self._open_chats.get(words.chat_id)
        if chat is None:
            return None
        self._limits.hit("event", connection.person_id)
        self._limits.hit("message", connection.person_id)
        agent = self._agent(connection)
        access.agents_chat(chat, agent)
        return self._messages.put_words(Author("agent", agent.id, agent.name), words, held_by=agent.id)

    async def _send(self, connection: Connection, request: MessageSend) -> wire.Json:
        self._limits.hit("message", connection.person_id)
        agent = self._agent(connection)
        await self._chats.find(agent, request.chat_id)
        sent = await self._messages.send(Author("agent", agent.id, agent.name), request, held_by=agent.id)
        return {"seq": sent.seq, "at": wire.moment(sent.at)}

    async def _sync(self, connection: Connection, request: ChatSync) -> wire.Json:
        agent = self._agent(connection)
        chat = await self._chats.find(agent, request.chat_id)
        await self._audit.note_reading(agent, chat, "sync")
        page = await self._messages.sync(chat, request.after_seq)
        notes = await self._store.notes(chat.id, request.after_note_seq or 0)
        return {
            "chat": await self._shown_fully(page.chat),
            "messages": [self._objects.message(m) for m in page.messages],
            "notes": [wire.note(n) for n in notes],
            "more": page.more,
        }

    async def _typing(self, connection: Connection, request: Typing) -> wire.Json:
        agent = self._agent(connection)
        chat = await self._chats.find(agent, request.chat_id)
        if chat.agent_id == agent.id and chat.state == "active":
            author = {"kind": "agent", "id": agent.id, "name": agent.name}
            typing = {"chat_id": chat.id, "author": author, "on": request.on}
            self._bus.push(visitor_room(chat.visitor_id), "typing", typing)
            self._bus.push(watch_room(chat.id), "typing", typing)
        return {}

    async def _read(self, connection: Connection, request: Read) -> wire.Json:
        agent = self._agent(connection)
        chat = await self._chats.find(agent, request.chat_id)
        if chat.agent_id == agent.id:
            await self._store.mark_read(chat.id, "agent", request.seq)
        return {}

    async def _note(self, connection: Connection, request: NoteAdd) -> wire.Json:
        self._limits.hit("message", connection.person_id)
        note = await self._chats.add_note(self._agent(connection), request.chat_id, request.client_id, request.body)
        return {"note_seq": note.note_seq, "at": wire.moment(note.at)}

    async def _watch(self, connection: Connection, request: ChatRef) -> wire.Json:
        agent = self._agent(connection)
        chat = await self._chats.find(agent, request.chat_id)
        await self._audit.note_reading(agent, chat, "watch")
        self._rooms.join(connection, watch_room(chat.id))
        return {"chat": await self._shown_fully(chat)}

    async def _unwatch(self, connection: Connection, request: ChatRef) -> wire.Json:
        chat = await self._chats.find(self._agent(connection), request.chat_id)
        self._rooms.leave(connection, watch_room(chat.id))
        return {"chat": await self._shown_fully(chat)}

    async def _take(self, connection: Connection, request: ChatTake) -> wire.Json:
        return {"chat": self._shown(await self._chats.take(self._agent(connection), request.chat_id, request.force))}

    async def _transfer(self, connection: Connection, request: ChatTransfer) -> wire.Json:
        return {"chat": await self._shown_fully(await self._chats.transfer(self._agent(connection), request))}

    async def _set(self, connection: Connection, request: ChatSet) -> wire.Json:
        return {"chat": await self._shown_fully(await self._chats.set(self._agent(connection), request))}

    async def _close(self, connection: Connection, request: ChatClose) -> wire.Json:
        chat, ticket = await self._chats.close(self._agent(connection), request)
        shown = self._shown(chat)
        if ticket is not None:
            shown["ticket"] = {"number": ticket.number, "url": self._objects.ticket_url(ticket.number)}
        return {"chat": shown}

    async def _ticket(self, connection: Connection, request: TicketCreate) -> wire.Json:
        agent = self._agent(connection)
        self._limits.hit("ticket", agent.id)
        chat = await self._chats.find(agent, request.chat_id) if request.chat_id else None
        ticket = await self._new_tickets.create_by_agent(agent, request, chat)
        return {"ticket": self._objects.ticket(ticket)}

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _agent(self, connection: Connection) -> Agent:
        agent = self._directory.agent(connection.person_id)
        if agent is None or agent.disabled_at is not None:
            raise Refusal("unauthorized", "This account was closed. Ask an admin.")
        return agent

    def _colleagues(self, agent: Agent) -> list[Agent]:
        """Everybody else who shares a department within the agent's scope."""
        others = (other for other in self._directory.agents() if other.id != agent.id)
        return [o for o in others if any(access.in_scope(agent, d) for d in o.department_ids)]

    def _topics(self, departments: list[str]) -> list[wire.Json]:
        found = (self._directory.department(department_id) for department_id in departments)
        return [{"name": topic, "department": d.id} for d in found if d is not None for topic in d.topics]

    def _own_targets(self) -> wire.Json:
        """Where a department has a target of its own."""
        own = self._targets.own_service_targets()
        return {"service_targets": own} if own else {}

    def _shown(self, chat: Chat) -> wire.Json:
        return self._objects.chat_for_agent(chat, light=self._boards.light_of(chat))

    async def _shown_fully(self, chat: Chat) -> wire.Json:
        return self._objects.chat_for_agent(chat, await self._positions.of(chat), self._boards.light_of(chat))


def _cookie(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(SESSION_COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None
