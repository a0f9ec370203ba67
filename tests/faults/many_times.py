"""People who meet the same trouble again and again, for figures that add up: cut off while they talk, gone from work,
and after each other's chats.

async with together(desk, scene, MIA, visitors, agents):
    await scene.progress(40_000)
assert complaints(scene.history) == []
"""

from __future__ import annotations

import asyncio
import math
import pickle
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.faults.histories import History, Json, Operation
from tests.faults.load import LoadAgent, LoadVisitor, SteadyAgent
from tests.faults.persons import Person, Scene, living
from tests.faults.trial import read_what_is_there
from tests.harness.desk import Desk, User
from tests.harness.wire import WireClient

BURST = 20
"""Messages that are sent without waiting for an answer."""
DRAIN_S = 60.0
ENDLESS = 1_000_000_000


class CutOff(Person):
    """Its connection ends while it talks: before a message has gone out, or before its answer is there."""

    _until_cut: float = math.inf

    async def talk(self, *said: Operation) -> None:
        self._until_cut = self.random.randint(1, 2 * len(said))
        await self.deliver(*said)
        self._until_cut = math.inf

    async def _send(self, client: WireClient, op: Operation) -> Any:
        answer = await super()._send(client, op)
        self._go_on_or_be_cut(client)
        return answer

    def decide(self, op: Operation, answer: Json) -> None:
        super().decide(op, answer)
        if self._client is not None:
            self._go_on_or_be_cut(self._client)

    def _go_on_or_be_cut(self, client: WireClient) -> None:
        self._until_cut -= 1
        if self._until_cut <= 0:
            self._until_cut = math.inf
            client.cut()


class CutOffVisitor(CutOff, LoadVisitor):
    """Asks once and goes on talking."""

    async def _go_on(self, chat_id: str) -> None:
        await self.talk(*(self.operation("message:send", chat_id) for _ in range(BURST)))


class CutOffAgent(CutOff, SteadyAgent):
    """Talks in all the chats it has, as long as there is something to be done."""

    answers_per_chat = ENDLESS
    answering_s = 0.1

    async def _serve(self, chat_id: str) -> None:
        if self.scene.draining.is_set():
            await super()._serve(chat_id)
        else:
            await self.talk(*(self.operation("message:send", chat_id) for _ in range(BURST)))


class MortalAgent(LoadAgent):
    """Dies at work, time after time, and is back within the grace or after it."""

    lives_s = (0.2, 1.0)
    deaths = 0

    async def live(self) -> None:
        dying = asyncio.create_task(self._die_again_and_again())
        try:
            await super().live()
        finally:
            dying.cancel()
            await asyncio.gather(dying, return_exceptions=True)

    async def lost(self) -> None:
        """Whoever of the two notices it: one death, one absence."""
        await self.leave()

    async def connection(self) -> WireClient:
        while self.is_away:
            await self.pause(0.2)
        return await super().connection()

    async def _die_again_and_again(self) -> None:
        while not self.scene.draining.is_set():
            await asyncio.sleep(self.random.uniform(*self.lives_s))  # a life's length is this course's load
            if self._client is None or not self.is_connected:
                continue
            self.is_away, self.deaths = True, self.deaths + 1
            self._client.cut()
            grace_s, stays_away = self.scene.history.grace_s, self.random.random() < 0.5
            await asyncio.sleep(grace_s + 2.0 if stays_away else self.random.uniform(0, grace_s / 3))
            self.is_away = False


class Waiting(LoadVisitor):
    """Asks once and waits, whatever becomes of it, until everybody goes home."""

    async def live(self) -> None:
        await self.connection()
        await self.start()
        while not self.over:
            await self.connection()
            if self.scene.draining.is_set() and self.chat_id is not None:
                await self.deliver(self.operation("chat:leave", self.chat_id))
                return
            await self.pause(0.5)


class Contender(CutOff, SteadyAgent):
    """Wants every waiting chat at once, at the same moment as the others, and gives back what it got."""

    cut_share = 0.05
    won: frozenset[str] = frozenset()
    """What the last contest brought."""

    async def contend(self, chats: Sequence[str]) -> None:
        """Until each is decided; what was won is given back by `give_back`."""
        wanted = [self.operation("chat:take", chat) for chat in self.random.sample(chats, len(chats))]
        if self.random.random() < self.cut_share:
            await self.talk(*wanted)
        else:
            await self.deliver(*wanted)
        self.won = frozenset(op.chat_id for op in wanted if op.outcome == "ok" and op.chat_id)

    async def give_back(self) -> None:
        await self.deliver(*(self.operation("chat:transfer", chat) for chat in sorted(self.won | self.held)))

    def order_of(self, op: Operation) -> Json:
        asked = super().order_of(op)
        return {**asked, "department": self.user.departments[0]} if op.event == "chat:transfer" else asked

    async def live(self) -> None:
        while not self.over:
            await self.connection()
            await self.be_as_wanted()
            await self.pause(0.5)


@asynccontextmanager
async def together(
    desk: Desk, scene: Scene, manager: User, visitors: Sequence[LoadVisitor], agents: Sequence[LoadAgent]
) -> AsyncIterator[History]:
    """They live during the block; then all visitors are served or gone, and the record is read."""
    try:
        async with living([*visitors, *agents]) as lives:
            yield scene.history
            scene.draining.set()
            done, waiting = await asyncio.wait(lives[: len(visitors)], timeout=DRAIN_S)
            assert not waiting, f"{len(waiting)} visitors wait for ever"
            await asyncio.gather(*done)
            scene.history.ended_at = time.time()
        await read_what_is_there(desk, scene.history, manager)
    finally:
        # For who has to find out why the judge complains; the server's log lies beside it.
        desk.data.with_name("history.pickle").write_bytes(pickle.dumps(scene.history))
