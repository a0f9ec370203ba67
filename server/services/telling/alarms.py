"""What must not be overlooked: a chat that waits too long or is not answered, nobody there, a promise that is due.

Looked at once a second; each alarm is told when it goes on and when it goes off, and to whoever connects meanwhile.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from queueing.model import Reassign, Refused
from server import access
from server.clock import Clock
from server.log import logger
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Decided, Dispatch
from server.services.telling.boards import department_room
from server.services.telling.openness import Openness
from server.settings import Settings
from server.sockets.rooms import Rooms
from server.wire import Json, Wire, moment
from transcripts.errors import StoreError
from transcripts.facts import Fact, TicketChanged
from transcripts.port import Store
from transcripts.records import Agent
from transcripts.ticket_life import SOON

Kind = Literal["long_wait", "no_reply", "nobody_online", "checkpoint_soon", "checkpoint_due"]
CHECKPOINTS_EVERY = 4
"""Ticks between two looks at what is due, while no ticket changes."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that needs somebody. agent_id: the one it concerns first; None: the whole department.

    What is only soon is told to that one alone; what is due is everybody's.
    """

    kind: Kind
    department_id: str
    chat_id: str | None = None
    ticket: str | None = None
    agent_id: str | None = None

    def concerns(self, agent: Agent) -> bool:
        if self.kind == "checkpoint_soon" and self.agent_id is not None:
            return agent.id == self.agent_id
        return agent.id == self.agent_id or access.in_scope(agent, self.department_id)


class Alarms:
    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        open_chats: OpenChats,
        directory: Directory,
        openness: Openness,
        gap_since: Callable[[str], Awaitable[datetime | None]],
        rooms: Rooms,
        wire: Wire,
        clock: Clock,
        settings: Settings,
    ) -> None:
        """gap_since: when the gap that goes on in a department began; None where nobody can say yet."""
        self._store = store
        self._open_chats = open_chats
        self._directory = directory
        self._openness = openness
        self._gap_since = gap_since
        self._rooms = rooms
        self._wire = wire
        self._clock = clock
        self._alarm_after_s = settings.alarm_after_s
        self._on: dict[Alarm, datetime] = {}
        self._unanswered: dict[str, datetime | None] = {}
        self._due_tickets: dict[Alarm, datetime] = {}
        self._ticks = 0
        self._tickets_changed = False
        dispatch.observe(self._observe)

    def apply(self, facts: Sequence[Fact]) -> None:
        """A ticket that changed may have its promise kept: looked at with the next tick."""
        self._tickets_changed = self._tickets_changed or any(isinstance(fact, TicketChanged) for fact in facts)

    def _observe(self, decided: Decided) -> None:
        """A chat's agent has not answered in time and nobody else is free: until somebody else gets it."""
        if isinstance(decided.command, Reassign) and any(isinstance(event, Refused) for event in decided.events):
            chat = self._open_chats.get(decided.command.chat)
            if chat is not None:
                self._unanswered[chat.id] = chat.assigned_at

    def current(self, agent: Agent) -> list[Json]:
        """What is on and concerns this agent."""
        return [self._json(alarm, since, on=True) for alarm, since in self._on.items() if alarm.concerns(agent)]

    async def tick(self) -> None:
        if self._tickets_changed or self._ticks % CHECKPOINTS_EVERY == 0:
            self._tickets_changed = False
            self._due_tickets = {alarm: since async for alarm, since in self._checkpoints()}
        self._ticks += 1
        departments = {alarm: since async for alarm, since in self._departments()}
        due = {**dict(self._chats()), **departments, **self._due_tickets}
        for alarm in [alarm for alarm in self._on if alarm not in due]:
            self._push(alarm, self._on.pop(alarm), on=False)
        for alarm, since in due.items():
            if alarm not in self._on:
                self._on[alarm] = since
                logger.warning(
                    "alarm", kind=alarm.kind, department=alarm.department_id, chat=alarm.chat_id, ticket=alarm.ticket
                )
                self._push(alarm, since, on=True)

    def _chats(self) -> Iterable[tuple[Alarm, datetime]]:
        now = self._clock.now()
        for waiting in self._open_chats.all():
            if waiting.state == "queued" and (now - waiting.queued_at).total_seconds() >= self._alarm_after_s:
                yield Alarm("long_wait", waiting.department_id, chat_id=waiting.id), waiting.queued_at
        for chat_id, assigned_at in tuple(self._unanswered.items()):
            chat = self._open_chats.get(chat_id)
            if chat is None or chat.first_reply_at is not None or chat.assigned_at != assigned_at:
                del self._unanswered[chat_id]
            else:
                alarm = Alarm("no_reply", chat.department_id, chat_id=chat_id, agent_id=chat.agent_id)
                yield alarm, chat.assigned_at or chat.queued_at

    async def _departments(self) -> AsyncIterator[tuple[Alarm, datetime]]:
        now = self._clock.now()
        for department in self._directory.departments():
            if self._directory.is_open(department.id, now) and not self._openness.is_attended(department.id):
                alarm = Alarm("nobody_online", department.id)
                yield alarm, self._on.get(alarm) or await self._began_at(department.id, now)

    async def _began_at(self, department_id: str, now: datetime) -> datetime:
        """As the ledger has it: before a restart of the server, or at the last sign of life of who was lost."""
        try:
            return await self._gap_since(department_id) or now
        except StoreError:  # who must hear of it hears of it all the same
            return now

    async def _checkpoints(self) -> AsyncIterator[tuple[Alarm, datetime]]:
        """Every promise that is due or was missed, and those that are near; of one ticket the graver alone."""
        now = self._clock.now()
        for standing in await self._store.standing(now + SOON):
            assignee = None if standing.assignee is None else self._directory.agent(standing.assignee)
            agent_id = None if assignee is None or assignee.disabled_at is not None else assignee.id
            due_since, warned_at = standing.due_since(now), standing.warned_at()
            if due_since is not None:
                alarm = Alarm("checkpoint_due", standing.department_id, ticket=standing.number, agent_id=agent_id)
                yield alarm, due_since
            elif warned_at <= now:
                alarm = Alarm("checkpoint_soon", standing.department_id, ticket=standing.number, agent_id=agent_id)
                yield alarm, warned_at

    def _push(self, alarm: Alarm, since: datetime, *, on: bool) -> None:
        rooms = [] if alarm.agent_id is None else [f"agent:{alarm.agent_id}"]
        if alarm.kind != "checkpoint_soon" or not rooms:
            rooms.append(department_room(alarm.department_id))
        self._rooms.push(rooms, "alarm", self._json(alarm, since, on=on))

    def _json(self, alarm: Alarm, since: datetime, *, on: bool) -> Json:
        out: Json = {
            "kind": alarm.kind,
            "on": on,
            "since": moment(since),
            "department": self._wire.department(alarm.department_id),
        }
        if alarm.chat_id is not None:
            out["chat_id"] = alarm.chat_id
        if alarm.ticket is not None:
            out["ticket"] = alarm.ticket
        return out
