"""When the turn of those who left the line would have come, written down: the truth of what they were told.

First come, first served, a place is reached when the router gives somebody behind it an agent who serves its
department, or when such an agent has a slot that stays free. Nothing before that depends on whether its visitor
stayed, so it is the very moment at which they would have had an agent (decision 0030).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from queueing.model import AgentChanged, Event
from queueing.routing import Rank
from server.clock import Clock
from transcripts.figures import LONGEST_WAIT
from transcripts.offered import Offered
from transcripts.port import Store

MOST_PLACES = 10_000
"""Of one line: who leaves beyond that, where nobody is served for days, is not followed."""
AT_ONCE = 2_000
"""Written with one question to the record."""
KEPT_FOR: timedelta = LONGEST_WAIT


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    rank: Rank
    chat_id: str = field(compare=False)
    left_at: datetime = field(compare=False)


class Offers:
    """Fed by the estimates, which know who waits where."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lines: dict[str, list[_Place]] = {}
        self._serves: dict[str, tuple[str, ...]] = {}
        self._routed: list[tuple[str, Rank]] = []
        self._unwritten: list[Offered] = []

    def gave_up(self, chat_id: str, department_id: str, rank: Rank) -> None:
        """A chat left the line that it had this place in."""
        line = self._lines.setdefault(department_id, [])
        if len(line) < MOST_PLACES:
            insort(line, _Place(rank, chat_id, self._clock.now()))

    def routed(self, agent_id: str, rank: Rank) -> None:
        """The router gave the agent the chat of this place. To be followed by `follow`."""
        self._routed.append((agent_id, rank))

    def follow(self, events: Iterable[Event]) -> None:
        """All of one decision: after it, who has a slot free would have been given whoever left."""
        free = []
        for event in events:
            if isinstance(event, AgentChanged):
                self._serves[event.agent] = event.departments
                if event.accepting and event.load < event.capacity:
                    free.append(event.agent)
                if not event.departments:
                    del self._serves[event.agent]
        routed, self._routed = self._routed, []
        if not self._lines:
            return
        for agent_id, rank in routed:
            self._reach(agent_id, rank)
        for agent_id in free:
            self._reach(agent_id, None)

    def take(self) -> list[Offered]:
        """What is known by now and was not taken or written yet."""
        known, self._unwritten = self._unwritten, []
        return known

    async def write(self) -> None:
        """Raises StoreUnavailable; then it is tried again with the next call."""
        known = self._unwritten[:AT_ONCE]
        if known:
            await self._store.record_offered(known)
            del self._unwritten[: len(known)]

    def _reach(self, agent_id: str, rank: Rank | None) -> None:
        """Every place before this rank (None: every one) of the departments that the agent serves."""
        now = self._clock.now()
        for department_id in self._serves.get(agent_id, ()):
            line = self._lines.get(department_id, [])
            end = len(line) if rank is None else bisect_left(line, rank, key=lambda place: place.rank)
            known = [Offered(place.chat_id, now) for place in line[:end] if now - place.left_at <= KEPT_FOR]
            self._unwritten += known
            del line[:end]
            if not line:
                self._lines.pop(department_id, None)
