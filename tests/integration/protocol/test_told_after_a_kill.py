"""What waiting visitors are told outlives the server: the next one tells what the last one told, kill -9 between."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from queueing.estimate import MarkovEstimator, Wait
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.people import VisitorClient
from tests.harness.wire import Json

TWO = replace(ADA, capacity=2)
CHAT_S = 60.0
SETTINGS = {"SEMAFOR_TYPICAL_CHAT_S": str(CHAT_S), "SEMAFOR_VISITOR_GRACE_S": "60", "SEMAFOR_AGENT_GRACE_S": "30"}
HELD, HELD_S = 0.12, 4.0
"""So far above what is believed a number may stand still (queueing/shown.py); a start begins with belief."""


@dataclass
class Line:
    """Visitors in the order in which they wait, and an estimator that hears what happens to them from outside."""

    desk: Desk
    people: People
    estimator: MarkovEstimator = field(default_factory=lambda: MarkovEstimator(CHAT_S))
    waiting: list[tuple[VisitorClient, Json, float, Wait]] = field(default_factory=list)

    async def comes(self) -> Json:
        visitor = await self.people.visitor(self.desk)
        self.estimator.arrived(came_s := time.monotonic())
        expected = self.estimator.predict(len(self.waiting), came_s)
        assert expected is not None
        chat = await visitor.start("Is anybody there?")
        if chat["queue"] is not None:
            self.waiting.append((visitor, chat, came_s, expected))
        else:
            self.estimator.started(came_s, 0.0)
        return chat

    async def is_served(self) -> str:
        """The first one has an agent now, and the others have been told so; the id of the chat."""
        _, chat, came_s, expected = self.waiting.pop(0)
        now_s = time.monotonic()
        self.estimator.started(now_s, now_s - came_s)
        self.estimator.resolved(expected, now_s - came_s, answered=True)
        for place, (visitor, *_) in enumerate(self.waiting, 1):
            await visitor.wait("queue", partial(is_at, place))
        return str(chat["id"])

    async def gives_up(self, place: int) -> None:
        visitor, chat, came_s, _ = self.waiting.pop(place)
        await visitor.ask("chat:leave", {"chat_id": chat["id"]})
        self.estimator.abandoned(time.monotonic(), time.monotonic() - came_s)

    async def come_back(self) -> None:
        """From the last to the first, all of them as who they were."""
        back = [(await self.people.visitor(self.desk, token=one.token), *rest) for one, *rest in self.waiting[::-1]]
        self.waiting = back[::-1]  # type: ignore[assignment]

    async def told(self) -> list[Json]:
        return [
            (await visitor.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0}))["chat"]["queue"]
            for visitor, chat, *_ in self.waiting
        ]


def agree(after: Json, before: Json) -> None:
    for name in ("likely_s", "upto_s"):
        old_s = before["wait"][name]
        assert after["wait"][name] == pytest.approx(old_s, abs=HELD * old_s + HELD_S), (name, after, before)


def is_at(position: int, queue: Any) -> bool:
    return bool(queue["position"] == position)


def has_a_wait(queue: Any) -> bool:
    return queue["wait"] is not None


@pytest.mark.slow
async def test_waits_told_after_a_kill_are_those_told_before_it(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=[TWO], settings=SETTINGS)
    line = Line(desk, people)
    agent = await people.agent(desk, TWO)
    line.estimator.slots_changed(time.monotonic(), TWO.capacity)
    served = [await line.comes() for _ in range(2)]
    chats = [(await agent.assigned(chat["id"]))["id"] for chat in served]
    unlearnt = [await line.comes() for _ in range(7)]
    for _ in range(4):  # far quicker than the settings say
        await agent.ask("chat:close", {"chat_id": chats.pop(0), "resolution": "resolved"})
        line.estimator.ended(time.monotonic(), 1.0)
        chats.append((await agent.assigned(await line.is_served()))["id"])
    for _ in range(3):
        await line.comes()
    await line.gives_up(2)
    before = await line.told()
    assert before[2]["wait"]["likely_s"] < 0.7 * unlearnt[2]["queue"]["wait"]["likely_s"]

    desk.kill()
    desk.start()
    await line.come_back()
    alone = await line.told()
    await people.agent(desk, TWO, status=None)  # online still, as they said
    for visitor, *_ in line.waiting:
        await visitor.wait("queue", has_a_wait)
    after = await line.told()

    assert [queue["position"] for queue in alone] == [queue["position"] for queue in after] == [1, 2, 3, 4, 5]
    for queue, early, old in zip(after, alone, before, strict=True):
        agree(queue, old)
        if early["wait"] is not None:  # else nobody was there yet, and nothing was made up
            agree(early, old)
    for ahead, queue in enumerate(after):
        believed = line.estimator.predict(ahead, time.monotonic())
        assert believed is not None
        assert queue["wait"]["likely_s"] >= 0.9 * believed.likely_s - 1.5
        assert queue["wait"]["upto_s"] >= 0.9 * believed.upto_s - 1.5
