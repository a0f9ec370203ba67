"""Connecting: who one is, what the server says first, who is turned away."""

from __future__ import annotations

import time
import uuid
from typing import Any

import aiohttp
import jwt
import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.wire import ConnectionRefusedByServer, WireClient
from tests.integration.protocol.guests import knows_accepting

SECRET = "an identity secret of the customer panel"


def identity(**claims: Any) -> str:
    now = int(time.time())
    known = {"sub": "customer-7", "iat": now, "exp": now + 60, "jti": uuid.uuid4().hex, "email": "petr@example.com"}
    return jwt.encode({**known, "name": "Petr", **claims}, SECRET, algorithm="HS256")


async def test_hello_is_the_first_event_and_the_token_names_the_visitor_again(desk: Desk, people: People) -> None:
    first = await people.visitor(desk)
    again = await people.visitor(desk, token=first.token)
    fresh = await people.visitor(desk, token="forged")

    assert first.history[0].event == "hello"
    assert again.hello["visitor"]["id"] == first.hello["visitor"]["id"]
    assert fresh.hello["visitor"]["id"] != first.hello["visitor"]["id"]
    assert first.hello["departments"][0] | {"topics": []} == {
        "id": "support", "name": "Support", "open": True, "opens_at": None, "waiting": 0, "accepting": 0, "topics": [],
    }  # fmt: skip


async def test_hello_carries_the_open_chat_and_then_the_last_closed_one(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    chat = await visitor.start("Where is my letter?")

    back = await people.visitor(desk, token=visitor.token)
    queue = await back.wait("queue")
    await back.ask("chat:leave", {"chat_id": chat["id"]})
    later = await people.visitor(desk, token=visitor.token)

    assert back.hello["chat"]["id"] == chat["id"] == queue["chat_id"]
    assert back.history[0].event == "hello"
    assert (later.hello["chat"], later.hello["last_chat"]["id"]) == (None, chat["id"])


async def test_signed_identity_is_its_first_visitors_alone(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_IDENTITY_SECRET": SECRET})
    token = identity()

    petr = await people.visitor(desk, identity=token)
    again = await people.visitor(desk, identity=token, token=petr.token)

    assert petr.hello["visitor"] | {"id": "", "locale": ""} == {
        "id": "", "locale": "", "name": "Petr", "email": "petr@example.com", "verified": "signed",
    }  # fmt: skip
    assert again.hello["visitor"]["id"] == petr.hello["visitor"]["id"]
    with pytest.raises(ConnectionRefusedByServer) as foreign:
        await people.visitor(desk, identity=token)
    assert foreign.value.error["data"]["code"] == "unauthorized"


BAD_IDENTITIES = {
    "expired": lambda: identity(exp=int(time.time()) - 1),
    "without exp and jti": lambda: jwt.encode({"sub": "x"}, SECRET, algorithm="HS256"),
    "foreign": lambda: jwt.encode({"sub": "x", "exp": 2**33, "jti": "1"}, SECRET[::-1], algorithm="HS256"),
    "unsigned": lambda: jwt.encode({"sub": "x", "exp": 2**33, "jti": "1"}, "", algorithm="none"),
    "no token at all": lambda: "nonsense",
}


@pytest.mark.parametrize("bad", BAD_IDENTITIES.values(), ids=BAD_IDENTITIES)
async def test_bad_identity_refuses_the_connection(new_desk: NewDesk, people: People, bad: Any) -> None:
    desk = new_desk(settings={"SEMAFOR_IDENTITY_SECRET": SECRET})

    with pytest.raises(ConnectionRefusedByServer) as refused:
        await people.visitor(desk, identity=bad())

    assert refused.value.error["message"] == "unauthorized"


@pytest.mark.parametrize(
    "auth",
    [
        {"token": 5},
        {"token": "x" * 5000},
        {"page": "x"},
        {"page": {"url": ""}},
        {"page": {"url": "https://shop.example/?" + "q" * 9000, "title": "T" * 9000}},
        {"locale": ["cs"]},
    ],
)
async def test_what_is_odd_about_a_visitor_is_as_good_as_missing(shared_desk: Desk, people: People, auth: Any) -> None:
    visitor = await people.visitor(shared_desk, **auth)

    assert visitor.hello["visitor"]["id"]


async def test_long_addresses_and_titles_are_kept_as_far_as_anybody_reads(desk: Desk, people: People) -> None:
    page = {"url": "https://shop.example/?" + "q" * 3000, "title": "T" * 400}
    agent, visitor = await people.agent(desk), await people.visitor(desk, page=page)
    chat = await visitor.start("On a long page")

    card = await agent.get(f"/api/v1/chats/{chat['id']}/visitor")

    assert [(len(seen["url"]), len(seen["title"])) for seen in card["pages"]] == [(2000, 300)]


async def test_identity_that_is_no_text_is_unauthorized(shared_desk: Desk, people: People) -> None:
    with pytest.raises(ConnectionRefusedByServer) as refused:
        await people.visitor(shared_desk, identity=5)

    assert refused.value.error["data"]["code"] == "unauthorized"


@pytest.mark.parametrize("auth", ["text", ["list"]])
async def test_auth_of_another_shape_is_refused_with_a_reason(desk: Desk, auth: Any) -> None:
    with pytest.raises(ConnectionRefusedByServer) as refused:
        await WireClient.connect(desk.url, "/visitor", auth)

    assert refused.value.error["data"]["code"] == "invalid"


@pytest.mark.parametrize("auth", [None, {}, {"token": "wrong"}])
async def test_agent_without_a_session_is_unauthorized(desk: Desk, auth: Any) -> None:
    with pytest.raises(ConnectionRefusedByServer) as refused:
        await WireClient.connect(desk.url, "/agent", auth)

    assert refused.value.error["data"]["code"] == "unauthorized"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_foreign_origin_is_turned_away_with_403(desk: Desk, transport: str) -> None:
    headers = {"Origin": "https://evil.example"}
    url = f"{desk.url}/socket.io/?EIO=4&transport={transport}"
    async with aiohttp.ClientSession(headers=headers) as session:
        if transport == "websocket":
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(url)
            assert refused.value.status == 403
        else:
            async with session.get(url) as answer:
                assert answer.status == 403
                assert (await answer.json())["error"]["code"] == "forbidden"


async def test_cookie_counts_for_the_own_origin_only(desk: Desk, people: People) -> None:
    agent = await people.agent(desk)
    cookie = {"Cookie": f"semafor_session={agent.token}"}

    own = await WireClient.connect(desk.url, "/agent", {}, headers={**cookie, "Origin": desk.url})
    hello = await own.wait("hello")
    await own.close()

    assert hello["agent"]["id"] == agent.id
    with pytest.raises(ConnectionRefusedByServer):
        await WireClient.connect(desk.url, "/agent", {}, headers=cookie)


async def test_signing_out_closes_the_agents_sockets_and_takes_them_offline(desk: Desk, people: People) -> None:
    ada = await people.agent(desk)
    visitor = await people.visitor(desk)
    await knows_accepting(visitor, 1)

    status, _ = await ada.request("DELETE", "/api/v1/sessions")
    await ada.closed()

    assert status == 204
    await visitor.wait("departments", lambda d: d[0]["accepting"] == 0)


async def test_disabled_agent_is_cut_off_within_five_seconds(desk: Desk, people: People) -> None:
    ada = await people.agent(desk)

    desk.cli("user", "disable", ADA.email)

    await ada.closed(timeout_s=5)


async def test_polling_alone_carries_a_conversation(desk: Desk) -> None:
    """Engine.IO over HTTP: handshake, namespace, an event and its acknowledgement."""
    async with aiohttp.ClientSession() as session:
        base = f"{desk.url}/socket.io/?EIO=4&transport=polling"
        async with session.get(base) as opened:
            sid = (await opened.text()).split('"sid":"')[1].split('"')[0]
        await _post(session, f"{base}&sid={sid}", "40/visitor,{}")
        said = await _until(session, f"{base}&sid={sid}", '"hello"')
        start = '42/visitor,7["chat:start",{"client_id":"c1","question":"Over polling?"}]'
        await _post(session, f"{base}&sid={sid}", start)
        acked = await _until(session, f"{base}&sid={sid}", "43/visitor,7")

    assert "40/visitor" in said
    assert '"ok":true' in acked


async def _post(session: aiohttp.ClientSession, url: str, packets: str) -> None:
    async with session.post(url, data=packets) as answer:
        assert (answer.status, await answer.text()) == (200, "OK")


async def _until(session: aiohttp.ClientSession, url: str, wanted: str) -> str:
    said = ""
    while wanted not in said:
        async with session.get(url) as answer:
            assert answer.status == 200
            said += await answer.text()
    return said


async def test_client_that_never_joins_a_namespace_is_cut(desk: Desk) -> None:
    client = aiohttp.ClientSession()
    socket = await client.ws_connect(f"{desk.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket")

    kinds = [message.type async for message in socket]

    assert aiohttp.WSMsgType.TEXT in kinds
    assert socket.closed
    await client.close()
