"""What every adapter of the queue's port does alike; a new adapter is one more entry of QUEUES.

Each course of commands is compared, event by event, with the pure engine, which is the reference.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from queueing.engine import Engine
from queueing.local import LocalQueue
from queueing.model import (
    Applied,
    Assigned,
    Command,
    Connect,
    Disconnect,
    Join,
    Leave,
    Queued,
    Reassign,
    Refused,
    RemoveAgent,
    Restore,
    SetAgent,
    SetPriority,
    SetStatus,
    Take,
    TransferToAgent,
    TransferToDepartment,
    Vanish,
)
from queueing.port import QueuePort
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisQueue
from queueing.states import AgentState, ChatState, Place, Snapshot
from tests.harness.redis import RedisServer


@asynccontextmanager
async def local_queue(_: pytest.FixtureRequest) -> AsyncIterator[QueuePort]:
    yield LocalQueue()


@asynccontextmanager
async def redis_queue(request: pytest.FixtureRequest) -> AsyncIterator[QueuePort]:
    """An empty desk of its own. Its `Settle` is command 0, so that the test's first is command 1."""
    server: RedisServer = request.getfixturevalue("redis_server")
    client = RedisClient(server.url)
    queue = RedisQueue(client, desk=uuid.uuid4().hex)
    await queue.rebuild(Snapshot(version=-1), 0)
    yield queue
    await client.aclose()


QUEUES: dict[str, Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[QueuePort]]] = {
    "local": local_queue,
    "redis": redis_queue,
}

DAY: tuple[Command, ...] = (
    SetAgent("ann", ("help", "sales"), 1, 2, "online"),
    SetAgent("bob", ("help",), 3, 1, "away"),
    Join("c1", "help", 1, "normal", 1),
    Join("c2", "help", 2, "high", 2),
    Connect("ann"),
    Connect("bob"),
    Join("c3", "sales", 1, "low", 3),
    Join("c4", "sales", 1, "urgent", 4),
    Join("c4", "help", 1, "low", 9),
    SetStatus("bob", "online", 2),
    Take("c4", "bob"),
    Take("c4", "bob"),
    Take("c3", "bob", takeover=False),
    SetPriority("c4", "normal"),
    TransferToAgent("c3", "bob"),
    TransferToAgent("c3", "bob", force=True),
    TransferToDepartment("c1", "sales", 2),
    Reassign("c3"),
    Reassign("c3"),
    Disconnect("bob"),
    Join("c5", "help", 1, "normal", 5),
    Vanish("bob"),
    Connect("bob"),
    Restore("c5", "help", 2, "high", 5, True, True, None),
    Restore("c2", "help", 2, "high", 2, False, False, "ann"),
    Leave("c2"),
    Leave("c2"),
    SetStatus("bob", "online"),
    RemoveAgent("ann"),
    RemoveAgent("ann"),
)


@pytest.fixture(params=sorted(QUEUES))
async def queue(request: pytest.FixtureRequest) -> AsyncIterator[QueuePort]:
    async with QUEUES[request.param](request) as made:
        yield made


async def test_events_and_state_are_those_of_the_engine(queue: QueuePort) -> None:
    engine = Engine()

    for now_ms, command in enumerate(DAY, start=1):
        assert await queue.apply(command, now_ms) == engine.apply(command, now_ms), command
        assert await queue.snapshot() == engine.snapshot()
        for department in ("help", "sales"):
            assert await queue.waiting(department) == engine.waiting(department)
            assert await queue.agents(department) == engine.agents(department)


async def test_place_counts_those_of_the_department_who_come_before(queue: QueuePort) -> None:
    for line, department in enumerate(("help", "sales", "help"), start=1):
        await queue.apply(Join(f"c{line}", department, 1, "normal", line), 0)

    assert await queue.place("c3") == Place("c3", "help", 2)
    assert await queue.place("nobody") is None
    assert await queue.waiting("help", 1) == (Place("c1", "help", 1),)


async def test_free_slots_are_those_of_accepting_agents(queue: QueuePort) -> None:
    await queue.apply(SetAgent("ann", ("help",), 1, 3, "online"), 0)
    await queue.apply(SetAgent("bob", ("help",), 1, 3, "away"), 0)
    await queue.apply(Connect("bob"), 0)
    assert await queue.free_slots("help") == 0

    await queue.apply(Connect("ann"), 0)
    await queue.apply(Join("c1", "help", 1, "normal", 1), 0)

    assert await queue.free_slots("help") == 2
    assert await queue.free_slots("sales") == 0


async def test_rebuilt_queue_has_the_given_state_and_assigns_what_can_be_assigned(queue: QueuePort) -> None:
    await queue.apply(Join("old", "help", 1, "normal", 1), 0)
    ann = AgentState("ann", ("help",), 1, 2, "online", True, ("c1",), 5)
    held = ChatState("c1", "help", 1, "normal", 1, False, "ann")
    first = ChatState("c2", "help", 1, "high", 9, False, None)
    second = ChatState("c3", "help", 1, "normal", 2, False, None)

    applied = await queue.rebuild(Snapshot(7, (ann,), (held, first, second)), 10)

    assert applied.version == 8
    assert applied.events[0] == Assigned("c2", "ann", "routed")
    assert await queue.waiting("help") == (Place("c3", "help", 1),)
    assert await queue.place("old") is None
    assert (await queue.agents())[0].chats == ("c1", "c2")


async def test_each_rebuild_names_the_desk_anew(queue: QueuePort) -> None:
    epochs = [queue.epoch]
    for _ in range(2):
        await queue.rebuild(Snapshot(0), 1)
        epochs.append(queue.epoch)
        await queue.apply(Join("c1", "help", 1, "normal", 1), 2)
        assert queue.epoch == epochs[-1] != ""

    assert len(set(epochs)) == 3


async def test_refused_command_has_no_other_event(queue: QueuePort) -> None:
    assert await queue.apply(Leave("c1"), 0) == Applied(1, (Refused("unknown_chat"),))
    assert await queue.apply(Join("c1", "help", 1, "normal", 1), 0) == Applied(2, (Queued("c1", "help", 1),))
