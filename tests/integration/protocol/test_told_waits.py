"""The waits that visitors are told: those of the estimator that the server is made with."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

import pytest

from queueing.estimate import MarkovEstimator, Wait
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import Json

ALONE = replace(ADA, capacity=1)
CHAT_S = 60.0
SETTINGS = {"SEMAFOR_TYPICAL_CHAT_S": str(CHAT_S), "SEMAFOR_VISITOR_GRACE_S": "60", "SEMAFOR_AGENT_GRACE_S": "30"}


def is_at(position: int, queue: Json) -> bool:
    return bool(queue["position"] == position)


@dataclass
class Outside:
    """An estimator of the server's class, fed with what can be seen from outside as it happens."""

    desk: Desk
    people: People
    estimator: MarkovEstimator = field(default_factory=lambda: MarkovEstimator(CHAT_S))
    line: list[tuple[VisitorClient, Json, float, Wait]] = field(default_factory=list)

    async def comes(self) -> tuple[Json, Wait]:
        """A visitor who has to wait: what they are told at once, and what the estimator outside says then."""
        visitor = await self.people.visitor(self.desk)
        before_s = time.monotonic()
        self.estimator.arrived(before_s)
        expected = self.estimator.predict(len(self.line), before_s)
        assert expected is not None
        chat = await visitor.start("Hello?")
        self.line.append((visitor, chat, before_s, expected))
        return chat["queue"], expected

    async def is_served(self, agent: AgentClient, chat_id: str, since_s: float) -> str:
        """The agent's chat ends, the first in line gets the agent; the id of that one's chat."""
        await agent.ask("chat:close", {"chat_id": chat_id, "resolution": "resolved"})
        now_s = time.monotonic()
        self.estimator.ended(now_s, now_s - since_s)
        _, chat, came_s, shown = self.line.pop(0)
        await agent.assigned(chat["id"])
        self.estimator.started(now_s, now_s - came_s)
        self.estimator.resolved(shown, now_s - came_s, answered=True)
        return str(chat["id"])

    async def are_told(self) -> None:
        """Everybody in line has heard of the newest places, and so of the newest waits."""
        for position, (visitor, *_) in enumerate(self.line, start=1):
            await visitor.wait("queue", partial(is_at, position))


async def busy_desk(desk: Desk, people: People) -> tuple[Outside, AgentClient, str]:
    """One agent with one slot, taken; nobody waits."""
    outside = Outside(desk, people)
    agent = await people.agent(desk, ALONE)
    outside.estimator.slots_changed(time.monotonic(), 1)
    first = await people.visitor(desk)
    chat = await first.start("First")
    outside.estimator.arrived(time.monotonic())
    outside.estimator.started(time.monotonic(), 0.0)
    await agent.assigned(chat["id"])
    return outside, agent, chat["id"]


async def test_told_waits_are_those_of_the_estimator_fed_with_what_happened(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=[ALONE], settings=SETTINGS)
    outside, agent, served = await busy_desk(desk, people)
    told = [await outside.comes() for _ in range(6)]
    since_s = time.monotonic()
    for _ in range(3):
        served = await outside.is_served(agent, served, since_s)
        since_s = time.monotonic()
    await outside.are_told()
    told += [await outside.comes() for _ in range(3)]

    for queue, expected in told:
        # The estimator outside hears of everything some milliseconds before or after the one inside.
        assert queue["wait"]["likely_s"] == pytest.approx(expected.likely_s, rel=0.1, abs=1.5)
        assert queue["wait"]["upto_s"] == pytest.approx(expected.upto_s, rel=0.1, abs=1.5)
    alone = told[0][0]["wait"]
    assert 0.4 * CHAT_S < alone["likely_s"] < 1.2 * CHAT_S
    assert alone["upto_s"] > 1.8 * alone["likely_s"]


async def test_no_one_in_line_is_told_a_shorter_wait_than_who_comes_before(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=[ALONE], settings=SETTINGS)
    outside, agent, served = await busy_desk(desk, people)
    for _ in range(8):
        await outside.comes()
    await outside.is_served(agent, served, time.monotonic())
    await outside.are_told()

    queues = [(await visitor.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0}))["chat"]["queue"]
              for visitor, chat, *_ in outside.line]  # fmt: skip

    assert [queue["position"] for queue in queues] == list(range(1, 8))
    for earlier, later in pairwise(queue["wait"] for queue in queues):
        assert (later["likely_s"], later["upto_s"]) >= (earlier["likely_s"], earlier["upto_s"])
