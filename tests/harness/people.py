"""A visitor and an agent as a test needs them: the wire client plus the few words they always say."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, Self

import aiohttp

from tests.harness.desk import User
from tests.harness.wire import Json, WireClient

_numbers = itertools.count(1)


def new_client_id() -> str:
    """A client_id nobody has used in this run."""
    return f"test-{next(_numbers)}"


class VisitorClient(WireClient):
    """`hello` is the first thing the server said; `token` names the visitor in a later connection."""

    hello: Json

    @classmethod
    async def arrive(cls, url: str, *, headers: dict[str, str] | None = None, **auth: Any) -> Self:
        """auth: `token`, `identity`, `page`, `locale`."""
        visitor = await cls.connect(url, "/visitor", auth, headers=headers)
        visitor.hello = await visitor.wait("hello")
        return visitor

    @property
    def token(self) -> str:
        return str(self.hello["token"])

    async def start(self, question: str, **fields: Any) -> Json:
        """Open a chat; the Chat. fields: `department`, `name`, `email`, `topic`, `client_id`, ..."""
        answer = await self.ask("chat:start", {"client_id": new_client_id(), "question": question, **fields})
        chat: Json = answer["chat"]
        return chat

    async def say(self, chat_id: str, body: str, **fields: Any) -> Json:
        """Send a message; the acknowledgement with `seq` and `at`."""
        message = {"chat_id": chat_id, "client_id": new_client_id(), "body": body, **fields}
        return await self.ask("message:send", message)

    async def conversation(self, chat_id: str) -> list[Json]:
        """All messages of a chat as the server has them now, ascending."""
        messages: list[Json] = []
        more = True
        while more:
            after_seq = messages[-1]["seq"] if messages else 0
            page = await self.ask("chat:sync", {"chat_id": chat_id, "after_seq": after_seq})
            messages += page["messages"]
            more = page["more"]
        return messages


class AgentClient(WireClient):
    """Signed in by `POST /api/v1/sessions`; `token` is also good for `get` and `request`."""

    hello: Json
    token: str
    url: str

    @classmethod
    async def sign_in(cls, url: str, user: User, *, status: str | None = "online") -> Self:
        """status: set at once; None leaves the agent's status as it was."""
        token = await session_token(url, user)
        agent = await cls.connect(url, "/agent", {"token": token})
        agent.token, agent.url = token, url
        agent.hello = await agent.wait("hello")
        if status is not None:
            await agent.ask("status:set", {"status": status})
        return agent

    @property
    def id(self) -> str:
        return str(self.hello["agent"]["id"])

    async def say(self, chat_id: str, body: str, **fields: Any) -> Json:
        """Send a message; the acknowledgement with `seq` and `at`."""
        message = {"chat_id": chat_id, "client_id": new_client_id(), "body": body, **fields}
        return await self.ask("message:send", message)

    async def assigned(self, chat_id: str, *, since: int = 0) -> Json:
        """Wait until this chat is this agent's."""
        chat: Json = await self.wait("assigned", lambda chat: chat["id"] == chat_id, since=since)
        return chat

    async def get(self, path: str, **query: str) -> Json:
        """GET with this agent's session; the JSON of a 200."""
        status, body = await self.request("GET", path, query=query)
        assert status == 200, f"GET {path}: {status} {body}"
        answer: Json = body
        return answer

    async def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> tuple[int, Any]:
        """Any request with this agent's session; status and JSON (text where it is none)."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession(base_url=self.url, headers=headers) as session,
            session.request(method, path, params=query, json=body) as answer,
        ):
            is_json = answer.content_type.endswith("json")
            return answer.status, await answer.json() if is_json else await answer.text()


async def session_token(url: str, user: User) -> str:
    """Sign in over HTTP; the session's token."""
    credentials = {"email": user.email, "password": user.password}
    async with (
        aiohttp.ClientSession(base_url=url) as session,
        session.post("/api/v1/sessions", json=credentials) as answer,
    ):
        body = await answer.text()
        assert answer.status == 201, f"{user.email} cannot sign in: {answer.status} {body}"
        return str((await answer.json())["token"])
