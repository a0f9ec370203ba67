"""The desk as it is now, for managers: who waits, how long, and who is there."""

from __future__ import annotations

from server import access
from server.clock import Clock
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.telling.boards import Boards
from server.services.telling.openness import Openness
from server.services.waits.line import Line
from server.wire import Json, moment
from transcripts.records import Agent


class Live:
    def __init__(
        self,
        directory: Directory,
        line: Line,
        open_chats: OpenChats,
        openness: Openness,
        boards: Boards,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._line = line
        self._open_chats = open_chats
        self._openness = openness
        self._boards = boards
        self._clock = clock

    async def snapshot(self, viewer: Agent) -> Json:
        """Departments and agents within the viewer's scope."""
        departments = [d.id for d in self._directory.departments() if access.in_scope(viewer, d.id)]
        agents = [a for a in self._directory.agents() if set(a.department_ids) & set(departments)]
        return {
            "at": moment(self._clock.now()),
            "departments": [await self._department(department_id) for department_id in departments],
            "agents": [
                {**self._boards.colleague(agent), "departments": list(agent.department_ids)} for agent in agents
            ],
        }

    async def _department(self, department_id: str) -> Json:
        now = self._clock.now()
        waiting = [c for c in self._open_chats.all() if c.state == "queued" and c.department_id == department_id]
        return {
            "id": department_id,
            "name": self._directory.department_name(department_id),
            "open": self._directory.is_open(department_id, now),
            "waiting": len(waiting),
            "longest_wait_s": max((round((now - c.queued_at).total_seconds()) for c in waiting), default=None),
            "accepting": self._openness.accepting(department_id),
            "free_slots": await self._line.free_slots(department_id),
        }
