"""Which agents are there: connections, their own word (status), the grace after a lost connection, and the ledger.

An agent's status belongs to the agent, not to a connection. The ledger (what coverage is computed from) learns of a
lost connection only when the grace ends, backdated to the last proof of life; who is back in time leaves no gap.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from queueing.model import (
    AgentChanged,
    Applied,
    Command,
    Connect,
    Disconnect,
    RemoveAgent,
    SetAgent,
    SetStatus,
    Status,
    Vanish,
)
from server.clock import Clock, from_ms
from server.errors import Refusal
from server.log import logger
from server.services.directory import Directory
from server.services.dispatch import Dispatch
from server.services.timers import Timers
from server.settings import Settings
from transcripts.errors import StoreError
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Agent, PresenceRow

CONNECTION_LOST = "connection lost"
RETRY_S = 1.0


class Presence:
    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        directory: Directory,
        timers: Timers,
        clock: Clock,
        settings: Settings,
        process_id: str,
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._directory = directory
        self._timers = timers
        self._clock = clock
        self._grace_s = settings.agent_grace_s
        self._process_id = process_id
        self._connections: Counter[str] = Counter()
        self._last_seen_ms: dict[str, int] = {}
        self._ledger: dict[str, PresenceRow] = {}
        self._unwritten: list[PresenceRow] = []
        dispatch.observe(self._observe)

    # ---- connections ----------------------------------------------------------------------------------------------

    async def connected(self, agent_id: str) -> None:
        self._connections[agent_id] += 1
        self._timers.cancel(("agent_grace", agent_id))
        if self._connections[agent_id] == 1:
            await self._dispatch.order(Connect(agent_id))

    async def disconnected(self, agent_id: str, last_seen_ms: int) -> None:
        """last_seen_ms: the connection's last sign of life."""
        self._connections[agent_id] -= 1
        if self._connections[agent_id] > 0:
            return
        del self._connections[agent_id]
        self._last_seen_ms[agent_id] = last_seen_ms
        self._start_grace(agent_id)
        await self._dispatch.order(Disconnect(agent_id))

    def is_connected(self, agent_id: str) -> bool:
        return self._connections[agent_id] > 0

    def is_in_grace(self, agent_id: str) -> bool:
        return self._timers.is_set(("agent_grace", agent_id))

    def await_return(self, agent_ids: tuple[str, ...]) -> None:
        """After a restart: these agents get the grace to come back."""
        for agent_id in agent_ids:
            self._start_grace(agent_id)

    def _start_grace(self, agent_id: str) -> None:
        self._timers.set(("agent_grace", agent_id), self._grace_s, lambda: self._grace_over(agent_id))

    async def _grace_over(self, agent_id: str) -> None:
        if self.is_connected(agent_id):
            return
        try:
            agent = self._directory.agent(agent_id)
            if agent is not None and agent.status != "offline":
                await self._keep(
                    agent_id,
                    AgentChanges(status="offline", status_reason=CONNECTION_LOST, status_since=self._clock.now()),
                )
            await self._dispatch.order(Vanish(agent_id))
        except (StoreError, Refusal):
            # Nobody must be left waiting behind an agent who is gone: again, until the record takes it.
            self._timers.set(("agent_grace", agent_id), RETRY_S, lambda: self._grace_over(agent_id))
            return
        self._last_seen_ms.pop(agent_id, None)

    # ---- status ---------------------------------------------------------------------------------------------------

    async def set_status(self, agent_id: str, status: Status, reason: str | None, capacity: int | None) -> Agent:
        """The agent's own word, kept in the record. Raises Refusal, StoreError."""
        changes = AgentChanges(
            status=status, status_reason=reason or "", status_since=self._clock.now(), capacity=capacity
        )
        agent = await self._keep(agent_id, changes)
        await self._dispatch.order(SetStatus(agent_id, status, capacity))
        return agent

    async def _keep(self, agent_id: str, changes: AgentChanges) -> Agent:
        agent = await self._store.change_agent(agent_id, changes)
        self._directory.put_agent(agent)
        return agent

    async def sync_accounts(self) -> None:
        """Make the queue know every account as the directory has it; its own status and connections stay."""
        wanted = {agent.id: agent for agent in self._directory.agents()}
        known = {state.agent: state for state in await self._dispatch.queue.agents()}
        for agent in wanted.values():
            state = known.get(agent.id)
            departments = agent.department_ids
            if state is None:
                await self._dispatch.order(SetAgent(agent.id, departments, agent.tier, agent.capacity, agent.status))
            elif (state.departments, state.tier) != (departments, agent.tier):
                await self._dispatch.order(SetAgent(agent.id, departments, agent.tier, state.capacity, state.status))
        for agent_id in known.keys() - wanted.keys():
            await self._dispatch.order(RemoveAgent(agent_id))

    # ---- ledger ---------------------------------------------------------------------------------------------------

    def _observe(self, command: Command, applied: Applied) -> None:
        gone_for_good = command.agent if isinstance(command, Vanish | RemoveAgent) else None
        for event in applied.events:
            if isinstance(event, AgentChanged) and (
                event.connected or event.agent == gone_for_good or not self.is_in_grace(event.agent)
            ):
                self._note(event)

    def _note(self, event: AgentChanged) -> None:
        agent = self._directory.agent(event.agent)
        vanished = not event.connected and event.agent in self._last_seen_ms
        at = from_ms(self._last_seen_ms[event.agent]) if vanished else self._clock.now()
        reason = CONNECTION_LOST if vanished else (agent.status_reason if agent else None)
        row = PresenceRow(
            event.agent,
            at,
            event.departments,
            event.status,
            event.accepting,
            event.accepting and event.load < event.capacity,
            reason or None,
            self._process_id,
        )
        before = self._ledger.get(event.agent)
        if before is None or replace(before, at=at, reason=row.reason) != row or before.status != row.status:
            self._ledger[event.agent] = row
            self._unwritten.append(row)

    async def write_ledger(self) -> None:
        """Keep what was noted. Raises StoreUnavailable; the rows are then kept for the next time."""
        rows, self._unwritten = self._unwritten, []
        if not rows:
            return
        try:
            await self._store.record_presence(rows)
        except StoreError:
            self._unwritten = rows + self._unwritten
            logger.error("ledger_not_written", rows=len(rows))
            raise
