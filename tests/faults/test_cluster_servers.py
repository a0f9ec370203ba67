"""kill -9 of servers under load, again and again: the others go on, and who is killed comes back."""

from __future__ import annotations

import os

import pytest

from tests.faults.conftest import NewCluster
from tests.faults.judge import complaints
from tests.faults.plants import unnoticed
from tests.faults.storm import raging

KILLS = int(os.environ.get("SEMAFOR_TEST_KILLS", "4"))


async def test_embedded_desk_behind_a_proxy_comes_back_from_a_kill(new_cluster: NewCluster) -> None:
    async with raging(new_cluster(1, embedded=True), seed=1) as storm:
        await storm.scene.progress(200)
        await storm.kill_server(0)
        await storm.scene.progress(100)
    assert complaints(storm.history) == []
    assert unnoticed(storm.history) == []


@pytest.mark.slow
async def test_two_servers_killed_in_turn_lose_nothing_and_nobody(new_cluster: NewCluster) -> None:
    async with raging(new_cluster(2), seed=2) as storm:
        for kill in range(KILLS):
            await storm.scene.progress(storm.scene.random.randint(20, 200))
            await storm.kill_server(kill % 2)
        await storm.scene.progress(100)
    assert complaints(storm.history) == []
