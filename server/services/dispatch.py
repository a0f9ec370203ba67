"""Commands to the queue, one after the other, and their effects on the record.

The queue proposes, the store disposes: every assignment is a compare-and-set in the record. A refused proposal sends
the record's truth back to the queue; a record that cannot be written throws the queue's state away, and it is rebuilt
from the record's open chats. Each command goes to the journal with what it decides, so that it can be replayed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from queueing import codec
from queueing.errors import QueueUnavailable
from queueing.model import (
    AgentChanged,
    AgentState,
    Applied,
    Assigned,
    ChatState,
    Command,
    Event,
    Queued,
    RemoveAgent,
    Requeued,
    Restore,
    Settle,
    Snapshot,
)
from queueing.port import QueuePort
from server.clock import Clock
from server.errors import Refusal
from server.log import logger
from server.services.directory import Directory
from server.services.open_chats import OpenChats
from transcripts import wording
from transcripts.errors import NotFound, RouteConflict, StoreError, StoreUnavailable
from transcripts.operations import Assign, EventText, Requeue
from transcripts.port import Store
from transcripts.records import Chat, JournalEntry

SNAPSHOT_EVERY = 500
"""Commands between two snapshots in the journal: what a replay reads at most."""
REBUILD_RETRY_S = 1.0

Observer = Callable[[Command, Applied], None]


class Dispatch:
    def __init__(
        self,
        queue: QueuePort,
        store: Store,
        open_chats: OpenChats,
        directory: Directory,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self.queue = queue
        self._store = store
        self._open_chats = open_chats
        self._directory = directory
        self._clock = clock
        self._new_id = new_id
        self._lock = asyncio.Lock()
        self._epoch = ""
        self._since_snapshot = 0
        self._agents: dict[str, AgentChanged] = {}
        self._observers: list[Observer] = []
        self._rebuilding: asyncio.Task[None] | None = None
        self._restoring: set[asyncio.Task[None]] = set()

    def observe(self, observer: Observer) -> None:
        """`observer` sees every command and its events once their effects are in the record."""
        self._observers.append(observer)

    def agents(self, department: str | None = None) -> tuple[AgentChanged, ...]:
        """As of the last command."""
        return tuple(a for a in self._agents.values() if department is None or department in a.departments)

    def agent(self, agent_id: str) -> AgentChanged | None:
        return self._agents.get(agent_id)

    async def order(self, command: Command) -> Applied:
        """Carry out one command with its effects.

        Raises Refusal unavailable; then the record is the truth and the queue is built anew from it.
        """
        try:
            async with self._lock:
                return await self._order(command)
        except (StoreUnavailable, QueueUnavailable) as exc:
            self._rebuild_soon()
            raise Refusal("unavailable", "The desk cannot be reached right now. Try again in a moment.") from exc

    async def rebuild(self, agents: Sequence[AgentState] | None = None) -> None:
        """Build the queue anew from the record's open chats, and agents as given or as last known."""
        async with self._lock:
            await self._rebuild(agents)

    async def aclose(self) -> None:
        tasks = [*self._restoring, *([self._rebuilding] if self._rebuilding else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---- one command --------------------------------------------------------------------------------------------

    async def _order(self, command: Command) -> Applied:
        now_ms = self._clock.now_ms()
        applied = await self.queue.apply(command, now_ms)
        await self._take_effect(command, applied, now_ms)
        self._since_snapshot += 1
        if self._since_snapshot >= SNAPSHOT_EVERY:
            await self._journal_snapshot(await self.queue.snapshot())
        return applied

    async def _take_effect(self, command: Command, applied: Applied, now_ms: int) -> None:
        self._agents.update({e.agent: e for e in applied.events if isinstance(e, AgentChanged)})
        if isinstance(command, RemoveAgent):
            self._agents.pop(command.agent, None)
        journal = asyncio.ensure_future(self._store.append_journal([self._entry(command, applied, now_ms)]))
        await asyncio.gather(journal, *self._effects(_news(command, applied.events)))
        for observer in self._observers:
            observer(command, applied)

    def _entry(self, command: Command, applied: Applied, now_ms: int) -> JournalEntry:
        decided = tuple(event.chat for event in applied.events if isinstance(event, Assigned))
        body = {"now_ms": now_ms, "command": codec.encode_command(command)}
        return JournalEntry(self._epoch, applied.version, "command", self._clock.now(), body, decided)

    def _effects(self, events: Sequence[Event]) -> list[asyncio.Future[None]]:
        """One task per chat, its events in order; different chats may share a commit."""
        per_chat: dict[str, list[Event]] = {}
        for event in events:
            if isinstance(event, Assigned | Requeued) or (isinstance(event, Queued) and self._is_moved(event)):
                per_chat.setdefault(event.chat, []).append(event)
        return [asyncio.ensure_future(self._effects_of(chat, todo)) for chat, todo in per_chat.items()]

    def _is_moved(self, event: Queued) -> bool:
        """By a transfer, not by joining: the record has the chat elsewhere, or with an agent."""
        chat = self._open_chats.get(event.chat)
        return event.from_agent is not None or (
            chat is not None and (chat.department_id != event.department or chat.tier != event.tier)
        )

    async def _effects_of(self, chat_id: str, events: Sequence[Event]) -> None:
        try:
            for event in events:
                chat = self._open_chats.get(chat_id) or await self._store.chat(chat_id)
                if chat is None:
                    return
                await self._effect(chat, event)
        except RouteConflict as exc:
            logger.warning("route_conflict", chat=chat_id, state=exc.chat.state)
            self._restore_soon(exc.chat)
        except NotFound:
            logger.error("routed_chat_unknown", chat=chat_id)

    async def _effect(self, chat: Chat, event: Event) -> None:
        now = self._clock.now()
        if isinstance(event, Assigned):
            agent = self._agents[event.agent]
            max_load = None if event.forced else agent.capacity
            await self._store.assign(
                Assign(chat.id, event.agent, chat.route_version, max_load, now, (self._assigned_text(chat, event),))
            )
        elif isinstance(event, Requeued):
            text = self._text(chat, "returned", {"cause": event.cause}, agent=event.agent, cause=event.cause)
            await self._store.requeue(Requeue(chat.id, chat.route_version, now, (text,)))
        elif isinstance(event, Queued):
            text = self._text(chat, "transferred", {}, department=event.department)
            await self._store.requeue(
                Requeue(
                    chat.id,
                    chat.route_version,
                    now,
                    (text,),
                    returned=False,
                    department_id=event.department,
                    tier=event.tier,
                )
            )

    def _assigned_text(self, chat: Chat, event: Assigned) -> EventText:
        codes = {"routed": "assigned", "taken": "assigned", "transferred": "transferred", "reassigned": "reassigned"}
        return self._text(chat, codes[event.rule], {"rule": event.rule}, agent=event.agent)

    def _text(
        self,
        chat: Chat,
        code: str,
        data: dict[str, object],
        *,
        agent: str | None = None,
        department: str | None = None,
        cause: str = "",
    ) -> EventText:
        says: dict[str, object] = {}
        if agent is not None:
            says["agent"] = self._directory.agent_name(agent)
            data = {**data, "agent": {"id": agent, "name": says["agent"]}}
        if department is not None:
            says["department"] = self._directory.department_name(department)
            data = {**data, "department": {"id": department, "name": says["department"]}}
        if cause:
            says["cause"] = cause
        return EventText(code, wording.event_sentence(code, chat.locale, **says), data)  # type: ignore[arg-type]

    # ---- when record and queue differ -----------------------------------------------------------------------------

    def _restore_soon(self, truth: Chat) -> None:
        agent = truth.agent_id if truth.state == "active" else None
        command = Restore(
            truth.id,
            truth.department_id,
            truth.tier,
            truth.priority,
            truth.line,
            truth.returned,
            truth.state == "queued",
            agent,
        )
        task = asyncio.ensure_future(self._try_to(command))
        self._restoring.add(task)
        task.add_done_callback(self._restoring.discard)

    async def _try_to(self, command: Command) -> None:
        with contextlib.suppress(Refusal):  # Then a rebuild is on its way and does the same.
            await self.order(command)

    def _rebuild_soon(self) -> None:
        if self._rebuilding is None or self._rebuilding.done():
            self._rebuilding = asyncio.ensure_future(self._rebuild_until_done())

    async def _rebuild_until_done(self) -> None:
        while True:
            try:
                return await self.rebuild()
            except (StoreError, QueueUnavailable) as exc:
                logger.error("rebuild_failed", error=type(exc).__name__)
                await asyncio.sleep(REBUILD_RETRY_S)

    async def _rebuild(self, agents: Sequence[AgentState] | None) -> None:
        chats = await self._store.open_chats()
        self._open_chats.load(chats)
        held: dict[str, list[str]] = {}
        for chat in sorted(chats, key=lambda chat: chat.line):
            if chat.agent_id is not None and chat.state == "active":
                held.setdefault(chat.agent_id, []).append(chat.id)
        known = await self.queue.agents() if agents is None else agents
        snapshot = Snapshot(
            0,
            tuple(sorted((_with_chats(a, tuple(held.get(a.agent, ()))) for a in known), key=lambda a: a.agent)),
            tuple(sorted((_chat_state(chat) for chat in chats), key=lambda chat: chat.chat)),
        )
        self._epoch = self._new_id()
        await self._journal_snapshot(snapshot)
        now_ms = self._clock.now_ms()
        applied = await self.queue.rebuild(snapshot, now_ms)
        self._agents = {a.agent: _visible(a) for a in await self.queue.agents()}
        await self._take_effect(Settle(), applied, now_ms)

    async def _journal_snapshot(self, snapshot: Snapshot) -> None:
        body = codec.encode_snapshot(snapshot)
        entry = JournalEntry(self._epoch, snapshot.version, "snapshot", self._clock.now(), body)
        await self._store.append_journal([entry])
        self._since_snapshot = 0


def _chat_state(chat: Chat) -> ChatState:
    agent = chat.agent_id if chat.state == "active" else None
    return ChatState(chat.id, chat.department_id, chat.tier, chat.priority, chat.line, chat.returned, agent)


def _with_chats(agent: AgentState, chats: tuple[str, ...]) -> AgentState:
    return replace(agent, chats=chats)


def _visible(a: AgentState) -> AgentChanged:
    return AgentChanged(a.agent, a.departments, a.status, a.connected, a.load, a.capacity)


def _news(command: Command, events: Sequence[Event]) -> Sequence[Event]:
    """What the record does not know yet: where `Restore` put its chat came from the record itself."""
    if not isinstance(command, Restore):
        return events
    restored = next(
        (n for n, e in enumerate(events) if isinstance(e, Queued | Assigned) and e.chat == command.chat), None
    )
    return events if restored is None else [e for n, e in enumerate(events) if n != restored]
