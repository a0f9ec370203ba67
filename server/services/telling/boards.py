"""What agents see of their departments: the waiting line with its lights, and colleagues' presence."""

from __future__ import annotations

from queueing.lights import light
from queueing.model import AgentChanged, SetStatus
from server import access
from server.clock import Clock
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.known.targets import Targets
from server.services.routing.dispatch import Decided, Dispatch
from server.services.waits.line import Line
from server.settings import Settings
from server.sockets.rooms import Connection, Rooms
from server.wire import Json, Wire, moment
from transcripts.records import Agent, Chat

SHOWN = 100


def department_room(department_id: str) -> str:
    """Every agent connection that may see the department."""
    return f"department:{department_id}"


def watch_room(chat_id: str) -> str:
    """Who reads this chat along."""
    return f"watch:{chat_id}"


class Boards:
    def __init__(
        self,
        dispatch: Dispatch,
        line: Line,
        directory: Directory,
        open_chats: OpenChats,
        rooms: Rooms,
        wire: Wire,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._dispatch = dispatch
        self._line = line
        self._directory = directory
        self._open_chats = open_chats
        self._rooms = rooms
        self._wire = wire
        self._clock = clock
        self._targets = Targets(directory, settings)
        self._told: dict[str, Json] = {}
        self._team: dict[str, Json] | None = None
        dispatch.observe(self._observe)

    async def _snapshot(self, department_id: str) -> Json:
        """Who waits, as the queue and the record known here agree: of several servers one may know more."""
        line = []
        for place in await self._line.waiting(department_id):
            chat = self._open_chats.get(place.chat)
            if chat is not None and chat.state == "queued":
                line.append((chat, place.position))
        waiting = [self._waiting(chat, position) for chat, position in line[:SHOWN]]
        return {"department": self._wire.department(department_id), "total": len(line), "waiting": waiting}

    def join(self, connection: Connection) -> None:
        """Hear of every department the agent may see, and of no other; again whenever either changes.

        Of the chats they read along as well, while these are open (`let_go` sees to each when it has news).
        """
        agent = self._directory.agent(connection.person_id)
        departments = self._directory.every_department()
        visible = {department_room(d.id) for d in departments if agent and access.in_scope(agent, d.id)}
        for room in {room for room in connection.rooms if room.startswith(department_room(""))} - visible:
            self._rooms.leave(connection, room)
        for room in visible:
            self._rooms.join(connection, room)
        read_along = {room.removeprefix(watch_room("")) for room in connection.rooms if room.startswith(watch_room(""))}
        for chat in filter(None, map(self._open_chats.get, read_along)):
            self.let_go(chat)

    def let_go(self, chat: Chat) -> None:
        """Whoever does not see this chat any more, for its department or theirs is another now, reads no further."""
        for connection in self._rooms.members(watch_room(chat.id)):
            agent = self._directory.agent(connection.person_id)
            if agent is None or not access.sees_chat(agent, chat):
                self._rooms.leave(connection, watch_room(chat.id))

    async def current(self, department_id: str) -> Json:
        """The line as of now; whoever was told another one is told this one first, so that no change is missed."""
        board = await self._snapshot(department_id)
        if self._told.get(department_id) != board:
            self._told[department_id] = board
            self._rooms.push(department_room(department_id), "queue", board)
        return board

    async def tick(self) -> None:
        """Tell the agents of each department whose line, or one of its lights, changed."""
        told_before = set(self._told)
        self._tell_team()
        for department_id in {*self._departments(), *told_before}:
            if self._rooms.is_empty(department_room(department_id)):
                self._told.pop(department_id, None)
                continue
            await self.current(department_id)

    def departments_of(self, agent: Agent) -> list[str]:
        """Whose lines the agent sees."""
        return [department_id for department_id in self._departments() if access.in_scope(agent, department_id)]

    def _departments(self) -> list[str]:
        """Those that take chats, and closed ones while somebody still waits there: nobody waits unseen."""
        waiting = {chat.department_id for chat in self._open_chats.all() if chat.state == "queued"}
        return [d.id for d in self._directory.every_department() if d.closed_at is None or d.id in waiting]

    def light_of(self, chat: Chat) -> str | None:
        """A waiting chat's clock runs from queued_at, an active one's from the oldest unanswered message, if any."""
        if chat.state == "queued":
            since = chat.queued_at
        elif chat.state == "active" and chat.unanswered_since is not None:
            since = chat.unanswered_since
        else:
            return None
        return light((self._clock.now() - since).total_seconds(), self._targets.service_target_s(chat.department_id))

    def colleague(self, agent: Agent) -> Json:
        state = self._dispatch.agent(agent.id)
        return {
            "agent": {"id": agent.id, "name": agent.name},
            "status": state.status if state else agent.status,
            "reason": agent.status_reason or None,
            "since": moment(agent.status_since),
            "load": state.load if state else 0,
            "capacity": state.capacity if state else agent.capacity,
            "connected": bool(state and state.connected),
        }

    def _waiting(self, chat: Chat, position: int) -> Json:
        return {
            "chat_id": chat.id,
            "visitor": {
                "id": chat.visitor_id,
                "name": chat.visitor_name,
                "email": chat.visitor_email,
                "verified": chat.visitor_verified,
            },
            "question": chat.question,
            "queued_at": moment(chat.queued_at),
            "priority": chat.priority,
            "position": position,
            "light": self.light_of(chat),
            "returned": chat.returned,
            "topic": chat.topic,
        }

    def _tell_team(self) -> None:
        """What no command of the queue says: a reason, a name, a department."""
        now = {agent.id: (agent, self.colleague(agent)) for agent in self._directory.agents()}
        if self._team is not None:
            for agent_id, (agent, shown) in now.items():
                if self._team.get(agent_id) != shown:
                    self._push_colleague(agent, shown)
        self._team = {agent_id: shown for agent_id, (_, shown) in now.items()}

    def _push_colleague(self, agent: Agent, shown: Json) -> None:
        self._rooms.push([department_room(d) for d in agent.department_ids], "team", shown)

    def _observe(self, decided: Decided) -> None:
        changed = {event.agent for event in decided.events if isinstance(event, AgentChanged)}
        if isinstance(decided.command, SetStatus):
            changed.add(decided.command.agent)  # the reason may be news, and the queue knows nothing of reasons
        for agent_id in sorted(changed):
            agent = self._directory.agent(agent_id)
            if agent is not None:
                shown = self.colleague(agent)
                if self._team is not None:
                    self._team[agent_id] = shown
                self._push_colleague(agent, shown)
