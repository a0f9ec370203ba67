"""What the queue decided, carried into the record: every assignment and return is a compare-and-set there.

The queue proposes, the record disposes. Where several servers are one desk, the effect that comes before this one may
still be on its way from another server: then it is waited for, up to `patience_s`. What the record refuses for good is
answered with its truth, which the queue has to take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from queueing.model import AgentChanged, Assigned, Event, Queued, Requeued
from server.clock import Clock
from server.log import logger
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.known.tiers import chat_since
from transcripts import wording
from transcripts.errors import NotFound, RouteConflict
from transcripts.operations import Assign, EventText, Requeue
from transcripts.port import Store
from transcripts.records import Chat

LOOK_AGAIN_S = 0.05
PATIENCE_S = 1.5
"""Where there are other servers: less than after what time a decision without effects is taken over."""


class Effects:
    def __init__(
        self,
        store: Store,
        open_chats: OpenChats,
        directory: Directory,
        clock: Clock,
        *,
        patience_s: float,
        escalate_after_s: float = 0.0,
    ) -> None:
        """patience_s: how long an effect of another server is waited for; 0 where there is no other.

        escalate_after_s: the time of a tier; 0: nothing is an escalation.
        """
        self._store = store
        self._open_chats = open_chats
        self._directory = directory
        self._clock = clock
        self._patience_s = patience_s
        self._escalate_after_s = escalate_after_s

    def begin(self, events: Sequence[Event], agents: Mapping[str, AgentChanged]) -> list[asyncio.Future[Chat | None]]:
        """One task per chat, its events in order; different chats may share a commit. events: news to the record.

        Each gives the record's truth where that is another than what the queue decided. Raises StoreUnavailable.
        """
        per_chat: dict[str, list[Event]] = {}
        for event in events:
            if isinstance(event, Assigned | Requeued | Queued):
                per_chat.setdefault(event.chat, []).append(event)
        return [asyncio.ensure_future(self._of(chat, todo, agents)) for chat, todo in per_chat.items()]

    async def carry_out(self, chat: Chat, events: Sequence[Event], agents: Mapping[str, AgentChanged]) -> Chat | None:
        """The events of one chat, in order; the record's truth where that is another. Raises StoreUnavailable."""
        try:
            for event in events:
                chat = await self._effect(chat, event, agents)
        except RouteConflict as exc:
            logger.warning("route_conflict", chat=chat.id, state=exc.chat.state)
            return exc.chat
        except NotFound:
            logger.error("routed_chat_unknown", chat=chat.id)
        return None

    async def _of(self, chat_id: str, events: Sequence[Event], agents: Mapping[str, AgentChanged]) -> Chat | None:
        chat = self._open_chats.get(chat_id) or await self._store.chat(chat_id)
        return None if chat is None else await self.carry_out(chat, events, agents)

    async def _effect(self, chat: Chat, event: Event, agents: Mapping[str, AgentChanged]) -> Chat:
        """Raises RouteConflict."""
        ends_s = self._clock.monotonic_s() + self._patience_s
        while True:
            try:
                return await self._write(chat, event, agents)
            except RouteConflict as exc:
                truth = exc.chat
                if truth.state == "closed" or self._clock.monotonic_s() >= ends_s:
                    raise
                if truth.route_version == chat.route_version or not _begins_at(truth, event):
                    await asyncio.sleep(LOOK_AGAIN_S)  # a full agent, or an effect before this one that is on its way
                    truth = await self._store.chat(chat.id) or truth
                chat = truth

    async def _write(self, chat: Chat, event: Event, agents: Mapping[str, AgentChanged]) -> Chat:
        if not _begins_at(chat, event) and self._patience_s:
            raise RouteConflict(chat)
        version = chat.route_version
        if isinstance(event, Assigned):
            known = agents.get(event.agent)
            max_load = None if event.forced else (known.capacity if known else 0)
            texts = (self._assigned_text(chat, event),)
            return await self._store.assign(Assign(chat.id, event.agent, version, max_load, self._clock.now, texts))
        if isinstance(event, Requeued):
            text = self._text(chat, "returned", {"cause": event.cause}, agent=event.agent, cause=event.cause)
            return await self._store.requeue(Requeue(chat.id, version, self._clock.now(), (text,)))
        if isinstance(event, Queued):
            text = self._moved_text(chat, event)
            now = self._clock.now()
            moved = Requeue(
                chat.id, version, now, (text,), returned=False, department_id=event.department, tier=event.tier
            )
            return await self._store.requeue(moved)
        return chat

    def _moved_text(self, chat: Chat, event: Queued) -> EventText:
        """The next tier of the same department after its time is an escalation, whichever server carries it out."""
        department = self._directory.department(chat.department_id)
        own_s = None if department is None else department.escalate_after_s
        after_s = self._escalate_after_s if own_s is None else own_s
        over_s = (self._clock.now() - chat_since(chat)).total_seconds() - after_s
        is_next = event.department == chat.department_id and event.tier == chat.tier + 1
        if is_next and after_s > 0 and over_s >= 0:
            return self._text(chat, "escalated", {"tier": event.tier})
        return self._text(chat, "transferred", {}, department=event.department)

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


def _begins_at(chat: Chat, event: Event) -> bool:
    """Whether the record has the chat where the event found it."""
    if chat.state == "closed":
        return False
    had = chat.agent_id if chat.state == "active" else None
    if isinstance(event, Requeued):
        return had == event.agent
    return had == event.from_agent if isinstance(event, Assigned | Queued) else True
