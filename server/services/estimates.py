"""What waiting visitors are told about their wait: one estimator per department, fed with what happens, in order.

The estimators are rebuilt from the record after a restart. Every estimate shown is kept, so that it can be judged by
the wait that came true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from queueing.estimate import Estimator, Wait
from queueing.model import AgentChanged, Assigned, Queued, Removed, Requeued
from server.clock import Clock
from server.services.dispatch import Decided, Dispatch
from server.services.open_chats import OpenChats
from transcripts.figures import Course
from transcripts.port import Store
from transcripts.records import EstimateShown

HISTORY = timedelta(days=14)
HISTORY_CHATS = 500
MAX_UNWRITTEN = 50_000


@dataclass(slots=True)
class _Wait:
    """A chat in line. first_shown: the first estimate its visitor was told, and when."""

    department_id: str
    since_s: float
    first_shown: tuple[Wait, float] | None = None


class Estimates:
    def __init__(
        self, store: Store, dispatch: Dispatch, open_chats: OpenChats, clock: Clock, make: Callable[[], Estimator]
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
        self._unwritten: list[EstimateShown] = []
        dispatch.observe(self._observe)

    def wait(self, department_id: str, ahead: int) -> Wait | None:
        """None where nothing honest can be said: nobody accepts."""
        if self._slots.get(department_id, 0) == 0:
            return None
        return self._estimator(department_id).predict(ahead, self._now_s())

    def slots(self, department_id: str) -> int:
        """The capacity of the agents who accept."""
        return self._slots.get(department_id, 0)

    def shown(self, chat_id: str, position: int, wait: Wait | None) -> None:
        """To be called for every estimate that a visitor is told."""
        waiting = self._waiting.get(chat_id)
        if waiting is not None and waiting.first_shown is None and wait is not None:
            waiting.first_shown = (wait, self._now_s())
        if len(self._unwritten) < MAX_UNWRITTEN:
            likely_s, upto_s = (wait.likely_s, wait.upto_s) if wait else (None, None)
            self._unwritten.append(EstimateShown(chat_id, self._clock.now(), position, likely_s, upto_s))

    async def write(self) -> None:
        shown, self._unwritten = self._unwritten, []
        if shown:
            await self._store.record_estimates(shown)

    async def learn_from_record(self, department_ids: Iterable[str]) -> None:
        """Feed each department's newest chats, in the order in which things happened."""
        now = self._clock.now()
        for department_id in department_ids:
            courses = await self._store.courses(now - HISTORY, now, (department_id,), None)
            for _at_s, feed in sorted(self._history(department_id, courses[-HISTORY_CHATS:]), key=lambda item: item[0]):
                feed()

    def _history(self, department_id: str, courses: Iterable[Course]) -> Iterator[tuple[float, Callable[[], None]]]:
        """What happened to each chat, with its moment on the estimator's clock."""
        estimator = self._estimator(department_id)
        offset_s = self._now_s() - self._clock.now().timestamp()
        for course in courses:
            if course.waited_s is None and course.closed_s is None:
                continue  # still waits: the queue tells of it
            asked_s = course.at.timestamp() + offset_s
            yield asked_s, partial(estimator.arrived, asked_s)
            if course.waited_s is not None:
                served_s = asked_s + course.waited_s
                yield served_s, partial(estimator.started, served_s, course.waited_s)
                if course.closed_s is not None:
                    over_s, lasted_s = asked_s + course.closed_s, course.closed_s - course.waited_s
                    yield over_s, partial(estimator.ended, over_s, lasted_s)
            elif course.closed_s is not None:
                left_s = asked_s + course.closed_s
                yield left_s, partial(estimator.abandoned, left_s, course.closed_s)

    # ---- live -----------------------------------------------------------------------------------------------------

    def _observe(self, decided: Decided) -> None:
        now_s = self._now_s()
        for event in decided.events:
            if isinstance(event, Queued | Requeued):
                self._queued(event, now_s)
            elif isinstance(event, Assigned) and event.from_agent is None:
                self._assigned(event.chat, now_s)
            elif isinstance(event, Removed):
                self._removed(event.chat, now_s)
            elif isinstance(event, AgentChanged):
                self._offer(event, now_s)

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
        self._waiting[event.chat] = _Wait(department_id, now_s)
        self._estimator(department_id).arrived(now_s)

    def _assigned(self, chat_id: str, now_s: float) -> None:
        wait = self._waiting.pop(chat_id, None)
        if wait is not None:
            self._estimator(wait.department_id).started(now_s, now_s - wait.since_s)
            self._came_true(wait, now_s, answered=True)
            self._serving[chat_id] = (wait.department_id, now_s)

    def _removed(self, chat_id: str, now_s: float) -> None:
        wait = self._waiting.pop(chat_id, None)
        if wait is not None:
            self._estimator(wait.department_id).abandoned(now_s, now_s - wait.since_s)
            self._came_true(wait, now_s, answered=False)
        self._serving_over(chat_id, now_s)

    def _serving_over(self, chat_id: str, now_s: float) -> None:
        """The chat's slot is free again: it ended, or waits once more."""
        served = self._serving.pop(chat_id, None)
        if served is not None:
            department_id, since_s = served
            self._estimator(department_id).ended(now_s, now_s - since_s)

    def _came_true(self, wait: _Wait, now_s: float, *, answered: bool) -> None:
        if wait.first_shown is not None:
            shown, at_s = wait.first_shown
            self._estimator(wait.department_id).resolved(shown, now_s - at_s, answered)

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

    def _estimator(self, department_id: str) -> Estimator:
        if department_id not in self._estimators:
            self._estimators[department_id] = self._make()
        return self._estimators[department_id]

    def _now_s(self) -> float:
        return self._clock.monotonic_s()
