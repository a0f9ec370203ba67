"""Every event and every route, fed with what no client sends: each is answered, none with a fault of ours.

SEMAFOR_TEST_FUZZ=100000 adds so many chance inputs; SEMAFOR_TEST_FUZZ_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import os
import re
from random import Random, SystemRandom
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
import pytest
from pydantic import BaseModel

from server import requests
from tests.attacks import shapes
from tests.attacks.polling import PATH, visitor_of
from tests.attacks.scene import IVY, Intruders
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk
from tests.harness.people import AgentClient, VisitorClient, session_token
from tests.harness.wire import WireClient
from tests.integration.protocol.firm import BOSS

CODES = {
    "invalid", "unauthorized", "forbidden", "not_found", "conflict", "closed", "not_open", "too_large", "rate_limited",
}  # fmt: skip
CHANCES = int(os.environ.get("SEMAFOR_TEST_FUZZ", "300"))
SEED = int(os.environ.get("SEMAFOR_TEST_FUZZ_SEED", SystemRandom().randrange(2**32)))
AT_ONCE = 64
PATH_PARTS = [
    "x",
    "%00",
    "%ff",
    "..%2f..%2f",
    "$ne",
    "a" * 3000,
    "%F0%9F%A6%8A",
    "1e999",
    "-1",
    "%7B%22$gt%22:%22%22%7D",
]
QUERY_VALUES = [
    "\x00",
    "$where",
    "[]",
    '{"$ne":1}',
    "-1",
    "1e999",
    "9" * 40,
    "9999-12-31",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-14:00",
    "(a+)+$" * 30,
    '"*:^(NEAR',
    "é" * 1000,
    "%ff",
]
AUTH: dict[str, type[BaseModel]] = {"/visitor": requests.VisitorAuth, "/agent": requests.AgentAuth}
_slow_answer_s = 30.0


async def fed(client: WireClient, texts: list[tuple[str, str]]) -> None:
    """Send each (event, JSON text) and look at its acknowledgement."""
    for start in range(0, len(texts), AT_ONCE):
        batch = texts[start : start + AT_ONCE]
        acks = []
        for event, text in batch:
            client._next_id += 1
            acked = client._acks[client._next_id] = asyncio.get_running_loop().create_future()
            acks.append(acked)
            await client.send_raw(f'42{client._namespace},{client._next_id}["{event}",{text}]')
        for (event, text), acked in zip(batch, acks, strict=True):
            answer = await asyncio.wait_for(acked, _slow_answer_s)
            assert answer["ok"] or answer["error"]["code"] in CODES, (SEED, event, text[:300], answer)


@pytest.mark.parametrize("namespace", ["/visitor", "/agent"])
async def test_every_event_answers_whatever_it_is_given(target: Desk, intruders: Intruders, namespace: str) -> None:
    client, chat_id = await _somebody(target, intruders, namespace)
    known = {"chat_id": chat_id, "department": "support", "email": "eve@example.com"}
    events = shapes.events(namespace)
    random = Random(SEED)

    for event, schema in events.items():
        await fed(client, [(event, text) for text in shapes.hostile(schema, known)])
    drawn = random.choices(sorted(events), k=CHANCES)
    await fed(client, [(event, shapes.mixed(random, events[event], known)) for event in drawn])

    assert len(events) >= 10
    assert (await client.refused("nonsense", {}))["code"] == "invalid"


async def _somebody(desk: Desk, intruders: Intruders, namespace: str) -> tuple[WireClient, str]:
    """A client of the namespace, and a chat that it may use."""
    visitor = await intruders.visitor(desk)
    chat = await visitor.start("To be attacked", department="support")
    client: WireClient = visitor if namespace == "/visitor" else await intruders.agent(desk)
    return client, chat["id"]


# Of a connect besides what its model knows: who somebody says to be, and objects that stand in for text.
CLAIMS = [
    '{"id":"%s","visitor":{"id":"%s","verified":"signed"},"visitor_id":"%s","person_id":"%s","sub":"%s","verified":"signed"}',
    '{"role":"admin","agent":{"id":"%s","role":"admin"},"agent_id":"%s","session":"%s","is_new":false,"cookie":"semafor_session=%s"}',
    '{"__proto__":{"token":"%s"},"constructor":{"prototype":{"token":"%s"}},"token.":"%s","to\\u0000ken":"%s"}',
    '{"token":["%s"]}', '{"token":{"$ne":null,"toString":"%s"}}', '{"token":{"$gt":""}}', '{"token":"%s"}', '["%s"]',
    '[{"token":"%s"}]', '"%s"', '{"token":"%s","token":null}', '{"page":{"url":"%s","title":{"$ne":1}}}',
    '{"identity":null,"token":"eyJhbGciOiJub25lIn0.eyJzdWIiOiIlcyJ9."}',
]  # fmt: skip


@pytest.mark.parametrize("namespace", ["/visitor", "/agent"])
async def test_whatever_is_shown_at_the_door_is_answered_and_makes_nobody_more_than_a_stranger(
    target: Desk, intruders: Intruders, namespace: str
) -> None:
    """The object of a connect: no event, and validated all the same. None of it is an identity, or a session."""
    known: VisitorClient | AgentClient
    known = await intruders.visitor(target) if namespace == "/visitor" else await intruders.agent(target)
    victim = str(known.hello["visitor" if namespace == "/visitor" else "agent"]["id"])
    schema = AUTH[namespace].model_json_schema()
    good = {"token": None, "identity": None, "department": "support", "locale": "en"}
    shown = [*shapes.hostile(schema, good), *(claim.replace("%s", victim) for claim in CLAIMS)]
    admitted = 0
    for text in shown:
        async with visitor_of(target) as http, http.ws_connect(f"{PATH}websocket") as websocket:
            await websocket.receive_str()
            await websocket.send_str(f"40{namespace},{text}")
            said = (await asyncio.wait_for(websocket.receive_str(), _slow_answer_s)).removeprefix("4")
            if said.startswith(f"4{namespace},"):
                assert orjson.loads(said.partition(",")[2])["data"]["code"] in CODES, (text[:200], said)
                continue
            assert (said[:1], namespace) == ("0", "/visitor"), ("an agent without a session", text[:200], said)
            hello = orjson.loads((await websocket.receive_str()).partition(",")[2])[1]
            assert hello["visitor"]["id"] != victim, text[:200]
            assert (hello["visitor"]["verified"], hello["chat"], hello["last_chat"]) == (None, None, None), text[:200]
            admitted += 1

    assert (admitted > 0) == (namespace == "/visitor")


async def test_a_frame_that_is_bitten_ends_its_own_connection_at_worst(target: Desk, intruders: Intruders) -> None:
    """The decoder: whatever comes, the client is answered or cut, and can come again."""
    random = Random(SEED)
    bystander = await intruders.visitor(target)
    good = [
        '42/visitor,7["page",{"url":"https://x.example"}]',
        "3",
        "2probe",
        "40/visitor,{}",
        '451-/visitor,8["page",{}]',
    ]
    client = await intruders.visitor(target)
    for _ in range(max(40, CHANCES // 20)):
        frame = shapes.bitten(random, random.choice(good))
        try:
            await client.send_raw(frame)
            await client.call("nonsense", {})
        except (ConnectionError, KeyError, ValueError):
            await client.close()
            client = await intruders.visitor(target)

    assert (await bystander.refused("nonsense", {}))["code"] == "invalid"


@pytest.mark.slow
@pytest.mark.parametrize("user", [ADA, BOSS], ids=["agent", "manager"])
async def test_every_route_answers_whatever_it_is_given(target: Desk, user: Any) -> None:
    token = await session_token(target.agent_url, user)
    async with visitor_of(target, Authorization=f"Bearer {token}") as http:
        async with http.get("/api/v1/openapi.json") as described:
            api = orjson.loads(await described.read())
        requests = [request for path, of in api["paths"].items() for request in _requests(path, of, api, {})]
        random = Random(SEED)
        chosen = requests if user is BOSS else random.sample(requests, k=len(requests) // 4)
        for start in range(0, len(chosen), 16):
            await asyncio.gather(*(_answered(http, *request) for request in chosen[start : start + 16]))


@pytest.mark.slow
async def test_every_route_of_admins_answers_whatever_it_is_given(new_desk: NewDesk) -> None:
    """On a desk of its own, for what is taken changes it."""
    desk = new_desk(users=(ADA, IVY), settings={"SEMAFOR_LIMITS": "off"})
    token = await session_token(desk.agent_url, IVY)
    async with visitor_of(desk, Authorization=f"Bearer {token}") as http:
        async with http.get("/api/v1/openapi.json") as described:
            api = orjson.loads(await described.read())
        routes = {path: of for path, of in api["paths"].items() if any(part in path for part in OF_ADMINS)}
        ids = await _made(http)
        requests = [request for path, of in routes.items() for request in _requests(path, of, api, ids)]
        assert len(routes) >= 20
        for start in range(0, len(requests), 16):
            await asyncio.gather(*(_answered(http, *request) for request in requests[start : start + 16]))


async def _made(http: aiohttp.ClientSession) -> dict[str, str]:
    """What there is to be changed: its id by the beginning of its path. None of it is refused for what is right."""
    bodies = {
        "departments": {"id": "made", "name": "Made"},
        "users": {**GOOD, "name": "Eve"},
        "replies": {"shortcut": "made", "title": "Made", "body": "Made"},
    }
    ids = {}
    for place, body in bodies.items():
        async with http.post(f"/api/v1/admin/{place}", json=body) as answer:
            assert answer.status == 201, await answer.text()
            ((_, made),) = (await answer.json()).items()
            ids[f"/api/v1/admin/{place}/"] = made["id"]
    return ids


# What is right for a field: where another one is refused first, nothing is learnt of those behind it.
GOOD: dict[str, Any] = {
    "tz": "Europe/Prague", "hours": {"mon": [{"from": "09:00", "to": "17:00", "overnight": False}]},
    "holidays": [{"date": "2031-05-01", "slots": []}], "department": "support", "departments": ["support"],
    "email": "eve@desk.example", "accent": "#2f5bd7", "offers": {"chat": True}, "origins": ["https://shop.example"],
    "address": "desk@example.com", "to": "eve@example.com", "text": {"en": "Words"}, "password": "four brown owls",
    "if_version": None, "as_desk": [], "role": "agent", "person": "eve@example.com", "first_news_s": 3600,
    "service_target_s": 60, "escalate_after_s": 3600, "addresses": ["eve@example.com"],
    "admin": {"email": "e@desk.example", "name": "E", "password": "four brown owls"},
}  # fmt: skip
OF_ADMINS = ("/admin/", "/audit", "/setup", "/second-factor", "/me/password")
Request = tuple[str, str, str | None]


def _requests(path: str, operations: dict[str, Any], api: dict[str, Any], ids: dict[str, str]) -> list[Request]:
    """(method, path with query, body) of all that is wrong with each operation. ids: as of _made."""
    made: list[Request] = []
    there = next((ids[begins] for begins in ids if path.startswith(begins)), "x")
    plain = re.sub(r"\{\w+\}", lambda part: {"{number}": "10001", "{form}": "json"}.get(part[0], there), path)
    for name, operation in operations.items():
        method = name.upper()
        if (method, path) == ("DELETE", "/api/v1/sessions"):
            continue  # would end the session of those that follow
        if "{" in path:
            made += [(method, re.sub(r"\{\w+\}", odd, path), None) for odd in PATH_PARTS]
        queries = [p["name"] for p in operation["parameters"] if p["in"] == "query"]
        made += [(method, f"{plain}?{name}={quote(odd)}", None) for name in queries for odd in QUERY_VALUES]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            made += [(method, plain, text) for text in shapes.hostile(body["schema"], GOOD, api)]
    return made


async def _answered(http: aiohttp.ClientSession, method: str, path: str, body: str | None) -> None:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    data = None if body is None else body.encode("utf-8", "surrogatepass")
    async with http.request(method, path, data=data, headers=headers, allow_redirects=False) as answer:
        said = await answer.read()
        assert answer.status < 500, (SEED, method, path[:200], (body or "")[:200], answer.status, said[:300])
        if answer.status >= 400:
            assert orjson.loads(said)["error"]["code"] in CODES, (method, path[:200], said[:300])


async def test_an_attachment_that_never_comes_swallows_nothing_that_follows(target: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(target)

    await eve.send_raw('451-/visitor,8["page",{}]')
    await eve.send_raw('42/visitor,9["nonsense",{}]')

    await eve.closed(timeout_s=5)
