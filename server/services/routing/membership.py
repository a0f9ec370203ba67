"""This server as one of several at one desk: joins it, hears what the others decide, carries on what one of them began.

The queue is in Redis, the record in MongoDB. Who finds no desk in Redis (it came back empty) asks for the right to
rebuild it; the others join what was built. A decision whose effects nobody has carried into the record in time, because
its server died, is taken over by the leader. What else differs is found by comparing, and then the record is right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from queueing.errors import QueueUnavailable
from queueing.model import Assigned, Event, Queued, Requeued
from queueing.news import Decision
from queueing.port import SharedQueuePort
from queueing.states import ChatState
from server.clock import Clock
from server.errors import Refusal
from server.log import logger
from server.services.known.open_chats import OpenChats
from server.services.known.roll_call import RollCall
from server.services.routing.agreement import agree, chat_state
from server.services.routing.dispatch import Dispatch, Duty
from server.services.routing.effects import Effects
from server.services.routing.journal import Journal
from server.services.routing.roster import Roster
from transcripts.errors import StoreError, StoreUnavailable
from transcripts.port import Store
from transcripts.records import Chat

JOIN_WITHIN_S = 5.0
"""So long a start waits for the queue; then the server serves without it until it is there."""
NEWS_EVERY_S = 0.1
TAKE_OVER_EVERY_S = 1.0
GLANCE_EVERY_S = 2.0
COMPARE_EVERY = 5
"""At so many glances the record itself is asked, and not only what this server knows of it."""
RETRY_S = 0.25
STEADY_S = 2.0
"""A queue that is lost again sooner than this after it was joined is joined with growing pauses, of so long at most: a
full or read-only Redis can be read, and so be joined, but takes nothing; 20 lines of log a second help nobody."""
REBUILD_FOR_S = 10.0
OVERDUE_MS = 3_000
"""A decision that old whose effects are not in the record has lost its server."""
LOOK_TWICE_S = 2.0
"""What differs at two looks so far apart is not on its way."""

Differences = dict[str, tuple[ChatState | None, ChatState | None]]


class Membership:
    """The `Recovery` of a queue that several servers share."""

    def __init__(
        self,
        queue: SharedQueuePort,
        dispatch: Dispatch,
        effects: Effects,
        journal: Journal,
        roster: Roster,
        roll_call: RollCall,
        store: Store,
        open_chats: OpenChats,
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._dispatch = dispatch
        self._effects = effects
        self._journal = journal
        self._roster = roster
        self._roll_call = roll_call
        self._store = store
        self._open_chats = open_chats
        self._clock = clock
        self._glances = 0
        self._is_member = False
        self._joined_at_s = 0.0
        self._pause_s = 0.0
        self._cursor = ""
        self._carried_out: list[str] = []
        self._joining: asyncio.Task[None] | None = None
        self._settling: asyncio.Task[None] | None = None
        self._on_join: list[Callable[[], Awaitable[object]]] = []
        dispatch.on_carried_out(self._carried_out.append)

    @property
    def is_needed(self) -> bool:
        return not self._is_member

    def on_join(self, action: Callable[[], Awaitable[object]]) -> None:
        """`action` is done whenever this server has joined the desk (again): the queue may have missed something."""
        self._on_join.append(action)

    def begin(self, fault: StoreUnavailable | QueueUnavailable) -> None:
        """Only for the queue's faults: what the record did not take is pending, and taken over later."""
        if isinstance(fault, QueueUnavailable) and (self._joining is None or self._joining.done()):
            if self._is_member:
                logger.warning("queue_lost", error=str(fault))
                lasted_s = self._clock.monotonic_s() - self._joined_at_s
                self._pause_s = 0.0 if lasted_s > STEADY_S else min(STEADY_S, 2 * self._pause_s or RETRY_S)
            self._is_member = False
            self._joining = asyncio.ensure_future(self._join())

    async def start(self) -> None:
        self.begin(QueueUnavailable("not joined yet"))
        assert self._joining is not None
        await asyncio.wait({self._joining}, timeout=JOIN_WITHIN_S)
        if self._settling is not None:
            await asyncio.wait({self._settling}, timeout=JOIN_WITHIN_S)

    def duties(self) -> tuple[tuple[float, Duty], ...]:
        return (
            (NEWS_EVERY_S, self.listen),
            (NEWS_EVERY_S, self._journal.write),
            (TAKE_OVER_EVERY_S, self.take_over),
            (GLANCE_EVERY_S, self.compare_as_leader),
        )

    async def aclose(self) -> None:
        for task in (self._joining, self._settling):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._queue.aclose()

    # ---- joining ------------------------------------------------------------------------------------------------

    async def _join(self) -> None:
        await asyncio.sleep(self._pause_s)
        failing = False
        while True:
            try:
                if await self._queue.adopt():
                    break
                if await self._queue.may_rebuild(self._roll_call.process_id, REBUILD_FOR_S):
                    await self._dispatch.rebuild(await self._roster.agents())
                    logger.info("queue_rebuilt")
                    break
            except (QueueUnavailable, StoreError) as exc:
                if not failing:
                    logger.warning("queue_unreachable", error=str(exc) or type(exc).__name__)
                failing = True
            await asyncio.sleep(RETRY_S)
        await self._enter()

    async def _enter(self) -> None:
        try:
            self._cursor = (await self._queue.news("")).cursor
            await self._dispatch.relearn()
        except QueueUnavailable:
            self._joining = asyncio.ensure_future(self._join())
            return
        self._is_member = True
        self._joined_at_s = self._clock.monotonic_s()
        logger.info("queue_joined")
        if self._settling is not None:
            self._settling.cancel()
        self._settling = asyncio.ensure_future(self._settle_in())  # apart: the queue may be lost again meanwhile

    async def _settle_in(self) -> None:
        for action in (*self._on_join, self.compare):
            try:
                await action()
            except (QueueUnavailable, StoreError, Refusal) as exc:
                logger.warning("join_incomplete", error=type(exc).__name__)

    # ---- news ---------------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Hear what was decided since the last time, and confirm what was carried out here."""
        if not self._is_member:
            return
        try:
            if self._carried_out:
                done = tuple(self._carried_out)
                await self._queue.confirm(done)
                del self._carried_out[: len(done)]
            news = await self._queue.news(self._cursor)
            self._cursor = news.cursor
            if not news.complete:
                await self._dispatch.relearn()
        except QueueUnavailable as exc:
            self.begin(exc)
            return
        for decision in news.decisions:
            self._dispatch.learn(decision)

    # ---- what nobody carried out --------------------------------------------------------------------------------

    async def take_over(self) -> None:
        """Carry out what is overdue, as far as the queue still means it."""
        if not self._is_member or not self._roll_call.is_leader():
            return
        overdue = await self._queue.overdue(self._clock.now_ms() - OVERDUE_MS)
        if not overdue:
            return
        states = {chat.chat: chat for chat in (await self._queue.snapshot()).chats}
        of_chat: dict[str, list[Decision]] = {}
        for decision in overdue:
            logger.warning("decision_taken_over", version=decision.version, command=type(decision.command).__name__)
            moved = (event.chat for event in decision.events if isinstance(event, Assigned | Requeued | Queued))
            for chat_id in dict.fromkeys(moved):
                of_chat.setdefault(chat_id, []).append(decision)
        # One chat does not wait for another: a record that is slow now would make the last of them very late.
        settling = (self._settle_in_turn(chat, states.get(chat), decisions) for chat, decisions in of_chat.items())
        outcomes = await asyncio.gather(self._journal.keep_of_others(overdue), *settling, return_exceptions=True)
        for failure in filter(None, outcomes):
            raise failure  # nothing is confirmed: the next round begins where this one ended
        await self._queue.confirm([decision.id for decision in overdue])

    async def _settle_in_turn(self, chat_id: str, state: ChatState | None, decisions: Sequence[Decision]) -> None:
        for decision in decisions:
            await self._settle(chat_id, state, decision)

    async def _settle(self, chat_id: str, state: ChatState | None, decision: Decision) -> None:
        """Bring the record to where the queue has the chat; where it refuses, the queue to the record."""
        chat = await self._store.chat(chat_id)
        if chat is None or agree(state, chat):
            return
        if state is None or chat.state == "closed":
            self._dispatch.restore_soon(chat)
            return
        agents = {agent.agent: agent for agent in self._dispatch.agents()}
        truth = await self._effects.carry_out(chat, list(_steps(chat, state, decision)), agents)
        if truth is not None:
            self._dispatch.restore_soon(truth)

    # ---- what differs -------------------------------------------------------------------------------------------

    async def compare_as_leader(self) -> None:
        """With what this server knows of the record; where that differs, and now and then, with the record itself."""
        if not self._is_member or not self._roll_call.is_leader():
            return
        self._glances += 1
        if self._glances % COMPARE_EVERY == 0 or await self._differences(self._open_chats.all()):
            await self.compare()

    async def compare(self) -> None:
        """Where queue and record differ, and not only for a moment, the queue learns the truth."""
        first = await self._differences()
        if not first:
            return
        await asyncio.sleep(LOOK_TWICE_S)
        for chat_id, differs in (await self._differences()).items():
            chat = await self._store.chat(chat_id) if first.get(chat_id) == differs else None
            if chat is not None:
                logger.warning("queue_corrected", chat=chat_id, state=chat.state)
                self._dispatch.restore_soon(chat)

    async def _differences(self, known: Sequence[Chat] | None = None) -> Differences:
        """known: what is taken for the record's open chats; else the record is asked."""
        told = {chat.chat: chat for chat in (await self._queue.snapshot()).chats}
        true = {chat.id: chat_state(chat) for chat in (await self._store.open_chats() if known is None else known)}
        return {
            chat_id: (told.get(chat_id), true.get(chat_id))
            for chat_id in told.keys() | true.keys()
            if told.get(chat_id) != true.get(chat_id)
        }


def _steps(chat: Chat, state: ChatState, decision: Decision) -> Iterator[Event]:
    """From where the record has the chat to where the queue has it, in the words of the decision where it has some."""
    had = chat.agent_id if chat.state == "active" else None
    is_put_back = had is not None and state.agent is None and not state.returned  # by a transfer to where it was
    if is_put_back or (chat.department_id, chat.tier) != (state.department, state.tier):
        yield Queued(chat.id, state.department, state.tier, had)
        had = None
    if state.agent is not None and state.agent != had:
        decided = next(
            (e for e in decision.events if isinstance(e, Assigned) and (e.chat, e.agent) == (chat.id, state.agent)),
            None,
        )
        rule = decided.rule if decided else "routed"
        yield Assigned(chat.id, state.agent, rule, had, forced=bool(decided and decided.forced))
    elif state.agent is None and had is not None:
        returned = next((e for e in decision.events if isinstance(e, Requeued) and e.chat == chat.id), None)
        yield Requeued(chat.id, had, returned.cause if returned else "connection_lost")
