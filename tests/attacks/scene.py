"""People who attack a desk of two departments (tests/integration/protocol/firm.py), signed in once per server."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA, People
from tests.harness.people import AgentClient, VisitorClient, session_token

IVY = User("ivy@desk.example", "Ivy Admin", role="admin", capacity=0)
IDENTITY_SECRET = "an identity secret of the customer panel, long enough for every one of the algorithms"
# Long enough that no window ends while a busy machine still counts.
TIGHT = {
    "event": "60/600",
    "message": "20/600",
    "message_address": "200/30",
    "chat_start": "3/600",
    "transcript_to": "2/600",
    "sign_in_failed": "3/600",
    "file": "4/600",
    "file_bytes": "100000/600",
    "file_bytes_address": "250000/600",
}
# Of `governed`: what goes out by mail, and what is guessed. By address, so who attacks comes from one of their own.
STRICT = {
    "subscribe": "6/600",
    "subscribe_to": "2/600",
    "reset": "6/600",
    "reset_to": "2/600",
    "code_failed": "3/600",
}

_sessions: dict[tuple[str, str], str] = {}


class Intruders(People):
    """As People; agents keep one session per server, because a password costs a quarter of a second."""

    def __init__(self) -> None:
        super().__init__()
        self._visitors: list[tuple[Desk, str]] = []
        self._agents: list[tuple[AgentClient, User]] = []

    async def visitor(self, desk: Desk, **auth: Any) -> VisitorClient:
        visitor = await super().visitor(desk, **auth)
        self._visitors.append((desk, visitor.token))
        return visitor

    async def agent(self, desk: Desk, user: User = ADA, *, status: str | None = None) -> AgentClient:
        token = await kept_token(desk, user)
        agent = self._keep(await AgentClient.connect(desk.agent_url, "/agent", {"token": token}))
        agent.token, agent.url = token, desk.agent_url
        agent.hello = await agent.wait("hello")
        self._agents.append((agent, user))
        if status is not None:
            await agent.ask("status:set", {"status": status, "capacity": user.capacity})
        return agent

    async def leave(self) -> None:
        """Agents sign off first; then no visitor waits or is served, unless they have used up all they may ask for."""
        for agent, user in self._agents:
            await agent.call("status:set", {"status": "offline", "capacity": user.capacity})
        await super().leave()
        for desk, token in dict.fromkeys(self._visitors):
            async with await VisitorClient.arrive(desk.url, token=token) as visitor:
                if visitor.hello["chat"] is not None:
                    await visitor.call("chat:leave", {"chat_id": visitor.hello["chat"]["id"]})


async def kept_token(desk: Desk, user: User) -> str:
    key = (desk.url, user.email)
    if key not in _sessions:
        _sessions[key] = await session_token(desk.agent_url, user)
    return _sessions[key]


async def asked(
    desk: Desk, method: str, path: str, *, token: str | None = None, headers: dict[str, str] | None = None, **more: Any
) -> tuple[int, Any]:
    """One request of somebody without a browser; status and JSON (text where it is none)."""
    sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
    async with (
        aiohttp.ClientSession(base_url=desk.url, cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.request(method, path, headers=sent, allow_redirects=False, **more) as answer,
    ):
        is_json = answer.content_type.endswith("json")
        return answer.status, await answer.json() if is_json else await answer.text()
