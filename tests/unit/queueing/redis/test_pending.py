"""What the record has to follow is pending until somebody says that it has: no decision dies with who made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from queueing.errors import QueueUnavailable
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
    RemoveAgent,
    Requeued,
    Restore,
    SetAgent,
    SetPriority,
    SetStatus,
    Take,
    TransferToAgent,
    TransferToDepartment,
    Vanish,
)
from queueing.redis.client import RedisClient
from queueing.redis_adapter import RedisQueue
from queueing.states import AgentState, ChatState, Snapshot
from tests.harness.redis import RedisServer
from tests.unit.queueing.redis.looking import desk_of, key_of, looking_into

LATER_MS = 1_000_000

ANN_ONLINE = (SetAgent("ann", ("help",), 1, 2, "online"), Connect("ann"))
BOB_ONLINE = (SetAgent("bob", ("help",), 1, 2, "online"), Connect("bob"))
C1 = Join("c1", "help", 1, "normal", 1)

FOLLOWED: dict[str, tuple[Sequence[Command], Command]] = {
    "join_that_is_served": (ANN_ONLINE, C1),
    "connect_that_takes_a_waiting_chat": ((C1, ANN_ONLINE[0]), Connect("ann")),
    "status_that_takes_a_waiting_chat": (
        (C1, SetAgent("ann", ("help",), 1, 2, "away"), Connect("ann")),
        SetStatus("ann", "online"),
    ),
    "leave_that_makes_room": (
        (SetAgent("ann", ("help",), 1, 1, "online"), Connect("ann"), C1, Join("c2", "help", 1, "normal", 2)),
        Leave("c1"),
    ),
    "vanish": ((*ANN_ONLINE, C1, Disconnect("ann")), Vanish("ann")),
    "removed_agent": ((*ANN_ONLINE, C1), RemoveAgent("ann")),
    "take": ((SetAgent("ann", ("help",), 1, 2, "away"), Connect("ann"), C1), Take("c1", "ann")),
    "transfer_to_agent": ((*ANN_ONLINE, C1, *BOB_ONLINE), TransferToAgent("c1", "bob")),
    "reassign": ((*ANN_ONLINE, C1, *BOB_ONLINE), Reassign("c1")),
    "transfer_to_department": ((*ANN_ONLINE, C1), TransferToDepartment("c1", "sales", 1)),
    "escalation_of_a_waiting_chat": ((C1,), TransferToDepartment("c1", "help", 2)),
    "restore_that_makes_room_for_another": (
        (
            SetAgent("ann", ("help",), 1, 1, "online"),
            Connect("ann"),
            C1,
            Join("c2", "help", 1, "normal", 2),
        ),
        Restore("c1", "sales", 1, "normal", 1, False, True, None),
    ),
}
KNOWN_TO_THE_RECORD: dict[str, tuple[Sequence[Command], Command]] = {
    "join_that_waits": ((), C1),
    "leave": ((*ANN_ONLINE, C1), Leave("c1")),
    "agent": ((), ANN_ONLINE[0]),
    "connect_to_an_empty_line": ((ANN_ONLINE[0],), Connect("ann")),
    "disconnect": ((*ANN_ONLINE, C1), Disconnect("ann")),
    "priority": ((C1,), SetPriority("c1", "urgent")),
    "refusal": ((*ANN_ONLINE, C1), Take("c1", "ann")),
    "transfer_to_where_it_is": ((C1,), TransferToDepartment("c1", "help", 1)),
    "restore_to_an_agent": ((*ANN_ONLINE, C1, *BOB_ONLINE), Restore("c1", "help", 1, "normal", 1, False, False, "bob")),
    "restore_to_a_line": ((C1,), Restore("c1", "sales", 1, "normal", 1, False, True, None)),
    "restore_of_the_end": ((*ANN_ONLINE, C1), Restore("c1", "help", 1, "normal", 1, False, False, None)),
}


async def _after(queue: RedisQueue, before: Sequence[Command], command: Command) -> Applied:
    """What `command` does, given at 100 ms; all that `before` decided is confirmed."""
    await queue.confirm([(await queue.apply(one, now_ms)).id for now_ms, one in enumerate(before)])
    return await queue.apply(command, 100)


@pytest.mark.parametrize("case", FOLLOWED)
async def test_decision_that_the_record_must_follow_is_pending_with_all_that_it_says(
    case: str, queue: RedisQueue
) -> None:
    before, command = FOLLOWED[case]
    applied = await _after(queue, before, command)

    (decision,) = await queue.overdue(LATER_MS)

    assert (decision.id, decision.version, decision.events) == (applied.id, applied.version, applied.events)
    assert (decision.epoch, decision.now_ms, decision.command) == (queue.epoch, 100, command)
    assert any(isinstance(event, Assigned | Requeued | Queued) for event in decision.events)


@pytest.mark.parametrize("case", KNOWN_TO_THE_RECORD)
async def test_decision_that_is_no_news_to_the_record_is_not_pending(case: str, queue: RedisQueue) -> None:
    await _after(queue, *KNOWN_TO_THE_RECORD[case])
    assert await queue.overdue(LATER_MS) == ()


async def test_confirmed_decision_is_pending_no_more_and_no_other_with_it(queue: RedisQueue) -> None:
    await _after(queue, ANN_ONLINE[:1], Connect("ann"))
    first, second = [await queue.apply(Join(f"c{n}", "help", 1, "normal", n), 100 + n) for n in range(2)]

    await queue.confirm([first.id, first.id, "1-77", "not even an id"])
    await queue.confirm([])

    assert [decision.id for decision in await queue.overdue(LATER_MS)] == [second.id]


async def test_decision_is_overdue_by_the_moment_of_its_command_and_oldest_come_first(queue: RedisQueue) -> None:
    await _after(queue, (SetAgent("ann", ("help",), 1, 5, "online"),), Connect("ann"))
    given = (1_030, 1_010, 1_020)  # two servers' clocks never quite agree
    made = [(await queue.apply(Join(f"c{n}", "help", 1, "normal", n), ms)).id for n, ms in enumerate(given)]

    assert await queue.overdue(1_010) == ()
    assert [decision.id for decision in await queue.overdue(1_021)] == [made[1], made[2]]
    assert [decision.id for decision in await queue.overdue(LATER_MS)] == made
    assert [decision.id for decision in await queue.overdue(LATER_MS, limit=1)] == [made[1]]


async def test_another_server_finds_what_one_that_died_had_not_carried_out(
    queue: RedisQueue, redis_server: RedisServer
) -> None:
    dying = RedisQueue(RedisClient(redis_server.url), desk=desk_of(queue))
    await dying.adopt()
    await _after(dying, ANN_ONLINE, Leave("nobody"))
    applied = await dying.apply(C1, 100)
    await dying.aclose()

    (left,) = await queue.overdue(LATER_MS)
    await queue.confirm([left.id])

    assert (left.id, left.command, left.events) == (applied.id, C1, applied.events)
    assert await queue.overdue(LATER_MS) == ()


async def test_decision_that_the_stream_has_dropped_is_let_go(queue: RedisQueue, redis_server: RedisServer) -> None:
    await _after(queue, ANN_ONLINE, C1)
    kept = await queue.apply(Join("c2", "help", 1, "normal", 2), 101)

    async with looking_into(redis_server) as looking:
        await looking.xtrim(key_of(queue, "stream"), maxlen=1, approximate=False)
        found = await queue.overdue(LATER_MS)
        pending = await looking.zrange(key_of(queue, "pending"), 0, -1)

    assert [decision.id for decision in found] == [kept.id]
    assert [entry.decode() for entry in pending] == [kept.id]


async def test_rebuild_forgets_what_was_pending_and_settling_is_pending_itself(queue: RedisQueue) -> None:
    stale = await _after(queue, ANN_ONLINE, C1)
    ann = AgentState("ann", ("help",), 1, 2, "online", True, (), 5)
    waits = ChatState("c2", "help", 1, "normal", 2, False, None)

    settled = await queue.rebuild(Snapshot(0, (ann,), (waits,)), 200)
    await queue.confirm([stale.id])

    assert Assigned("c2", "ann", "routed") in settled.events
    assert [decision.id for decision in await queue.overdue(LATER_MS)] == [settled.id]

    orphan = ChatState("c3", "help", 1, "normal", 2, False, "nobody")
    returned = await queue.rebuild(Snapshot(0, (), (orphan,)), 300)
    assert [decision.id for decision in await queue.overdue(LATER_MS)] == [returned.id]

    await queue.rebuild(Snapshot(0, (), (waits,)), 400)
    assert await queue.overdue(LATER_MS) == ()


async def test_server_that_does_not_know_the_desk_takes_nothing_over_but_may_confirm(
    queue: RedisQueue, client: RedisClient
) -> None:
    applied = await _after(queue, ANN_ONLINE, C1)
    stranger = RedisQueue(client, desk=desk_of(queue))

    with pytest.raises(QueueUnavailable, match="EPOCH"):
        await stranger.overdue(LATER_MS)
    await stranger.confirm([applied.id])

    assert await queue.overdue(LATER_MS) == ()


async def test_id_is_never_used_twice_even_when_redis_has_come_back_empty(
    new_redis: Callable[[], RedisServer],
) -> None:
    server = new_redis()
    queue = RedisQueue(RedisClient(server.url))
    ids = []
    for now_ms in (1_800_000_000_000, 1_800_000_000_000, 1_800_000_005_000):
        ids += [(await queue.rebuild(Snapshot(0), now_ms)).id, (await queue.apply(C1, now_ms + 1)).id]
    server.kill()
    server.forget()
    server.start()
    with pytest.raises(QueueUnavailable):
        await queue.place("c1")
    ids += [(await queue.rebuild(Snapshot(0), 1_800_000_006_000)).id, (await queue.apply(C1, 1_800_000_006_001)).id]
    await queue.aclose()

    in_order = sorted(ids, key=lambda name: [int(part) for part in name.split("-")])
    assert ids == in_order
    assert len(set(ids)) == len(ids)
