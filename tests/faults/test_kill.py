"""kill -9 under load, again and again: what was acknowledged is there, everybody keeps their place, nobody is lost.

The desk is driven through public sockets only; judge.py looks at the history alone, and is itself judged here by
histories with planted violations.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.faults.histories import Held, History, Json, Line
from tests.faults.judge import complaints, moment
from tests.faults.persons import LoadAgent, LoadVisitor, Scene, Watcher, living
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA, SUPPORT, NewDesk, People
from tests.harness.people import AgentClient

VISITORS = 14
PROOF_S = 10.0
DRAIN_S = 60.0
SETTINGS = {"SEMAFOR_LIMITS": "off", "SEMAFOR_AGENT_GRACE_S": "3"}


@dataclass(frozen=True, slots=True)
class Storm:
    """kills: from when to when there was no server; coverage: the report at the end."""

    history: History
    kills: list[tuple[float, float]]
    coverage: Json


async def kill_under_load(desk: Desk, kills: int, seed: int) -> Storm:
    scene = Scene(desk.url, seed)
    scene.up.set()
    agents: list[LoadAgent] = [await LoadAgent.sign_in(scene, user) for user in (ADA, BOB)]
    watcher = await Watcher.sign_in(scene, MIA, status="offline")
    visitors = [LoadVisitor(scene) for _ in range(VISITORS)]
    down: list[tuple[float, float]] = []
    async with living([*visitors, *agents, watcher]) as lives:
        for _ in range(kills):
            await scene.progress(scene.random.randint(50, 900))
            scene.up.clear()
            desk.kill()
            killed_at = time.time()
            await asyncio.to_thread(desk.start)
            down.append((killed_at, time.time()))
            scene.run += 1
            scene.up.set()
        await scene.progress(100)
        scene.draining.set()
        done, waiting = await asyncio.wait(lives[: len(visitors)], timeout=DRAIN_S)
        assert not waiting, f"{len(waiting)} visitors wait for ever: {[v.chat_id for v in visitors if v.chat_id]}"
        await asyncio.gather(*done)
    coverage = await _read_everything(desk, scene.history)
    return Storm(scene.history, down, coverage)


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


def _an_acknowledged(history: History, author_kind: str) -> tuple[str, int]:
    """Chat and seq of a message, not the first of its chat, that its author knows is stored."""
    for chat_id, messages in history.transcripts.items():
        for earlier, message in pairwise(messages):
            if message["author"]["kind"] == earlier["author"]["kind"] == author_kind and message["seq"] > 2:
                return chat_id, message["seq"]
    raise AssertionError("nobody said two things in a row")


def _lose(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "visitor")
    del history.transcripts[chat_id][seq - 1]


def _lose_the_last(history: History) -> None:
    op = next(op for op in reversed(history.operations) if op.outcome == "ok" and op.event == "message:send")
    del history.transcripts[op.chat_id or ""][(op.seq or 0) - 1 :]


def _double(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "visitor")
    messages = history.transcripts[chat_id]
    messages.append({**messages[seq - 1], "seq": len(messages) + 1})


def _store_what_was_refused(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "visitor")
    client_id = history.transcripts[chat_id][seq - 1]["client_id"]
    next(op for op in history.operations if op.client_id == client_id).outcome = "failed"


def _invert(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "agent")
    first, second = history.transcripts[chat_id][seq - 2 : seq]
    for op in history.operations:
        if op.client_id in (first["client_id"], second["client_id"]):
            op.seq = seq if op.client_id == first["client_id"] else seq - 1
    first["seq"], second["seq"] = second["seq"], first["seq"]


def _show_twice(history: History) -> None:
    history.heard.append(history.heard[-1])


def _show_another(history: History) -> None:
    last = history.heard[-1]
    history.heard[-1] = replace(last, message={**last.message, "body": "Something else"})


def _let_another_agent_speak(history: History) -> None:
    chat_id, seq = _an_acknowledged(history, "agent")
    message = history.transcripts[chat_id][seq - 1]
    other = next(agent for agent in history.capacities if agent != message["author"]["id"])
    message["author"] = {**message["author"], "id": other}


def _route_twice(history: History) -> None:
    for messages in history.transcripts.values():
        for index, message in enumerate(messages):
            if (message.get("event") or {}).get("code") == "assigned":
                return messages.insert(index + 1, message)
    raise AssertionError("no chat was ever assigned")


def _lower_the_capacities(history: History) -> None:
    history.capacities = {agent: min(capacity, 2) for agent, capacity in history.capacities.items()}


def _overfill(history: History) -> None:
    busy = history.held[0].agent
    history.held.append(Held(busy, 0.0, tuple(map(str, range(history.capacities[busy] + 1)))))


def _open_a_second_chat(history: History) -> None:
    chat = next(iter(history.chats.values()))
    history.chats["second"] = {**chat, "id": "second", "created_at": chat["closed_at"]}
    chat["closed_at"] = None


def _swap_the_line(history: History) -> None:
    index, line = next((i, line) for i, line in enumerate(history.lines) if len(line.chats) > 1)
    swapped = Line(line.run + 1, line.at, line.chats[::-1], line.positions)
    history.lines.insert(index + 1, swapped)


def _forget_a_chat(history: History) -> None:
    index, greeting = next((i, g) for i, g in enumerate(history.greetings) if g.expected and g.chat)
    history.chats[greeting.expected or ""]["closed_at"] = None
    history.greetings[index] = replace(greeting, chat=None)


def _take_the_position_away(history: History) -> None:
    index, greeting = next((i, g) for i, g in enumerate(history.greetings) if g.chat and g.chat["state"] == "queued")
    history.greetings[index] = replace(greeting, at=greeting.at + 3600, chat={**(greeting.chat or {}), "queue": None})


def _leave_open(history: History) -> None:
    ended = next(op for op in history.operations if op.event == "chat:close" and op.outcome == "ok")
    history.chats[ended.chat_id or ""]["state"] = "active"


PLANTED: tuple[tuple[Callable[[History], None], str], ...] = (
    (_lose, "gap"),
    (_lose_the_last, "lost:"),
    (_double, "doubled"),
    (_store_what_was_refused, "refused, yet stored"),
    (_invert, "inverted"),
    (_show_twice, "shown twice"),
    (_show_another, "different"),
    (_let_another_agent_speak, "two agents"),
    (_route_twice, "two agents"),
    (_lower_the_capacities, "overloaded"),
    (_overfill, "overloaded"),
    (_open_a_second_chat, "two chats"),
    (_swap_the_line, "lost place"),
    (_forget_a_chat, "lost chat"),
    (_take_the_position_away, "lost place"),
    (_leave_open, "not ended"),
)


def _unnoticed(history: History) -> list[str]:
    """Violations that the judge does not name when they are planted in a good history."""
    unnoticed, recorded = [], pickle.dumps(history)
    for plant, named in PLANTED:
        spoiled = pickle.loads(recorded)
        plant(spoiled)
        if not any(complaint.startswith(named) for complaint in complaints(spoiled)):
            unnoticed.append(plant.__name__)
    return unnoticed


async def test_four_kills_under_load_lose_nothing_and_nobody(new_desk: NewDesk) -> None:
    storm = await kill_under_load(new_desk(settings=SETTINGS), kills=4, seed=4)
    _check(storm)
    assert _unnoticed(storm.history) == []


class PingedAgent(AgentClient):
    """Knows when the server has pinged: 10 s after the connection, so the proof of life of 10 s has been given."""

    def __init__(self, *connection: Any) -> None:
        super().__init__(*connection)
        self.pinged = asyncio.Event()

    async def _receive(self, text: str) -> None:
        if text == "2":
            self.pinged.set()
        await super()._receive(text)


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
async def test_twenty_kills_under_load_lose_nothing_and_nobody(new_desk: NewDesk) -> None:
    storm = await kill_under_load(new_desk(settings=SETTINGS), kills=20, seed=20)
    _check(storm)
