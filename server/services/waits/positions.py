"""Tells each waiting visitor their position and wait, whenever either changes, and why when it got worse.

The numbers are the department's board's (queueing/shown.py). At most once a second per chat; the first 100 of a line
every second, the rest every fifth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from queueing.estimate import Wait
from queueing.model import Assigned, Removed, Requeued
from queueing.states import Place
from server.clock import Clock
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Decided, Dispatch
from server.services.waits.estimates import Estimates
from server.services.waits.line import Line
from server.sockets.rooms import Rooms
from server.wire import Json, queue
from transcripts.records import Chat

FRONT = 100
REST_EVERY = 5
MIN_INTERVAL_S = 1.0
GROWN, GROWN_S = 1.25, 15.0  # a likely wait so many times, and then so many seconds longer, is told with a word why

Reason = Literal["overtaken", "agent_left", "returned"]


@dataclass(frozen=True, slots=True)
class Told:
    """slots: what the department's accepting agents can take together. least_s: the shortest likely wait told so far,
    but after a `reason` the one told with it. grew: the wait is far longer than that, and no reason says why."""

    department_id: str
    position: int
    slots: int
    estimate: Wait | None
    at_s: float
    reason: Reason | None = None
    least_s: float | None = None
    grew: Literal["slower"] | None = None

    @property
    def likely_s(self) -> float | None:
        return self.estimate.likely_s if self.estimate else None

    def queue(self) -> Json:
        return queue(self.position, self.estimate, self.reason, self.grew)


class Positions:
    def __init__(
        self,
        dispatch: Dispatch,
        line: Line,
        directory: Directory,
        estimates: Estimates,
        open_chats: OpenChats,
        rooms: Rooms,
        clock: Clock,
    ) -> None:
        self._line = line
        self._directory = directory
        self._estimates = estimates
        self._open_chats = open_chats
        self._rooms = rooms
        self._clock = clock
        self._told: dict[str, Told] = {}
        self._ticks = 0
        dispatch.observe(self._observe)

    def told(self, chat_id: str) -> Json | None:
        """The `queue` object as it was last told, for pushes that cannot wait for a fresh one."""
        told = self._told.get(chat_id)
        return None if told is None else told.queue()

    async def of(self, chat: Chat) -> Json | None:
        """The chat's `queue` object as of now; None when it does not wait."""
        place = await self._line.place(chat.id) if chat.state == "queued" else None
        if place is None:
            return None
        return self._assess(chat, place).queue()

    async def tell(self, chat: Chat, *, anew: bool = False) -> None:
        """Push the chat's `queue` to its visitor if it differs from what was told. anew: in any case."""
        place = await self._line.place(chat.id)
        if place is not None:
            self._tell(chat, place, anew)

    async def tick(self) -> None:
        self._ticks += 1
        limit = None if self._ticks % REST_EVERY == 0 else FRONT
        departments = {chat.department_id for chat in self._open_chats.all() if chat.state == "queued"}
        for department_id in departments:
            for place in await self._line.waiting(department_id, limit):
                chat = self._open_chats.get(place.chat)
                if chat is not None and chat.state == "queued":  # the record may be a moment behind the queue
                    self._tell(chat, place, anew=False)
        if limit is None:
            self._forget()

    def _tell(self, chat: Chat, place: Place, anew: bool) -> None:
        before = self._told.get(chat.id)
        now = self._assess(chat, place)
        is_told = before is not None and (before.queue() == now.queue() or now.at_s - before.at_s < MIN_INTERVAL_S)
        if is_told and not anew:
            return
        self._told[chat.id] = now
        self._rooms.push(f"visitor:{chat.visitor_id}", "queue", {"chat_id": chat.id, **now.queue()})
        self._estimates.shown(chat.id, now.position, now.estimate)

    def _assess(self, chat: Chat, place: Place) -> Told:
        before = self._told.get(chat.id)
        is_new = before is None or before.department_id != place.department
        wait = self._estimates.told(place.department, place.ahead, anew=is_new) if self._line.moves else None
        slots = self._estimates.slots(place.department)
        now = Told(place.department, place.position, slots, wait, self._clock.monotonic_s())
        if before is None or is_new:
            return replace(now, reason="returned" if chat.returned else None, least_s=now.likely_s)
        return self._explained(before, now)

    def _explained(self, before: Told, now: Told) -> Told:
        """With why it got worse: a reason, or that chats take longer than they did."""
        reason, likely_s = self._reason(before, now), now.likely_s
        if reason is not None or before.least_s is None or likely_s is None:
            return replace(now, reason=reason, least_s=likely_s)
        least_s = min(before.least_s, likely_s)
        has_grown = likely_s > least_s * GROWN + GROWN_S
        return replace(now, least_s=least_s, grew="slower" if has_grown else None)

    @staticmethod
    def _reason(before: Told, now: Told) -> Reason | None:
        """What happened that made it worse; kept until it gets better."""
        if now.position != before.position:
            return "overtaken" if now.position > before.position else None
        is_longer = before.likely_s is not None and (now.likely_s is None or now.likely_s > before.likely_s)
        if now.slots < before.slots and is_longer:
            return "agent_left"
        is_back = before.reason == "agent_left" and now.slots > before.slots
        return None if is_back else before.reason

    def _observe(self, decided: Decided) -> None:
        """Whoever left the line, or is back in it, is told anew from the beginning."""
        for event in decided.events:
            if isinstance(event, Assigned | Requeued | Removed):
                self._told.pop(event.chat, None)

    def _forget(self) -> None:
        for chat_id in tuple(self._told):
            chat = self._open_chats.get(chat_id)
            if chat is None or chat.state != "queued":
                del self._told[chat_id]
