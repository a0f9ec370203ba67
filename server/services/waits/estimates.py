"""What waiting visitors are told about their wait: one estimator per department, fed with what happens, in order.

The estimators are rebuilt from the record after a restart. Every estimate shown is kept, so that it can be judged by
the wait that came true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from queueing.estimate import Estimator, Wait
from queueing.ghosts import Ghost, Ghosts
from queueing.model import AgentChanged, Assigned, Queued, Removed, Requeued
from queueing.routing import Rank, rank
from queueing.shown import Board
from server.clock import Clock
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Decided, Observed
from server.services.waits.offers import Offers
from server.services.waits.rehearsal import Rehearsal, promised, slots_over_time
from transcripts.figures import Course, Promise
from transcripts.port import Store
from transcripts.records import Chat, EstimateShown, PresenceRow

HISTORY = timedelta(days=14)
HISTORY_CHATS = 2000
LOOKS = (timedelta(hours=12), timedelta(days=2), HISTORY)
"""So far back, in turn, until there are HISTORY_CHATS: a busy department's fortnight is not read for them."""
MAX_UNWRITTEN = 50_000


@dataclass(slots=True)
class _Wait:
    """A chat in line. first_shown: the first estimate its visitor was told, and when.

    is_first_tier: whoever serves the department may have it.
    """

    department_id: str
    since_s: float
    rank: Rank
    first_shown: tuple[Wait, float] | None = None
    is_first_tier: bool = True


class Estimates:
    def __init__(
        self, store: Store, dispatch: Observed, open_chats: OpenChats, clock: Clock, make: Callable[[], Estimator]
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._open_chats = open_chats
        self._clock = clock
        self._make = make
        self._estimators: dict[str, Estimator] = {}
        self._slots: dict[str, int] = {}
        self._offered: dict[str, dict[str, int]] = {}
        self._waiting: dict[str, _Wait] = {}
        self._serving: dict[str, tuple[str, float]] = {}
        self._ghosts: dict[str, Ghosts] = {}
        self._boards: dict[str, Board] = {}
        self._promised: dict[str, tuple[Wait, float]] = {}
        self._unwritten: list[EstimateShown] = []
        self.offers = Offers(store, clock)
        dispatch.observe(self._observe)

    def wait(self, department_id: str, ahead: int) -> Wait | None:
        """None where nothing honest can be said: nobody accepts."""
        if self._slots.get(department_id, 0) == 0:
            return None
        return self._estimator(department_id).predict(ahead, self._now_s())

    def told(self, department_id: str, ahead: int, *, anew: bool = False) -> Wait | None:
        """What a visitor with `ahead` before them is told now (shown.py). anew: nobody here or behind was told yet."""
        if self._slots.get(department_id, 0) == 0:
            return None
        if department_id not in self._boards:
            self._boards[department_id] = Board(self._estimator(department_id))
        return self._boards[department_id].told(ahead, self._now_s(), anew=anew)

    def slots(self, department_id: str) -> int:
        """The capacity of the agents who accept."""
        return self._slots.get(department_id, 0)

    def shown(self, chat_id: str, position: int, wait: Wait | None) -> None:
        """To be called for every estimate that a visitor is told."""
        waiting, basis = self._waiting.get(chat_id), None
        if waiting is not None and waiting.first_shown is None and wait is not None:
            waiting.first_shown = (wait, self._now_s())
            basis = wait.basis.numbers() if wait.basis is not None else None
        if len(self._unwritten) < MAX_UNWRITTEN:
            likely_s, upto_s = (wait.likely_s, wait.upto_s) if wait else (None, None)
            self._unwritten.append(EstimateShown(chat_id, self._clock.now(), position, likely_s, upto_s, basis))

    async def write(self) -> None:
        shown, self._unwritten = self._unwritten, []
        if shown:
            await self._store.record_estimates(shown)
        await self.offers.write()

    async def learn_from_record(self, department_ids: Iterable[str]) -> None:
        """Tell each estimator its department's newest chats, with what they were promised, who was there, who waits.

        Raises StoreUnavailable; then nothing was learnt.
        """
        now = self._clock.now()
        capacities = {agent.id: agent.capacity for agent in await self._store.agents()}
        proofs = await self._store.proofs()
        line = {chat.id: self._wait_of(chat) for chat in self._open_chats.all() if chat.state == "queued"}
        concerned = dict.fromkeys([*department_ids, *(wait.department_id for wait in line.values())])
        histories = {department_id: await self._history(department_id, now) for department_id in concerned}
        for department_id, (courses, promises, rows) in histories.items():
            estimator = self._estimator(department_id)
            slots = slots_over_time(rows, proofs, capacities, department_id, now)
            waiting_s = [wait.since_s for wait in line.values() if wait.department_id == department_id]
            Rehearsal(estimator, self._moment_s).play(courses, promises, slots, waiting_s)
            estimator.slots_changed(self._now_s(), self._slots.get(department_id, 0))
            for promise in promises:
                if promise.over_at is None and (told := promised(promise, self._moment_s)) is not None:
                    self._promised[promise.chat_id] = told
        self._take_up(line)

    async def _history(
        self, department_id: str, now: datetime
    ) -> tuple[Sequence[Course], Sequence[Promise], Sequence[PresenceRow]]:
        courses: Sequence[Course] = ()
        for span in LOOKS:
            courses = (await self._store.courses(now - span, now, (department_id,), None))[-HISTORY_CHATS:]
            if len(courses) == HISTORY_CHATS:
                break
        promises = await self._store.promises(now - HISTORY, now, department_id, HISTORY_CHATS)
        return courses, promises, await self._store.presence(courses[0].at, now) if courses else ()

    def _take_up(self, line: Mapping[str, _Wait]) -> None:
        """Chats that were open before the start; the queue tells no news of them until something happens to them."""
        for chat_id, wait in line.items():
            self._waits(chat_id, wait)
        for chat in self._open_chats.all():
            if chat.state != "queued" and chat.assigned_at is not None:
                self._serving[chat.id] = (chat.department_id, self._moment_s(chat.assigned_at))

    def _wait_of(self, chat: Chat) -> _Wait:
        """Since when it waits, as far as that is known: who came back from an agent has no other moment than now."""
        now_s = self._now_s()
        since_s = now_s if chat.first_assigned_at else min(now_s, self._moment_s(chat.queued_at))
        place = rank(chat.priority, chat.returned, chat.line)
        return _Wait(chat.department_id, since_s, place, is_first_tier=chat.tier == 1)

    def _joins(self, chat_id: str, wait: _Wait) -> None:
        self._waits(chat_id, wait)
        self._estimator(wait.department_id).arrived(wait.since_s)

    def _waits(self, chat_id: str, wait: _Wait) -> None:
        wait.first_shown = self._promised.pop(chat_id, None)
        self._waiting[chat_id] = wait

    # ---- live -----------------------------------------------------------------------------------------------------

    def _observe(self, decided: Decided) -> None:
        now_s = self._now_s()
        for event in decided.events:
            if isinstance(event, Queued | Requeued):
                self._queued(event, now_s)
            elif isinstance(event, Assigned) and event.from_agent is None:
                self._assigned(event, now_s)
            elif isinstance(event, Removed):
                self._removed(event.chat, now_s)
            elif isinstance(event, AgentChanged):
                self._offer(event, now_s)
        self.offers.follow(decided.events)
        if self._ghosts:
            self._reach_every_ghost(decided, now_s)

    def _queued(self, event: Queued | Requeued, now_s: float) -> None:
        chat = self._open_chats.get(event.chat)
        self._serving_over(event.chat, now_s)
        before = self._waiting.get(event.chat)
        # Another server's new chat may be in the queue's news before it is in the record's.
        told = event.department if isinstance(event, Queued) else None
        department_id = told or (chat.department_id if chat else None)
        if department_id is None or (before is not None and before.department_id == department_id):
            return
        if before is not None:  # moved to another line: those behind are one nearer, as if it had given up
            self._estimator(before.department_id).abandoned(now_s, now_s - before.since_s)
        place = rank(chat.priority, chat.returned, chat.line) if chat else rank("normal", False, 0)
        is_first_tier = chat is None or chat.tier == 1
        self._joins(event.chat, _Wait(department_id, now_s, place, is_first_tier=is_first_tier))

    def _assigned(self, event: Assigned, now_s: float) -> None:
        wait = self._waiting.pop(event.chat, None)
        if wait is not None:
            if event.rule == "routed":
                self.offers.routed(event.agent, wait.rank)
            if event.rule == "routed" and wait.department_id in self._ghosts:
                reached = self._ghosts[wait.department_id].reached(wait.rank)
                self._judge(wait.department_id, reached, now_s, answered=True)
            self._estimator(wait.department_id).started(now_s, now_s - wait.since_s)
            self._came_true(wait, now_s)
            self._serving[event.chat] = (wait.department_id, now_s)

    def _removed(self, chat_id: str, now_s: float) -> None:
        wait = self._waiting.pop(chat_id, None)
        if wait is not None:
            self._estimator(wait.department_id).abandoned(now_s, now_s - wait.since_s)
            if wait.first_shown is not None:
                shown, shown_s = wait.first_shown
                self._ghosts.setdefault(wait.department_id, Ghosts()).add(Ghost(wait.rank, shown_s, shown))
                if wait.is_first_tier:
                    self.offers.gave_up(chat_id, wait.department_id, wait.rank)
        self._serving_over(chat_id, now_s)

    def _serving_over(self, chat_id: str, now_s: float) -> None:
        """The chat's slot is free again: it ended, or waits once more."""
        served = self._serving.pop(chat_id, None)
        if served is not None:
            department_id, since_s = served
            self._estimator(department_id).ended(now_s, now_s - since_s)

    def _came_true(self, wait: _Wait, now_s: float) -> None:
        if wait.first_shown is not None:
            shown, at_s = wait.first_shown
            self._estimator(wait.department_id).resolved(shown, now_s - at_s, answered=True)

    def _reach_every_ghost(self, decided: Decided, now_s: float) -> None:
        """Places given up at the end of a line that nobody waits in: reached by a free slot, or by nobody any more."""
        assigned = any(isinstance(event, Assigned) for event in decided.events)
        freed: set[str] = set()
        for event in decided.events:
            if isinstance(event, Removed | AgentChanged) and event.agent is not None and not assigned:
                freed.update(self._offered.get(event.agent, {}))
        # A slot that stays free is rare while many wait, so that they are looked through seldom.
        waited_for = {wait.department_id for wait in self._waiting.values()} if freed & self._ghosts.keys() else set()
        for department_id in tuple(self._ghosts):
            if self._slots.get(department_id, 0) == 0:
                self._judge(department_id, self._ghosts.pop(department_id).all(), now_s, answered=False)
            elif department_id in freed and department_id not in waited_for:
                self._judge(department_id, self._ghosts.pop(department_id).all(), now_s, answered=True)

    def _judge(self, department_id: str, ghosts: list[Ghost], now_s: float, *, answered: bool) -> None:
        for ghost in ghosts:
            self._estimator(department_id).resolved(ghost.shown, now_s - ghost.shown_s, answered)

    def _offer(self, event: AgentChanged, now_s: float) -> None:
        """Take an agent's capacity into the slots of their departments; only what changed is touched."""
        before = self._offered.pop(event.agent, {})
        after = dict.fromkeys(event.departments, event.capacity) if event.accepting else {}
        self._offered[event.agent] = after
        for department_id in before.keys() | after.keys():
            change = after.get(department_id, 0) - before.get(department_id, 0)
            if change:
                self._slots[department_id] = self._slots.get(department_id, 0) + change
                self._estimator(department_id).slots_changed(now_s, self._slots[department_id])
                if department_id in self._boards:
                    self._boards[department_id].changed()

    def _estimator(self, department_id: str) -> Estimator:
        if department_id not in self._estimators:
            self._estimators[department_id] = self._make()
        return self._estimators[department_id]

    def _now_s(self) -> float:
        return self._clock.monotonic_s()

    def _moment_s(self, at: datetime) -> float:
        """A moment of the record on the estimators' clock."""
        return self._now_s() - (self._clock.now() - at).total_seconds()
