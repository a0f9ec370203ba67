"""People in servers that several tests share: at the end nobody is online, nobody waits and nobody is served."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from typing import Any

import aiohttp

from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA, MIA, People
from tests.harness.people import AgentClient, VisitorClient, session_token
from tests.harness.wire import TIMEOUT_S, Json

_sessions: dict[tuple[str, str], str] = {}


class Guests(People):
    """As People; agents keep one session per server, because a password costs a quarter of a second."""

    def __init__(self) -> None:
        super().__init__()
        self._visitors: dict[str, Desk] = {}
        self._agents: dict[str, tuple[Desk, User]] = {}

    async def visitor(self, desk: Desk, **auth: Any) -> VisitorClient:
        visitor = await super().visitor(desk, **auth)
        self._visitors[visitor.token] = desk
        return visitor

    async def agent(
        self, desk: Desk, user: User = ADA, *, status: str | None = "online", capacity: int | None = None
    ) -> AgentClient:
        """status: set at once, with `capacity` (None: the account's); None leaves both as they are."""
        key = (desk.url, user.email)
        if key not in _sessions:
            _sessions[key] = await session_token(desk.agent_url, user)
        token = _sessions[key]
        agent = self._keep(await AgentClient.connect(desk.agent_url, "/agent", {"token": token}))
        agent.token, agent.url = token, desk.agent_url
        agent.hello = await agent.wait("hello")
        self._agents[token] = (desk, user)
        if status is not None:
            wanted = user.capacity if capacity is None else capacity
            await agent.ask("status:set", {"status": status, "capacity": wanted})
        return agent

    async def leave(self) -> None:
        """Whatever became of their connections: agents sign off first, so that nothing is routed any more."""
        for token, (desk, user) in self._agents.items():
            if desk.alive:
                async with await AgentClient.connect(desk.agent_url, "/agent", {"token": token}) as agent:
                    await agent.ask("status:set", {"status": "offline", "capacity": user.capacity})
        for token, desk in self._visitors.items():
            if desk.alive:
                async with await VisitorClient.arrive(desk.url, token=token) as visitor:
                    if visitor.hello["chat"] is not None:
                        await visitor.ask("chat:leave", {"chat_id": visitor.hello["chat"]["id"]})
        await super().leave()
        visited = [*self._visitors.values(), *(desk for desk, _ in self._agents.values())]
        for desk in {desk.url: desk for desk in visited}.values():
            if desk.alive and desk.agent_url != desk.url:
                for url in (desk.url, desk.agent_url):
                    await _nobody_is_known(url)


async def _nobody_is_known(url: str) -> None:
    """What happened at another server is known here a moment later, and belongs to the test that is over."""
    async with aiohttp.ClientSession(base_url=url) as session, asyncio.timeout(TIMEOUT_S):
        while True:
            async with session.get("/metrics") as answer:
                figures = re.findall(
                    r"^semafor_(?:chats|agents_accepting)\{.*\} (.+)$", await answer.text(), re.MULTILINE
                )
            if not any(float(figure) for figure in figures):
                return


async def knows_accepting(visitor: VisitorClient, agents: int) -> None:
    """Wait until the visitor's server has told that so many agents of the first department accept chats."""
    if visitor.hello["departments"][0]["accepting"] != agents:
        await visitor.wait("departments", lambda told: told[0]["accepting"] == agents)


def codes(messages: Iterable[Json]) -> list[str]:
    """The events among the messages, by code."""
    return [message["event"]["code"] for message in messages if message["kind"] == "event"]


def texts(messages: Iterable[Json]) -> list[str]:
    return [message["body"] for message in messages if message["kind"] == "text"]


async def mails_about(
    desk: Desk, guests: Guests, *, ticket: str | None = None, chat_id: str | None = None
) -> list[Json]:
    """Mails about a ticket or a chat, newest first, with what is written in them."""
    mia = await guests.agent(desk, MIA, status=None)
    listed = (await mia.get("/api/v1/mails"))["mails"]
    wanted = [m for m in listed if m["ticket"] == ticket and (chat_id is None or m["chat_id"] == chat_id)]
    return [(await mia.get(f"/api/v1/mails/{mail['id']}"))["mail"] for mail in wanted]
