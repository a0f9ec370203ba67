"""Which server gets a request, what reaches it of the visitor, and what happens when one is gone."""

from __future__ import annotations

import asyncio
import io
import ssl
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from tests.integration.proxy.mirrors import Mirror
from tests.integration.proxy.proxies import SITE, Nginx, Proxy

POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "gopher",
    "X-Real-IP": "203.0.113.9",
}
BURST = 300


async def asked(session: aiohttp.ClientSession, path: str, **options: Any) -> dict[str, Any]:
    """What the server that was asked says of itself and of the request."""
    async with session.get(path, **options) as answer:
        assert answer.status == 200, await answer.text()
        said: dict[str, Any] = await answer.json()
        return said


async def greeted(session: aiohttp.ClientSession, path: str) -> str:
    async with session.ws_connect(path) as socket:
        return await socket.receive_str(timeout=5)


async def test_polling_stays_with_one_server_and_its_upgrade_too(before_mirrors: Proxy) -> None:
    async with aiohttp.ClientSession(before_mirrors.url) as session:
        opened = await asked(session, POLLING)
        polled = [(await asked(session, f"{POLLING}&sid=abc"))["name"] for _ in range(10)]
        upgraded = await greeted(session, f"{WEBSOCKET}&sid=abc")

    assert {opened["name"], *polled, upgraded} == {opened["name"]}


async def test_websockets_are_spread_over_the_servers_without_any_cookie(before_mirrors: Proxy) -> None:
    async with aiohttp.ClientSession(before_mirrors.url) as session:
        sockets = [await session.ws_connect(WEBSOCKET) for _ in range(12)]
        names = Counter([await socket.receive_str(timeout=5) for socket in sockets])
        cookies = len(session.cookie_jar)
        await asyncio.gather(*(socket.close() for socket in sockets))

    assert min(names["first"], names["second"]) >= 4
    assert cookies == 0


async def test_server_is_told_the_real_address_and_nothing_a_visitor_forges(before_mirrors: Proxy) -> None:
    async with aiohttp.ClientSession(before_mirrors.url) as session:
        said = await asked(session, "/agent", headers=FORGED)

    assert said["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert said["headers"]["X-Forwarded-Proto"] == "http"


async def test_server_that_is_gone_is_noticed_by_nobody_who_comes(
    before_mirrors: Proxy, mirrors: tuple[Mirror, Mirror]
) -> None:
    await mirrors[0].end()

    async with aiohttp.ClientSession(before_mirrors.url) as session:
        pages = {(await asked(session, "/agent"))["name"] for _ in range(4)}
        polls = {(await asked(session, POLLING))["name"] for _ in range(4)}
        sockets = {await greeted(session, WEBSOCKET) for _ in range(4)}

    assert pages == polls == sockets == {"second"}


async def test_both_directions_of_a_websocket_are_passed_on_at_once(before_mirrors: Proxy) -> None:
    async with (
        aiohttp.ClientSession(before_mirrors.url) as session,
        session.ws_connect(WEBSOCKET, max_msg_size=0) as socket,
    ):
        await socket.receive_str(timeout=5)
        for text in ("small", "large" * 200_000, "small again"):
            await socket.send_str(text)
            assert await socket.receive_str(timeout=5) == text


async def test_body_that_is_too_large_for_any_server_reaches_none(before_mirrors: Proxy) -> None:
    async with (
        aiohttp.ClientSession(before_mirrors.url) as session,
        session.post("/api/v1/sessions", data=io.BytesIO(b"x" * 3_000_000)) as answer,
    ):
        said = await answer.text()

    assert answer.status >= 400
    assert '"name"' not in said


async def test_nginx_slows_one_address_down_before_it_uses_up_what_is_meant_for_all(
    mirrors: tuple[Mirror, Mirror], begin: Callable[[Proxy], Proxy], tmp_path: Path
) -> None:
    proxy = begin(Nginx(tmp_path / "nginx", [mirror.address for mirror in mirrors]))

    async with aiohttp.ClientSession(proxy.url) as session:
        statuses = Counter(await asyncio.gather(*(_status(session) for _ in range(2 * BURST))))

    assert set(statuses) == {200, 429}
    assert BURST <= statuses[200] < 2 * BURST


async def test_nginx_serves_the_page_as_it_is_with_tls_and_sends_plain_requests_there(
    mirrors: tuple[Mirror, Mirror], begin: Callable[[Proxy], Proxy], tmp_path: Path
) -> None:
    nginx = Nginx(tmp_path / "nginx", [mirror.address for mirror in mirrors], tls=True)
    begin(nginx)
    trusted = ssl.create_default_context(cafile=nginx.folder / "fullchain.pem")
    trusted.check_hostname = False

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted)) as session:
        said = await asked(session, f"https://127.0.0.1:{nginx.port}/agent", headers={"Host": SITE})
        socket = await greeted(session, f"https://127.0.0.1:{nginx.port}{WEBSOCKET}")
        async with session.get(f"http://127.0.0.1:{nginx.plain_port}/agent?x=1", allow_redirects=False) as plain:
            await plain.read()

    assert (said["headers"]["X-Forwarded-Proto"], said["headers"]["Host"]) == ("https", SITE)
    assert socket in {"first", "second"}
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{SITE}/agent?x=1")


async def _status(session: aiohttp.ClientSession) -> int:
    async with session.get("/agent") as answer:
        return answer.status
