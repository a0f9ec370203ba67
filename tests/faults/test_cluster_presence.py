"""An agent is there while any living server has them, counts once, and is returned soon after the last one is gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.faults.courses import moment
from tests.faults.storm import GRACE_S, MIA, PIA
from tests.harness.cluster import Cluster
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import WireClient

pytestmark = pytest.mark.slow

RETURNED_WITHIN_S = GRACE_S + 2.0
BEAT_S = 1.0
"""The grace runs from the killed server's last sign of life, so much before its death at most."""
KNOWN_WITHIN_S = 5.0


@asynccontextmanager
async def at(*clients: WireClient) -> AsyncIterator[None]:
    """All of them leave at the end."""
    try:
        yield
    finally:
        for client in clients:
            await client.close()


async def _served_by(agent: AgentClient, url: str) -> tuple[VisitorClient, str]:
    """A visitor with a chat that the agent has."""
    visitor = await VisitorClient.arrive(url)
    chat_id = (await visitor.start("Is anybody there?", department="probes"))["id"]
    await agent.assigned(chat_id)
    return visitor, chat_id


async def _counted(url: str, load: int) -> dict[str, Any]:
    """What a server tells a manager about the one agent, as soon as it knows of this load."""
    manager = await AgentClient.sign_in(url, MIA, status=None)
    async with at(manager), asyncio.timeout(KNOWN_WITHIN_S):
        while True:
            live = await manager.get("/api/v1/live")
            (agent,) = (one for one in live["agents"] if one["agent"]["name"] == PIA.name)
            (department,) = (one for one in live["departments"] if one["id"] == "probes")
            if agent["load"] == load:
                return {"status": agent["status"], "free": department["free_slots"]}


async def _talk_until(visitor: VisitorClient, agent: AgentClient, chat_id: str, end_s: float) -> None:
    """A word to and fro again and again, each heard, until that moment of time.monotonic()."""
    while time.monotonic() < end_s:
        said = await visitor.say(chat_id, "Are you still there?")
        await _heard(agent, chat_id, said["seq"])
        answered = await agent.say(chat_id, "I am")
        await _heard(visitor, chat_id, answered["seq"])


async def _heard(listener: WireClient, chat_id: str, seq: int) -> None:
    await listener.wait("message", lambda message: (message["chat_id"], message["seq"]) == (chat_id, seq))


async def _gaps(url: str, since: datetime) -> list[dict[str, Any]]:
    manager = await AgentClient.sign_in(url, MIA, status=None)
    async with at(manager):
        period = {"from": since.isoformat(), "to": datetime.now(UTC).isoformat()}
        report = await manager.get("/api/v1/reports/coverage", department="probes", **period)
    gaps: list[dict[str, Any]] = report["gaps"]
    return gaps


def _codes(messages: list[dict[str, Any]]) -> list[str]:
    return [message["event"]["code"] for message in messages if message["kind"] == "event"]


async def _returned_at(visitor: VisitorClient, chat_id: str) -> float:
    """When the chat went back into the line, by the record."""
    message = await visitor.wait(
        "message",
        lambda message: message["kind"] == "event" and message["event"]["code"] == "returned",
        timeout_s=RETURNED_WITHIN_S + KNOWN_WITHIN_S,
    )
    assert message["chat_id"] == chat_id
    return moment(message["at"])


async def test_agent_with_tabs_on_both_servers_counts_once_and_outlives_one_of_them(two_servers: Cluster) -> None:
    here, there = two_servers.places
    tab = await AgentClient.sign_in(here, PIA)
    other_tab = await AgentClient.sign_in(there, PIA)
    visitor, chat_id = await _served_by(tab, here)
    async with at(tab, other_tab, visitor):
        online_since, mark = datetime.now(UTC), tab.mark()
        one_of_five = {"status": "online", "free": PIA.capacity - 1}
        assert await _counted(here, load=1) == await _counted(there, load=1) == one_of_five

        await asyncio.to_thread(two_servers.servers[1].kill)
        await _talk_until(visitor, tab, chat_id, time.monotonic() + RETURNED_WITHIN_S + BEAT_S)

        assert await _counted(here, load=1) == one_of_five
        assert _codes(await visitor.conversation(chat_id)) == ["assigned"]
        assert {told["status"] for told in tab.events("team", mark) if told["agent"]["id"] == tab.id} <= {"online"}
        assert await _gaps(here, online_since) == []
        await asyncio.to_thread(two_servers.servers[1].start)
        assert await _counted(there, load=1) == one_of_five
        assert await _gaps(there, online_since) == []
        await visitor.ask("chat:leave", {"chat_id": chat_id})


async def test_agent_of_a_killed_server_is_returned_within_the_grace_and_two_seconds(two_servers: Cluster) -> None:
    here, there = two_servers.places
    agent = await AgentClient.sign_in(there, PIA)
    visitor, chat_id = await _served_by(agent, here)
    async with at(agent, visitor):
        killed_at = time.time()
        await asyncio.to_thread(two_servers.servers[1].kill)

        returned_at = await _returned_at(visitor, chat_id)

        assert killed_at + GRACE_S - BEAT_S - 0.5 < returned_at < killed_at + RETURNED_WITHIN_S
        await asyncio.to_thread(two_servers.servers[1].start)
        await visitor.ask("chat:leave", {"chat_id": chat_id})


async def test_agent_who_vanishes_from_both_servers_is_returned_after_the_second(two_servers: Cluster) -> None:
    here, there = two_servers.places
    tab = await AgentClient.sign_in(here, PIA)
    other_tab = await AgentClient.sign_in(there, PIA)
    visitor, chat_id = await _served_by(tab, here)
    async with at(tab, other_tab, visitor):
        other_tab.cut()
        await _talk_until(visitor, tab, chat_id, time.monotonic() + RETURNED_WITHIN_S)
        vanished_at = time.time()
        tab.cut()

        returned_at = await _returned_at(visitor, chat_id)

        assert vanished_at + GRACE_S - 0.5 < returned_at < vanished_at + RETURNED_WITHIN_S
        await visitor.ask("chat:leave", {"chat_id": chat_id})
