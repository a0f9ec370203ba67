"""Tells each waiting visitor their position and wait, whenever either changes, and why when it got worse.

At most once a second per chat; the first 100 of a line every second, the rest every fifth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from queueing.estimate import Wait
from queueing.model import Assigned, Place, Removed, Requeued
from server.clock import Clock
from server.services.directory import Directory
from server.services.dispatch import Decided, Dispatch
from server.services.estimates import Estimates
from server.services.line import Line
from server.services.open_chats import OpenChats
from server.sockets.rooms import Rooms
from server.wire import Json, queue
from transcripts.records import Chat

FRONT = 100
REST_EVERY = 5
MIN_INTERVAL_S = 1.0

Reason = Literal["overtaken", "agent_left", "returned"]


@dataclass(frozen=True, slots=True)
class Told:
    """slots: what the department's accepting agents can take together."""

    department_id: str
    position: int
    slots: int
    wait: Json | None
    likely_s: float | None
    reason: Reason | None
    at_s: float


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
        return None if told is None else {**queue(told.position, None, told.reason), "wait": told.wait}

    async def of(self, chat: Chat) -> Json | None:
        """The chat's `queue` object as of now; None when it does not wait."""
        place = await self._line.place(chat.id) if chat.state == "queued" else None
        if place is None:
            return None
        told = self._assess(chat, place)
        return queue(told.position, self._wait(place), told.reason)

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
        if before is not None and not anew:
            same = (before.position, before.wait, before.reason) == (now.position, now.wait, now.reason)
            if same or now.at_s - before.at_s < MIN_INTERVAL_S:
                return
        self._told[chat.id] = now
        wait = self._wait(place)
        self._rooms.push(
            f"visitor:{chat.visitor_id}", "queue", {"chat_id": chat.id, **queue(now.position, wait, now.reason)}
        )
        self._estimates.shown(chat.id, now.position, wait)

    def _wait(self, place: Place) -> Wait | None:
        return self._estimates.wait(place.department, place.ahead) if self._line.moves else None

    def _assess(self, chat: Chat, place: Place) -> Told:
        wait = self._wait(place)
        likely_s = wait.likely_s if wait else None
        shown = queue(place.position, wait, None)["wait"]
        slots = self._estimates.slots(place.department)
        now = Told(place.department, place.position, slots, shown, likely_s, None, self._clock.monotonic_s())
        before = self._told.get(chat.id)
        if before is None or before.department_id != now.department_id:
            return replace(now, reason="returned" if chat.returned else None)
        return replace(now, reason=self._reason(before, now))

    @staticmethod
    def _reason(before: Told, now: Told) -> Reason | None:
        """Why it got worse; kept until it gets better. A wait that grows by itself is not explained."""
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
