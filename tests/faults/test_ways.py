"""People whose way to the desk is as bad as networks are: late, in drops, cut, half closed, deaf in one direction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.histories import Fault
from tests.faults.judge import complaints
from tests.faults.persons import Scene
from tests.faults.profile import LOAD, ROUNDS
from tests.faults.results import note
from tests.faults.storm import ADA, BOB, CYD, DEPARTMENTS, MIA, SETTINGS, USERS
from tests.faults.trial import lived_through
from tests.harness.fixtures import NewDesk
from tests.harness.one_way import DIRECTIONS
from tests.harness.rough_way import RoughWay

DELAY_S = 0.15
DROP_BYTES, DROP_PAUSE_S = 16, 0.002
STALLED_S = 2.0


@asynccontextmanager
async def bad(scene: Scene, what: str) -> AsyncIterator[None]:
    fault = Fault("way", what, time.time())
    scene.history.faults.append(fault)
    yield
    fault.until = time.time()


async def everything_that_ways_do(scene: Scene, way: RoughWay) -> None:
    async with bad(scene, "delayed"):
        way.delay(DELAY_S)
        await scene.progress(LOAD)
        way.calm()
    async with bad(scene, "dripping"):
        way.drip(DROP_BYTES, DROP_PAUSE_S)
        await scene.progress(LOAD)
        way.calm()
    for direction in DIRECTIONS:
        async with bad(scene, f"{direction} reset"):
            await asyncio.to_thread(way.await_carried, direction, 5)
            way.reset()
        await scene.progress(LOAD)
        async with bad(scene, f"{direction} half closed"):
            way.half_close(direction)
        await scene.progress(LOAD)
        async with bad(scene, f"{direction} stalled"):
            way.stall(direction)
            await asyncio.sleep(STALLED_S)  # as long as the fault lasts
            way.calm()
        await scene.progress(LOAD)


@pytest.mark.slow
async def test_people_on_bad_ways_lose_nothing_and_their_desk_loses_nobody(new_desk: NewDesk) -> None:
    desk = new_desk(departments=DEPARTMENTS, users=USERS, settings=SETTINGS)
    way = RoughWay(desk.port)
    way.start()

    async def course(scene: Scene) -> None:
        for _ in range(ROUNDS):
            await everything_that_ways_do(scene, way)

    try:
        scene = Scene(way.url, seed=71)
        history = await lived_through(scene, desk, (ADA, BOB, CYD), MIA, course, visitors=9, leaving_share=0.02)
    finally:
        way.stop()

    note(history)
    assert complaints(history) == []
