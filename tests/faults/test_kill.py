"""kill -9 under load, again and again: what was acknowledged is there, everybody keeps their place, nobody is lost.

The desk is driven through public sockets only; judge.py looks at the history alone, and is itself judged here by
histories with planted violations.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.faults.courses import moment
from tests.faults.histories import Fault, History, Json, Recovery
from tests.faults.judge import complaints
from tests.faults.load import LoadAgent, LoadVisitor, Watcher
from tests.faults.persons import Person, Scene, living
from tests.faults.plants import unnoticed
from tests.faults.profile import KILL_AFTER, KILLS, SEED
from tests.faults.results import note
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA, SUPPORT, NewDesk, People
from tests.harness.people import AgentClient

VISITORS = 14
PROOF_S = 10.0
DRAIN_S = 60.0
GRACE_S = 3.0
SETTINGS = {"SEMAFOR_LIMITS": "off", "SEMAFOR_AGENT_GRACE_S": str(GRACE_S)}


@dataclass(frozen=True, slots=True)
class Storm:
    """kills: from when to when there was no server; coverage: the report at the end."""

    history: History
    kills: list[tuple[float, float]]
    coverage: Json


async def kill_under_load(desk: Desk, kills: int, seed: int) -> Storm:
    scene = Scene(desk.url, seed)
    scene.up.set()
    scene.history.grace_s = GRACE_S
    agents: list[LoadAgent] = [await LoadAgent.sign_in(scene, user) for user in (ADA, BOB)]
    watcher = await Watcher.sign_in(scene, MIA, status="offline")
    visitors = [LoadVisitor(scene) for _ in range(VISITORS)]
    down: list[tuple[float, float]] = []
    async with living([*visitors, *agents, watcher]) as lives:
        for _ in range(kills):
            await scene.progress(scene.random.randint(50, KILL_AFTER))
            scene.up.clear()
            desk.kill()
            killed_at = time.time()
            await asyncio.to_thread(desk.start)
            down.append((killed_at, time.time()))
            scene.history.faults.append(Fault("server", "kill -9", *down[-1]))
            scene.run += 1
            scene.up.set()
            answered_at = await all_answered((*visitors, *agents, watcher))
            scene.history.recoveries.append(Recovery("kill -9", down[-1][1], answered_at, answered_at))
        await scene.progress(100)
        scene.draining.set()
        done, waiting = await asyncio.wait(lives[: len(visitors)], timeout=DRAIN_S)
        assert not waiting, f"{len(waiting)} visitors wait for ever: {[v.chat_id for v in visitors if v.chat_id]}"
        await asyncio.gather(*done)
        scene.history.ended_at = time.time()
    coverage = await _read_everything(desk, scene.history)
    note(scene.history)
    return Storm(scene.history, down, coverage)


async def all_answered(people: Iterable[Person]) -> float:
    """Of those who are not away; when the last of them was."""
    async with asyncio.timeout(DRAIN_S):
        await asyncio.gather(*(person.be_answered() for person in people if not person.is_away))
    return time.time()


async def _read_everything(desk: Desk, history: History) -> Json:
    """All chats and transcripts into the history; the coverage of the last and the next day."""
    manager = await AgentClient.sign_in(desk.url, MIA, status=None)
    known = {op.chat_id for op in history.operations} | {g.chat["id"] for g in history.greetings if g.chat}
    for chat_id in known - {None}:
        page = await manager.get(f"/api/v1/chats/{chat_id}")
        history.chats[page["chat"]["id"]] = page["chat"]
        history.transcripts[page["chat"]["id"]] = page["messages"]
    coverage = await _coverage(manager)
    await manager.close()
    return coverage


async def _coverage(manager: AgentClient) -> Json:
    now = datetime.now(UTC)
    period = {"from": (now - timedelta(days=1)).isoformat(), "to": (now + timedelta(days=1)).isoformat()}
    return await manager.get("/api/v1/reports/coverage", department=SUPPORT.id, **period)


def _uncovered(coverage: Json) -> list[tuple[float, float, str]]:
    return [(moment(gap["from"]), moment(gap["to"]), gap["cause"]["kind"]) for gap in coverage["gaps"]]


def _check(storm: Storm) -> None:
    assert complaints(storm.history) == []
    acknowledged = [op for op in storm.history.operations if op.outcome == "ok"]
    assert len(acknowledged) > 30 * len(storm.kills)
    assert any(line.chats for line in storm.history.lines), "nobody ever waited: no load"
    gaps = _uncovered(storm.coverage)
    for killed_at, up_at in storm.kills:
        assert any(gap_from <= killed_at and up_at <= gap_to for gap_from, gap_to, _ in gaps), (killed_at, gaps)


class PingedAgent(AgentClient):
    """Knows when the server has pinged: 10 s after the connection, so the proof of life of 10 s has been given."""

    def __init__(self, *connection: Any) -> None:
        super().__init__(*connection)
        self.pinged = asyncio.Event()

    async def _receive(self, text: str) -> None:
        if text == "2":
            self.pinged.set()
        await super()._receive(text)


@pytest.mark.slow
async def test_coverage_ends_at_the_last_proof_of_life(new_desk: NewDesk, people: People) -> None:
    """Ada is there, nothing happens: what the killed server proved last is all that counts."""
    desk = new_desk()
    agent = await PingedAgent.sign_in(desk.url, ADA)
    online_at = time.time()
    await asyncio.wait_for(agent.pinged.wait(), PROOF_S + 5)

    killed_at = time.time()
    desk.kill()
    await agent.close()
    desk.start()

    manager = await people.agent(desk, MIA, status=None)
    coverage = await _coverage(manager)
    gap_from, gap_to, cause = _uncovered(coverage)[-1]
    assert online_at + PROOF_S / 2 < gap_from <= killed_at
    assert gap_to > killed_at
    assert cause == "server_down"
    assert coverage["total"]["covered_s"] == pytest.approx(gap_from - online_at, abs=1.0)


@pytest.mark.slow
async def test_kills_under_load_lose_nothing_and_nobody(new_desk: NewDesk) -> None:
    storm = await kill_under_load(new_desk(settings=SETTINGS), kills=KILLS, seed=20 + SEED)
    _check(storm)
    assert unnoticed(storm.history) == []
