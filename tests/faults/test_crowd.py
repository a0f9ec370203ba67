"""A crowd of visitors and 10 agents through public sockets; then the record is opened and every decision made again."""

from __future__ import annotations

import asyncio
import math
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from queueing import codec, replay
from queueing.engine import Engine
from queueing.model import Assigned, AssignRule
from queueing.states import AgentState, ChatState, Snapshot
from server import wire
from tests.faults.crowd import CrowdAgent, CrowdVisitor, Floor
from tests.faults.histories import History, Json
from tests.faults.judge import complaints
from tests.faults.persons import Scene, living
from tests.faults.profile import CROWD
from tests.harness.desk import Department, Desk, User
from tests.harness.fixtures import MIA, SUPPORT, NewDesk
from transcripts.port import Store
from transcripts.questions import ChatQuery
from transcripts.records import Chat, JournalEntry, Message
from transcripts.sqlite.store import SqliteStore

VISITORS = CROWD
DEPARTMENTS = (SUPPORT, Department("sales", "Sales"))
SERVED = (("support",),) * 4 + (("sales",),) * 3 + (("support", "sales"),) * 3
AGENTS = tuple(
    User(f"agent{n}@desk.example", f"Agent {n}", departments=served, capacity=2 + n % 2)
    for n, served in enumerate(SERVED)
)
FLOOR = User(MIA.email, MIA.name, role="manager", departments=("support", "sales"), capacity=0)
SETTINGS = {"SEMAFOR_LIMITS": "off", "SEMAFOR_AGENT_GRACE_S": "1", "SEMAFOR_VISITOR_GRACE_S": "2"}
# What an honest person is told when another was quicker.
OVERTAKEN = {"closed", "conflict", "forbidden", "not_found"}


@dataclass(frozen=True, slots=True)
class Day:
    """What is in the record of one simulated day. segments: a snapshot and the commands that follow on it."""

    segments: list[tuple[Snapshot, list[JournalEntry]]]
    chats: tuple[Chat, ...]
    messages: dict[str, list[Message]]
    capacities: dict[str, int]
    route_conflicts: int
    moods: int


async def simulate(desk: Desk, seed: int) -> int:
    """Until everybody is served or gone; how often an agent was away, offline or without a connection."""
    scene = Scene(desk.url, seed)
    scene.up.set()
    agents = [await CrowdAgent.sign_in(scene, user) for user in AGENTS]
    floor = await Floor.sign_in(scene, FLOOR)
    visitors = [CrowdVisitor(scene, scene.random.choice(("support", "sales"))) for _ in range(VISITORS)]
    async with living([*visitors, *agents, floor]) as lives:
        done, waiting = await asyncio.wait(lives[:VISITORS], timeout=60)
        assert not waiting, f"{len(waiting)} visitors are never served"
        await asyncio.gather(*done)
        scene.draining.set()
        async with asyncio.timeout(20):  # those whose visitors vanished
            while any(agent.held for agent in agents) or floor.waiting():
                await floor.pause(0.5)
    refusals = set().union(*(person.refusals for person in (*agents, *visitors, floor)))
    assert refusals <= OVERTAKEN
    return sum(agent.moods.total() for agent in agents)


async def read(desk: Desk, moods: int) -> Day:
    """The record of a desk that has stopped, through the store's port."""
    store = await SqliteStore.open(Path(desk.data) / "semafor.db")
    try:
        hits, _ = await store.search_chats(ChatQuery(limit=2 * VISITORS))
        chats = tuple(hit.chat for hit in hits)
        return Day(
            [segment async for segment in _segments(store)],
            chats,
            {chat.id: await _messages(store, chat.id) for chat in chats},
            {agent.id: agent.capacity for agent in await store.agents()},
            desk.stderr().count("route_conflict"),
            moods,
        )
    finally:
        await store.aclose()


async def _segments(store: Store) -> AsyncIterator[tuple[Snapshot, list[JournalEntry]]]:
    """Newest first; the one before ends with the command that its snapshot was taken after."""
    for epoch, last in await store.epochs():
        version = last
        while version > 0:
            snapshot, *commands = await store.journal(epoch, version)
            yield codec.decode_snapshot(snapshot.body), commands
            version = snapshot.version


async def _messages(store: Store, chat_id: str) -> list[Message]:
    page = await store.sync(chat_id, 0)
    messages = list(page.messages)
    while page.more:
        page = await store.sync(chat_id, messages[-1].seq)
        messages += page.messages
    return messages


def _in_queue_language(entries: list[JournalEntry]) -> list[replay.JournalEntry]:
    return [
        replay.JournalEntry(e.version, int(e.body["now_ms"]), codec.decode_command(e.body["command"])) for e in entries
    ]


# ---- what must be true of such a day ---------------------------------------------------------------------------------


def _check_replay(day: Day) -> int:
    """Every recorded decision, made again, is the same, also as the chats' own events tell it; their number."""
    assert all(entries for _, entries in day.segments)
    routed: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for snapshot, entries in reversed(day.segments):
        outcomes = replay.replay(snapshot, _in_queue_language(entries))
        assert len(outcomes) == len(entries)
        for entry, applied in zip(entries, outcomes, strict=True):
            assigned = [event for event in applied.events if isinstance(event, Assigned)]
            assert (applied.version, tuple(e.chat for e in assigned)) == (entry.version, entry.decided)
            for event in assigned:
                routed[event.chat].append((entry.version, event.agent))
    unsaid = 0
    for chat_id, messages in day.messages.items():
        decided = iter([agent for _, agent in routed[chat_id]])
        said = [m.event["agent"]["id"] for m in messages if m.event and _gives_to_agent(m)]
        assert all(agent in decided for agent in said), (chat_id, said, routed[chat_id])
        unsaid += len(routed[chat_id]) - len(said)
    # The record refuses an assignment of a chat that has ended meanwhile; the server's log counts those.
    assert unsaid == day.route_conflicts
    return sum(map(len, routed.values()))


def _gives_to_agent(message: Message) -> bool:
    event = message.event or {}
    return event["code"] in ("assigned", "reassigned", "transferred") and "agent" in event


def _check_order(day: Day) -> int:
    """Nobody is routed who has somebody before them, nor to an agent who has a better one beside them."""
    return sum(_check_order_of(snapshot, entries, day.capacities) for snapshot, entries in day.segments)


def _check_order_of(snapshot: Snapshot, entries: list[JournalEntry], capacities: dict[str, int]) -> int:
    routed = 0

    def look(chat: ChatState, winner: str, rule: AssignRule) -> None:
        nonlocal routed
        state = engine.snapshot()
        agents = {agent.agent: agent for agent in state.agents}
        if rule == "routed":
            routed += 1
            able = [agent for agent in agents.values() if _may_serve(agent, chat)]
            assert winner == min(able, key=_preference).agent
            waiting = [c for c in state.chats if c.agent is None and _may_serve(agents[winner], c)]
            assert chat.chat == min(waiting, key=_order_of_service).chat

    engine = Engine(snapshot, watch=look)
    for entry in _in_queue_language(entries):
        engine.apply(entry.command, entry.now_ms)
        assert all(agent.load <= capacities[agent.agent] for agent in engine.agents())
    return routed


def _may_serve(agent: AgentState, chat: ChatState) -> bool:
    there = agent.connected and agent.status == "online" and len(agent.chats) < agent.capacity
    return there and chat.department in agent.departments and chat.tier <= agent.tier


def _order_of_service(chat: ChatState) -> tuple[int, bool, int]:
    return (("urgent", "high", "normal", "low").index(chat.priority), not chat.returned, chat.line)


def _preference(agent: AgentState) -> tuple[Fraction, int, str]:
    return (Fraction(len(agent.chats), agent.capacity), agent.idle_since_ms, agent.agent)


def _check_chats(day: Day) -> None:
    """Seq without gaps, one agent at a time, load within capacity, one chat per visitor: by the chats' own words."""
    assert len(day.chats) == VISITORS
    assert {chat.state for chat in day.chats} <= {"closed", "queued"}
    history = History(
        capacities=day.capacities,
        transcripts={chat_id: [_said(m) for m in messages] for chat_id, messages in day.messages.items()},
        chats={chat.id: _in_wire_language(chat) for chat in day.chats},
    )
    assert complaints(history) == []


def _said(message: Message) -> Json:
    """What the judge reads of a message."""
    event = {"event": dict(message.event)} if message.event else {}
    said = {"chat_id": message.chat_id, "seq": message.seq, "client_id": message.client_id, "kind": message.kind}
    told = {"author": wire.author(message.author), "body": message.body, "at": wire.moment(message.at)}
    return {**said, **told, **event}


def _in_wire_language(chat: Chat) -> Json:
    return {
        "id": chat.id,
        "visitor": {"id": chat.visitor_id},
        "created_at": wire.moment(chat.created_at),
        "closed_at": wire.moment(chat.closed_at),
    }


def _percentile(sorted_s: list[float], share: float) -> float:
    return sorted_s[math.ceil(share * len(sorted_s)) - 1]


def _report(day: Day, decided: int, capsys: pytest.CaptureFixture[str]) -> None:
    waits_s = sorted((c.first_assigned_at - c.created_at).total_seconds() for c in day.chats if c.first_assigned_at)
    codes = [str(m.event["code"]) for messages in day.messages.values() for m in messages if m.event]
    told = (
        f"\n{len(day.chats)} chats, {decided} assignments replayed in {len(day.segments)} segments; answered"
        f" {len(waits_s)}, wait p50 {_percentile(waits_s, 0.5):.2f} s, p90 {_percentile(waits_s, 0.9):.2f} s;"
        f" returned {codes.count('returned')}, transferred {codes.count('transferred')}, agents' moods {day.moods},"
        f" overtaken assignments {day.route_conflicts}\n"
    )
    with capsys.disabled():
        sys.stdout.write(told)


@pytest.mark.slow
async def test_decisions_of_a_crowded_day_replay_to_the_same_result(
    new_desk: NewDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = new_desk(departments=DEPARTMENTS, users=(*AGENTS, FLOOR), settings=SETTINGS)
    moods = await simulate(desk, seed=200)
    desk.stop()

    day = await read(desk, moods)

    decided = _check_replay(day)
    assert decided >= VISITORS // 2
    assert _check_order(day) >= VISITORS // 2
    _check_chats(day)
    _report(day, decided, capsys)
