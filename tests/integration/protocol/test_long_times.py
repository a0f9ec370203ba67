"""Rules whose times are fixed and too long to wait for: the server runs in this process, and its time is moved."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from server.adapters import open_store
from server.clock import Clock
from server.compose import compose
from server.desk import Desk
from server.services.chats import lifecycle
from server.settings import load_settings
from server.web.application import make_web_app
from tests.harness.people import AgentClient, VisitorClient
from tests.integration.protocol.guests import codes
from transcripts.records import Agent, Department, Session

NOTICE_S = 0.3


@dataclass
class Place:
    """A desk in this process. later_s: how far its wall clock has been moved on."""

    desk: Desk
    url: str
    later_s: float = 0.0

    async def agent(self) -> AgentClient:
        """Ada, signed in and online."""
        now = self.desk.clock.now()
        token_hash = hashlib.sha256(b"the session").hexdigest()
        await self.desk.store.add_session(Session(token_hash, "ada", now, now + timedelta(days=30)))
        agent = await AgentClient.connect(self.url, "/agent", {"token": "the session"})
        agent.hello = await agent.wait("hello")
        await agent.ask("status:set", {"status": "online"})
        return agent


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    settings = load_settings({}, data=tmp_path)
    store = await open_store(settings)
    await store.add_department(Department("support", "Support", None, "UTC"))
    since = datetime(2026, 1, 1, tzinfo=UTC)
    ada = Agent("ada", "ada@desk.example", "Ada", "agent", ("support",), 1, 3, "", status_since=since)
    await store.add_agent(ada)
    desk = await compose(settings, store, "http://desk.example")
    app = make_web_app(desk)
    desk.transport.attach(app)
    server = TestServer(app)
    await server.start_server()
    await desk.start()
    made = Place(desk, str(server.make_url("")).rstrip("/"))
    real = Clock.now_ms
    monkeypatch.setattr(Clock, "now_ms", lambda clock: real(clock) + round(made.later_s * 1000))
    yield made
    await desk.transport.aclose()
    await server.close()
    await desk.aclose()


async def test_both_sides_learn_when_a_served_visitor_is_gone_for_a_minute_and_when_they_are_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lifecycle.LEFT_NOTICE_S == 60
    monkeypatch.setattr(lifecycle, "LEFT_NOTICE_S", NOTICE_S)
    async with await place.agent() as ada, await VisitorClient.arrive(place.url) as visitor:
        chat = await visitor.start("Hello")
        await ada.assigned(chat["id"])
        visitor.cut()
        left = await ada.wait("message", lambda m: m["kind"] == "event" and m["event"]["code"] == "visitor_left")

        async with await VisitorClient.arrive(place.url, token=visitor.token) as back:
            await ada.wait("message", lambda m: m["kind"] == "event" and m["event"]["code"] == "visitor_back")
            tab = await VisitorClient.arrive(place.url, token=visitor.token)
            await tab.close()
            said = await back.conversation(chat["id"])
            open_chat = back.hello["chat"]

        assert left["seq"] == 3
        assert codes(said) == ["assigned", "visitor_left", "visitor_back"]
        assert (open_chat["state"], open_chat["agent"]["id"]) == ("active", "ada")


async def test_visitor_back_within_the_minute_is_not_missed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "LEFT_NOTICE_S", NOTICE_S)
    async with await place.agent() as ada, await VisitorClient.arrive(place.url) as visitor:
        chat = await visitor.start("Hello")
        await ada.assigned(chat["id"])
        visitor.cut()
        await visitor.closed()
        async with (
            await VisitorClient.arrive(place.url, token=visitor.token) as back,
            await VisitorClient.arrive(place.url) as other,
        ):
            theirs = await other.start("Me too")
            await ada.assigned(theirs["id"])
            other.cut()  # later, and so noticed later

            await ada.wait("message", lambda m: m["chat_id"] == theirs["id"] and m["seq"] == 3)

            assert codes(await back.conversation(chat["id"])) == ["assigned"]


async def test_rating_can_be_changed_for_a_day(place: Place) -> None:
    async with await place.agent() as ada, await VisitorClient.arrive(place.url) as visitor:
        chat = await visitor.start("Hello")
        await ada.assigned(chat["id"])
        await ada.ask("chat:close", {"chat_id": chat["id"], "resolution": "resolved"})
        rating = {"chat_id": chat["id"], "score": 2}

        await visitor.ask("chat:rate", rating)
        place.later_s = 24 * 3600 - 60
        await visitor.ask("chat:rate", {**rating, "score": 3})
        place.later_s = 24 * 3600 + 60
        late = await visitor.refused("chat:rate", {**rating, "score": 4})

    assert late["code"] == "conflict"
    kept = await place.desk.store.chat(chat["id"])
    assert kept is not None
    assert kept.rating is not None
    assert kept.rating.score == 3


async def test_last_chat_is_shown_for_a_day(place: Place) -> None:
    async with await VisitorClient.arrive(place.url) as visitor:
        chat = await visitor.start("Hello")
        await visitor.ask("chat:leave", {"chat_id": chat["id"]})
        shown = []
        for later in (timedelta(hours=23, minutes=59), timedelta(hours=24, minutes=1)):
            place.later_s = later.total_seconds()
            async with await VisitorClient.arrive(place.url, token=visitor.token) as back:
                shown.append(back.hello["last_chat"] and back.hello["last_chat"]["id"])

    assert shown == [chat["id"], None]
