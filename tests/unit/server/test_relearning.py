"""A server that starts tells the waits that the one before it told: from the record alone."""

from __future__ import annotations

import heapq
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from queueing.estimate import Estimator, MarkovEstimator, Wait
from queueing.local import LocalQueue
from queueing.model import Connect, Join, Leave, SetAgent
from server.ids import new_id
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.routing.dispatch import Dispatch
from server.services.routing.effects import Effects
from server.services.routing.journal import Journal
from server.services.waits.estimates import Estimates
from tests.unit.server.desk_parts import MovedClock, record
from transcripts.operations import Close, NewChat
from transcripts.port import Store
from transcripts.records import Agent, Department, PresenceRow, Proof, Visitor

SUPPORT = Department("support", "Support", None, "UTC")
WEEK = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC))
ADA = Agent("ada", "ada@example.com", "Ada", "agent", ("support",), 1, 3, "x", "online")


@dataclass
class Server:
    """The parts of a server that estimates hear of, on a record and a clock of the test."""

    store: Store
    directory: Directory
    clock: MovedClock
    make: Callable[[], Estimator] = MarkovEstimator
    chats: OpenChats = field(default_factory=OpenChats)

    async def start(self) -> None:
        self.chats.load(await self.store.open_chats())
        self.store.listen(self.chats.apply)
        self.queue = LocalQueue()
        effects = Effects(self.store, self.chats, self.directory, self.clock, patience_s=0)
        journal = Journal(self.queue, self.store, self.clock, at_once=True)
        self.dispatch = Dispatch(self.queue, self.store, effects, journal, self.clock, serial=True)
        self.estimates = Estimates(self.store, self.dispatch, self.chats, self.clock, self.make)
        await self.estimates.learn_from_record(["support"])
        await self.dispatch.rebuild([])
        await self.dispatch.order(SetAgent("ada", ("support",), 1, 3, "online"))
        await self.dispatch.order(Connect("ada"))

    def told(self) -> list[Wait]:
        waits = [self.estimates.told("support", ahead, anew=True) for ahead in (0, 1, 2, 4, 8, 15)]
        return [wait for wait in waits if wait is not None]


class Judge(MarkovEstimator):
    """Remembers what it was told of estimates that came true."""

    def __init__(self) -> None:
        super().__init__()
        self.judged: list[tuple[Wait, float]] = []

    def resolved(self, shown: Wait, waited_s: float, answered: bool) -> None:
        super().resolved(shown, waited_s, answered)
        self.judged.append((shown, waited_s))


class Day:
    """Visitors come every minute or so, wait, give up or are served for some minutes: in virtual time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._dice = random.Random(7)
        self._due: list[tuple[float, int, Callable[[], Coroutine[Any, Any, None]]]] = []
        self._n = 0

    async def go_on(self, seconds: float) -> None:
        clock = self._server.clock
        end_s = clock.monotonic_s() + seconds
        self._at(clock.monotonic_s(), self._comes)
        while self._due[0][0] < end_s:
            at_s, _, happens = heapq.heappop(self._due)
            clock.move(max(0.0, at_s - clock.monotonic_s()))
            await happens()
        await self._server.estimates.write()

    def _at(self, at_s: float, happens: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._n += 1
        heapq.heappush(self._due, (at_s, self._n, happens))

    async def _comes(self) -> None:
        dice, now_s = self._dice, self._server.clock.monotonic_s()
        self._at(now_s + dice.expovariate(1 / 75), self._comes)
        chat_id = await self.comes()
        self._at(now_s + dice.expovariate(1 / 150), lambda: self._gives_up(chat_id))
        self._at(now_s + dice.uniform(150, 330), lambda: self._is_served(chat_id))

    async def comes(self) -> str:
        server = self._server
        visitor_id, now = new_id(), server.clock.now()
        await server.store.save_visitor(Visitor(visitor_id, now))
        new = NewChat(new_id(), visitor_id, "c", "f", "support", "Hello?", now, None, None, None, "en")
        chat = (await server.store.start_chat(new)).chat
        await server.dispatch.order(Join(chat.id, "support", 1, "normal", chat.line))
        place = await server.queue.place(chat.id)
        if place is not None:
            server.estimates.shown(chat.id, place.position, server.estimates.told("support", place.ahead, anew=True))
        return chat.id

    async def _gives_up(self, chat_id: str) -> None:
        if await self._server.queue.place(chat_id) is not None:
            await self._over(chat_id, "abandoned")

    async def _is_served(self, chat_id: str) -> None:
        """Or still waits: then it is asked again."""
        if await self._server.queue.place(chat_id) is not None:
            self._at(self._server.clock.monotonic_s() + 60, lambda: self._is_served(chat_id))
        elif self._server.chats.get(chat_id) is not None:
            await self._over(chat_id, "resolved")

    async def _over(self, chat_id: str, resolution: Any) -> None:
        server = self._server
        await server.store.close_chat(Close(chat_id, "visitor", resolution, server.clock.now(), ()))
        await server.dispatch.order(Leave(chat_id))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    clock = MovedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    async with record(tmp_path, SUPPORT, ADA) as (store, directory):
        await store.record_presence([PresenceRow("ada", clock.now(), ("support",), "online", True, True, None, "p1")])
        made = Server(store, directory, clock)
        await made.start()
        yield made
        await made.dispatch.aclose()


async def again(server: Server, estimator: Estimator | None = None, after_s: float = 0.0) -> Server:
    """A second server on the same record, so long after the first one died."""
    await server.store.prove_life(Proof("p1", server.clock.now(), server.clock.now()))
    server.clock.move(after_s)
    made = Server(server.store, server.directory, server.clock, lambda: estimator or MarkovEstimator())
    await made.start()
    return made


async def test_a_start_tells_what_was_told_before_it(server: Server) -> None:
    await Day(server).go_on(5 * 3600)
    before = server.told()

    after = (await again(server)).told()

    for old, new in zip(before, after, strict=True):
        assert new.likely_s == pytest.approx(old.likely_s, rel=0.12)
        assert new.upto_s == pytest.approx(old.upto_s, rel=0.12)
    unlearnt = MarkovEstimator()
    unlearnt.slots_changed(0.0, 3)
    guess = unlearnt.predict(8, 0.0)
    assert guess is not None
    assert guess.likely_s > 1.3 * before[4].likely_s  # what a desk without a record says is something else


@pytest.mark.parametrize("after_s", [0.0, 5.0, 7200.0])
async def test_time_in_line_counts_over_a_start_and_time_without_a_server_does_not(
    server: Server, after_s: float
) -> None:
    """Nobody is served for ten minutes while five wait: the desk is slower than its settings let expect."""
    day = Day(server)
    for _ in range(8):
        await day.comes()
    at_first = server.told()
    server.clock.move(600)
    before = server.told()

    after = (await again(server, after_s=after_s)).told()

    assert before[4].likely_s > 1.5 * at_first[4].likely_s
    for old, new in zip(before, after, strict=True):
        assert new.likely_s == pytest.approx(old.likely_s, rel=0.05)
        assert new.upto_s == pytest.approx(old.upto_s, rel=0.05)


async def test_a_start_learns_the_errors_of_the_estimates_that_were_shown_not_of_others(server: Server) -> None:
    await Day(server).go_on(3 * 3600)
    first, second = Judge(), Judge()
    await again(server, first)
    await again(server, second)
    shown = [promise.basis for promise in await server.store.promises(*WEEK, "support", 999) if promise.over_at]

    assert len(shown) > 50
    assert None not in shown
    assert {wait.basis.numbers() for wait, _ in first.judged if wait.basis} <= set(shown)
    assert len(first.judged) > 0.9 * len(shown)
    assert first.judged == second.judged


async def test_who_waits_over_a_restart_is_judged_by_what_was_told_before_it(server: Server) -> None:
    chat_id = [await Day(server).comes() for _ in range(4)][-1]  # three are served
    await server.estimates.write()
    (told,) = await server.store.promises(*WEEK, "support", 9)
    server.clock.move(30)
    judge = Judge()

    restarted = await again(server, judge)
    server.clock.move(15)
    await restarted.dispatch.order(SetAgent("ada", ("support",), 1, 9, "online"))

    assert told.chat_id == chat_id
    assert [(wait.basis.numbers() if wait.basis else None, waited_s) for wait, waited_s in judge.judged] == [
        (told.basis, 45.0)
    ]
