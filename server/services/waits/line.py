"""Who waits where, as the queue has it; while the queue cannot be reached, as the record has it.

A chat's place follows from what the record keeps of it (priority, returned, line), so both give the same order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from queueing.errors import QueueUnavailable
from queueing.routing import line_key
from queueing.states import Place
from server.services.known.open_chats import OpenChats
from server.services.routing.agreement import chat_state
from server.services.routing.dispatch import Dispatch

ANSWERS_WITHIN_S = 0.25
T = TypeVar("T")


class Line:
    def __init__(self, dispatch: Dispatch, open_chats: OpenChats) -> None:
        self._dispatch = dispatch
        self._open_chats = open_chats

    @property
    def moves(self) -> bool:
        """False: nobody is served now, because the queue cannot be reached."""
        return not self._dispatch.is_away

    async def place(self, chat_id: str) -> Place | None:
        """None: the chat does not wait."""
        with contextlib.suppress(QueueUnavailable):
            return await self._ask(self._dispatch.queue.place(chat_id))
        chat = self._open_chats.get(chat_id)
        if chat is None:
            return None
        return next((place for place in self._recorded(chat.department_id) if place.chat == chat_id), None)

    async def waiting(self, department_id: str, limit: int | None = None) -> tuple[Place, ...]:
        """The first `limit` (None: all), in the order of service."""
        with contextlib.suppress(QueueUnavailable):
            return await self._ask(self._dispatch.queue.waiting(department_id, limit))
        return self._recorded(department_id)[:limit]

    async def free_slots(self, department_id: str) -> int:
        """What the agents who accept could take now."""
        with contextlib.suppress(QueueUnavailable):
            return await self._ask(self._dispatch.queue.free_slots(department_id))
        return 0

    async def _ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Raises QueueUnavailable, soon: nobody's message waits for a queue elsewhere."""
        if not self.moves:
            question.close()
            raise QueueUnavailable("the queue is being joined again")
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                return await question
        except TimeoutError as exc:
            raise QueueUnavailable("the queue is slow") from exc

    def _recorded(self, department_id: str) -> tuple[Place, ...]:
        chats = (c for c in self._open_chats.all() if c.state == "queued" and c.department_id == department_id)
        in_order = sorted((chat_state(chat) for chat in chats), key=line_key)
        return tuple(Place(chat.chat, department_id, position) for position, chat in enumerate(in_order, start=1))
