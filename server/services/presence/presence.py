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
from server.services.known.directory import Directory
from server.services.known.roll_call import RollCall
from server.services.known.timers import Timers
from server.services.presence.ledger import Ledger
from server.services.routing.dispatch import Decided, Dispatch
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
        self._ending: set[str] = set()
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
        await self._roll_call.refresh()  # `_look` then: who went to another server has left no gap

    def is_in_grace(self, agent_id: str) -> bool:
        return agent_id in self._ending or self._timers.is_set(("agent_grace", agent_id))

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
                if state.agent in self._since_ms:  # what was before now is written by others
                    self._since_ms[state.agent] = self._clock.now_ms()

    def _miss(self, state: AgentChanged) -> None:
        if state.connected:  # also where a `Connect` that was late came after the `Disconnect`
            self._post(Disconnect(state.agent))
        if self.is_in_grace(state.agent):
            return
        lost_s = self._roll_call.lost_s(state.agent)
        if lost_s is not None:
            self._last_seen_ms.setdefault(state.agent, self._clock.now_ms() - round(lost_s * 1000))
        later_s = 0.0 if self._roll_call.is_leader() else AFTER_THE_LEADER_S
        self._start_grace(state.agent, max(0.0, self._grace_s - (lost_s or 0.0)) + later_s)

    def _start_grace(self, agent_id: str, delay_s: float) -> None:
        self._timers.set(("agent_grace", agent_id), delay_s, lambda: self._grace_over(agent_id))

    async def _grace_over(self, agent_id: str) -> None:
        self._ending.add(agent_id)  # the roll that is called here begins no further grace
        try:
            if not self._roll_call.is_settled():
                raise Refusal("unavailable", "Nobody can say who is connected elsewhere.")
            await self._roll_call.refresh()
            state = self._dispatch.agent(agent_id)
            if not self._roll_call.has_agent(agent_id) and state is not None and _is_missed(state):
                await self._vanish(agent_id)
        except (StoreError, Refusal):
            # Nobody must be left waiting behind an agent who is gone: again, until the record takes it.
            self._start_grace(agent_id, RETRY_S)
            return
        finally:
            self._ending.discard(agent_id)
        self._last_seen_ms.pop(agent_id, None)

    async def _vanish(self, agent_id: str) -> None:
        """Raises StoreError, Refusal."""
        agent = self._directory.agent(agent_id)
        if agent is not None and agent.status != "offline":
            gone = AgentChanges(status="offline", status_reason=CONNECTION_LOST, status_since=self._clock.now())
            await self._keep(agent_id, gone)
        await self._dispatch.order(Vanish(agent_id))

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
        await self.sync_accounts()

    async def sync_accounts(self) -> bool:
        """Make the queue know every account as the record has it. True where the record was news here.

        First the queue is read, then the record: who changes their status elsewhere at this moment changes the record
        first, and must not be put back to what they were. Raises StoreError, QueueUnavailable, Refusal.
        """
        known = {state.agent: state for state in await self._dispatch.queue.agents()}
        is_news = await self._directory.refresh()
        wanted = {agent.id: agent for agent in self._directory.agents()}
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
        return is_news

    # ---- ledger -------------------------------------------------------------------------------------------------

    def _observe(self, decided: Decided) -> None:
        """Who is online and not connected may be back within the grace; else they vanish, and are offline then."""
        said_so = isinstance(decided.command, SetStatus)
        for event in decided.events:
            if isinstance(event, AgentChanged) and (event.connected or event.status != "online"):
                self._note(event, is_own=decided.is_own, said_so=said_so)

    def _note(self, event: AgentChanged, *, is_own: bool, said_so: bool = False) -> None:
        """said_so: it is the agent's own word, so it holds from now on; where they said it the reason is known."""
        spokesman = self._roll_call.spokesman_of(event.agent)
        is_written_here = self._ledger.is_written_here(event.agent)
        if not (
            spokesman == self._roll_call.process_id
            or (said_so and is_own)
            or (spokesman is None and (is_own or is_written_here))
        ):
            return
        agent = self._directory.agent(event.agent)
        at_ms, reason = self._clock.now_ms(), agent.status_reason if agent else None
        if event.connected and not is_written_here and not said_so:
            at_ms = self._here_since_ms(event.agent)
        elif not event.connected and not said_so and event.agent in self._last_seen_ms:
            at_ms, reason = self._last_seen_ms[event.agent], CONNECTION_LOST
        self._ledger.note(event, from_ms(at_ms), reason or None)

    def _vouch(self, state: AgentChanged) -> None:
        """This server writes about the agent from now on."""
        is_mine = self._roll_call.spokesman_of(state.agent) == self._roll_call.process_id
        if is_mine and state.connected and not self._ledger.is_written_here(state.agent):
            self._note(state, is_own=True)

    def _here_since_ms(self, agent_id: str) -> int:
        """From when on this server writes: where another one had them, from the last that it was heard.

        Who came back within the grace has left no gap. Who came back later has, until this server had them.
        """
        now_ms = self._clock.now_ms()
        since_ms = self._since_ms.get(agent_id, now_ms)
        heard_s = self._roll_call.heard_elsewhere_s(agent_id)
        if heard_s is not None and now_ms - heard_s * 1000 >= since_ms - self._grace_s * 1000:
            since_ms = min(since_ms, now_ms - round(heard_s * 1000) - OVERLAP_MS)
        return since_ms


def _is_missed(state: AgentChanged) -> bool:
    """Gone, as far as connections say, and not yet for the queue."""
    return state.connected or state.status != "offline" or state.load > 0
