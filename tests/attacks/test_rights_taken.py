"""Who is not to see a department any more hears no more of it, on the socket that they opened when they were."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.attacks.scene import IVY, Intruders, kept_token
from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA
from tests.harness.people import AgentClient, VisitorClient, new_client_id
from tests.harness.wire import Json
from tests.integration.protocol.firm import BOSS

USERS = "/api/v1/admin/users"
BOTH = ("support", "sales")
_numbers = itertools.count(1)


class Employed:
    """An account of this test alone."""

    def __init__(self, desk: Desk, admin: str, user: User, id_: str) -> None:
        self.desk, self.admin, self.user, self.id = desk, admin, user, id_

    async def change(self, **fields: object) -> None:
        status, said = await _ordered(self.desk, self.admin, "PATCH", f"{USERS}/{self.id}", fields)
        assert status == 200, said


@pytest.fixture
async def employed(governed: Desk) -> AsyncIterator[Employed]:
    admin = await kept_token(governed, IVY)
    user = User(f"sam{next(_numbers)}@desk.example", "Sam", role="manager", departments=BOTH)
    form = {"email": user.email, "name": user.name, "role": user.role, "departments": BOTH, "password": user.password}
    status, said = await _ordered(governed, admin, "POST", USERS, form)
    assert status == 201, said
    yield Employed(governed, admin, user, said["user"]["id"])
    await _ordered(governed, admin, "POST", f"{USERS}/{said['user']['id']}/disable", {})


async def test_whoever_is_taken_out_of_a_department_hears_and_gets_nothing_of_it_any_more(
    governed: Desk, employed: Employed, intruders: Intruders
) -> None:
    visitor = await intruders.visitor(governed)
    chat = await visitor.start("For Sales alone", department="sales")
    boss = await intruders.agent(governed, BOSS)
    sam = await intruders.agent(governed, employed.user, status="away")
    await sam.ask("chat:watch", {"chat_id": chat["id"]})

    await employed.change(departments=["support"], role="agent")
    told = await sam.wait("desk", lambda now: now["agent"]["role"] == "agent")
    mark, boss_mark = sam.mark(), boss.mark()
    await visitor.say(chat["id"], "A secret")
    await visitor.ask("typing", {"chat_id": chat["id"], "on": True})
    other = await (await intruders.visitor(governed)).start("A secret, too", department="sales")
    await boss.wait("queue", lambda board: _shows(board, other), since=boss_mark)
    await sam.ask("status:set", {"status": "online"})
    routed = await (await intruders.visitor(governed)).start("A secret, three", department="sales")
    own = await (await intruders.visitor(governed)).start("For Support", department="support")

    await sam.assigned(own["id"], since=mark)
    assert routed["state"] == "queued"
    assert [one["id"] for one in told["agent"]["departments"]] == ["support"]
    _heard_nothing(sam, mark, "secret", chat["id"])


async def test_whoever_reads_along_hears_no_more_once_the_chat_is_out_of_their_sight(
    governed: Desk, intruders: Intruders
) -> None:
    visitor = await intruders.visitor(governed)
    ada, boss = await intruders.agent(governed, ADA), await intruders.agent(governed, BOSS)
    chat = await visitor.start("Which of you?", department="support")
    await ada.ask("chat:watch", {"chat_id": chat["id"]})
    await boss.ask("chat:watch", {"chat_id": chat["id"]})

    moved = {"chat_id": chat["id"], "department": "sales", "note": "a secret of ours"}
    await boss.ask("chat:transfer", moved)
    await ada.wait("chat", lambda shown: shown["department"]["id"] == "sales")
    mark = ada.mark()
    await _speak(visitor, chat, boss)
    await visitor.ask("chat:leave", {"chat_id": chat["id"]})
    await boss.wait("chat", lambda shown: shown["state"] == "closed")
    await ada.call("chat:unwatch", {"chat_id": chat["id"]})

    _heard_nothing(ada, mark, "secret", chat["id"])
    assert boss.events("note"), "who may see both departments reads on"


async def _ordered(desk: Desk, admin: str, method: str, path: str, given: Json) -> tuple[int, Json]:
    """By the server that agents are connected to: another one knows of it within seconds."""
    headers = {"Authorization": f"Bearer {admin}"}
    async with (
        aiohttp.ClientSession(base_url=desk.agent_url, headers=headers) as http,
        http.request(method, path, json=given) as answer,
    ):
        return answer.status, await answer.json()


async def _speak(visitor: VisitorClient, chat: Json, boss: AgentClient) -> None:
    await visitor.say(chat["id"], "A secret of mine")
    await boss.ask("note:add", {"chat_id": chat["id"], "client_id": new_client_id(), "body": "secret"})
    await boss.wait("message", lambda message: message["body"] == "A secret of mine")


def _shows(board: Json, chat: Json) -> bool:
    return any(waiting["chat_id"] == chat["id"] for waiting in board["waiting"])


def _heard_nothing(agent: AgentClient, mark: int, *words: str) -> None:
    heard = [event for event in agent.history[mark:] if any(word in str(event.data) for word in words)]
    assert heard == []
