"""Operations on one thing follow each other; crossing keys never wait in a circle."""

from __future__ import annotations

import asyncio

from transcripts.mongo.turns import Turns


async def _operate(turns: Turns, keys: tuple[str, ...], said: list[str], name: str, go: asyncio.Event) -> None:
    turn = turns.take(keys)
    try:
        await turn.come()
        await go.wait()
        said.append(name)
    finally:
        turn.end()


async def test_operations_with_a_common_key_follow_each_other_as_they_were_called() -> None:
    turns, said, go = Turns(), list[str](), asyncio.Event()

    crossing = [("a",), ("a", "b"), ("b", "c"), ("c", "a"), ("a",)]
    tasks = [asyncio.create_task(_operate(turns, keys, said, str(n), go)) for n, keys in enumerate(crossing)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks)

    assert said == ["0", "1", "2", "3", "4"]


async def test_an_operation_with_a_key_of_its_own_waits_for_nobody() -> None:
    turns, said, never = Turns(), list[str](), asyncio.Event()
    stuck = asyncio.create_task(_operate(turns, ("a",), said, "stuck", never))
    await asyncio.sleep(0)

    go = asyncio.Event()
    go.set()
    await _operate(turns, ("b",), said, "free", go)

    assert said == ["free"]
    stuck.cancel()


async def test_a_failed_operation_lets_the_next_one_come() -> None:
    turns = Turns()
    first, second = turns.take(("a",)), turns.take(("a",))

    first.end()

    await second.come()
    second.end()
    assert turns._last == {}
