"""The doors: whose page, whose cookie, whose password. What a browser can be made to send by another site's page."""

from __future__ import annotations

import asyncio
import json
from itertools import product

import aiohttp
import pytest

from tests.attacks.polling import Poller, visitor_of
from tests.attacks.scene import Intruders, asked, kept_token
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA
from tests.harness.people import AgentClient, session_token
from tests.harness.wire import ConnectionRefusedByServer, WireClient
from tests.integration.protocol.firm import BOSS, CAT, TOM

SESSIONS = "/api/v1/sessions"


def strange_origins(desk: Desk) -> list[str]:
    """Foreign ones, and those that look like the server's own."""
    return [
        "https://evil.example", "null", "file://", "", f"{desk.url}.evil.example", f"{desk.url}/", f"{desk.url}:80",
        desk.url.replace("127.0.0.1", "localhost"), desk.url.replace("http:", "https:"), desk.url.upper(),
        f"http://127.0.0.1:{desk.port + 1}", f"{desk.url} https://evil.example", f"http://evil.example@127.0.0.1:{desk.port}",
    ]  # fmt: skip


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_no_page_but_our_own_uses_an_agents_cookie(target: Desk, transport: str) -> None:
    cookie = f"semafor_session={await kept_token(target, ADA)}"
    for origin in strange_origins(target):
        async with visitor_of(target, Cookie=cookie, Origin=origin) as page:
            path = f"/socket.io/?EIO=4&transport={transport}"
            if transport == "websocket":
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await page.ws_connect(path)
                assert refused.value.status == 403, origin
            else:
                async with page.get(path) as answer:
                    assert answer.status == 403, origin


async def test_a_cookie_without_any_origin_opens_nothing_over_polling(target: Desk) -> None:
    cookie = f"semafor_session={await kept_token(target, ADA)}"
    async with await Poller.open(target, Cookie=cookie) as poller:
        await poller.post("40/agent,{}")
        assert '"unauthorized"' in (await poller.poll())[1]


@pytest.mark.parametrize("forged", ["X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Host", "X-Original-Host"])
async def test_what_a_request_says_of_its_host_makes_no_origin_our_own(target: Desk, forged: str) -> None:
    evil = "https://evil.example"
    value = {"Forwarded": "host=evil.example;proto=https", "X-Forwarded-Proto": "https"}.get(forged, "evil.example")
    async with (
        visitor_of(target, Origin=evil, **{forged: value}) as page,
        page.get("/socket.io/?EIO=4&transport=polling") as answer,
    ):
        assert answer.status == 403


async def test_a_form_of_another_sites_page_changes_nothing(target: Desk, intruders: Intruders) -> None:
    """What a browser sends without asking first: forms and text/plain, with the agent's cookie."""
    boss = await intruders.agent(target, BOSS)
    cookie = f"semafor_session={boss.token}"
    ticket = json.dumps({"client_id": "csrf", "subject": "by another site", "email": "eve@example.com"})
    kinds = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"]
    origins: list[dict[str, str]] = [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
    for kind, origin, method in product(kinds, origins, ["POST", "PATCH"]):
        path = "/api/v1/tickets" if method == "POST" else "/api/v1/me"
        headers = {"Cookie": cookie, "Content-Type": kind, **origin}
        status, _ = await asked(target, method, path, data=ticket, headers=headers)
        assert status in (403, 422), (kind, origin, method)
    for kind in kinds[:3]:
        own = {"Cookie": cookie, "Content-Type": kind, "Origin": target.url}
        assert (await asked(target, "POST", "/api/v1/tickets", data=ticket, headers=own))[0] == 422
    for override in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        await asked(target, "GET", SESSIONS, headers={"Cookie": cookie, override: "DELETE"})

    assert (await boss.get("/api/v1/me"))["agent"]["id"] == boss.id
    found = await boss.get("/api/v1/tickets", q="eve@example.com")
    assert not [one for one in found["tickets"] if one["subject"] == "by another site"]


async def test_no_other_site_is_told_that_it_may_read(target: Desk) -> None:
    ask = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    async with visitor_of(target, **ask) as page:
        for method, path in (
            ("OPTIONS", SESSIONS),
            ("OPTIONS", "/api/v1/me"),
            ("GET", "/api/v1/me"),
            ("GET", "/agent"),
        ):
            async with page.request(method, path) as answer:
                assert not [name for name in answer.headers if name.startswith("Access-Control-")], path


async def test_a_session_that_was_planted_before_is_not_the_one_that_begins(target: Desk) -> None:
    planted = "planted-by-somebody-else"
    async with visitor_of(target, Origin=target.url, Cookie=f"semafor_session={planted}") as page:
        credentials = {"email": TOM.email, "password": TOM.password}
        async with page.post(SESSIONS, json=credentials) as answer:
            token = (await answer.json())["token"]
            cookie = answer.headers["Set-Cookie"]

    assert token != planted
    assert cookie.startswith(f"semafor_session={token};")
    assert (await asked(target, "GET", "/api/v1/me", token=planted))[0] == 401


async def test_a_token_in_an_address_opens_nothing(target: Desk) -> None:
    """Addresses are kept by browsers, proxies and logs."""
    token = await kept_token(target, ADA)
    for name in ("token", "access_token", "session", "semafor_session", "auth", "Authorization"):
        assert (await asked(target, "GET", f"/api/v1/me?{name}={token}"))[0] == 401
        address = f"/socket.io/?EIO=4&transport=websocket&{name}={token}"
        async with visitor_of(target) as http, http.ws_connect(address) as websocket:
            await websocket.receive_str()
            await websocket.send_str("40/agent,{}")
            assert "unauthorized" in await websocket.receive_str()


async def test_guesses_at_an_account_are_counted_from_wherever_and_however_they_come(tight: Desk) -> None:
    """Side by side, with another address in each, and the account written in other ways."""

    async def guess(number: int, password: str = "a guess") -> int:
        email = [CAT.email, CAT.email.upper(), CAT.email.title()][number % 3]
        addresses = {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.1.0.{number}"}
        body = {"email": email, "password": password}
        return (await asked(tight, "POST", SESSIONS, json=body, headers=addresses))[0]

    # The right one is among them: after three wrong ones it is no guess any more that is looked at.
    *wrong, right = await asyncio.gather(*(guess(number) for number in range(19)), guess(19, CAT.password))

    assert sorted(wrong) == [401] * 3 + [429] * 16
    assert right == await guess(20, CAT.password) == 429
    # Others sign in meanwhile.
    assert (await asked(tight, "POST", SESSIONS, json={"email": TOM.email, "password": TOM.password}))[0] == 201


async def test_a_changed_password_cuts_the_agents_open_sockets(target: Desk, intruders: Intruders) -> None:
    token = await session_token(target.agent_url, CAT)
    async with await AgentClient.connect(target.agent_url, "/agent", {"token": token}) as cat:
        await cat.wait("hello")

        target.cli("user", "password", CAT.email, "--password-stdin", stdin="another long password\n")

        await cat.closed(timeout_s=5)
    assert (await asked(target, "GET", "/api/v1/me", token=token))[0] == 401
    with pytest.raises(ConnectionRefusedByServer):
        await WireClient.connect(target.agent_url, "/agent", {"token": token})
