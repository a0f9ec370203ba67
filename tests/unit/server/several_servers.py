"""Servers of one desk in one process: a record, a bus and a roll of homes that they share, with faults to order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from queueing.errors import QueueUnavailable
from queueing.homes import HOME_FORGOTTEN_S, HOME_LIVES_S, Home, Roll
from server.clock import Clock
from server.sockets.bus import WakeListener
from transcripts.facts import Fact
from transcripts.memory import MemoryStore
from transcripts.questions import SyncPage
from transcripts.records import Chat, Note


class Window(MemoryStore):
    """One server's way to a record in memory that others share: like MongoDB it tells its own operations only.

    turns: how many turns of the event loop an answer takes, before the record is looked at and after it.
    """

    def __init__(self, beside: Window | None = None, turns: Callable[[], int] = lambda: 0) -> None:
        super().__init__()
        if beside is not None:
            vars(self).update(vars(beside) | {"_listeners": []})
        self._turns = turns
        self._untold: asyncio.Queue[list[Fact]] = asyncio.Queue()
        self._teller: asyncio.Task[None] | None = None

    def _tell(self, facts: Iterable[Fact]) -> None:
        """In the order of the commits, some time after them."""
        self._untold.put_nowait(list(facts))
        if self._teller is None or self._teller.done():
            self._teller = asyncio.ensure_future(self._tell_all())

    async def _tell_all(self) -> None:
        while not self._untold.empty():
            await self._pause()
            super()._tell(self._untold.get_nowait())

    async def told(self) -> None:
        """Everything that was done here has been told here."""
        while self._teller is not None and not self._teller.done():
            await self._teller

    async def sync(self, chat_id: str, after_seq: int, limit: int = 2) -> SyncPage:
        await self._pause()
        page = await super().sync(chat_id, after_seq, limit)
        await self._pause()
        return page

    async def notes(self, chat_id: str, after_note_seq: int = 0) -> tuple[Note, ...]:
        await self._pause()
        notes = await super().notes(chat_id, after_note_seq)
        await self._pause()
        return notes

    async def open_revisions(self) -> dict[str, int]:
        await self._pause()
        found = dict(await super().open_revisions())
        await self._pause()
        return found

    async def open_chats(self) -> tuple[Chat, ...]:
        found = await super().open_chats()
        await self._pause()
        return found

    async def _pause(self) -> None:
        for _ in range(self._turns()):
            await asyncio.sleep(0)


@dataclass
class Air:
    """What the buses of one desk share: a wake-up may be lost, come late, twice, and after one that was sent later."""

    chance: random.Random | None = None
    loss: float = 0.0
    under_way: int = 0
    ends: list[FaultyBus] = field(default_factory=list)

    def carry(self, teller: FaultyBus, news: tuple[str, str, int]) -> None:
        for end in self.ends:
            if end is not teller:
                for _ in range(self._copies()):
                    self.under_way += 1
                    self._deliver(end, news, self._turns())

    def _deliver(self, end: FaultyBus, news: tuple[str, str, int], turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._deliver, end, news, turns - 1)
            return
        self.under_way -= 1
        for listener in end.listeners:
            listener(*news)

    def _copies(self) -> int:
        if self.chance is None:
            return 1
        return 0 if self.chance.random() < self.loss else self.chance.choice((1, 1, 2))

    def _turns(self) -> int:
        return self.chance.randrange(6) if self.chance else 1


class FaultyBus:
    """A `Bus` over the air. is_alive: as a test says."""

    def __init__(self, air: Air) -> None:
        self._air = air
        self.is_alive = True
        self.listeners: list[WakeListener] = []
        air.ends.append(self)

    def push(self, room: str | Iterable[str], event: str, data: object) -> None:
        """Nobody here is in a room."""

    def wake(self, kind: str, key: str, number: int = 0) -> None:
        self._air.carry(self, (kind, key, number))

    def on_wake(self, listener: WakeListener) -> None:
        self.listeners.append(listener)

    async def start(self) -> None:
        """Nothing is to be started."""

    async def aclose(self) -> None:
        """Nothing is running."""


class SharedHomes:
    """`Homes` of several servers by a clock that tests move: what `beat.lua` does, without Redis.

    is_away: every call fails. slow: a beat waits for it, with what it had to say from before.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: dict[str, tuple[float, frozenset[str], frozenset[str]]] = {}
        self._leader: str | None = None
        self.is_away = False

    async def beat(self, process: str, agents: Collection[str], visitors: Collection[str]) -> Roll:
        await asyncio.sleep(0)
        if self.is_away:
            raise QueueUnavailable("no homes")
        now_s = self._clock.monotonic_s()
        begins = process not in self._beats
        self._beats[process] = (now_s, frozenset(agents), frozenset(visitors))
        homes = [Home(name, now_s - at_s, *people) for name, (at_s, *people) in sorted(self._beats.items())]
        homes = [home for home in homes if home.age_s < HOME_FORGOTTEN_S]
        if not any(home.process == self._leader and home.age_s < HOME_LIVES_S for home in homes):
            self._leader = process
        assert self._leader is not None
        return Roll(tuple(homes), self._leader, begins)

    async def leave(self, process: str) -> None:
        await asyncio.sleep(0)
        if self.is_away:
            raise QueueUnavailable("no homes")
        self._beats.pop(process, None)
        if self._leader == process:
            self._leader = None

    def empty(self) -> None:
        """As a Redis that came back without its data."""
        self._beats.clear()
        self._leader = None


def chats_of(facts: Sequence[Fact]) -> list[Chat]:
    return [fact.chat for fact in facts if hasattr(fact, "chat")]
