"""`/agent`: what the panel asks for, checked and handed to the services."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from server import access, wire
from server.clock import Clock
from server.errors import Refusal
from server.limits import Limits
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
    parse,
)
from server.services.accounts import Accounts
from server.services.alarms import Alarms
from server.services.boards import Boards, department_room
from server.services.chats import Chats
from server.services.directory import Directory
from server.services.dispatch import Dispatch
from server.services.fanout import agent_room, visitor_room, watch_room
from server.services.open_chats import OpenChats
from server.services.positions import Positions
from server.services.presence import Presence
from server.services.tickets import Tickets
from server.settings import Settings
from server.sockets.base import BaseNamespace
from server.sockets.rooms import Connection, Rooms
from transcripts.port import Store
from transcripts.records import Agent, Author, Chat

COOKIE = "semafor_session"


class AgentNamespace(BaseNamespace):
    name = "/agent"

    def __init__(
        self,
        *,
        store: Store,
        accounts: Accounts,
        chats: Chats,
        tickets: Tickets,
        presence: Presence,
        dispatch: Dispatch,
        directory: Directory,
        open_chats: OpenChats,
        boards: Boards,
        positions: Positions,
        alarms: Alarms,
        rooms: Rooms,
        objects: wire.Wire,
        limits: Limits,
        clock: Clock,
        settings: Settings,
    ) -> None:
        super().__init__(limits)
        self._store = store
        self._accounts = accounts
        self._chats = chats
        self._tickets = tickets
        self._presence = presence
        self._dispatch = dispatch
        self._directory = directory
        self._open_chats = open_chats
        self._boards = boards
        self._positions = positions
        self._alarms = alarms
        self._rooms = rooms
        self._objects = objects
        self._clock = clock
        self._settings = settings
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
        self.join_departments(connection)
        await self._presence.connected(agent.id)
        agent = self._agent(connection)
        state = self._dispatch.agent(agent.id)
        departments = [d.id for d in self._directory.departments() if access.in_scope(agent, d.id)]
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
                "queue": [await self._boards.snapshot(department_id) for department_id in departments],
                "team": [self._boards.colleague(other) for other in self._colleagues(agent)],
                "canned": [
                    wire.canned(c)
                    for c in await self._store.canned()
                    if c.department_id is None or c.department_id in departments
                ],
                "topics": self._topics(departments),
                "server_time": wire.moment(self._clock.now()),
                "settings": {
                    "service_target_s": self._settings.service_target_s,
                    "alarm_after_s": self._settings.alarm_after_s,
                },
            },
        )
        for alarm in self._alarms.current(agent):
            connection.push(connection.encode("alarm", alarm))

    async def gone(self, connection: Connection, last_seen_ms: int) -> None:
        await self._presence.disconnected(connection.person_id, last_seen_ms)

    def join_departments(self, connection: Connection) -> None:
        """Hear of every department the agent may see, and of no other; again whenever either changes."""
        agent = self._directory.agent(connection.person_id)
        visible = {
            department_room(d.id) for d in self._directory.departments() if agent and access.in_scope(agent, d.id)
        }
        for room in {room for room in connection.rooms if room.startswith(department_room(""))} - visible:
            self._rooms.leave(connection, room)
        for room in visible:
            self._rooms.join(connection, room)

    async def is_still_signed_in(self, connection: Connection) -> bool:
        return connection.token is not None and await self._accounts.agent_of(connection.token) is not None

    # ---- events -----------------------------------------------------------------------------------------------------

    async def _status(self, connection: Connection, request: StatusSet) -> wire.Json:
        agent = await self._presence.set_status(connection.person_id, request.status, request.reason, request.capacity)
        return {"status": agent.status, "capacity": agent.capacity}

    async def _send(self, connection: Connection, request: MessageSend) -> wire.Json:
        self._limits.hit("message", connection.person_id)
        agent = self._agent(connection)
        await self._chats.of_agent(agent, request.chat_id)
        sent = await self._chats.send(Author("agent", agent.id, agent.name), request, held_by=agent.id)
        return {"seq": sent.seq, "at": wire.moment(sent.at)}

    async def _sync(self, connection: Connection, request: ChatSync) -> wire.Json:
        chat = await self._chats.of_agent(self._agent(connection), request.chat_id)
        page = await self._chats.sync(chat, request.after_seq)
        notes = await self._store.notes(chat.id, request.after_note_seq or 0)
        return {
            "chat": await self._shown_fully(page.chat),
            "messages": [wire.message(m) for m in page.messages],
            "notes": [wire.note(n) for n in notes],
            "more": page.more,
        }

    async def _typing(self, connection: Connection, request: Typing) -> wire.Json:
        agent = self._agent(connection)
        chat = await self._chats.of_agent(agent, request.chat_id)
        if chat.agent_id == agent.id and chat.state == "active":
            author = {"kind": "agent", "id": agent.id, "name": agent.name}
            typing = {"chat_id": chat.id, "author": author, "on": request.on}
            self._rooms.push(visitor_room(chat.visitor_id), "typing", typing)
            self._rooms.push(watch_room(chat.id), "typing", typing)
        return {}

    async def _read(self, connection: Connection, request: Read) -> wire.Json:
        agent = self._agent(connection)
        chat = await self._chats.of_agent(agent, request.chat_id)
        if chat.agent_id == agent.id:
            await self._store.mark_read(chat.id, "agent", request.seq)
        return {}

    async def _note(self, connection: Connection, request: NoteAdd) -> wire.Json:
        self._limits.hit("message", connection.person_id)
        note = await self._chats.add_note(self._agent(connection), request.chat_id, request.client_id, request.body)
        return {"note_seq": note.note_seq, "at": wire.moment(note.at)}

    async def _watch(self, connection: Connection, request: ChatRef) -> wire.Json:
        chat = await self._chats.of_agent(self._agent(connection), request.chat_id)
        self._rooms.join(connection, watch_room(chat.id))
        return {"chat": await self._shown_fully(chat)}

    async def _unwatch(self, connection: Connection, request: ChatRef) -> wire.Json:
        chat = await self._chats.of_agent(self._agent(connection), request.chat_id)
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
        chat = await self._chats.of_agent(agent, request.chat_id) if request.chat_id else None
        ticket = await self._tickets.create_by_agent(agent, request, chat)
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

    def _shown(self, chat: Chat) -> wire.Json:
        return self._objects.chat_for_agent(chat, light=self._boards.light_of(chat))

    async def _shown_fully(self, chat: Chat) -> wire.Json:
        return self._objects.chat_for_agent(chat, await self._positions.of(chat), self._boards.light_of(chat))


def _cookie(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None
