"""Takes over what was changed in the record: by admins here, at once; elsewhere or by the command line, in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from queueing.errors import QueueUnavailable
from server import wire
from server.services.known.targets import Targets
from transcripts.records import Agent, Canned

if TYPE_CHECKING:
    from server.desk import Desk


class Refreshing:
    def __init__(self) -> None:
        self._unsynced = False
        self._canned: tuple[Canned, ...] | None = None

    async def refresh(self, desk: Desk) -> None:
        """Also cut who may not be signed in any more. Raises StoreUnavailable, QueueUnavailable; tried again then."""
        changed = await desk.directory.refresh()
        self._unsynced = self._unsynced or changed
        if self._unsynced:
            changed = await desk.routing.presence.sync_accounts() or changed
            self._unsynced = False
        for connection in desk.transport.connections():
            if connection.token is None:
                continue  # a visitor
            if await desk.accounts.agent_of(connection.token) is None:
                await desk.end_session(connection.token)
            elif changed:
                desk.boards.join(connection)
        await self._tell_agents(desk, changed)

    async def at_once(self, desk: Desk) -> None:
        """After a change by an admin: whoever is told nothing now, because the queue is away, is told by the loop."""
        try:
            await self.refresh(desk)
            await desk.openness.tick()
        except QueueUnavailable:
            return

    async def _tell_agents(self, desk: Desk, changed: bool) -> None:
        """Whoever is connected works with what holds now, without signing in anew."""
        canned, before = await desk.store.canned(), self._canned
        self._canned = canned
        if before is None or (before == canned and not changed):
            return
        for connection in desk.transport.connections():
            agent = None if connection.token is None else desk.directory.agent(connection.person_id)
            if agent is not None:
                connection.push(connection.encode("desk", standing(desk, agent, canned)))


def standing(desk: Desk, agent: Agent, canned: Sequence[Canned]) -> wire.Json:
    """Of an agent's `hello` what admins change."""
    departments = desk.boards.departments_of(agent)
    seen = [department for one in departments if (department := desk.directory.department(one)) is not None]
    return {
        "agent": desk.wire.me(agent),
        "canned": wire.canned(canned, departments),
        "topics": [{"name": topic, "department": one.id} for one in seen for topic in one.topics],
        "settings": {"service_targets": Targets(desk.directory, desk.settings).own_service_targets()},
    }
