"""Who is connected where: to this server, and to the other servers of the desk.

Every server says once a second whom it has, and hears whom the others have (`queueing.port.Homes`). One that has not
been heard for `HOME_LIVES_S` is dead; what it had last is known for a while, so that its people's grace is counted from
then. One living server leads: it acts on what is due for the whole desk. A server alone has only itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from queueing.errors import QueueUnavailable
from queueing.homes import HOME_FORGOTTEN_S, HOME_LIVES_S, Home, Roll
from queueing.port import Homes
from server.clock import Clock
from server.log import logger
from server.services.known.open_chats import OpenChats

Listener = Callable[[], None]


class RollCall:
    def __init__(self, homes: Homes, open_chats: OpenChats, clock: Clock, process_id: str, *, alone: bool) -> None:
        """alone: this server is the whole desk."""
        self._homes = homes
        self._open_chats = open_chats
        self._clock = clock
        self.alone = alone
        self.process_id = process_id
        self._agents: Counter[str] = Counter()
        self._visitors: Counter[str] = Counter()
        self._leader = process_id
        self._others: tuple[Home, ...] = ()
        self._dead: tuple[Home, ...] = ()
        self._left: dict[str, tuple[Home, float]] = {}
        self._on_roll_s: dict[str, float] = {}  # process -> when it was on the roll last
        self._last_with: dict[str, tuple[float, str]] = {}  # agent -> when a server had them last, and which
        self._heard_s: float | None = None
        self._heard_since_s = 0.0
        self._listeners: list[Listener] = []
        self._turn = asyncio.Lock()
        self._soon: asyncio.Task[None] | None = None

    def listen(self, listener: Listener) -> None:
        """`listener` is called after every roll."""
        self._listeners.append(listener)

    # ---- who is here --------------------------------------------------------------------------------------------

    def agent_came(self, agent_id: str) -> bool:
        """True for their first connection here."""
        return _count_in(self._agents, agent_id)

    def agent_left(self, agent_id: str) -> bool:
        """True for their last connection here."""
        is_last = _count_out(self._agents, agent_id)
        if is_last:
            self._last_with[agent_id] = (self._clock.monotonic_s(), self.process_id)
        return is_last

    def visitor_came(self, visitor_id: str) -> bool:
        return _count_in(self._visitors, visitor_id)

    def visitor_left(self, visitor_id: str) -> bool:
        return _count_out(self._visitors, visitor_id)

    def has_agent_here(self, agent_id: str) -> bool:
        return self._agents[agent_id] > 0

    # ---- who is anywhere ----------------------------------------------------------------------------------------

    def has_agent_elsewhere(self, agent_id: str) -> bool:
        return any(agent_id in home.agents for home in self._others)

    def has_agent(self, agent_id: str) -> bool:
        return self.has_agent_here(agent_id) or self.has_agent_elsewhere(agent_id)

    def has_visitor(self, visitor_id: str) -> bool:
        return self._visitors[visitor_id] > 0 or any(visitor_id in home.visitors for home in self._others)

    def visitors_elsewhere(self) -> frozenset[str]:
        """With an open chat, on other living servers."""
        return frozenset().union(*(home.visitors for home in self._others))

    def spokesman_of(self, agent_id: str) -> str | None:
        """The server that writes about this agent: of those that have them the one with the smallest id."""
        homes = [home.process for home in self._others if agent_id in home.agents]
        return min([*homes, self.process_id] if self.has_agent_here(agent_id) else homes, default=None)

    def lost_s(self, agent_id: str) -> float | None:
        """How long ago the server that had this agent last was heard with them, where it is gone; else None.

        At most as long as this server has been listening: after a time when nobody was there everybody has the grace.
        """
        at_s, process = self._last_with.get(agent_id, (0.0, self.process_id))
        if process in (self.process_id, *(home.process for home in self._others)):
            return None  # a living server counts the grace of who was there
        return self._clock.monotonic_s() - max(at_s, self._heard_since_s)

    def heard_elsewhere_s(self, agent_id: str) -> float | None:
        """How long ago another server, gone or not, was heard with this agent; None: none was since they were here."""
        at_s, process = self._last_with.get(agent_id, (0.0, self.process_id))
        return None if process == self.process_id else self._clock.monotonic_s() - at_s

    def gone(self) -> tuple[Home, ...]:
        """Servers that died or left, with the people they had last."""
        now_s = self._clock.monotonic_s()
        left = (replace(home, age_s=home.age_s + now_s - at_s) for home, at_s in self._left.values())
        return (*self._dead, *left)

    def is_leader(self) -> bool:
        """False also while nobody can say: then what is due waits."""
        return self.alone or (self.is_settled() and self._leader == self.process_id)

    def is_settled(self) -> bool:
        """The roll can be trusted: it is fresh, and everybody alive had the time to be on it."""
        if self.alone:
            return True
        now_s = self._clock.monotonic_s()
        return self._is_fresh(now_s) and now_s - self._heard_since_s >= HOME_LIVES_S

    # ---- calling it ---------------------------------------------------------------------------------------------

    async def call(self) -> None:
        """Say who is here and hear who is elsewhere. Raises QueueUnavailable; what was known is then kept."""
        async with self._turn:
            roll = await self._homes.beat(self.process_id, tuple(self._agents), self._chatting())
            now_s = self._clock.monotonic_s()
            if roll.begins or not self._is_fresh(now_s):
                self._heard_since_s = now_s
            self._heard_s = now_s
            self._note(roll)

    async def refresh(self) -> None:
        """As `call`, or as it was known."""
        with contextlib.suppress(QueueUnavailable):
            await self.call()

    def soon(self) -> None:
        """Somebody came: the others are told now, not with the next beat."""
        if not self.alone and (self._soon is None or self._soon.done()):
            self._soon = asyncio.ensure_future(self.refresh())

    async def aclose(self) -> None:
        """The others need not wait for this server to be silent."""
        if self._soon is not None:
            self._soon.cancel()
            await asyncio.gather(self._soon, return_exceptions=True)
        with contextlib.suppress(QueueUnavailable):
            await self._homes.leave(self.process_id)

    def _note(self, roll: Roll) -> None:
        now_s = self._clock.monotonic_s()
        others = {home.process: home for home in roll.homes if home.process != self.process_id}
        if not self.is_settled():  # after a silence: who was there before has not had the time to speak again
            others.update({h.process: h for h in self._others if not _lives(others.get(h.process))})
        for home in self._others:
            if home.process not in others:
                self._left[home.process] = (home, self._on_roll_s.pop(home.process, now_s))
            elif not others[home.process].is_alive:
                logger.warning("server_lost", process=home.process, agents=len(home.agents))
        for process, (_, at_s) in tuple(self._left.items()):
            if process in others or now_s - at_s > HOME_FORGOTTEN_S:
                del self._left[process]
        self._on_roll_s.update((home.process, now_s) for home in roll.homes)
        self._leader = roll.leader
        self._others = tuple(home for home in others.values() if home.is_alive)
        self._dead = tuple(home for home in others.values() if not home.is_alive)
        self._remember(roll, now_s)
        for listener in self._listeners:
            listener()

    def _remember(self, roll: Roll, now_s: float) -> None:
        for home in roll.homes:
            for agent_id in home.agents if home.process != self.process_id else ():
                last = (now_s - home.age_s, home.process)
                self._last_with[agent_id] = max(last, self._last_with.get(agent_id, last))
        self._last_with = {a: last for a, last in self._last_with.items() if now_s - last[0] <= HOME_FORGOTTEN_S}

    def _chatting(self) -> set[str]:
        return {chat.visitor_id for chat in self._open_chats.all() if self._visitors[chat.visitor_id] > 0}

    def _is_fresh(self, now_s: float) -> bool:
        return self._heard_s is not None and now_s - self._heard_s < HOME_LIVES_S


def _lives(home: Home | None) -> bool:
    return home is not None and home.is_alive


def _count_in(people: Counter[str], person_id: str) -> bool:
    people[person_id] += 1
    return people[person_id] == 1


def _count_out(people: Counter[str], person_id: str) -> bool:
    people[person_id] -= 1
    if people[person_id] > 0:
        return False
    del people[person_id]
    return True
