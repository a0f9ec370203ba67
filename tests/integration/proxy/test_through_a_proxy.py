"""Visitors and agents behind a real nginx and a real Caddy: nothing of the conversation changes."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson
import pytest

from server.sockets.engine import MAX_EVENT_BYTES
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.people import AgentClient, VisitorClient, new_client_id
from tests.harness.wire import WireClient
from tests.integration.proxy.polling import PollingClient
from tests.integration.proxy.proxies import Proxy

EVENT_OF_FULL_SIZE = MAX_EVENT_BYTES - 1_000
"""And its envelope."""


async def test_visitor_and_agent_converse_over_websocket(proxy: Proxy) -> None:
    async with await AgentClient.sign_in(proxy.url, ADA) as agent, await VisitorClient.arrive(proxy.url) as visitor:
        chat = await visitor.start("Is the way open?")
        await agent.assigned(chat["id"])
        await agent.say(chat["id"], "It is.")
        message = await visitor.wait("message", lambda message: message["author"]["kind"] == "agent")
        await visitor.say(chat["id"], "Good.")
        answered = await agent.wait("message", lambda message: message["body"] == "Good.")
        await agent.ask("chat:close", {"chat_id": chat["id"], "resolution": "resolved"})
        await agent.ask("status:set", {"status": "offline"})

    assert (message["body"], answered["seq"]) == ("It is.", message["seq"] + 1)


async def test_visitor_converses_by_polling_alone(proxy: Proxy) -> None:
    async with aiohttp.ClientSession() as session:
        visitor = await PollingClient.arrive(session, proxy.url)
        started = await visitor.ask("chat:start", {"client_id": new_client_id(), "question": "Over polling?"})
        chat_id = orjson.loads(started.partition("43/visitor,7")[2].partition("\x1e")[0])[0]["chat"]["id"]
        left = await visitor.ask("chat:leave", {"chat_id": chat_id})

    assert '"ok":true' in started
    assert '"ok":true' in left


async def test_polling_connection_goes_on_as_a_websocket(proxy: Proxy) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{proxy.url}/socket.io/?EIO=4&transport=polling") as opened:
            sid = orjson.loads((await opened.text())[1:])["sid"]
        async with session.ws_connect(f"{proxy.url}/socket.io/?EIO=4&transport=websocket&sid={sid}") as socket:
            await socket.send_str("2probe")
            answer = await socket.receive_str(timeout=5)

    assert answer == "3probe"


async def test_event_of_the_full_size_is_answered_and_a_larger_one_ends_its_connection(proxy: Proxy) -> None:
    """With 1009 or without: a proxy that is still sending may not see the server's last word."""
    async with await VisitorClient.arrive(proxy.url) as visitor:
        error = await visitor.refused("chat:start", {"client_id": "x", "question": "?" * EVENT_OF_FULL_SIZE})
        await visitor.send("page", {"url": "x" * 2 * MAX_EVENT_BYTES, "title": ""})
        await visitor.closed()

    assert error["code"] == "too_large"


async def test_many_texts_at_once_arrive_in_their_order(proxy: Proxy) -> None:
    bodies = [f"{number}: {'text ' * 500}".strip() for number in range(100)]
    async with await VisitorClient.arrive(proxy.url) as visitor:
        chat = await visitor.start("How many?")
        acks = [
            await visitor.send("message:send", {"chat_id": chat["id"], "client_id": new_client_id(), "body": body})
            for body in bodies
        ]
        answers = await asyncio.gather(*acks)
        conversation = await visitor.conversation(chat["id"])
        await visitor.ask("chat:leave", {"chat_id": chat["id"]})

    assert all(answer["ok"] for answer in answers)
    assert [message["body"] for message in conversation if message["kind"] == "text"][1:] == bodies


async def test_pages_own_origin_is_welcome_and_a_foreign_one_is_not(proxy: Proxy, shared_desk: Desk) -> None:
    """The public URL decides, not what the proxy says the host is."""
    visitor = await VisitorClient.arrive(proxy.url, headers={"Origin": shared_desk.url})
    await visitor.close()

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await WireClient.connect(proxy.url, "/visitor", headers={"Origin": "https://elsewhere.example"})
    assert refused.value.status == 403


async def test_operators_routes_stay_inside(proxy: Proxy) -> None:
    statuses = {}
    async with aiohttp.ClientSession(proxy.url) as session:
        for path in ("/healthz", "/readyz", "/metrics", "/widget.js"):
            async with session.get(path) as answer:
                statuses[path] = answer.status

    assert statuses == {"/healthz": 404, "/readyz": 404, "/metrics": 404, "/widget.js": 200}
