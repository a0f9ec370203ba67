"""Commands to the queue and what becomes of them: effects in the record, a line in the journal, news to observers.

The queue proposes, the store disposes (effects.py). A refused proposal sends the record's truth back to the queue.
Each command goes to the journal with what it decides, so that it can be replayed. What to do when the queue or the
record cannot be reached is another's concern (`Recovery`): alone the queue is built anew (rebuilding.py), among several
servers the desk is joined again (membership.py).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from queueing.errors import QueueUnavailable
from queueing.model import AgentChanged, Applied, Assigned, Command, Event, Join, Queued, RemoveAgent, Restore, Settle
from queueing.news import Decision
from queueing.port import QueuePort
from queueing.states import AgentState, Snapshot
from server.clock import Clock
from server.errors import Refusal
from server.services.routing.agreement import chat_state, restoring
from server.services.routing.effects import Effects
from server.services.routing.journal import Journal
from transcripts.errors import StoreUnavailable
from transcripts.port import Store
from transcripts.records import Chat

POST_WITHIN_S = 0.3
SEEN_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Decided:
    """One command and its events. is_own: this server gave it."""

    command: Command
    events: tuple[Event, ...]
    is_own: bool


Observer = Callable[[Decided], None]
Duty = Callable[[], Coroutine[Any, Any, None]]


class Observed(Protocol):
    """Where decisions can be heard of: `Dispatch`, and the simulation's virtual desk."""

    def observe(self, observer: Observer) -> None: ...


class Recovery(Protocol):
    """What brings queue and record together again."""

    @property
    def is_needed(self) -> bool:
        """The queue cannot be reached: who waits, waits; nobody is assigned."""

    async def start(self) -> None:
        """Raises StoreUnavailable."""

    def duties(self) -> tuple[tuple[float, Duty], ...]:
        """What has to be done again and again, each with its period in seconds."""

    def begin(self, fault: StoreUnavailable | QueueUnavailable) -> None:
        """Something could not be reached: see to it that both agree when it can. Returns at once."""

    async def aclose(self) -> None: ...


class Dispatch:
    def __init__(
        self, queue: QueuePort, store: Store, effects: Effects, journal: Journal, clock: Clock, *, serial: bool
    ) -> None:
        """serial: one command after the other, effects included; False where other servers give commands too."""
        self.queue = queue
        self._store = store
        self._effects = effects
        self._journal = journal
        self._clock = clock
        self._turn: contextlib.AbstractAsyncContextManager[object] = (
            asyncio.Lock() if serial else contextlib.nullcontext()
        )
        self._serial = serial
        self._agents: dict[str, AgentChanged] = {}
        self._agent_versions: dict[str, int] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._observers: list[Observer] = []
        self._confirmers: list[Callable[[str], None]] = []
        self._recovery: Recovery | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def observe(self, observer: Observer) -> None:
        """`observer` sees every command and its events once; own ones when their effects are in the record."""
        self._observers.append(observer)

    def recover_with(self, recovery: Recovery) -> None:
        self._recovery = recovery

    def on_carried_out(self, confirm: Callable[[str], None]) -> None:
        """`confirm` is told the id of every own decision whose effects are in the record."""
        self._confirmers.append(confirm)

    @property
    def is_away(self) -> bool:
        """The queue cannot be reached now."""
        return self._recovery is not None and self._recovery.is_needed

    def agents(self, department: str | None = None) -> tuple[AgentChanged, ...]:
        """As of the last command that is known here."""
        return tuple(a for a in self._agents.values() if department is None or department in a.departments)

    def agent(self, agent_id: str) -> AgentChanged | None:
        return self._agents.get(agent_id)

    async def order(self, command: Command) -> Applied:
        """Carry out one command with its effects. Raises Refusal unavailable; a recovery is then on its way."""
        try:
            if self.is_away:
                raise QueueUnavailable("the queue is being joined again")
            async with self._turn:
                return await self._order(command)
        except (StoreUnavailable, QueueUnavailable) as exc:
            if self._recovery is not None:
                self._recovery.begin(exc)
            raise Refusal("unavailable", "The desk cannot be reached right now. Try again in a moment.") from exc

    async def post(self, command: Command) -> None:
        """Tell the queue what the record knows already. Never waits long for a queue elsewhere, and never raises:
        what it does not hear now it learns from the record, when it can be reached again.
        """
        task = self._begin(command)
        await asyncio.wait({task}, timeout=None if self._serial else POST_WITHIN_S)

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- one command --------------------------------------------------------------------------------------------

    async def _order(self, command: Command) -> Applied:
        now_ms, epoch = self._clock.now_ms(), self.queue.epoch
        applied = await self.queue.apply(command, now_ms)
        await self._take_effect(command, applied, self._journal.keep(epoch, command, applied, now_ms))
        await self._journal.snapshot_if_due()
        return applied

    async def _take_effect(self, command: Command, applied: Applied, keeping: Coroutine[Any, Any, None]) -> None:
        fresh = self._fresh(applied.version, command, applied.events)
        is_news = self._is_first_sight(applied.id)  # asked now: the queue's news may have it before the record does
        decided = Decided(command, fresh, is_own=True)
        journal = asyncio.ensure_future(keeping)
        effects = self._effects.begin(_news(command, applied.events), self._agents)
        try:
            _, *truths = await asyncio.gather(journal, *effects)
        except BaseException:
            if is_news and applied.id:  # it stands in the queue of all servers, and another one carries it out
                self._tell(decided)
            raise
        for confirm in self._confirmers if applied.id else ():
            confirm(applied.id)
        if is_news:
            self._tell(decided)
        for truth in truths:
            if truth is not None:
                self.restore_soon(truth)

    # ---- what other servers ordered -----------------------------------------------------------------------------

    def learn(self, decision: Decision) -> None:
        """A decision that is in the queue's news; own ones are known already."""
        if decision.epoch != self.queue.epoch:
            return
        fresh = self._fresh(decision.version, decision.command, decision.events)  # `relearn` may have undone an own one
        if self._is_first_sight(decision.id):
            self._tell(Decided(decision.command, fresh, is_own=False))

    async def relearn(self) -> None:
        """Read every agent anew, where news are gone; observers see what differs. Raises QueueUnavailable."""
        states = await self.queue.agents()
        self._agent_versions.clear()
        now = {state.agent: _visible(state) for state in states}
        gone = (
            replace(known, departments=(), status="offline", connected=False, load=0, capacity=0)
            for agent_id, known in self._agents.items()
            if agent_id not in now
        )
        changed = [state for agent_id, state in now.items() if self._agents.get(agent_id) != state]
        self._agents = now
        self._journal.miss()
        self._tell(Decided(Settle(), (*gone, *changed), is_own=False))

    def _is_first_sight(self, decision_id: str) -> bool:
        if not decision_id:
            return True
        if decision_id in self._seen:
            return False
        self._seen[decision_id] = None
        if len(self._seen) > SEEN_KEPT:
            self._seen.popitem(last=False)
        return True

    def _fresh(self, version: int, command: Command, events: Sequence[Event]) -> tuple[Event, ...]:
        """Without what is older than what is known of an agent: decisions of two servers are not heard in order."""
        fresh = []
        for event in events:
            if isinstance(event, AgentChanged):
                if self._agent_versions.get(event.agent, 0) > version:
                    continue
                self._agent_versions[event.agent] = version
                self._agents[event.agent] = event
            fresh.append(event)
        if isinstance(command, RemoveAgent) and self._agent_versions.get(command.agent, version) == version:
            self._agents.pop(command.agent, None)
        return tuple(fresh)

    def _tell(self, decided: Decided) -> None:
        for observer in self._observers:
            observer(decided)

    # ---- when record and queue differ ---------------------------------------------------------------------------

    def restore_soon(self, truth: Chat) -> None:
        """The queue has to take what the record says."""
        _ = self._begin(restoring(truth))

    async def _try_to(self, command: Command) -> None:
        with contextlib.suppress(Refusal):  # Then a recovery is on its way and does the same.
            await self.order(command)

    async def rebuild(self, agents: Sequence[AgentState]) -> None:
        """Build the queue anew from the record's open chats and these agents. Raises StoreError, QueueUnavailable."""
        async with self._turn:
            chats = await self._store.open_chats()
            held: dict[str, list[str]] = {}
            for chat in sorted(chats, key=lambda chat: chat.line):
                if chat.agent_id is not None and chat.state == "active":
                    held.setdefault(chat.agent_id, []).append(chat.id)
            snapshot = Snapshot(
                0,
                tuple(sorted((replace(a, chats=tuple(held.get(a.agent, ()))) for a in agents), key=lambda a: a.agent)),
                tuple(sorted((chat_state(chat) for chat in chats), key=lambda chat: chat.chat)),
            )
            now_ms = self._clock.now_ms()
            applied = await self.queue.rebuild(snapshot, now_ms)
            epoch = self.queue.epoch
            await self.relearn()
            await self._take_effect(Settle(), applied, self._journal.begin(epoch, snapshot, Settle(), applied, now_ms))

    def _begin(self, command: Command) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._try_to(command))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _visible(a: AgentState) -> AgentChanged:
    return AgentChanged(a.agent, a.departments, a.status, a.connected, a.load, a.capacity)


def _news(command: Command, events: Sequence[Event]) -> Sequence[Event]:
    """What the record does not know yet: where `Join` and `Restore` put their chat came from the record itself."""
    if isinstance(command, Join):
        return [event for event in events if not isinstance(event, Queued)]
    if not isinstance(command, Restore):
        return events
    restored = next(
        (n for n, e in enumerate(events) if isinstance(e, Queued | Assigned) and e.chat == command.chat), None
    )
    return events if restored is None else [e for n, e in enumerate(events) if n != restored]
