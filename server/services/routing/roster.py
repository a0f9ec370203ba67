"""Every agent as a queue that is built anew has to know them: the accounts, and who is connected."""

from __future__ import annotations

from queueing.errors import QueueUnavailable
from queueing.port import QueuePort
from queueing.states import AgentState
from server.services.known.directory import Directory
from server.services.known.roll_call import RollCall


class Roster:
    def __init__(self, directory: Directory, roll_call: RollCall, queue: QueuePort) -> None:
        self._directory = directory
        self._roll_call = roll_call
        self._queue = queue

    async def agents(self) -> list[AgentState]:
        """Idle times are those of the queue that is there, if one is; the record does not keep them.

        The accounts are read anew: what is known here may be older than a word given elsewhere. Raises StoreError.
        """
        try:
            idle_since_ms = {state.agent: state.idle_since_ms for state in await self._queue.agents()}
        except QueueUnavailable:
            idle_since_ms = {}
        await self._directory.refresh()
        return [
            AgentState(
                agent.id,
                agent.department_ids,
                agent.tier,
                agent.capacity,
                agent.status,
                self._roll_call.has_agent(agent.id),
                (),
                idle_since_ms.get(agent.id, 0),
            )
            for agent in self._directory.agents()
        ]
