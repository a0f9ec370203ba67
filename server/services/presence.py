"""Which agents are there: connections, their own word (status), and the grace after a lost connection.

An agent's status belongs to the agent, not to a connection; with connections to several servers they are there once.
The ledger learns of a lost connection only when the grace ends, backdated to the last proof of life; who is back in
time leaves no gap. Every living server watches over the agents who are nowhere, so that each is returned even if the
server that had them died.
"""

from __future__ import annotations

import asyncio

from queueing.model import (
    AgentChanged,
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
from server.services.directory import Directory
from server.services.dispatch import Decided, Dispatch
from server.services.ledger import Ledger
from server.services.roll_call import RollCall
from server.services.timers import Timers
from server.settings import Settings
from transcripts.errors import StoreError
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Agent

CONNECTION_LOST = "connection lost"
RETRY_S = 1.0
OVERLAP_MS = 1_000
"""So much two servers' rows about one agent overlap, for their clocks do not agree to the millisecond."""
AFTER_THE_LEADER_S = 1.0
"""So much later the other servers look whether the leader has done it."""


class Presence:
    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        directory: Directory,
        roll_call: RollCall,
        ledger: Ledger,
        timers: Timers,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._directory = directory
        self._roll_call = roll_call
        self._ledger = ledger
        self._timers = timers
        self._clock = clock
        self._grace_s = settings.agent_grace_s
        self._last_seen_ms: dict[str, int] = {}
        self._since_ms: dict[str, int] = {}
        self._posts: set[asyncio.Task[None]] = set()
        dispatch.observe(self._observe)
        roll_call.listen(self._look)

    # ---- connections --------------------------------------------------------------------------------------------

    async def connected(self, agent_id: str) -> None:
        self._timers.cancel(("agent_grace", agent_id))
        self._last_seen_ms.pop(agent_id, None)
        if self._roll_call.agent_came(agent_id):
            self._since_ms[agent_id] = self._clock.now_ms()
            self._roll_call.soon()
            await self._dispatch.post(Connect(agent_id))

    async def disconnected(self, agent_id: str, last_seen_ms: int) -> None:
        """last_seen_ms: the connection's last sign of life."""
        if not self._roll_call.agent_left(agent_id):
            return
        self._since_ms.pop(agent_id, None)
        self._last_seen_ms[agent_id] = last_seen_ms
        self._start_grace(agent_id, self._grace_s)
        await self._roll_call.refresh()  # who went to another server has left no gap
        if not self._roll_call.has_agent(agent_id):
            await self._dispatch.post(Disconnect(agent_id))

    def is_in_grace(self, agent_id: str) -> bool:
        return self._timers.is_set(("agent_grace", agent_id))

    async def aclose(self) -> None:
        for task in self._posts:
            task.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)

    def _look(self) -> None:
        """After every roll: whoever is somewhere is there, whoever is nowhere has the grace to come back."""
        for state in self._dispatch.agents():
            if self._roll_call.has_agent(state.agent):
                self._timers.cancel(("agent_grace", state.agent))
                self._last_seen_ms.pop(state.agent, None)
                if self._roll_call.has_agent_here(state.agent):
                    self._vouch(state)
                    if not state.connected:
                        self._post(Connect(state.agent))
            elif _is_missed(state):
                self._miss(state)
            if self._roll_call.spokesman_of(state.agent) not in (None, self._roll_call.process_id):
                self._ledger.leave_to_others(state.agent)

    def _miss(self, state: AgentChanged) -> None:
        if self.is_in_grace(state.agent):
            return
        lost_s = self._roll_call.lost_s(state.agent)
        if lost_s is not None:
            self._last_seen_ms.setdefault(state.agent, self._clock.now_ms() - round(lost_s * 1000))
        later_s = 0.0 if self._roll_call.is_leader() else AFTER_THE_LEADER_S
        self._start_grace(state.agent, max(0.0, self._grace_s - (lost_s or 0.0)) + later_s)
        if state.connected:
            self._post(Disconnect(state.agent))

    def _start_grace(self, agent_id: str, delay_s: float) -> None:
        self._timers.set(("agent_grace", agent_id), delay_s, lambda: self._grace_over(agent_id))

    async def _grace_over(self, agent_id: str) -> None:
        try:
            if not self._roll_call.is_settled():
                raise Refusal("unavailable", "Nobody can say who is connected elsewhere.")
            await self._roll_call.refresh()
            state = self._dispatch.agent(agent_id)
            if self._roll_call.has_agent(agent_id) or state is None or not _is_missed(state):
                return
            agent = self._directory.agent(agent_id)
            if agent is not None and agent.status != "offline":
                await self._keep(
                    agent_id,
                    AgentChanges(status="offline", status_reason=CONNECTION_LOST, status_since=self._clock.now()),
                )
            await self._dispatch.order(Vanish(agent_id))
        except (StoreError, Refusal):
            # Nobody must be left waiting behind an agent who is gone: again, until the record takes it.
            self._start_grace(agent_id, RETRY_S)
            return
        self._last_seen_ms.pop(agent_id, None)

    def _post(self, command: Command) -> None:
        task = asyncio.ensure_future(self._dispatch.post(command))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    # ---- status -------------------------------------------------------------------------------------------------

    async def set_status(self, agent_id: str, status: Status, reason: str | None, capacity: int | None) -> Agent:
        """The agent's own word, kept in the record; the queue follows. Raises StoreError."""
        changes = AgentChanges(
            status=status, status_reason=reason or "", status_since=self._clock.now(), capacity=capacity
        )
        agent = await self._keep(agent_id, changes)
        await self._dispatch.post(SetStatus(agent_id, status, capacity))
        return agent

    async def _keep(self, agent_id: str, changes: AgentChanges) -> Agent:
        agent = await self._store.change_agent(agent_id, changes)
        self._directory.put_agent(agent)
        return agent

    async def take_over_accounts(self) -> None:
        """After joining: the queue may have missed what the record says.

        Raises StoreError, QueueUnavailable, Refusal.
        """
        await self._directory.refresh()
        await self.sync_accounts()

    async def sync_accounts(self) -> None:
        """Make the queue know every account as the record has it. Raises QueueUnavailable, Refusal."""
        wanted = {agent.id: agent for agent in self._directory.agents()}
        known = {state.agent: state for state in await self._dispatch.queue.agents()}
        for agent in wanted.values():
            state = known.get(agent.id)
            if state is None or (state.departments, state.tier, state.capacity, state.status) != (
                tuple(sorted(agent.department_ids)),
                agent.tier,
                agent.capacity,
                agent.status,
            ):
                order = SetAgent(agent.id, agent.department_ids, agent.tier, agent.capacity, agent.status)
                await self._dispatch.order(order)
        for agent_id in known.keys() - wanted.keys():
            await self._dispatch.order(RemoveAgent(agent_id))

    # ---- ledger -------------------------------------------------------------------------------------------------

    def _observe(self, decided: Decided) -> None:
        gone_for_good = decided.command.agent if isinstance(decided.command, Vanish | RemoveAgent) else None
        for event in decided.events:
            if isinstance(event, AgentChanged) and (
                event.connected or event.agent == gone_for_good or not self.is_in_grace(event.agent)
            ):
                self._note(event, is_own=decided.is_own)

    def _note(self, event: AgentChanged, *, is_own: bool) -> None:
        spokesman = self._roll_call.spokesman_of(event.agent)
        if spokesman != self._roll_call.process_id and not (spokesman is None and is_own):
            return
        agent = self._directory.agent(event.agent)
        vanished = not event.connected and event.agent in self._last_seen_ms
        at = from_ms(self._last_seen_ms[event.agent]) if vanished else self._clock.now()
        reason = CONNECTION_LOST if vanished else (agent.status_reason if agent else None)
        self._ledger.note(event, at, reason or None)

    def _vouch(self, state: AgentChanged) -> None:
        """This server writes about the agent from now on; where another one had them, from the last that it was heard.

        Who came back within the grace has left no gap. Who came back later has, until this server had them.
        """
        if not state.connected or self._ledger.is_written_here(state.agent):
            return
        if self._roll_call.spokesman_of(state.agent) != self._roll_call.process_id:
            return
        now_ms = self._clock.now_ms()
        since_ms = self._since_ms.get(state.agent, now_ms)
        heard_s = self._roll_call.heard_elsewhere_s(state.agent)
        if heard_s is not None and now_ms - heard_s * 1000 >= since_ms - self._grace_s * 1000:
            since_ms = min(since_ms, now_ms - round(heard_s * 1000) - OVERLAP_MS)
        agent = self._directory.agent(state.agent)
        self._ledger.note(state, from_ms(since_ms), agent.status_reason if agent else None)


def _is_missed(state: AgentChanged) -> bool:
    """Gone, as far as connections say, and not yet for the queue."""
    return state.connected or state.status != "offline" or state.load > 0
