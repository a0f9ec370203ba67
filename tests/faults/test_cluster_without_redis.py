"""Redis is gone: open chats go on between servers, newcomers wait and are told, and everybody keeps their place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.faults.storm import ADA, BOB, MIA
from tests.harness.cluster import Cluster
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import WireClient

HEARD_WITHIN_S = 5.0
REFUSED_WITHIN_S = 2.5
BACK_WITHIN_S = 10.0


@asynccontextmanager
async def at(*clients: WireClient) -> AsyncIterator[None]:
    """All of them leave at the end."""
    try:
        yield
    finally:
        for client in clients:
            await client.close()


async def _told_position(visitor: VisitorClient, chat_id: str, position: int, since: int = 0) -> None:
    await visitor.wait(
        "queue",
        lambda told: told["chat_id"] == chat_id and told["position"] == position,
        since=since,
        timeout_s=BACK_WITHIN_S,
    )


def _freeze(cluster: Cluster) -> Callable[[], None]:
    assert cluster.redis is not None
    cluster.redis.freeze()
    return cluster.redis.thaw


def _kill(cluster: Cluster) -> Callable[[], None]:
    assert cluster.redis is not None
    cluster.redis.kill()
    return cluster.redis.start


def _kill_and_forget(cluster: Cluster) -> Callable[[], None]:
    back = _kill(cluster)
    assert cluster.redis is not None
    cluster.redis.forget()
    return back


@pytest.mark.slow
@pytest.mark.parametrize("take_away", [_freeze, _kill, _kill_and_forget])
async def test_desk_goes_on_without_redis_and_keeps_every_place(
    two_servers: Cluster, take_away: Callable[[Cluster], Callable[[], None]]
) -> None:
    here, there = two_servers.places
    ada = await AgentClient.sign_in(there, ADA)
    served = await VisitorClient.arrive(here)
    chat_id = (await served.start("Is anybody there?", department="support"))["id"]
    await ada.assigned(chat_id)
    second = await VisitorClient.arrive(here)
    second_id = (await second.start("Me too", department="support"))["id"]
    await ada.assigned(second_id)
    bob = await AgentClient.sign_in(here, BOB, status="away")
    mia = await AgentClient.sign_in(here, MIA, status="offline")
    early = [await VisitorClient.arrive(place) for place in (here, there)]
    early_ids = [(await visitor.start("I can wait", department="support"))["id"] for visitor in early]
    late = [await VisitorClient.arrive(place) for place in (there, here)]
    async with at(ada, bob, mia, served, second, *early, *late):
        for position, (visitor, early_id) in enumerate(zip(early, early_ids, strict=True), 1):
            await _told_position(visitor, early_id, position)

        bring_back = await asyncio.to_thread(take_away, two_servers)
        try:
            await _talk(served, ada, chat_id)
            late_ids = [(await v.start("I am new", department="support"))["id"] for v in late]
            for position, (visitor, late_id) in enumerate(zip(late, late_ids, strict=True), 3):
                await _told_position(visitor, late_id, position)
            await _refused(ada, "chat:transfer", {"chat_id": second_id, "agent": bob.id})
            await _refused(mia, "chat:take", {"chat_id": early_ids[0]})
            await _talk(served, ada, chat_id)
        finally:
            await asyncio.to_thread(bring_back)

        await ada.ask("chat:close", {"chat_id": chat_id, "resolution": "resolved"})
        await asyncio.wait_for(ada.assigned(early_ids[0]), BACK_WITHIN_S)
        await ada.ask("chat:close", {"chat_id": second_id, "resolution": "resolved"})
        await asyncio.wait_for(ada.assigned(early_ids[1]), BACK_WITHIN_S)
        for position, (visitor, late_id) in enumerate(zip(late, late_ids, strict=True), 1):
            await _told_position(visitor, late_id, position)
        for next_id, done_id in zip(late_ids, early_ids, strict=True):
            await ada.ask("chat:close", {"chat_id": done_id, "resolution": "resolved"})
            await ada.assigned(next_id)
        for late_id in late_ids:
            await ada.ask("chat:close", {"chat_id": late_id, "resolution": "resolved"})


async def _talk(visitor: VisitorClient, agent: AgentClient, chat_id: str) -> None:
    """A word to and fro, each acknowledged, and heard on the other server in time."""
    for speaker, listener in ((visitor, agent), (agent, visitor)):
        said_at = time.monotonic()
        said = await speaker.say(chat_id, "Do you hear me?")
        await _heard(listener, chat_id, said["seq"])
        assert time.monotonic() - said_at < HEARD_WITHIN_S


async def _heard(listener: WireClient, chat_id: str, seq: int) -> None:
    await listener.wait(
        "message", lambda heard: (heard["chat_id"], heard["seq"]) == (chat_id, seq), timeout_s=HEARD_WITHIN_S
    )


async def _refused(agent: AgentClient, event: str, order: dict[str, str]) -> None:
    asked_at = time.monotonic()
    error = await agent.refused(event, order)
    assert error["code"] == "unavailable", (event, error)
    assert time.monotonic() - asked_at < REFUSED_WITHIN_S
