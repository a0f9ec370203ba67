"""A short load on one desk, whatever state that desk is in: for servers that may be at fault themselves.

As storm.py, but nobody waits for a good end: after the course everybody goes, and what is in the record is read, be it
less than was promised. judge.py says what is wrong with it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.faults.histories import Fault, History
from tests.faults.load import LoadVisitor, SteadyAgent, Watcher
from tests.faults.persons import Person, Scene, living
from tests.harness.desk import Desk, User
from tests.harness.people import AgentClient

GRACE_S = 3.0
DEPARTMENT = "support"
GONE_STATUS = 404


async def lived_through(
    scene: Scene,
    desk: Desk,
    users: tuple[User, ...],
    manager: User,
    course: Callable[[Scene], Awaitable[None]],
    *,
    visitors: int,
    leaving_share: float,
) -> History:
    """What people did and saw during the course. leaving_share: of the turns at which a visitor leaves the line."""
    scene.up.set()
    scene.history.grace_s = GRACE_S
    persons: list[Person] = [await SteadyAgent.sign_in(scene, user) for user in users]
    persons.append(await Watcher.sign_in(scene, manager, status="offline"))
    newcomers = [LoadVisitor(scene, department=DEPARTMENT) for _ in range(visitors)]
    for visitor in newcomers:
        visitor.leaving_share = leaving_share
    async with living([*persons, *newcomers]):
        await course(scene)
        scene.history.ended_at = time.time()
    await read_what_is_there(desk, scene.history, manager)
    return scene.history


async def killed(scene: Scene, desk: Desk) -> None:
    """-9 and a start, written down as a fault."""
    fault = Fault("server", "kill -9", time.time())
    scene.history.faults.append(fault)
    scene.up.clear()
    desk.kill()
    await asyncio.to_thread(desk.start)
    fault.until = time.time()
    scene.run += 1
    scene.up.set()


async def read_what_is_there(desk: Desk, history: History, manager: User) -> None:
    """All chats that anybody was told of into the history, but those that are not there."""
    told = {op.chat_id for op in history.operations} | {g.chat["id"] for g in history.greetings if g.chat}
    # Who goes in the middle of an order may have been shown what it did, and not its answer.
    told |= {heard.message["chat_id"] for heard in history.heard}
    async with await AgentClient.sign_in(desk.url, manager, status=None) as reader:
        for chat_id in told - {None}:
            status, page = await reader.request("GET", f"/api/v1/chats/{chat_id}")
            if status != GONE_STATUS:
                history.chats[page["chat"]["id"]] = page["chat"]
                history.transcripts[page["chat"]["id"]] = page["messages"]
