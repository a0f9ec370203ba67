"""What a visitor sees of each department: open or not, until when, how many agents accept. Pushed when it changes."""

from __future__ import annotations

from server.clock import Clock
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.presence.presence import Presence
from server.services.routing.dispatch import Dispatch
from server.sockets.rooms import Rooms
from server.wire import Json, moment

VISITORS = "visitors"


class Openness:
    def __init__(
        self,
        directory: Directory,
        dispatch: Dispatch,
        presence: Presence,
        open_chats: OpenChats,
        rooms: Rooms,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._dispatch = dispatch
        self._presence = presence
        self._open_chats = open_chats
        self._rooms = rooms
        self._clock = clock
        self._told: list[tuple[object, ...]] = []

    def accepting(self, department_id: str) -> int:
        """Agents online and connected in the department, whatever their load."""
        return sum(1 for agent in self._dispatch.agents(department_id) if agent.accepting)

    def is_attended(self, department_id: str) -> bool:
        """Somebody accepts, or may be back within the grace."""
        return any(
            agent.accepting or (agent.status == "online" and self._presence.is_in_grace(agent.agent))
            for agent in self._dispatch.agents(department_id)
        )

    def current(self) -> list[Json]:
        """The list as of now; whoever was told another one is told this one first, so that no change is missed."""
        departments = self._departments()
        key: list[tuple[object, ...]] = [(d["id"], d["name"], d["open"], d["accepting"]) for d in departments]
        if key != self._told:
            self._told = key
            self._rooms.push(VISITORS, "departments", departments)
        return departments

    async def tick(self) -> None:
        """Tell every visitor where openness or the number of accepting agents changed."""
        self.current()

    def _departments(self) -> list[Json]:
        now = self._clock.now()
        waiting: dict[str, int] = {}
        for chat in self._open_chats.all():
            if chat.state == "queued":
                waiting[chat.department_id] = waiting.get(chat.department_id, 0) + 1
        return [
            {
                "id": department.id,
                "name": department.name,
                "open": self._directory.is_open(department.id, now),
                "opens_at": moment(self._directory.opens_at(department.id, now)),
                "waiting": waiting.get(department.id, 0),
                "accepting": self.accepting(department.id),
                "topics": list(department.topics),
            }
            for department in self._directory.departments()
        ]
