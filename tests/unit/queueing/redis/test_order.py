"""Order and choice in scores: exact where a double or a locale would not be."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable
from fractions import Fraction

from queueing.engine import Engine
from queueing.model import Assigned, Command, Connect, Disconnect, Join, SetAgent, SetStatus, Vanish
from queueing.redis.client import RedisClient
from queueing.redis.keys import keys_of
from queueing.redis.scripts import LUA, Script
from queueing.redis_adapter import RedisQueue
from queueing.states import Place


async def _both(queue: RedisQueue, commands: Iterable[Command]) -> Engine:
    """The engine after the commands; the queue has had them, too, with the same events."""
    engine = Engine()
    for now_ms, command in enumerate(commands, start=1_800_000_000_000):
        assert await queue.apply(command, now_ms) == engine.apply(command, now_ms), command
    assert await queue.snapshot() == engine.snapshot()
    return engine


def _asking(question: str) -> Script:
    """A script of the test's own, on the pieces of the real ones."""
    source = "".join((LUA / "include" / f"{name}.lua").read_text() for name in ("keys", "scores")) + question
    return Script("question", source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest(), ("given",))


async def test_shares_of_capacity_compare_as_fractions_do(client: RedisClient) -> None:
    small = [(load, capacity) for capacity in range(1, 60) for load in range(capacity)]
    large = [(load, capacity) for capacity in (65_533, 65_534, 65_535) for load in (1, 2, 32_767, 65_530, 65_532)]
    pairs = small + large
    question = _asking(
        "local shares = {} for at, pair in ipairs(cjson.decode(ARGV[1])) do "
        "shares[at] = string.format('%.0f', share_of({load = pair[1], capacity = pair[2]})) end return shares"
    )

    shares = [int(share) for share in await client.call(question, keys_of("x"), {"given": json.dumps(pairs)})]

    by_fraction = sorted(zip((Fraction(*pair) for pair in pairs), shares, strict=True))
    for (one, share), (other, next_share) in itertools.pairwise(by_fraction):
        assert (one < other) == (share < next_share)
    assert max(shares) < 2**39


async def test_last_line_of_the_last_department_fits_below_2_to_the_53(client: RedisClient) -> None:
    question = _asking(
        "local lowest, highest = segment(MOST_DEPARTMENTS - 1, HIGHEST_TIER) "
        "local last = rank_of({priority = 'low', returned = false, line = LINES - 1}) "
        "return {string.format('%.0f', lowest + last), string.format('%.0f', highest)}"
    )
    last, highest = await client.call(question, keys_of("x"), {"given": ""})
    assert int(last) == int(highest) == 2**53 - 1


async def test_longest_lines_keep_their_order(queue: RedisQueue) -> None:
    last = 2**36 - 1
    lines = {"c1": last, "c2": last - 1, "c3": 0}
    await _both(queue, [Join(chat, "help", 1, "low", line) for chat, line in lines.items()])
    assert await queue.waiting("help") == (Place("c3", "help", 1), Place("c2", "help", 2), Place("c1", "help", 3))


async def test_among_equals_bytes_decide_and_not_a_locale(queue: RedisQueue) -> None:
    names = ["b", "Z", "a", "ä", "aa", "я", "A\u0000", "A", "/", '"', "😀"]
    agents: list[Command] = []
    for name in names:
        agents += [SetAgent(f"agent {name}", ("help",), 1, 3, "online"), Connect(f"agent {name}")]
    chats = [Join(f"chat {name}", "help", 3, "normal", 1) for name in names]

    await _both(queue, [*chats, *agents, *(Join(f"served {name}", "help", 1, "normal", 1) for name in names * 2)])


async def test_chats_of_equal_rank_in_two_departments_are_served_by_id(queue: RedisQueue) -> None:
    for turn, (one, other) in enumerate([("help", "sales"), ("sales", "help")]):
        joins = [Join(f"{turn}b", one, 1, "normal", 1), Join(f"{turn}a", other, 1, "normal", 1)]
        for now_ms, join in enumerate(joins):
            await queue.apply(join, now_ms)

    await queue.apply(SetAgent("ann", ("help", "sales"), 1, 4, "online"), 9)
    applied = await queue.apply(Connect("ann"), 10)

    assert [e.chat for e in applied.events if isinstance(e, Assigned)] == ["0a", "0b", "1a", "1b"]


async def test_smallest_share_of_capacity_wins_not_the_smallest_load(queue: RedisQueue) -> None:
    engine = await _both(
        queue,
        [
            SetAgent("ann", ("help",), 1, 2, "online"),
            SetAgent("bob", ("help",), 1, 6, "online"),
            Connect("ann"),
            *(Join(f"c{n}", "help", 1, "normal", n) for n in range(2)),
            Disconnect("ann"),
            Connect("bob"),
            SetStatus("ann", "online", 3),
            *(Join(f"c{n}", "help", 1, "normal", n) for n in range(2, 6)),
            Connect("ann"),
            *(Join(f"c{n}", "help", 1, "normal", n) for n in range(6, 10)),
        ],
    )
    assert {agent.agent: agent.load for agent in engine.agents()} == {"ann": 3, "bob": 6}


async def test_chats_of_a_vanished_agent_return_in_the_order_of_their_lines(queue: RedisQueue) -> None:
    engine = await _both(
        queue,
        [
            SetAgent("ann", ("help",), 1, 9, "online"),
            Connect("ann"),
            *(Join(f"c{n}", "help", 1, "normal", 100 - n) for n in range(8)),
            Disconnect("ann"),
            Vanish("ann"),
        ],
    )
    assert [place.chat for place in engine.waiting("help")] == [f"c{n}" for n in reversed(range(8))]
    assert await queue.waiting("help") == engine.waiting("help")
