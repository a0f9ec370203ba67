"""People who attack a desk of two departments (tests/integration/protocol/firm.py), signed in once per server."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA, People
from tests.harness.people import AgentClient, session_token

IDENTITY_SECRET = "an identity secret of the customer panel"
# More in 30 s is refused.
TIGHT = {
    "event": "60/30",
    "message": "20/30",
    "message_address": "200/30",
    "chat_start": "3/60",
    "transcript_to": "2/60",
}

_sessions: dict[tuple[str, str], str] = {}


class Intruders(People):
    """As People; agents keep one session per server, because a password costs a quarter of a second."""

    async def agent(self, desk: Desk, user: User = ADA, *, status: str | None = None) -> AgentClient:
        token = await kept_token(desk, user)
        agent = self._keep(await AgentClient.connect(desk.agent_url, "/agent", {"token": token}))
        agent.token, agent.url = token, desk.agent_url
        agent.hello = await agent.wait("hello")
        if status is not None:
            await agent.ask("status:set", {"status": status})
        return agent


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
