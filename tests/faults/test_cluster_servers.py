"""Servers are killed, restarted and frozen under load: the others go on, and who is gone comes back."""

from __future__ import annotations

import pytest

from tests.faults.conftest import NewCluster
from tests.faults.judge import complaints
from tests.faults.plants import unnoticed
from tests.faults.profile import FROZEN_S, LOAD, ROUNDS, SERVER_KILLS
from tests.faults.storm import raging
from tests.harness.cluster import Cluster


@pytest.mark.slow
async def test_embedded_desk_behind_a_proxy_comes_back_from_a_kill(new_cluster: NewCluster) -> None:
    async with raging(new_cluster(1, embedded=True), seed=1) as storm:
        await storm.scene.progress(200)
        await storm.scene.until(lambda: any(len(line.chats) > 1 for line in storm.history.lines))
        await storm.kill_server(0)
        await storm.scene.progress(100)
    assert complaints(storm.history) == []
    assert unnoticed(storm.history) == []


@pytest.mark.slow
async def test_two_servers_killed_in_turn_lose_nothing_and_nobody(two_servers: Cluster) -> None:
    async with raging(two_servers, seed=2) as storm:
        for kill in range(SERVER_KILLS):
            await storm.load(storm.scene.random.randint(20, 2 * LOAD))
            await storm.kill_server(kill % 2)
        await storm.load(LOAD)
    assert complaints(storm.history) == []


@pytest.mark.slow
async def test_frozen_server_loses_nothing_and_nobody(two_servers: Cluster) -> None:
    frozen = two_servers.servers[1]
    async with raging(two_servers, seed=5) as storm:
        await storm.load(LOAD)
        async with storm.outage("frozen server", "SIGSTOP of server 2", frozen.freeze, frozen.thaw):
            await storm.go_on_for(FROZEN_S)
        await storm.load(LOAD)
    assert complaints(storm.history) == []


@pytest.mark.slow
async def test_rolling_restart_loses_no_place_and_no_message(two_servers: Cluster) -> None:
    async with raging(two_servers, seed=3) as storm:
        for _ in range(ROUNDS):
            for number in range(2):
                await storm.load(LOAD)
                await storm.restart_server(number)
        await storm.load(LOAD)
    assert complaints(storm.history) == []


@pytest.mark.slow
async def test_three_servers_live_through_a_kill_a_restart_and_an_empty_redis(new_cluster: NewCluster) -> None:
    cluster = new_cluster(3)
    async with raging(cluster, seed=4) as storm:
        for _ in range(ROUNDS):
            await storm.load(LOAD)
            await storm.kill_server(1)
            await storm.kill_redis(with_data=False)
            await storm.load(LOAD)
            await storm.restart_server(2)
        await storm.load(LOAD)
    assert complaints(storm.history) == []
