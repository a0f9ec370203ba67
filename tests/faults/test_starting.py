"""A server that is killed while it starts, its first start included, has harmed nothing when it starts again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.faults.profile import STARTS
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA, SUPPORT
from tests.harness.people import AgentClient, VisitorClient

AFTER_S = (0.1, 1.5)
"""From before the first import to after the first answer, on a machine like ours."""


async def _killed_at_the_start(desk: Desk, chance: Random) -> None:
    starting = asyncio.create_task(asyncio.to_thread(desk.start))
    await asyncio.sleep(chance.uniform(*AFTER_S))  # the moment is the fault
    desk.kill()
    with suppress(AssertionError):
        await starting
    desk.kill()


@pytest.mark.slow
async def test_server_killed_while_it_starts_comes_up_with_all_it_had(tmp_path: Path) -> None:
    chance = Random(91)
    desk = Desk(tmp_path / "desk", {"SEMAFOR_LIMITS": "off"})
    try:
        for _ in range(STARTS):  # the record is being made
            await _killed_at_the_start(desk, chance)
        desk.people((SUPPORT,), (ADA, BOB, MIA))
        desk.start()
        async with await VisitorClient.arrive(desk.url) as visitor:
            chat = await visitor.start("Is anybody there?")
            said = [await visitor.say(chat["id"], f"Word {n}") for n in range(5)]
        desk.kill()

        for _ in range(STARTS):
            await _killed_at_the_start(desk, chance)
        desk.start()

        async with await VisitorClient.arrive(desk.url, token=visitor.token) as back:
            assert back.hello["chat"]["id"] == chat["id"]
            assert back.hello["chat"]["queue"]["position"] == 1
            async with await AgentClient.sign_in(desk.url, ADA) as agent:
                await agent.assigned(chat["id"])
                page = await agent.get(f"/api/v1/chats/{chat['id']}")
                told = [message["seq"] for message in page["messages"]]
        assert told == list(range(1, len(told) + 1))
        assert {one["seq"] for one in said} <= set(told)
        desk.stop()
    finally:
        desk.kill()
    assert "Traceback" not in desk.stderr()
