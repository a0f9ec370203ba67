"""What admins change holds on every server within seconds, and a server that is killed leaves no change untold."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.faults.conftest import NewCluster
from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA, BOB, SUPPORT, NewDesk, People
from tests.harness.people import AgentClient

IVY = User("ivy@desk.example", "Ivy Admin", role="admin", capacity=0)
MAX = User("max@desk.example", "Max Admin", role="admin", capacity=0)
AT_ONCE_S = 5.0
"""What is promised of sockets; everything else is held to it, too."""
KILLS = 4
ADMIN = "/api/v1/admin"
pytestmark = pytest.mark.slow


async def test_what_an_admin_changes_on_one_server_holds_on_the_other(new_cluster: NewCluster, people: People) -> None:
    cluster = await asyncio.to_thread(
        lambda: new_cluster(2, departments=[SUPPORT], users=[ADA, BOB, IVY], settings={}, own_mongo=True)
    )
    here, there = cluster.servers
    admin = await people.agent(here, IVY, status=None)
    ada, bob = await people.agent(there, ADA), await people.agent(there, BOB)
    visitor = await people.visitor(there)

    async def change(method: str, path: str, body: Any = None) -> Any:
        status, answer = await admin.request(method, ADMIN + path, body=body)
        assert status in (200, 201, 204), answer
        return answer

    await change("PATCH", "/departments/support", {"name": "Help", "topics": ["Parcel"]})
    await visitor.wait("departments", lambda told: "Help" in str(told), timeout_s=AT_ONCE_S)
    await ada.wait("desk", lambda told: told["topics"] == [_topic("Parcel")], timeout_s=AT_ONCE_S)
    await change("PATCH", f"/users/{ada.id}", {"name": "Ada Moved", "capacity": 5})
    await ada.wait("desk", lambda told: told["agent"]["name"] == "Ada Moved", timeout_s=AT_ONCE_S)
    await change("POST", "/replies", {"shortcut": "hi", "title": "Hello", "body": "Hello!"})
    await ada.wait("desk", lambda told: "Hello!" in str(told["canned"]), timeout_s=AT_ONCE_S)
    await change("PATCH", "/settings/widget", {"offers": {"callback": False}})
    await visitor.wait("settings", lambda told: told["offers"]["callback"] is False, timeout_s=AT_ONCE_S)
    text = {"version": "v1", "text": {"en": "We keep this."}, "required": True}
    await change("PATCH", "/consent", {"desk": text})
    await visitor.wait("settings", lambda told: told.get("consent") is not None, timeout_s=AT_ONCE_S)
    assert (await visitor.refused("chat:start", {"client_id": "no", "question": "Hm"}))["field"] == "consent"
    await change("PATCH", "/settings/sites", {"origins": ["https://shop.example"]})
    await _until(lambda: _frames(there), lambda policy: "https://shop.example" in policy)
    made = await change("POST", "/tokens", {"name": "Reports", "role": "manager", "scope": "read"})
    assert await _status(there, made["secret"]) == 200, "at once"
    await change("DELETE", f"/tokens/{made['token']['id']}")
    await _until(lambda: _status(there, made["secret"]), lambda status: status == 401)

    started_s = time.monotonic()
    await change("POST", f"/users/{ada.id}/disable")
    await ada.closed(AT_ONCE_S)
    await change("DELETE", f"/users/{bob.id}/sessions")
    await bob.closed(AT_ONCE_S)
    assert time.monotonic() - started_s < 2 * AT_ONCE_S
    assert {await _status(there, ada.token), await _status(there, bob.token)} == {401}
    temporary = await people.agent(there, BOB)
    soon = datetime.now(UTC) + timedelta(seconds=2)
    await change("PATCH", f"/users/{bob.id}", {"ends_at": soon.isoformat()})
    await temporary.closed(2 + AT_ONCE_S)
    assert datetime.now(UTC) >= soon
    await change("POST", "/departments", {"name": "Sales"})
    await change("POST", "/departments/support/close")
    await visitor.wait("departments", lambda told: "Help" not in str(told), timeout_s=AT_ONCE_S)
    assert "is whole" in await asyncio.to_thread(there.cli, "audit", "verify")


@pytest.mark.embedded("looks at the record's file")
async def test_no_change_of_a_killed_server_is_without_its_entry(new_desk: NewDesk) -> None:
    desk = new_desk(users=(ADA, IVY, MAX), settings={"SEMAFOR_LIMITS": "off"})
    for round_ in range(KILLS):
        admin = await AgentClient.sign_in(desk.url, IVY, status=None)
        signed = await AgentClient.sign_in(desk.url, MAX, status=None)
        ada = next(user for user in (await admin.get(f"{ADMIN}/users"))["users"] if user["email"] == ADA.email)
        running = _courses(desk, admin, signed, f"/users/{ada['id']}", round_)
        await asyncio.wait(running, timeout=0.7 + 0.31 * round_)
        desk.kill()
        done = await asyncio.gather(*running)
        await asyncio.gather(admin.close(), signed.close())
        desk.start()
        assert sum(done) > len(running), done
        _assert_told(desk)
    assert "is whole" in await asyncio.to_thread(desk.cli, "audit", "verify")


def _courses(desk: Desk, admin: AgentClient, other: AgentClient, user: str, round_: int) -> list[asyncio.Future[int]]:
    """Everything at once, each again and again with another value."""
    token = {"name": "Reports", "role": "agent", "departments": ["support"]}
    deeds: list[Callable[[int], Awaitable[Any]]] = [
        lambda n: _patch(admin, user, {"name": f"Ada {round_} {n}"}),
        lambda n: _patch(admin, "/departments/support", {"name": f"Help {round_} {n}"}),
        lambda n: _patch(other, "/settings/widget", {"accent": f"#{round_ + 1:02x}{n % 65536:04x}"}),
        lambda n: _patch(other, "/retention", {"desk": {"pages": 1 + n + 1000 * round_}}),
        lambda _: admin.request("POST", f"{ADMIN}/tokens", body=token),
        lambda _: _session(desk),
    ]
    return [asyncio.ensure_future(_again(deed)) for deed in deeds]


def _assert_told(desk: Desk) -> None:
    db = sqlite3.connect(f"file:{desk.data / 'semafor.db'}?mode=ro", uri=True)
    told = Counter(db.execute("SELECT action || ' ' || subject FROM audit").fetchall())
    actions = Counter(action for (action,) in db.execute("SELECT action FROM audit"))

    def times(what: str) -> int:
        return told[(what,)]

    for agent_id, version in db.execute("SELECT id, version FROM agents"):
        assert version == 1 + times(f"agent.changed agent:{agent_id}"), agent_id
    for department_id, version in db.execute("SELECT id, version FROM departments"):
        assert version == 1 + times(f"department.changed department:{department_id}"), department_id
    kept = dict(db.execute("SELECT name, value FROM named_values WHERE name LIKE 'desk:%'"))
    for name in ("widget", "retention"):
        version = int(str(kept[f"desk:{name}"]).rpartition('"version":')[2].strip(" }").split(",")[0])
        assert version == times(f"settings.changed settings:{name}"), name
    assert db.execute("SELECT count(*) FROM api_tokens").fetchone() == (actions["token.made"],)
    assert db.execute("SELECT count(*) FROM sessions").fetchone() == (actions["session.began"],)
    db.close()


async def _again(deed: Callable[[int], Awaitable[Any]]) -> int:
    """Until the server is gone; how often it answered."""
    n = 0
    with suppress(aiohttp.ClientError, OSError):
        while True:
            await deed(n)
            n += 1
    return n


async def _patch(admin: AgentClient, path: str, body: Any) -> None:
    status, answer = await admin.request("PATCH", ADMIN + path, body=body)
    assert status == 200, answer


async def _session(desk: Desk) -> None:
    credentials = {"email": ADA.email, "password": ADA.password}
    async with aiohttp.ClientSession(desk.url) as http, http.post("/api/v1/sessions", json=credentials) as answer:
        assert answer.status == 201, await answer.text()


async def _status(desk: Desk, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(desk.url, headers=headers) as http, http.get("/api/v1/chats") as answer:
        return answer.status


async def _frames(desk: Desk) -> str:
    async with aiohttp.ClientSession(desk.url) as http, http.get("/widget/app") as answer:
        return answer.headers["Content-Security-Policy"]


async def _until(ask: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool]) -> None:
    until_s = time.monotonic() + AT_ONCE_S
    while not holds(found := await ask()):
        assert time.monotonic() < until_s, found


def _topic(name: str) -> dict[str, str]:
    return {"name": name, "department": "support"}
