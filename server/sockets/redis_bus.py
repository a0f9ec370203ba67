"""The bus through Redis: wakes and pushes for the other servers, at most once, and an honest word on whether it works.

Nobody who uses it waits for Redis. One task keeps a line (redis_line.py) for as long as it is proven: once a second a
ping goes out and must come back by the subscription. At the first fault, or when no ping was heard for 3 s, the line is
thrown away and another is begun, until one works.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from server.log import logger
from server.sockets.bus import WakeListener
from server.sockets.bus_messages import (
    MAX_NAME_CHARS,
    Malformed,
    Outgoing,
    Ping,
    Push,
    Wakes,
    ping_message,
    push_message,
    read,
    wake_message,
)
from server.sockets.redis_line import ANSWER_WITHIN_S, Line
from server.sockets.rooms import Rooms

PING_EVERY_S = 1.0
FIRST_PINGS_EVERY_S = 0.1
"""Until the first is heard: Redis may take the ping before the subscription."""
SILENT_AFTER_S = 3.0
SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0
STEADY_AFTER_S = 10.0
"""A line that held for so long was a good one: the next is tried at once."""
SETTLED_AFTER_S = 2.0
"""After a fault others may be back later than we are: what was told in the meantime is told once more."""
FLUSHED_WITHIN_S = 0.5
CANCEL_AGAIN_AFTER_S = 0.2


class Silent(Exception):
    """The line does not carry what it is given."""


class RedisBus:
    def __init__(self, rooms: Rooms, url: str, desk: str = "desk") -> None:
        """url: SEMAFOR_REDIS_URL. Servers with the same Redis and desk hear each other. Raises ValueError."""
        self._rooms = rooms
        self._url = url
        self._channel = f"semafor.{desk}"
        self._host_id = uuid.uuid4().hex
        self._outgoing = Outgoing()
        self._told_early = Outgoing()
        self._listeners: list[WakeListener] = []
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._stirred = asyncio.Event()
        self._idle = asyncio.Event()
        self._opened = asyncio.Event()
        self._pings: dict[int, float] = {}
        self._ping_due = False
        self._ping_number = 0
        self._proven_at_s: float | None = None
        self._settles_at_s = 0.0
        self._lost_at_s: float | None = None
        self._complained: set[str] = set()
        Line(url, self._channel)  # refuses what is no address

    @property
    def is_alive(self) -> bool:
        return self._proven_at_s is not None and time.monotonic() - self._proven_at_s < SILENT_AFTER_S

    def on_wake(self, listener: WakeListener) -> None:
        self._listeners.append(listener)

    def push(self, room: str | Iterable[str], event: str, data: object) -> None:
        rooms = (room,) if isinstance(room, str) else tuple(room)
        self._rooms.push(rooms, event, data)
        if not self.is_alive or self._stopping.is_set():
            return
        try:
            message = push_message(self._host_id, rooms, event, data)
        except Malformed as exc:
            self._complain("bus_push_refused", error=str(exc))
            return
        if self._outgoing.add_push(message):
            self._stir()

    def wake(self, kind: str, key: str, number: int = 0) -> None:
        if self._stopping.is_set():
            return
        if self._outgoing.add_wake(kind, key, number):
            self._stir()
        else:
            self._complain("bus_wake_dropped", kind=kind[:MAX_NAME_CHARS])

    async def start(self) -> None:
        """Returns when others are heard, or after 2 s: a server that begins misses nothing if it can be helped."""
        self._keeper = asyncio.create_task(self._keep(), name="bus")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._opened.wait(), ANSWER_WITHIN_S)

    async def aclose(self) -> None:
        if self._keeper is None:
            return
        if self.is_alive and self._outgoing:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), FLUSHED_WITHIN_S)
        self._stopping.set()
        await asyncio.wait({self._keeper})

    # ---- one line after the other -----------------------------------------------------------------------------------

    async def _keep(self) -> None:
        pause_s = SHORTEST_PAUSE_S
        while not self._stopping.is_set():
            began_s = time.monotonic()
            try:
                await self._use(Line(self._url, self._channel))
            except Exception as exc:  # noqa: BLE001 - whatever ends a line, another is begun
                self._lost(exc)
            if time.monotonic() - began_s > STEADY_AFTER_S:
                pause_s = SHORTEST_PAUSE_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _use(self, line: Line) -> None:
        """Until the stop; raises what ended it before. Nothing of it is left then."""
        work: tuple[Coroutine[Any, Any, object], ...] = (
            self._hear(line),
            self._speak(line),
            self._watch(),
            self._stopping.wait(),
        )
        tasks = {asyncio.create_task(part, name="bus") for part in work}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._proven_at_s = None
            self._pings.clear()
            self._outgoing.drop_pushes()
            await _end(tasks)
            await line.aclose()

    async def _watch(self) -> None:
        """Have a ping sent every second; raise Silent when none of them came back for too long."""
        began_s = next_ping_s = time.monotonic()
        while True:
            now_s = time.monotonic()
            silent_at_s = began_s + ANSWER_WITHIN_S
            if self._proven_at_s is not None:
                silent_at_s = self._proven_at_s + SILENT_AFTER_S
            if now_s >= silent_at_s:
                raise Silent("no ping came back")
            if now_s >= next_ping_s:
                next_ping_s = now_s + (FIRST_PINGS_EVERY_S if self._proven_at_s is None else PING_EVERY_S)
                self._ping_due = True
                self._stirred.set()
            if self._told_early and now_s >= self._settles_at_s:
                self._tell_again()
            await asyncio.sleep(min(next_ping_s, silent_at_s) - now_s)

    def _lost(self, exc: Exception) -> None:
        if self._lost_at_s is None:
            self._lost_at_s = time.monotonic()
            logger.warning("bus_silent", error=type(exc).__name__)

    def _proven(self, sent_at_s: float) -> None:
        if self._proven_at_s is None:
            self._settles_at_s = time.monotonic() + SETTLED_AFTER_S
        self._proven_at_s = sent_at_s
        self._opened.set()
        self._stirred.set()
        if self._lost_at_s is not None:
            logger.info("bus_back", after_s=round(time.monotonic() - self._lost_at_s, 1))
            self._lost_at_s = None
            self._complained.clear()

    # ---- out --------------------------------------------------------------------------------------------------------

    def _stir(self) -> None:
        self._idle.clear()
        self._stirred.set()

    async def _speak(self, line: Line) -> None:
        """Pings first; the rest only on a line that is proven. A wake that could not leave stays."""
        while True:
            self._stirred.clear()
            if self._ping_due:
                await self._ping(line)
            if self._proven_at_s is not None:
                await self._publish_next(line)
            if self._outgoing and self._proven_at_s is not None:
                continue
            if not self._outgoing:
                self._idle.set()
            await self._stirred.wait()

    async def _ping(self, line: Line) -> None:
        self._ping_due = False
        self._ping_number += 1
        self._pings[self._ping_number] = time.monotonic()
        await line.publish(ping_message(self._host_id, self._ping_number))

    async def _publish_next(self, line: Line) -> None:
        """One message of wakes and one push, so that neither holds up the other."""
        push = self._outgoing.take_push()
        if wakes := self._outgoing.take_wakes():
            try:
                await line.publish(wake_message(self._host_id, wakes))
            except BaseException:
                for wake in wakes:
                    self._outgoing.add_wake(*wake)
                raise
            if time.monotonic() < self._settles_at_s:
                for wake in wakes:
                    self._told_early.add_wake(*wake)
        if push is not None:
            await line.publish(push)

    def _tell_again(self) -> None:
        while wakes := self._told_early.take_wakes():
            for wake in wakes:
                self._outgoing.add_wake(*wake)
        self._stir()

    # ---- in ---------------------------------------------------------------------------------------------------------

    async def _hear(self, line: Line) -> None:
        async for raw in line.listen():
            try:
                self._take(raw)
            except Malformed as exc:
                self._complain("bus_message_malformed", error=str(exc))
        raise Silent("the subscription has ended")

    def _take(self, raw: bytes) -> None:
        host_id, message = read(raw)
        own = host_id == self._host_id
        match message:
            case Ping(number) if own:
                if number in self._pings:
                    self._proven(self._pings[number])
                    self._pings = {later: at_s for later, at_s in self._pings.items() if later > number}
            case Push(rooms, event, data) if not own:
                self._tell(self._rooms.push, rooms, event, data)
            case Wakes(news) if not own:
                for wake in news:
                    for listener in self._listeners:
                        self._tell(listener, *wake)

    def _tell(self, hears: Callable[..., None], *news: object) -> None:
        try:
            hears(*news)
        except Exception as exc:  # noqa: BLE001 - the loop of `_hear` outlives what one listener makes of one message
            self._complain("bus_listener_failed", error=type(exc).__name__)

    def _complain(self, event: str, **fields: str) -> None:
        """Of each kind once, and again after the next silence: who floods the channel must fill no disk."""
        if event not in self._complained:
            self._complained.add(event)
            logger.warning(event, **fields)


async def _end(tasks: set[asyncio.Task[object]]) -> None:
    """The driver may swallow a cancellation that meets the end of one of its waits: ask again until it obeys."""
    pending = tasks
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_AFTER_S)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # the first was raised already; of the others nobody asks
